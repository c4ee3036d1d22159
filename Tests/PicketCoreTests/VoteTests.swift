import Testing

@testable import PicketCore

@Suite("Voting")
struct VoteTests {
    let alice = MonitorID.made(of: "1")
    let bob = MonitorID.made(of: "2")

    private func opinion(_ leader: MonitorID?, _ epoch: UInt64, isDown: Bool = false) -> Answer {
        .opinion(isDown: isDown, leader: leader, leaderEpoch: Epoch(epoch))
    }

    @Test("there is one vote for each epoch, for whoever asks first")
    func oneVote() {
        let stage = Stage()
        #expect(stage.vote(for: alice, in: Epoch(1)) == opinion(alice, 1))
        #expect(stage.vote(for: bob, in: Epoch(1)) == opinion(alice, 1))
        #expect(stage.vote(for: alice, in: Epoch(1)) == opinion(alice, 1))
        #expect(stage.notices.count(.voted) == 1)
        stage.advance(.milliseconds(100))
        #expect(stage.vote(for: bob, in: Epoch(2)) == opinion(bob, 2))
        #expect(stage.notices.kinds == [.epochRaised, .voted, .epochRaised, .voted])
    }

    @Test("whoever was voted for is left alone for a tenth of a second, which a promotion takes; but not where its end is known")
    func rest() {
        let stage = Stage()
        #expect(stage.vote(for: stage.peers[0].id, in: Epoch(1)) == opinion(stage.peers[0].id, 1))
        stage.advance(.milliseconds(99))
        #expect(stage.vote(for: bob, in: Epoch(2)) == opinion(stage.peers[0].id, 1))
        // A new try of its own is no other's.
        #expect(stage.vote(for: stage.peers[0].id, in: Epoch(3)) == opinion(stage.peers[0].id, 3))
        stage.cut(stage.peers[0].endpoint, .refused)
        #expect(stage.vote(for: bob, in: Epoch(4)) == opinion(bob, 4))
    }

