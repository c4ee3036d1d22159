import Testing

@testable import PicketCore

@Suite("A whole deployment")
struct DeploymentTests {
    @Test("monitors that know nothing but the primary find the replicas and each other")
    func discovery() {
        let deployment = Deployment(monitors: 5, replicas: 3, quorum: 3)
        deployment.run(.seconds(3))
        for host in deployment.monitors {
            #expect(host.supervisor.summary(of: .cache)?.monitorCount == 5)
            #expect(host.supervisor.summary(of: .cache)?.replicaCount == 3)
        }
        deployment.run(.seconds(30))
        for host in deployment.monitors {
            #expect(host.supervisor.currentEpoch == .zero)
            #expect(!host.notices.contains { $0.notice.kind == .subjectivelyDown })
        }
    }

    @Test("a killed primary is replaced, everybody agrees, and the other replica follows")
    func killed() throws {
        let deployment = Deployment.settled()
        deployment.kill(.primary)
        let time = try #require(deployment.time(atMost: .seconds(5)) { $0.agreed != nil })
        #expect(time <= .milliseconds(1_150), "took \(time)")
        #expect(deployment.time(atMost: .seconds(2)) { $0.isWhole } != nil)
        #expect(deployment.monitors.allSatisfy { $0.supervisor.currentEpoch == Epoch(1) })
    }

    @Test("a frozen primary is replaced soon after down-after, and made a replica when it goes on")
    func frozen() throws {
        let deployment = Deployment.settled()
        deployment.freeze(.primary)
        let time = try #require(deployment.time(atMost: .seconds(5)) { $0.agreed != nil })
        #expect((.seconds(1) ... .milliseconds(1_400)).contains(time), "took \(time)")
        deployment.run(.seconds(5))
        deployment.revive(.primary)
        let demotion = try #require(deployment.time(atMost: .seconds(15)) { $0.isWhole && $0.fleet[.primary].follows != nil })
        #expect(demotion <= .seconds(9), "took \(demotion)")
        #expect(deployment.livePrimaries.count == 1)
    }

    @Test("failover after failover ends in agreement")
    func repeated() throws {
        let deployment = Deployment.settled(replicas: 4)
        for round in 1...4 {
            let primary = try #require(deployment.agreed)
            deployment.kill(primary)
            #expect(deployment.time(atMost: .seconds(10)) { $0.isWhole } != nil, "round \(round)")
            deployment.run(.seconds(3))
        }
        #expect(deployment.livePrimaries.count == 1)
    }

    @Test("the leader's death at any moment of the failover does not stop it", arguments: stride(from: 0, through: 60, by: 3).map(\.self))
    func leaderDies(millisecondsAfterAttempt: Int) throws {
        let deployment = Deployment.settled()
        deployment.kill(.primary)
        let killed = deployment.now
        let isTried: (Deployment) -> Bool = { $0.monitors.contains { $0.time(of: .failoverTried, since: killed) != nil } }
        #expect(deployment.time(atMost: .seconds(5), until: isTried) != nil)
        let leader = try #require(deployment.monitors.firstIndex { $0.time(of: .failoverTried, since: killed) != nil })
        deployment.run(.milliseconds(millisecondsAfterAttempt))
        deployment.stop(leader)
        let time = deployment.time(atMost: .seconds(8)) { $0.isWhole }
        #expect(time != nil)
        deployment.start(leader)
        #expect(deployment.time(atMost: .seconds(8)) { $0.isWhole } != nil)
    }

    @Test("with the only replica too, at any moment of the failover", arguments: stride(from: 0, through: 30, by: 2).map(\.self))
    func leaderDiesOneReplica(millisecondsAfterAttempt: Int) throws {
        let deployment = Deployment.settled(replicas: 1)
        deployment.kill(.primary)
        let killed = deployment.now
        let isTried: (Deployment) -> Bool = { $0.monitors.contains { $0.time(of: .failoverTried, since: killed) != nil } }
        #expect(deployment.time(atMost: .seconds(5), until: isTried) != nil)
        let leader = try #require(deployment.monitors.firstIndex { $0.time(of: .failoverTried, since: killed) != nil })
        deployment.run(.milliseconds(millisecondsAfterAttempt))
        deployment.stop(leader)
        #expect(deployment.time(atMost: .seconds(8)) { $0.agreed == .replica(1) } != nil)
    }

    @Test("a restarted monitor goes on with what it had on disk, and votes no second time")
    func restarts() throws {
        let deployment = Deployment.settled()
        deployment.kill(.primary)
        for round in 0..<60 {
            deployment.run(.milliseconds(23))
            deployment.stop(round % 3)
            deployment.run(.milliseconds(5))
            deployment.start(round % 3)
        }
        #expect(deployment.time(atMost: .seconds(10)) { $0.isWhole } != nil)
        deployment.run(.milliseconds(20))
        for host in deployment.monitors {
            #expect(host.durable.groups[.cache]?.primary == host.supervisor.primaryAddress(of: .cache))
            #expect(host.durable.currentEpoch == host.supervisor.currentEpoch)
        }
    }

