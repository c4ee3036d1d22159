import PicketLab
import Testing

extension Live {
    @Suite("In one quorum with redis-sentinel")
    struct MixedQuorumTests {
        struct Mixture: Sendable, CustomTestStringConvertible {
            let kinds: [MonitorKind]
            var testDescription: String {
                "\(kinds.count { $0 == .picketd }) picketd, \(kinds.count { $0 == .redisSentinel }) redis-sentinel"
            }
        }

        static let mixtures = [
            Mixture(kinds: [.picketd, .redisSentinel, .picketd]), Mixture(kinds: [.picketd, .redisSentinel, .redisSentinel]),
        ]

        /// Who leads is certain: a quorum of one, and only `leader` notices soon. Refused connections tell the picketd nothing here.
        private static func plan(_ mixture: Mixture, leader: MonitorKind) -> DeploymentPlan {
            var monitors = mixture.kinds.map { MonitorPlan($0, downAfter: .seconds(5)) }
            monitors[leader == .picketd ? 0 : 1].downAfter = .seconds(1)
            for index in monitors.indices where monitors[index].kind == .picketd {
                monitors[index].lines = ["sentinel crash-down-after-milliseconds cache 0"]
            }
            return DeploymentPlan(monitors: monitors, quorum: 1, failoverTimeout: .seconds(5))
        }

        @Test(
            "a killed primary is replaced under either kind of leader, with the votes of both kinds",
            arguments: mixtures, [MonitorKind.picketd, .redisSentinel])
        func kill(mixture: Mixture, leader: MonitorKind) async throws {
            try await Live.run(Self.plan(mixture, leader: leader)) { deployment in
                let old = try deployment.group().instances[0]
                let events = try await EventRecorder.attached(to: deployment)
                await old.node.kill()
                let new = try await deployment.waitForFailover(from: old.port, within: .seconds(20))
                try await deployment.waitUntilAllFollow(new, within: .seconds(20))

                let elected = try await events.first("+elected-leader")
                #expect(deployment.monitors[elected.monitor].kind == leader)
                let leaderID = try await deployment.monitors[elected.monitor].identity()
                // At least one vote came from the other kind.
                let voters = events.events(named: "+vote-for-leader").filter { $0.words.first.map(String.init) == leaderID }
                #expect(voters.contains { deployment.monitors[$0.monitor].kind != leader })

                // From here on it need not be first, nor be alone with its opinion.
                try await deployment.monitors[elected.monitor].node.call(
                    "SENTINEL", "SET", "cache", "down-after-milliseconds", "5000", "quorum", "2")
                try await Self.expectOneConfiguration(deployment)
                try await old.node.start()
                try await deployment.waitUntilAllFollow(new, within: .seconds(25))
            }
        }

        @Test("SENTINEL FAILOVER on either kind is followed by the other", arguments: mixtures)
        func manual(mixture: Mixture) async throws {
            let plan = DeploymentPlan(monitors: mixture.kinds.map { MonitorPlan($0) }, downAfter: .seconds(1), failoverTimeout: .seconds(2))
            try await Live.run(plan) { deployment in
                let first = try deployment.group().instances[0]
                try await deployment.monitors[0].node.call("SENTINEL", "FAILOVER", "cache")
                let second = try await deployment.waitForFailover(from: first.port)
                try await deployment.waitUntilAllFollow(second, within: .seconds(20))
                try await Self.expectOneConfiguration(deployment)

                // Until redis-sentinel has looked at the replicas again it knows none that would do.
                try await wait(until: "redis-sentinel takes the order", within: .seconds(20), every: .milliseconds(100)) {
                    try await deployment.monitors[1].node.call("SENTINEL", "FAILOVER", "cache").text == "OK"
                }
                let third = try await deployment.waitForFailover(from: second.port, within: .seconds(20))
                try await deployment.waitUntilAllFollow(third, within: .seconds(20))
                try await Self.expectOneConfiguration(deployment)
            }
        }

        /// Address and configuration epoch are the same everywhere.
        private static func expectOneConfiguration(_ deployment: Deployment) async throws {
            try await wait(until: "all monitors have the same configuration") {
                var seen: Set<[String?]> = []
                for monitor in deployment.monitors {
                    let fields = try await monitor.primary(of: "cache")
                    seen.insert([fields["ip"], fields["port"], fields["config-epoch"]])
                }
                guard seen.count == 1 else { throw NotYet("\(seen)") }
                return true
            }
        }
    }
}
