import Testing

@testable import PicketCore

@Suite("Standing for election")
struct ElectionTests {
    private func isVoteRequest(_ request: Request) -> Bool {
        if case .askDown(_, _, _, _?) = request { true } else { false }
    }

    /// A stage whose primary is lost and whose peers give these votes.
    private func stage(peers: Int, quorum: Int, votes: Int) -> Stage {
        let stage = Stage(peers: peers, quorum: quorum)
        for index in stage.peers.indices where index >= votes { stage.peers[index].ballot = .withholds }
        stage.losePrimary()
        return stage
    }

    @Test(
        "a majority of all known monitors and the quorum are both needed",
        arguments: [
            // peers, quorum, votes of peers, elected
            (2, 2, 0, false), (2, 2, 1, true), (2, 1, 0, false), (2, 1, 1, true), (2, 3, 1, false), (2, 3, 2, true),
            (4, 2, 1, false), (4, 2, 2, true), (4, 4, 2, false), (4, 4, 3, true), (4, 5, 3, false), (4, 5, 4, true),
            (3, 2, 1, false), (3, 2, 2, true),
        ])
    func votes(peers: Int, quorum: Int, votes: Int, isElected: Bool) {
        let stage = stage(peers: peers, quorum: quorum, votes: votes)
        stage.advance(.seconds(4))
        #expect(stage.notices.contains(.failoverTried))
        #expect(stage.notices.contains(.elected) == isElected)
        #expect(stage.promotions.isEmpty == !isElected)
    }

    @Test("monitors that are down count as known: without a majority of usable ones nobody stands")
    func tooFewUsable() {
        let stage = Stage(peers: 4, quorum: 1)
        for number in 1...3 { stage.kill(.peer(number)) }
        stage.advance(.seconds(2))
        stage.losePrimary()
        stage.advance(.seconds(30))
        #expect(stage.isObjectivelyDown)
        #expect(!stage.notices.contains(.failoverTried))
        #expect(stage.supervisor.currentEpoch == .zero)
        stage.revive(.peer(1))
        stage.advance(.seconds(3))
        #expect(stage.notices.contains(.switched))
    }

    @Test("with a quorum that cannot be had nobody stands")
    func impossibleQuorum() {
        let stage = Stage(peers: 2, quorum: 4)
        stage.losePrimary()
        stage.advance(.seconds(10))
        #expect(!stage.notices.contains(.objectivelyDown))
        #expect(!stage.notices.contains(.failoverTried))
    }

    @Test("a monitor alone elects itself")
    func alone() {
        let stage = Stage(peers: 0, quorum: 1)
        #expect(stage.failOver())
        #expect(stage.supervisor.currentEpoch == Epoch(1))
    }

