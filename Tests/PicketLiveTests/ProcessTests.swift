import Glibc
import PicketLab
import Testing

extension Live {
    @Suite("The process")
    struct ProcessTests {
        /// One picketd that watches nothing.
        private static func plan(lines: [String] = [], starts: Bool = true) -> DeploymentPlan {
            DeploymentPlan(groups: [], monitors: [MonitorPlan(.picketd, lines: lines)], startsMonitors: starts)
        }

        @Test("SIGTERM, SIGINT and SHUTDOWN end it with status 0", arguments: ["SIGTERM", "SIGINT", "SHUTDOWN"])
        func end(by means: String) async throws {
            try await Live.run(Self.plan()) { deployment in
                let node = deployment.monitors[0].node
                switch means {
                case "SIGTERM": node.process?.signal(SIGTERM)
                case "SIGINT": node.process?.signal(SIGINT)
                default: _ = try? await node.send("SHUTDOWN")
                }
                let exit = try await node.process?.exit(within: .seconds(5))
                #expect(exit == .status(0))
                #expect(node.errorOutput.isEmpty)
            }
        }

        @Test("a second one on the same port ends with status 1, and the first goes on")
        func portTaken() async throws {
            try await Live.run(DeploymentPlan(groups: [], monitors: [.picketd, .picketd], startsMonitors: false)) { deployment in
                let (first, second) = (deployment.monitors[0].node, deployment.monitors[1].node)
                try await first.start()
                let process = try await second.launch(arguments: ["--port", String(first.port)])
                #expect(try await process.exit(within: .seconds(5)) == .status(1))
                #expect(second.lastWords.contains("127.0.0.1:\(first.port)"))
                #expect(second.lastWords.contains("Address already in use"))
                #expect(try await first.call("PING").text == "PONG")
            }
        }

        struct Fault: Sendable, CustomTestStringConvertible {
            let line: String
            /// What is wrong in it.
            let word: String
            var testDescription: String { line }
        }

        static let faults = [
            Fault(line: "sentinel down-after-milliseconds nobody 100", word: "nobody"),
            Fault(line: "sentinel monitor cache 127.0.0.1 70000 2", word: "70000"),
            Fault(line: "no-such-directive yes", word: "no-such-directive"), Fault(line: "port one", word: "one"),
        ]

        @Test("a configuration that cannot be used is refused with status 1, and the place is shown on standard error", arguments: faults)
        func badConfiguration(fault: Fault) async throws {
            try await Live.run(Self.plan(starts: false)) { deployment in
                let node = deployment.monitors[0].node
                let good = node.configuration
                try TextFile.write(good + fault.line + "\n", to: node.configurationPath)
                let process = try await node.launch()
                #expect(try await process.exit(within: .seconds(5)) == .status(1))

                let number = good.split(separator: "\n", omittingEmptySubsequences: false).count
                let told = node.errorOutput.split(separator: "\n")
                #expect(told.contains { $0.hasSuffix("at line \(number) of \(node.configurationPath)") })
                let quoted = try #require(told.firstIndex { $0.contains("'\(fault.line)'") })
                let column = try #require(told[quoted].firstRange(of: fault.word)).lowerBound
                #expect(told[quoted + 1].hasSuffix("^"))
                #expect(told[quoted + 1].count - 1 == told[quoted].distance(from: told[quoted].startIndex, to: column))
                #expect(node.configuration == good + fault.line + "\n")
            }
        }

        @Test("TLS, which it does not speak, is refused instead of ignored", arguments: ["tls-port 1234", "tls-replication yes"])
        func tlsIsRefused(line: String) async throws {
            try await Live.run(Self.plan(lines: [line], starts: false)) { deployment in
                let node = deployment.monitors[0].node
                let process = try await node.launch()
                #expect(try await process.exit(within: .seconds(5)) == .status(1))
                #expect(node.errorOutput.contains(line))
            }
        }

        @Test("it also works under the name redis-sentinel")
        func otherName() async throws {
            try await Live.run(DeploymentPlan(monitors: [.picketd], quorum: 1, startsMonitors: false)) { deployment in
                let monitor = deployment.monitors[0]
                let link = "\(monitor.node.directory)/redis-sentinel"
                let picketd = try #require(Executables.find().picketd)
                #expect(symlink(picketd, link) == 0)
                monitor.node.replaceExecutable(by: link)
                try await monitor.node.start()
                try await deployment.waitUntilSettled()
                let primary = try deployment.group().instances[0]
                #expect(try await monitor.primaryPort(of: "cache") == primary.port)
            }
        }
    }
}
