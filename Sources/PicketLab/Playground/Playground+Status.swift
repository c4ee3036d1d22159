/// How a playground stands.
extension Playground {
    package struct Line: Hashable, Sendable {
        package let entry: PlaygroundState.Entry
        /// `running`, `frozen`, `dead`, `cut off`.
        package let condition: String
        /// What it says itself; empty where it cannot be asked.
        package let role: String
    }

    /// Each process, with what it says of itself.
    package func status() async -> [Line] {
        var lines: [Line] = []
        for entry in state.entries {
            let condition =
                switch entry.process?.state ?? .gone {
                case .gone: "dead"
                case .frozen: "frozen"
                case .running: entry.isCut ? "cut off" : "running"
                }
            var role = ""
            if condition == "running" { role = (try? await self.role(entry)) ?? "does not answer" }
            lines.append(Line(entry: entry, condition: condition, role: role))
        }
        return lines
    }

    private func role(_ entry: PlaygroundState.Entry) async throws -> String {
        let words = try await call(entry, "ROLE")
        switch words.first {
        case "master": return "primary"
        case "slave":
            return "replica of \(words.count > 2 ? words[2] : "?")" + (words.count > 3 && words[3] != "connected" ? ", \(words[3])" : "")
        case "sentinel": return "watches \(state.groups.joined(separator: ", "))"
        default: return words.first ?? ""
        }
    }
}