    @Test("votes are asked for only once the own vote is on disk")
    func ownVoteFirst() {
        let stage = Stage()
        stage.losePrimary()
        stage.disk = .slow
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .electing })
        stage.advance(.milliseconds(200))
        #expect(!stage.sent.contains { isVoteRequest($0.request) })
        #expect(stage.promotions.isEmpty)
        stage.persist()
        #expect(stage.sent.contains { isVoteRequest($0.request) })
        #expect(stage.durable.groups[.cache]?.vote == Vote(epoch: Epoch(1), leader: Stage.me))
    }

    @Test("nobody is promoted before the election is on disk")
    func promotionWaits() {
        let stage = Stage(peers: 0, quorum: 1)
        stage.kill(.primary)
        stage.disk = .slow
        stage.advance(.seconds(2))
        #expect(stage.promotions.isEmpty)
        #expect(!stage.notices.contains(.elected))
        stage.persist()
        #expect(stage.promotions.count == 1)
        #expect(stage.notices.contains(.elected))
    }

    @Test("an attempt's votes are counted against its own epoch, whatever epoch there is meanwhile")
    func ownEpoch() throws {
        let stage = Stage()
        stage.override = { _, request in if case .askDown(_, _, _, _?) = request { .silence } else { nil } }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { stage in stage.sent.contains { self.isVoteRequest($0.request) } })
        let question = try #require(stage.sent.last { isVoteRequest($0.request) })
        // Another group's election, say.
        stage.hello(from: stage.peers[1], currentEpoch: Epoch(40))
        #expect(stage.supervisor.currentEpoch == Epoch(40))
        #expect(stage.phase == .electing)
        stage.deliver(.replied(question.link, question.request, .opinion(isDown: true, leader: Stage.me, leaderEpoch: Epoch(1))))
        #expect(stage.notices.contains(.elected))
        stage.advance(.seconds(1))
        #expect(stage.durable.groups[.cache]?.configEpoch == Epoch(1))
    }

    @Test("a vote of another epoch, or for another, elects nobody", arguments: [true, false])
    func foreignVotes(isOtherLeader: Bool) throws {
        let stage = Stage()
        stage.override = { _, request in if case .askDown(_, _, _, _?) = request { .silence } else { nil } }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { stage in stage.sent.contains { self.isVoteRequest($0.request) } })
        let question = try #require(stage.sent.last { isVoteRequest($0.request) })
        let vote = isOtherLeader ? (MonitorID.made(of: "2"), Epoch(1)) : (Stage.me, Epoch(2))
        stage.deliver(.replied(question.link, question.request, .opinion(isDown: true, leader: vote.0, leaderEpoch: vote.1)))
        stage.advance(.milliseconds(100))
        #expect(!stage.notices.contains(.elected))
    }

    @Test("a lost election is known at once, and tried again with a new epoch after 100 to 500 ms", arguments: 1...6)
    func lost(seed: Int) throws {
        let stage = Stage(seed: UInt64(seed))
        for index in stage.peers.indices { stage.peers[index].ballot = .favours(.made(of: "8")) }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.abortedNotElected) })
        let lostAt = stage.now
        #expect(stage.supervisor.currentEpoch == Epoch(1))
        #expect(stage.advance(atMost: .seconds(1)) { $0.notices.count(.failoverTried) == 2 })
        #expect((.milliseconds(100) ... .milliseconds(500)).contains(stage.now - lostAt))
        #expect(stage.supervisor.currentEpoch == Epoch(2))
    }

    @Test("the pause after a lost election is drawn from what election-retry says", arguments: 1...4)
    func retry(seed: Int) {
        let stage = Stage(seed: UInt64(seed)) {
            $0.groups[.cache]?.settings.electionRetry = ElectionRetry(atLeast: .milliseconds(1_000), atMost: .milliseconds(1_200))
        }
        for index in stage.peers.indices { stage.peers[index].ballot = .favours(.made(of: "8")) }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.abortedNotElected) })
        let lostAt = stage.now
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.count(.failoverTried) == 2 })
        #expect((.milliseconds(1_000) ... .milliseconds(1_200)).contains(stage.now - lostAt))
    }

    @Test("elections that are lost again and again come with growing pauses")
    func lostOften() {
        let stage = Stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .favours(.made(of: "8")) }
        stage.losePrimary()
        stage.advance(.seconds(60))
        #expect((15...60).contains(stage.notices.count(.failoverTried)), "\(stage.notices.count(.failoverTried))")
    }

    @Test("an election that nobody decides is given up after half a second, then with more patience each time, up to failover-timeout")
    func undecided() {
        let stage = Stage { $0.groups[.cache]?.settings.failoverTimeout = .seconds(3) }
        for index in stage.peers.indices { stage.peers[index].ballot = .silent }
        stage.losePrimary()
        for patience in [500, 1_000, 2_000, 3_000, 3_000] {
            #expect(stage.advance(atMost: .seconds(6)) { $0.phase == .electing })
            stage.advance(.milliseconds(patience - 2))
            #expect(stage.phase == .electing)
            stage.advance(.milliseconds(4))
            #expect(stage.phase == nil)
        }
    }

    @Test("where a vote for another is known, a voter that says nothing is not waited for")
    func split() {
        let stage = Stage()
        stage.peers[0].ballot = .favours(stage.peers[0].id)
        stage.peers[1].ballot = .silent
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .electing })
        stage.advance(.milliseconds(90))
        #expect(stage.phase == .electing)
        stage.advance(.milliseconds(20))
        #expect(stage.phase == nil)
        #expect(stage.notices.contains(.abortedNotElected))
    }

    @Test("while undecided, the peers are asked for their votes again")
    func asksAgain() {
        let stage = Stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .withholds }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .electing })
        for index in stage.peers.indices { stage.peers[index].ballot = .firstCome }
        stage.advance(.milliseconds(50))
        #expect(stage.notices.contains(.elected))
    }

    @Test("candidates stand one after the other: each group has its own order, and every monitor a different rank")
    func ranks() throws {
        let ids = (0...4).map { MonitorID.made(of: Character(String($0))) }
        var firsts: Set<MonitorID> = []
        for number in 0..<20 {
            let name = GroupName("group-\(number)")
            var waits: [(Duration, MonitorID)] = []
            for id in ids {
                var state = DurableState()
                state.identity = id
                var group = DurableGroup(settings: GroupSettings(quorum: 2), primary: .primary)
                for other in ids where other != id { group.peers[other] = .peer(Int(other.text.prefix(1))!) }
                state.groups[name] = group
                let now = Instant(sinceStart: .zero)
                let supervisor = Supervisor(restoring: state, identity: id, listenPort: 1, seed: 1, at: now)
                var candidate = try #require(supervisor.groups[name])
                candidate.objectivelyDownSince = now
                waits.append((try #require(candidate.mayStandFrom(supervisor.monitor)) - now, id))
            }
            waits.sort { $0.0 < $1.0 }
            #expect(waits.map(\.0) == (0...4).map { Limits.electionStagger * $0 })
            firsts.insert(waits[0].1)
        }
        #expect(firsts.count >= 4)
    }

    @Test("a new failover of the same group needs no cool-down")
    func repeated() {
        let stage = Stage(replicas: 3)
        #expect(stage.failOver())
        let second = stage.primaryAddress!
        stage.forget()
        stage.kill(second)
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.failoverEnded) })
        #expect(stage.primaryAddress != second)
        #expect(stage.group.configEpoch == Epoch(2))
    }
}

