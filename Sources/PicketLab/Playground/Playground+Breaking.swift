import Glibc

/// Breaking and mending single processes.
extension Playground {
    /// Whom a word means: a node's name, a port or 127.0.0.1:PORT, `primary`, or `primary:GROUP`.
    package func find(_ target: String) async throws -> PlaygroundState.Entry {
        if let entry = state.entries.first(where: { $0.name == target }) { return entry }
        if let port = Int(target.split(separator: ":").last ?? ""), let entry = state.entries.first(where: { $0.port == port }) {
            return entry
        }
        let words = target.split(separator: ":", maxSplits: 1)
        if words.first == "primary", let group = words.count == 2 ? String(words[1]) : state.groups.first {
            guard state.groups.contains(group) else {
                throw PlaygroundError(.usage, "The lab has no group '\(group)'.", "It has \(state.groups.joined(separator: ", ")).")
            }
            if let entry = await primary(of: group) { return entry }
            throw PlaygroundError(
                .refused, "No monitor tells who the primary of \(group) is.", "Name the process: picket lab status lists them.")
        }
        throw PlaygroundError(
            .usage, "The lab has no '\(target)'.",
            "It has \(state.entries.map(\.name).joined(separator: ", ")); a port, 'primary' and 'primary:GROUP' are understood, too.")
    }

    /// As the first monitor that answers tells it.
    package func primary(of group: String) async -> PlaygroundState.Entry? {
        for monitor in state.monitors where monitor.process?.state == .running && !monitor.isCut {
            guard let answer = try? await call(monitor, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", group),
                let port = answer.last.flatMap({ Int($0) })
            else { continue }
            return state.instances.first { $0.port == port }
        }
        return nil
    }

    private func index(_ entry: PlaygroundState.Entry) -> Int { state.entries.firstIndex { $0.name == entry.name }! }

    /// What is to be done to one process.
    package enum Deed: String, CaseIterable, Hashable, Sendable {
        /// SIGKILL: its port refuses connections.
        case kill
        /// SIGSTOP: it is silent.
        case freeze
        case thaw
        /// Ended if it runs, and started again with the same files.
        case restart
        /// It runs, reaches nobody, and nobody reaches it.
        case cut
        case heal
    }

    /// - Returns: What was done, in a sentence.
    package mutating func perform(_ deed: Deed, on target: String) async throws -> String {
        let entry = try await find(target)
        let state = entry.process?.state ?? .gone
        let name = "\(entry.name) (127.0.0.1:\(entry.port))"
        func require(_ condition: Bool, _ message: String, _ advice: String) throws(PlaygroundError) {
            if !condition { throw PlaygroundError(.refused, message, advice) }
        }
        switch deed {
        case .kill:
            try require(state != .gone, "\(name) does not run.", "picket lab restart \(entry.name) starts it again.")
            try await entry.process?.end()
            return "\(name) is killed. picket lab restart \(entry.name) starts it again."
        case .freeze:
            try require(
                state == .running, "\(name) \(state == .frozen ? "is frozen already" : "does not run").", "picket lab status shows all.")
            entry.process?.signal(SIGSTOP)
            return "\(name) is frozen. picket lab thaw \(entry.name) lets it go on."
        case .thaw:
            try require(state == .frozen, "\(name) is not frozen.", "picket lab status shows all.")
            entry.process?.signal(SIGCONT)
            return "\(name) goes on."
        case .restart:
            try await entry.process?.end()
            try await start(index(entry))
            try save()
            return "\(name) runs again."
        case .cut, .heal:
            guard let relay = entry.relay else {
                throw PlaygroundError(
                    .refused, "This lab's processes have no networks of their own.", "picket lab down, then picket lab up --cuttable.")
            }
            try require(
                entry.isCut == (deed == .heal), "\(name) is \(entry.isCut ? "cut off already" : "not cut off").",
                "picket lab status shows all.")
            relay.signal(deed == .cut ? SIGUSR1 : SIGUSR2)
            self.state.entries[index(entry)].isCut = deed == .cut
            try save()
            return deed == .cut
                ? "\(name) runs, reaches nobody, and nobody reaches it. picket lab heal \(entry.name) ends that."
                : "\(name) is reachable again."
        }
    }
}
