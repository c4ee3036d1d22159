import NIOCore
import PicketLab
import PicketRESP
import Testing

extension Live {
    @Suite("Fleets")
    struct FleetTests {
        private static func program() throws -> String {
            guard let path = Executables.find().picketBench else {
                throw LabError.missingProgram("picket-bench was not found. Build it (swift build), or set PICKET_BENCH to its path.")
            }
            return path
        }

        @Test("five of twenty primaries crash at once: all groups move, none twice, none without need")
        func mass() async throws {
            var bench = ScaleBench(
                sizes: [.init(groups: 20, mass: 5)], supervisors: [.picketd], runs: 1, fleet: [try Self.program(), "fleet"])
            bench.rest = .seconds(1)
            bench.settling = .seconds(1)
            bench.discoveryLimit = .seconds(20)
            bench.limit = .seconds(20)
            bench.aftermath = .seconds(1)
            let report = try await bench.run { _ in }
            let result = try #require(report.results.first)
            #expect(result.failure == nil)
            #expect(result.undiscovered == 0)
            #expect(result.discovery != nil)
            #expect(result.restMicroseconds.count == 3)
            #expect(result.memory.allSatisfy { $0 > 0 })
            #expect(result.firstTold.count == 5)
            #expect(result.allTold.count == 5)
            #expect(result.unmoved == 0)
            #expect(result.secondFailovers == 0)
            #expect(result.falseFailovers == 0)
            #expect(result.orphans == 0)
            #expect(result.leaders.reduce(0, +) >= 5)
        }

        @Test("clients get their answers, and all subscribers are told of a switch")
        func clients() async throws {
            var bench = QueryBench(parts: [.queries, .subscribers], supervisors: [.picketd], runs: 1, program: try Self.program())
            bench.seconds = 0.5
            bench.connections = 5
            bench.subscribers = 50
            let report = try await bench.run { _ in }
            let result = try #require(report.results.first)
            #expect(result.failure == nil)
            #expect(result.loads.map(\.pipeline) == [1, 16])
            #expect(result.loads.allSatisfy { $0.queriesPerSecond > 0 && $0.wrong == 0 })
            #expect(result.subscribers?.told == 50)
        }

        @Test("the fleet answers with the same bytes as a Redis server")
        func sameBytes() async throws {
            let plan = DeploymentPlan(groups: [GroupPlan(name: "cache", replicas: 1)], monitors: [])
            let requests: [[String]] = [
                ["PING"], ["ping", "hi"], ["PING", "a", "b"], ["FOO", "a", "b"], ["FOO"], ["CLIENT", "GETNAME"],
                ["CLIENT", "SETNAME", "me"],
                ["CLIENT", "GETNAME"], ["CLIENT", "SETNAME"], ["CLIENT", "SETNAME", "a b"], ["CLIENT", "FOO"], ["CLIENT", "PAUSE"],
                ["CLIENT", "PAUSE", "1", "FOO"], ["CLIENT", "PAUSE", "x"], ["CLIENT", "UNPAUSE"], ["CLIENT", "KILL", "TYPE", "pubsub"],
                ["CLIENT", "KILL", "TYPE", "foo"], ["CONFIG", "GET", "replica-priority"], ["CONFIG", "SET", "foo", "1"],
                ["CONFIG", "SET", "min-replicas-to-write", "0"], ["CONFIG", "FOO"], ["CONFIG"], ["CONFIG", "REWRITE"], ["AUTH", "x"],
                ["AUTH", "default", "x"], ["AUTH", "bob", "x"], ["SCRIPT", "KILL"], ["SCRIPT", "FOO"], ["EXEC"], ["DISCARD"],
                ["FAILOVER", "ABORT"], ["FAILOVER", "TO", "127.0.0.1", "1"], ["FAILOVER", "FOO"], ["PUBLISH", "a", "b"], ["PUBLISH", "a"],
                ["INFO", "nothing"], ["ROLE", "x"], ["REPLICAOF", "127.0.0.1"], ["REPLICAOF", "127.0.0.1", "99999999"],
                ["REPLICAOF", "NO", "ONE"], ["MULTI"], ["MULTI"], ["PING"], ["FOO"], ["EXEC"], ["MULTI"], ["PING"],
                ["CLIENT", "KILL", "TYPE", "pubsub"], ["EXEC"], ["MULTI"], ["DISCARD"], ["SUBSCRIBE"], ["UNSUBSCRIBE"], ["SUBSCRIBE", "a"],
                ["PING"], ["PING", "hi"], ["INFO"], ["UNSUBSCRIBE", "a"], ["PING"],
            ]
            try await Live.run(plan, settles: false) { deployment in
                let redis = try await LabConnection.open(port: deployment.group().instances[0].port)
                var fleetPlan = FleetDeployment.Plan(groups: 1, kind: .picketd, program: [try Self.program(), "fleet"])
                fleetPlan.replicas = 1
                try await FleetDeployment.run(fleetPlan) { deployment in
                    let fleet = try await LabConnection.open(port: deployment.fleet.groups[0].ports[0])
                    for request in requests {
                        #expect(try await Self.bytes(fleet, request) == Self.bytes(redis, request), "\(request)")
                    }
                }
            }
        }

        private static func bytes(_ connection: LabConnection, _ request: [String]) async throws -> String {
            var bytes = ByteBuffer()
            bytes.writeRESP(try await connection.send(request), version: .two)
            return String(buffer: bytes)
        }
    }
}