@Suite("Failovers that an operator orders")
struct ForcedFailoverTests {
    @Test("a healthy primary is replaced by force even where nobody votes, in an epoch of its own, and made a replica")
    func healthy() {
        let stage = Stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .withholds }
        stage.advance(.seconds(1))
        #expect(stage.answer(to: .failover(.cache, FailoverOrder(.forced))) == .done)
        stage.advance(.seconds(2))
        #expect(stage.notices.contains(.switched))
        #expect(stage.notices.contains(.failoverEnded))
        #expect(!stage.notices.contains(.objectivelyDown))
        #expect(stage.primaryAddress != .primary)
        #expect(stage.fleet[.primary].follows == stage.primaryAddress)
        #expect(stage.group.configEpoch > Epoch(1))
        #expect(stage.peers.allSatisfy { $0.asked.contains { if case .askDown(_, _, _, .some) = $0 { true } else { false } } })
    }

    @Test("a second order while one is carried out is refused")
    func inProgress() {
        let stage = Stage()
        stage.override = { _, request in if request.isInfo || request == .role { .silence } else { nil } }
        #expect(stage.answer(to: .failover(.cache, FailoverOrder(.forced))) == .done)
        #expect(stage.answer(to: .failover(.cache, FailoverOrder(.forced))) == .refused(.failoverInProgress))
        #expect(stage.supervisor.currentEpoch == Epoch(1))
    }

    @Test("without a replica that can be promoted it is refused and nothing has changed")
    func noReplica() {
        let stage = Stage(replicas: 1)
        stage.fleet[.replica(1)].priority = 0
        stage.advance(.seconds(11))
        #expect(stage.answer(to: .failover(.cache, FailoverOrder(.forced))) == .refused(.noGoodReplica))
        #expect(stage.supervisor.currentEpoch == .zero)
        #expect(Stage(replicas: 0).answer(to: .failover(.cache, FailoverOrder(.forced))) == .refused(.noGoodReplica))
    }

    @Test("an unknown group is refused")
    func unknown() {
        #expect(Stage().answer(to: .failover(GroupName("other"), FailoverOrder())) == .refused(.noSuchGroup))
    }

    @Test("the order is answered when the epoch is on disk")
    func durable() {
        let stage = Stage()
        stage.disk = .slow
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.forced)))
        #expect(stage.answer(to: ticket) == nil)
        #expect(stage.promotions.isEmpty)
        stage.persist()
        #expect(stage.answer(to: ticket) == .done)
    }

    @Test(
        "a crash can be simulated after the election and after the promotion",
        arguments: [
            SimulatedFailure.crashAfterElection, .crashAfterPromotion,
        ])
    func crash(failure: SimulatedFailure) {
        let stage = Stage()
        #expect(stage.answer(to: .simulateFailure([failure])) == .done)
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { !$0.exits.isEmpty })
        #expect(stage.exits.first == 99)
        #expect(stage.durable.currentEpoch == Epoch(1))
        if failure == .crashAfterPromotion { #expect(stage.durable.groups[.cache]?.configEpoch == Epoch(1)) }
    }
}
