import PicketLab
import Testing

extension Live {
    @Suite("Scripts")
    struct ScriptTests {
        /// Writes what it was called with, and what it has inherited, as one line with one write.
        private static let script = """
            #!/bin/sh
            inherited=$(for each in /proc/$$/fd/*; do readlink "$each"; done | tr '\\n' ' ')
            echo "$PWD|$*|$inherited" >> "$0.calls"
            """

        @Test("notification and reconfiguration scripts are called with the right words and nothing of the daemon's")
        func calls() async throws {
            let directory = try TemporaryDirectory.create()
            defer { TemporaryDirectory.remove(directory) }
            let notification = "\(directory)/notification.sh"
            let reconfiguration = "\(directory)/reconfiguration.sh"
            for path in [notification, reconfiguration] { try TextFile.write(Self.script, to: path, isExecutable: true) }
            let group = GroupPlan(
                name: "cache", settings: [.init("notification-script", notification), .init("client-reconfig-script", reconfiguration)])
            try await Live.run(DeploymentPlan(groups: [group])) { deployment in
                let old = try deployment.group().instances[0]
                await old.node.kill()
                let new = try await deployment.waitForFailover(from: old.port)

                let move = "127.0.0.1 \(old.port) 127.0.0.1 \(new.port)"
                let moves = try await Self.calls(of: reconfiguration, atLeast: 3)
                #expect(moves.map(\.words).sorted() == ["leader", "observer", "observer"].map { "cache \($0) start \(move)" })

                // The third may learn of the move before its own patience is over.
                for (expected, count) in [("+sdown master cache 127.0.0.1 \(old.port)", 2), ("+switch-master cache \(move)", 3)] {
                    try await wait(until: "'\(expected)' was notified \(count) times") {
                        try await Self.calls(of: notification, atLeast: 1).count { $0.words == expected } >= count
                    }
                }
                let notified = try await Self.calls(of: notification, atLeast: 1)
                // Only what Sentinel logs as a warning.
                #expect(!notified.contains { $0.words.hasPrefix("+slave") || $0.words.hasPrefix("+sentinel") })
                for call in moves + notified {
                    #expect(Self.leaks(call.inherited).isEmpty, "\(call.words)")
                    #expect(deployment.monitors.contains { $0.node.directory == call.directory })
                }
            }
        }

        private struct Call {
            let directory: String
            let words: String
            let inherited: [Substring]
        }

        private static func calls(of script: String, atLeast count: Int) async throws -> [Call] {
            try await wait(for: "\(script) is called \(count) times") {
                let lines = try TextFile.read("\(script).calls").split(separator: "\n")
                guard lines.count >= count else { throw NotYet("\(lines.count) times") }
                return try lines.map { line in
                    let parts = line.split(separator: "|", omittingEmptySubsequences: false)
                    try #require(parts.count == 3)
                    return Call(directory: String(parts[0]), words: String(parts[1]), inherited: parts[2].split(separator: " "))
                }
            }
        }

        /// The shell's own: nothing on the standard descriptors, its script, and the pipe to the substitution that lists them.
        private static func leaks(_ inherited: [Substring]) -> [Substring] {
            inherited.filter { $0 != "/dev/null" && !$0.hasSuffix(".sh") && !$0.hasPrefix("pipe:") }
        }
    }
}