    @Test("a minority replaces nobody, however long it is alone")
    func minority() {
        let deployment = Deployment.settled(monitors: 5, quorum: 2)
        deployment.isolate(["10.0.1.1", "10.0.1.2"])
        deployment.run(.seconds(30))
        #expect(deployment.livePrimaries == [.primary])
        // One try at most, before the peers beyond the cut were held down too; none after.
        for host in deployment.monitors { #expect(host.supervisor.currentEpoch <= Epoch(1)) }
        #expect(!deployment.monitors.contains { host in host.notices.contains { $0.notice.kind == .elected } })
        deployment.heal()
        deployment.run(.seconds(10))
        #expect(deployment.agreed == .primary)
    }

    @Test("a primary cut off with a minority is replaced, and joins as a replica when the cut is healed")
    func partition() {
        let deployment = Deployment.settled(monitors: 5, quorum: 3)
        deployment.isolate(["10.0.0.1", "10.0.1.1", "10.0.1.2"])
        deployment.run(.seconds(10))
        #expect(deployment.believed(by: 0) == .primary)
        #expect(deployment.believed(by: 1) == .primary)
        let new = deployment.believed(by: 2)
        #expect(new != .primary)
        #expect(deployment.believed(by: 3) == new && deployment.believed(by: 4) == new)
        deployment.heal()
        #expect(deployment.time(atMost: .seconds(25)) { $0.isWhole } != nil)
        #expect(deployment.agreed == new)
        #expect(deployment.fleet[.primary].follows == new)
    }

    @Test("a replica that was away during the failover is brought to the new primary when it returns")
    func replicaAway() {
        let deployment = Deployment.settled(replicas: 3)
        deployment.kill(.replica(3))
        deployment.run(.seconds(3))
        deployment.kill(.primary)
        #expect(deployment.time(atMost: .seconds(5)) { $0.agreed != nil } != nil)
        deployment.run(.seconds(5))
        deployment.revive(.replica(3))
        #expect(deployment.time(atMost: .seconds(25)) { $0.isWhole } != nil)
        #expect(deployment.fleet[.replica(3)].follows == deployment.agreed)
    }

    @Test("a primary that is restarted at once stays the primary")
    func quickRestart() {
        let deployment = Deployment.settled()
        deployment.kill(.primary)
        deployment.run(.milliseconds(5))
        deployment.revive(.primary)
        deployment.run(.seconds(10))
        #expect(deployment.agreed == .primary)
        #expect(deployment.monitors.allSatisfy { $0.supervisor.currentEpoch == .zero })
    }

    @Test("a failover that is ordered with everybody well moves everybody")
    func ordered() {
        let deployment = Deployment.settled()
        deployment.ask(.failover(.cache, FailoverOrder(.forced)), of: 1)
        #expect(deployment.time(atMost: .seconds(3)) { $0.isWhole && $0.agreed != .primary } != nil)
        deployment.run(.seconds(5))
        #expect(deployment.isWhole)
    }

    @Test("seven monitors elect one leader in one round")
    func oneRound() {
        let deployment = Deployment.settled(monitors: 7, replicas: 3, quorum: 4)
        deployment.kill(.primary)
        #expect(deployment.time(atMost: .seconds(5)) { $0.isWhole } != nil)
        #expect(deployment.monitors.allSatisfy { $0.supervisor.currentEpoch == Epoch(1) })
    }

    @Test("the death of all replicas and the primary ends when a replica returns")
    func allDead() {
        let deployment = Deployment.settled()
        for endpoint in deployment.fleet.endpoints { deployment.kill(endpoint) }
        deployment.run(.seconds(30))
        #expect(deployment.monitors.allSatisfy { $0.supervisor.currentEpoch <= Epoch(2) })
        deployment.revive(.replica(2))
        #expect(deployment.time(atMost: .seconds(5)) { $0.agreed == .replica(2) } != nil)
    }

    @Test("two runs of the same story are the same")
    func deterministic() {
        func story() -> [String] {
            let deployment = Deployment.settled()
            deployment.kill(.primary)
            deployment.run(.seconds(5))
            deployment.revive(.primary)
            deployment.run(.seconds(5))
            return deployment.monitors.flatMap { host in host.notices.map { "\($0.at.sinceStart) \(host.id.short) \($0.notice.kind)" } }
        }
        #expect(story() == story())
    }
}
