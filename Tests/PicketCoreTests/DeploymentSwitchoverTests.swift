import Testing

@testable import PicketCore

@Suite("Planned switches in a whole deployment")
struct SwitchoverDeploymentTests {
    /// Down-after is far away: nothing here waits for it.
    private func settled(monitors: Int = 3) -> Deployment {
        Deployment.settled(monitors: monitors, quorum: monitors / 2 + 1) { $0.downAfter = .seconds(30) }
    }

    @Test("one order moves the role once, for everybody", arguments: [1, 3, 5])
    func once(monitors: Int) throws {
        let deployment = settled(monitors: monitors)
        let ticket = deployment.ask(.failover(.cache, FailoverOrder(.coordinated)), of: 0)
        let time = try #require(deployment.time(atMost: .seconds(3)) { $0.agreed == .replica(1) })
        #expect(time <= .milliseconds(100), "took \(time)")
        deployment.run(.milliseconds(20))
        #expect(deployment.monitors[0].answers[ticket] == .done)
        #expect(deployment.time(atMost: .seconds(3)) { $0.isWhole } != nil)
        deployment.run(.seconds(20))
        #expect(deployment.agreed == .replica(1))
        #expect(deployment.monitors.allSatisfy { host in host.notices.count { $0.notice.kind == .switched } == 1 })
        #expect(deployment.fleet[.primary].follows == .replica(1))
    }

    @Test("two operators at once make one switch, and both are answered")
    func twoAtOnce() throws {
        let deployment = settled()
        let tickets = [0, 1].map { deployment.ask(.failover(.cache, FailoverOrder(.coordinated)), of: $0) }
        deployment.run(.seconds(20))
        #expect(deployment.isWhole)
        #expect(deployment.agreed != .primary)
        let answers = [0, 1].map { deployment.monitors[$0].answers[tickets[$0]] }
        #expect(answers.count { $0 == .done } == 1, "\(answers)")
        #expect(!answers.contains(nil))
        #expect(deployment.monitors.allSatisfy { host in host.notices.count { $0.notice.kind == .switched } == 1 })
    }

    @Test(
        "a leader that dies in the middle leaves a group with one primary that all agree on",
        arguments: stride(from: 0, through: 24, by: 1).map(\.self))
    func leaderDies(milliseconds: Int) throws {
        let deployment = settled()
        deployment.ask(.failover(.cache, FailoverOrder()), of: 0)
        deployment.run(.milliseconds(milliseconds))
        deployment.stop(0)
        let time = try #require(deployment.time(atMost: .seconds(60)) { $0.isWhole })
        #expect(time <= .milliseconds(2_500), "took \(time)")
        deployment.start(0)
        #expect(deployment.time(atMost: .seconds(5)) { $0.isWhole } != nil)
        deployment.run(.seconds(10))
        #expect(deployment.isWhole)
    }

    @Test("the leader's death right after the hand-over is made good within two seconds, though nobody was told of it")
    func adopted() throws {
        let deployment = settled()
        deployment.ask(.failover(.cache, FailoverOrder()), of: 0)
        #expect(deployment.time(atMost: .seconds(1)) { $0.fleet[.primary].follows != nil } != nil)
        deployment.stop(0)
        let time = try #require(deployment.time(atMost: .seconds(60)) { $0.agreed == .replica(1) })
        #expect(time <= .seconds(2), "took \(time)")
        #expect(deployment.fleet[.primary].follows == .replica(1))
    }
}
