import NIOCore
import PicketLab
import PicketRESP
import Testing

extension Live {
    @Suite("Bad clients")
    struct ClientTests {
        private static let plan = DeploymentPlan(groups: [GroupPlan(name: "cache", replicas: 0)], monitors: [.picketd])

        struct Case: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let bytes: String
            let reply: String
        }

        static let nonsense = [
            Case(
                testDescription: "an argument that is no bulk string", bytes: "*1\r\n:1\r\n",
                reply: "ERR Protocol error: expected '$', got ':'"),
            Case(testDescription: "too many arguments", bytes: "*99999999\r\n", reply: "ERR Protocol error: invalid multibulk length"),
            Case(
                testDescription: "too long an argument", bytes: "*1\r\n$9999999999\r\n", reply: "ERR Protocol error: invalid bulk length"),
            Case(
                testDescription: "an endless line", bytes: String(repeating: "x", count: 70_000),
                reply: "ERR Protocol error: too big inline request"),
            Case(
                testDescription: "a quote without an end", bytes: "PING \"\r\n", reply: "ERR Protocol error: unbalanced quotes in request"),
        ]

        @Test("nonsense is answered, its sender cut off, and nobody else disturbed", arguments: nonsense)
        func refuse(_ nonsense: Case) async throws {
            try await Live.run(Self.plan) { deployment in
                let monitor = deployment.monitors[0]
                let other = try await LabConnection.open(port: monitor.port)
                let connection = try await LabConnection.open(port: monitor.port)
                let reply = try await connection.send(bytes: ByteBuffer(string: nonsense.bytes))
                #expect(reply == .error(nonsense.reply))
                try await connection.closed(within: .seconds(2))
                #expect(try await other.call("PING") == .simple("PONG"))
                #expect(try await monitor.primary(of: "cache")["flags"] == "master")
                other.close()
            }
        }

        @Test("a client that never reads is bounded, and delays nobody")
        func neverReads() async throws {
            try await Live.run(Self.plan) { deployment in
                let monitor = deployment.monitors[0]
                let primary = try deployment.group().instances[0]
                let before = try Self.residentBytes(of: monitor)
                let deaf = try await LabConnection.open(port: monitor.port, isReading: false)
                var requests = ByteBuffer()
                for _ in 0..<50_000 { requests.writeCommand(["SENTINEL", "MASTER", "cache"]) }
                // Some 60 MB of answers. It may refuse to take all the requests, or hang up.
                async let written: Void? = try? deaf.write(bytes: requests, within: .seconds(3))

                let asked = try await LabConnection.open(port: monitor.port)
                for _ in 0..<200 {
                    let reply = try await asked.call(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "cache"], within: .milliseconds(500))
                    #expect(reply.elements?.last?.text == String(primary.port))
                }
                _ = await written
                #expect(try Self.residentBytes(of: monitor) - before < 32 << 20)
                #expect(try await monitor.primary(of: "cache")["flags"] == "master")
                deaf.close()
                asked.close()
            }
        }

        private static func residentBytes(of monitor: MonitorNode) throws -> Int {
            let processID = try #require(monitor.node.process?.processID)
            let fields = try TextFile.read("/proc/\(processID)/statm").split(separator: " ")
            return try #require(Int(fields[1])) * 4_096
        }
    }
}
