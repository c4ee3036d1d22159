import Testing

@testable import PicketCore

@Suite("Re-attaching replicas after a failover")
struct ReattachmentTests {
    /// After the switch, with replicas that need time to synchronise.
    private func switched(
        replicas: Int, parallelSyncs: Int, failoverTimeout: Duration = .seconds(60), obeys: Bool = true
    ) -> Stage {
        let stage = Stage(replicas: replicas) {
            $0.groups[.cache]?.settings.parallelSyncs = parallelSyncs
            $0.groups[.cache]?.settings.failoverTimeout = failoverTimeout
        }
        for number in 1...replicas { stage.fleet[.replica(number)].link = .down(for: .seconds(1)) }
        if !obeys { stage.override = { _, request in if case .follow = request { .reply(.accepted) } else { nil } } }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.switched) })
        return stage
    }

    @Test("as many replicas synchronise at the same time as parallel-syncs says", arguments: [1, 2, 3])
    func parallelSyncs(count: Int) {
        let stage = switched(replicas: 5, parallelSyncs: count)
        stage.advance(.seconds(5))
        #expect(stage.follows.count == count)
        #expect(stage.notices.count(.reattachInProgress) == count)
        #expect(!stage.notices.contains(.reattachDone))
        stage.fleet[stage.follows[0].0].link = .up
        stage.advance(.milliseconds(1_100))
        #expect(stage.notices.count(.reattachDone) == 1)
        #expect(stage.follows.count == count + 1)
        for number in 2...5 { stage.fleet[.replica(number)].link = .up }
        stage.advance(.seconds(5))
        #expect(stage.follows.count == 4)
        #expect(Set(stage.follows.map(\.0)).count == 4)
        #expect(stage.follows.allSatisfy { $0.to == .replica(1) })
        #expect(stage.notices.last?.kind == .failoverEnded)
    }

    @Test("a replica that does not show that it follows is given up after its time-out, and the next one is led")
    func timeOut() {
        let stage = switched(replicas: 3, parallelSyncs: 1, obeys: false)
        stage.advance(.milliseconds(9_900))
        #expect(stage.follows.count == 1)
        stage.advance(.milliseconds(200))
        #expect(stage.notices.count(.reattachTimedOut) == 1)
        #expect(stage.follows.count == 2)
        stage.advance(.seconds(11))
        #expect(stage.notices.count(.reattachTimedOut) == 2)
        #expect(stage.notices.contains(.failoverEnded))
    }

    @Test("after failover-timeout all that are left are told at once, and the failover ends")
    func failoverTimeOut() {
        let stage = switched(replicas: 5, parallelSyncs: 1, failoverTimeout: .seconds(8))
        stage.advance(.milliseconds(7_900))
        #expect(!stage.notices.contains(.failoverEndedByTimeout))
        #expect(stage.follows.count == 1)
        stage.advance(.milliseconds(200))
        #expect(stage.follows.count == 4)
        let kinds = stage.notices.kinds.drop { $0 != .failoverEndedByTimeout }
        #expect(
            kinds.prefix(5) == [.failoverEndedByTimeout, .reattachSentAnyway, .reattachSentAnyway, .reattachSentAnyway, .failoverEnded])
    }

    @Test("a replica that is down is not waited for, one that is unreachable only until it is down")
    func downReplica() {
        let stage = Stage(replicas: 3)
        stage.freeze(.replica(3))
        stage.advance(.seconds(2))
        #expect(stage.failOver(within: .seconds(5)))
        #expect(stage.follows.map(\.0) == [.replica(2)])
    }

    @Test("a replica that follows the new primary already is left in peace")
    func alreadyFollowing() {
        let stage = Stage(replicas: 2)
        stage.losePrimary()
        stage.fleet[.replica(2)].follows = .replica(1)
        stage.fleet[.replica(2)].link = .up
        #expect(stage.failOver(within: .seconds(20)))
        #expect(stage.follows.count <= 1)
        #expect(stage.fleet[.replica(2)].follows == .replica(1))
    }

    @Test("the new primary's loss during the re-attachment begins another failover")
    func newPrimaryLost() {
        let stage = switched(replicas: 3, parallelSyncs: 1)
        stage.advance(.seconds(2))
        #expect(stage.phase == .reattaching)
        stage.fleet[.replica(2)].link = .automatic
        stage.fleet[.replica(3)].link = .automatic
        stage.kill(.replica(1))
        stage.advance(.seconds(5))
        #expect(stage.primaryAddress == .replica(2) || stage.primaryAddress == .replica(3))
        #expect(stage.group.configEpoch == Epoch(2))
    }
}

@Suite("Bringing strays back")
struct RepairTests {
    /// A failover is over, the old primary is dead.
    private func afterFailover(peers: Int = 2) -> Stage {
        let stage = Stage(peers: peers, quorum: peers == 0 ? 1 : 2)
        #expect(stage.failOver())
        stage.advance(.seconds(3))
        stage.allPeers(holdDown: false)
        stage.forget()
        return stage
    }

    private func confirm(_ stage: Stage, peers: [Int], primary: Endpoint = .replica(1), epoch: Epoch = Epoch(1)) {
        for peer in peers { stage.hello(from: stage.peers[peer], currentEpoch: epoch, primary: primary, configEpoch: epoch) }
    }