    @Test("a leader that is promoting somebody votes for nobody else")
    func promoting() {
        let stage = Stage()
        for index in stage.peers.indices { stage.peers[index].holdsPrimaryDown = true }
        stage.override = { _, request in request == .promote ? .silence : nil }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .awaitingPromotion })
        let refusal = Answer.opinion(isDown: true, leader: Stage.me, leaderEpoch: Epoch(1))
        #expect(stage.vote(for: bob, in: Epoch(9)) == refusal)
        #expect(stage.phase == .awaitingPromotion)
        // But not for as long as a promotion that nobody answers may take.
        stage.advance(.seconds(1))
        #expect(stage.vote(for: bob, in: Epoch(9)) != refusal)
    }

    @Test("a vote is given though the primary is fine")
    func primaryIsFine() {
        let stage = Stage()
        #expect(!stage.isDown(.primary))
        #expect(stage.vote(for: alice, in: Epoch(1)) == opinion(alice, 1))
    }

    @Test("no vote is given in an epoch that has passed in this group")
    func oldEpoch() {
        let stage = Stage()
        #expect(stage.vote(for: alice, in: Epoch(10)) == opinion(alice, 10))
        #expect(stage.vote(for: bob, in: Epoch(9)) == opinion(alice, 10))
        let configured = Stage()
        configured.hello(from: configured.peers[0], currentEpoch: Epoch(10), primary: .replica(1), configEpoch: Epoch(10))
        #expect(configured.vote(for: alice, in: Epoch(10), primary: .replica(1)) == opinion(nil, 0))
        #expect(configured.vote(for: alice, in: Epoch(11), primary: .replica(1)) == opinion(alice, 11))
    }

    @Test("elections of other groups, which raise the epoch, spoil none of this one")
    func epochOfOthers() {
        let stage = Stage()
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(10))
        #expect(stage.vote(for: alice, in: Epoch(9)) == opinion(alice, 9))
        #expect(stage.supervisor.currentEpoch == Epoch(10))
    }

    @Test("a forged epoch gets no vote and moves nothing")
    func absurdEpoch() {
        let stage = Stage()
        #expect(stage.vote(for: alice, in: Epoch(.max)) == opinion(nil, 0))
        #expect(stage.supervisor.currentEpoch == .zero)
    }

    @Test("who asks for no vote gets none")
    func opinionOnly() {
        let stage = Stage()
        #expect(stage.answer(to: .isPrimaryDown(.primary, epoch: Epoch(5), candidate: nil)) == opinion(nil, 0))
        #expect(stage.supervisor.currentEpoch == .zero)
        stage.freeze(.primary)
        stage.advance(.seconds(2))
        #expect(stage.answer(to: .isPrimaryDown(.primary, epoch: Epoch(5), candidate: nil)) == opinion(nil, 0, isDown: true))
    }

    @Test("about an unknown address there is neither opinion nor vote")
    func unknownPrimary() {
        let stage = Stage()
        #expect(stage.vote(for: alice, in: Epoch(1), primary: .replica(1)) == opinion(nil, 0))
        #expect(stage.supervisor.currentEpoch == .zero)
    }

    @Test("the answer with a vote waits until the vote is on disk")
    func durableFirst() {
        let stage = Stage()
        stage.disk = .slow
        let first = stage.ask(.isPrimaryDown(.primary, epoch: Epoch(3), candidate: alice))
        let second = stage.ask(.isPrimaryDown(.primary, epoch: Epoch(3), candidate: bob))
        stage.advance(.seconds(1))
        #expect(stage.answer(to: first) == nil)
        #expect(stage.answer(to: second) == nil)
        #expect(!stage.notices.contains(.voted))
        #expect(stage.durable.groups[.cache]?.vote == nil)
        stage.persist()
        #expect(stage.answer(to: first) == opinion(alice, 3))
        #expect(stage.answer(to: second) == opinion(alice, 3))
        #expect(stage.durable.groups[.cache]?.vote == Vote(epoch: Epoch(3), leader: alice))
        #expect(stage.durable.currentEpoch == Epoch(3))
    }

    @Test("an opinion alone waits for no disk")
    func opinionDoesNotWait() {
        let stage = Stage()
        stage.disk = .slow
        stage.ask(.isPrimaryDown(.primary, epoch: Epoch(3), candidate: alice))
        #expect(stage.answer(to: .isPrimaryDown(.primary, epoch: Epoch(3), candidate: nil)) == opinion(nil, 0))
    }

    @Test("a vote survives the end of the process")
    func restart() {
        let stage = Stage()
        _ = stage.vote(for: alice, in: Epoch(3))
        stage.restart()
        #expect(stage.vote(for: bob, in: Epoch(3)) == opinion(alice, 3))
        #expect(stage.vote(for: bob, in: Epoch(2)) == opinion(alice, 3))
        #expect(stage.vote(for: bob, in: Epoch(4)) == opinion(bob, 4))
    }

    @Test("a vote whose leader was forgotten is not given again")
    func forgottenLeader() {
        let stage = Stage {
            $0.currentEpoch = Epoch(3)
            $0.groups[.cache]?.vote = Vote(epoch: Epoch(3), leader: nil)
        }
        #expect(stage.vote(for: bob, in: Epoch(3)) == opinion(nil, 3))
    }

    @Test("groups vote independently of each other")
    func independent() {
        let queue = GroupName("queue")
        let other = Endpoint(host: "10.0.2.1", port: 6379)
        let stage = Stage { $0.groups[queue] = DurableGroup(settings: GroupSettings(quorum: 2), primary: other) }
        #expect(stage.vote(for: alice, in: Epoch(1)) == opinion(alice, 1))
        #expect(stage.vote(for: bob, in: Epoch(1), primary: other) == opinion(bob, 1))
        #expect(stage.durable.groups[queue]?.vote == Vote(epoch: Epoch(1), leader: bob))
        #expect(stage.durable.groups[.cache]?.vote == Vote(epoch: Epoch(1), leader: alice))
    }

    @Test("a vote is given in tilt, an opinion is not")
    func tilt() {
        let stage = Stage()
        stage.freeze(.primary)
        stage.advance(.seconds(2))
        #expect(stage.isDown(.primary))
        stage.stall(.seconds(5))
        stage.deliver(.deadlineReached)
        #expect(stage.supervisor.isTilted)
        #expect(stage.vote(for: alice, in: Epoch(50)) == opinion(alice, 50))
    }

    @Test("a vote for another makes the own attempt yield, and wait for what the other makes of it")
    func yields() {
        let stage = Stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .silent }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .electing })
        let own = stage.supervisor.currentEpoch
        #expect(stage.vote(for: alice, in: own) == opinion(Stage.me, own.number, isDown: true))
        #expect(stage.phase == .electing)
        #expect(stage.vote(for: alice, in: own.next) == opinion(alice, own.next.number, isDown: true))
        #expect(stage.phase == nil)
        #expect(stage.notices.contains(.abortedNotElected))
        stage.forget()
        stage.advance(.milliseconds(4_900))
        #expect(!stage.notices.contains(.failoverTried))
        stage.advance(.milliseconds(200))
        #expect(stage.notices.contains(.failoverTried))
    }

    @Test("who voted waits no longer when the leader is silent for down-after")
    func leaderFreezes() {
        let stage = Stage()
        stage.allPeers(holdDown: true)
        stage.kill(.primary)
        stage.advance(.milliseconds(500))
        stage.freeze(.peer(1))
        _ = stage.vote(for: alice, in: Epoch(1))
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.failoverTried) })
        #expect(stage.group.usableVoters == 2)
    }

    @Test("who voted waits no longer when the leader dies")
    func leaderDies() {
        let stage = Stage()
        stage.allPeers(holdDown: true)
        _ = stage.vote(for: alice, in: Epoch(1))
        stage.kill(.primary)
        stage.advance(.seconds(3))
        #expect(stage.isObjectivelyDown)
        #expect(!stage.notices.contains(.failoverTried))
        stage.kill(.peer(1))
        stage.advance(.milliseconds(200))
        #expect(stage.notices.contains(.failoverTried))
        stage.advance(.seconds(1))
        #expect(stage.notices.contains(.switched))
    }
}
