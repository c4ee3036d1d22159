import PicketLab
import Testing

extension Live {
    @Suite("Loss of the leader")
    struct LeaderLossTests {
        /// The first monitor notices long before the others, and a quorum of one lets it go ahead: it is certain to lead. Refused
        /// connections would tell all of them at the same time.
        private static let plan = DeploymentPlan(
            groups: [GroupPlan(name: "cache", settings: [.init("crash-down-after-milliseconds", "0")])],
            monitors: [MonitorPlan(.picketd, downAfter: .milliseconds(300)), .picketd, .picketd], quorum: 1, downAfter: .seconds(1))

        @Test(
            "a leader that dies in the middle is replaced, and agrees when it returns",
            arguments: ["CRASH-AFTER-ELECTION", "CRASH-AFTER-PROMOTION"])
        func leaderCrashes(moment: String) async throws {
            try await Live.run(Self.plan) { deployment in
                let old = try deployment.group().instances[0]
                let leader = deployment.monitors[0]
                try await leader.node.call("SENTINEL", "SIMULATE-FAILURE", moment)
                await old.node.kill()
                let exit = try await leader.node.process?.exit(within: .seconds(5))
                #expect(exit == .status(99))

                let new = try await deployment.waitForFailover(from: old.port, within: .seconds(20))
                try await deployment.waitUntilAllFollow(new)
                try await leader.node.start()
                try await wait(until: "the returned leader agrees") { try await leader.primaryPort(of: "cache") == new.port }
                try await deployment.waitUntilAllFollow(new)
                #expect(try await deployment.agreedPort(of: "cache") == new.port)
            }
        }

        @Test("a leader that is killed right after its own vote is replaced, and agrees when it returns")
        func leaderIsKilledAfterItsVote() async throws {
            try await Live.run(Self.plan) { deployment in
                let old = try deployment.group().instances[0]
                let leader = deployment.monitors[0]
                let events = try await EventRecorder.attached(to: deployment)
                await old.node.kill()
                try await events.first("+vote-for-leader", fromMonitor: 0)
                await leader.node.kill()

                let new = try await deployment.waitForFailover(from: old.port, within: .seconds(20))
                try await leader.node.start()
                try await wait(until: "the returned leader agrees") { try await leader.primaryPort(of: "cache") == new.port }
                try await deployment.waitUntilAllFollow(new)
                #expect(try await deployment.agreedPort(of: "cache") == new.port)
            }
        }
    }
}