    @Test("a returned primary is made a replica as soon as the other monitors confirm the new one")
    func converted() {
        let stage = afterFailover()
        confirm(stage, peers: [0, 1])
        stage.advance(.milliseconds(10))
        stage.revive(.primary)
        stage.advance(.milliseconds(2_500))
        // What was told before it came back says nothing about what happened since.
        #expect(stage.linkID(to: .primary) != nil)
        #expect(stage.follows.isEmpty)
        confirm(stage, peers: [0])
        #expect(stage.follows.isEmpty)
        confirm(stage, peers: [1])
        #expect(stage.follows.map(\.0) == [.primary])
        #expect(stage.follows.map(\.to) == [.replica(1)])
        #expect(stage.notices.contains(.converted))
        stage.advance(.seconds(1))
        #expect(stage.fleet[.primary].follows == .replica(1))
    }

    @Test("monitors that tell of another configuration confirm nothing")
    func unconfirmed() {
        let stage = afterFailover()
        stage.revive(.primary)
        stage.advance(.milliseconds(1_500))
        confirm(stage, peers: [0, 1], epoch: .zero)
        confirm(stage, peers: [0, 1], primary: .replica(2))
        #expect(stage.follows.isEmpty)
    }

    @Test("without confirmation a returned primary is made a replica after four hello periods")
    func patience() {
        let stage = afterFailover()
        stage.advance(.seconds(20))
        stage.revive(.primary)
        stage.advance(.seconds(7))
        #expect(stage.follows.isEmpty)
        stage.advance(.seconds(3))
        #expect(stage.follows.map(\.0) == [.primary])
    }

    @Test("a monitor alone has nobody to confirm and waits for four hello periods")
    func alone() {
        let stage = afterFailover(peers: 0)
        stage.advance(.seconds(20))
        stage.revive(.primary)
        stage.advance(.seconds(7))
        #expect(stage.follows.isEmpty)
        stage.advance(.seconds(3))
        #expect(stage.follows.map(\.0) == [.primary])
    }

    @Test("nobody is led to a primary that is itself not well")
    func unhealthyPrimary() {
        let stage = afterFailover()
        stage.revive(.primary)
        stage.advance(.milliseconds(500))
        stage.freeze(.replica(1))
        stage.fleet[.replica(2)].priority = 0
        stage.advance(.seconds(3))
        confirm(stage, peers: [0, 1])
        stage.advance(.milliseconds(500))
        #expect(stage.isDown(.replica(1)))
        #expect(stage.follows.isEmpty)
    }

    @Test("a newer epoch somewhere, in which the instance may just be made a primary, asks for patience")
    func newerEpoch() {
        let stage = afterFailover()
        stage.revive(.primary)
        stage.advance(.milliseconds(500))
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(2), primary: .replica(1), configEpoch: Epoch(1))
        stage.hello(from: stage.peers[1], currentEpoch: Epoch(2), primary: .replica(1), configEpoch: Epoch(1))
        stage.advance(.milliseconds(1_000))
        #expect(stage.follows.isEmpty)
    }

    @Test("a replica of a wrong primary is brought back after failover-timeout, not before")
    func wrongPrimary() {
        let stage = Stage()
        stage.fleet[.replica(1)].follows = Endpoint(host: "10.9.9.9", port: 6379)
        #expect(stage.advance(atMost: .seconds(11)) { $0.instance(at: .replica(1))?.replication.primary?.host == "10.9.9.9" })
        stage.advance(.milliseconds(9_900))
        #expect(stage.follows.isEmpty)
        stage.advance(.milliseconds(1_500))
        #expect(stage.follows.map(\.0) == [.replica(1)])
        #expect(stage.follows.map(\.to) == [.primary])
        #expect(stage.notices.contains(.replicationFixed))
        stage.advance(.seconds(5))
        #expect(stage.follows.count == 1)
    }

    @Test("at a switch an observer leaves the replicas to the leader, however long they have followed the old primary")
    func observer() {
        let stage = Stage()
        stage.advance(.seconds(60))
        stage.fleet[.replica(1)].follows = nil
        stage.kill(.primary)
        for peer in stage.peers { stage.hello(from: peer, currentEpoch: Epoch(1), primary: .replica(1), configEpoch: Epoch(1)) }
        stage.advance(.seconds(5))
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.fleet[.replica(2)].follows == .primary)
        #expect(stage.follows.isEmpty)
        // A leader that does not get it done in a failover's time has given up.
        stage.advance(.seconds(12))
        #expect(stage.follows.map(\.0) == [.replica(2)])
    }

    @Test("an instance is never told to follow itself, though the primary is known by another name")
    func itself() {
        let stage = Stage { state in
            state.settings.resolveHostnames = true
            state.settings.announceHostnames = true
        }
        stage.deliver(.resolved(host: "database", addresses: ["10.0.0.2"]))
        let named = Endpoint(host: "database", port: 6379)
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(1), primary: named, configEpoch: Epoch(1))
        stage.fleet[.replica(1)].follows = nil
        stage.advance(.seconds(30))
        #expect(stage.group.primary.endpoint == .replica(1))
        #expect(!stage.follows.contains { $0.0 == .replica(1) })
        #expect(stage.follows.contains { $0.0 == .replica(2) })
    }

    @Test("a primary that somebody made a replica by mistake is made a primary again where nobody better is there")
    func demotedPrimary() {
        let stage = Stage(replicas: 0)
        stage.fleet[.primary].follows = Endpoint(host: "10.9.9.9", port: 6379)
        stage.fleet[.primary].ping = .alive(.primaryLinkDown)
        stage.allPeers(holdDown: true)
        stage.advance(.seconds(60))
        #expect(stage.fleet[.primary].follows == nil)
        #expect(stage.primaryAddress == .primary)
        #expect(!stage.isDown(.primary))
    }
}
