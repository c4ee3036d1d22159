import Testing

@testable import PicketCore

@Suite("Planned switches")
struct SwitchoverTests {
    private static let timeout: Duration = .milliseconds(800)

    private func stage(
        replicas: Int = 2, peers: Int = 2, quorum: Int = 2, hasFailover: Bool = true, handsOver: Bool = true
    ) -> Stage {
        let stage = Stage(replicas: replicas, peers: peers, quorum: quorum) { $0.groups[.cache]?.settings.switchoverTimeout = Self.timeout }
        if !hasFailover { stage.fleet[.primary].handOver = nil }
        stage.fleet[.primary].handsOver = handsOver
        // What FAILOVER can do is known from INFO.
        stage.advance(.seconds(11))
        stage.forget()
        return stage
    }

    private func handOvers(_ stage: Stage) -> [Stage.Sent] { stage.sent { if case .handOver = $0 { true } else { false } } }
    private func pauses(_ stage: Stage) -> [Stage.Sent] { stage.sent { if case .pauseWrites = $0 { true } else { false } } }

    private func text(_ answer: Answer?) -> String? {
        if case .refused(.other(let text)) = answer { text } else { nil }
    }

    // MARK: FAILOVER

    @Test("the primary hands over by itself: nobody is promoted by force, and everybody follows the new one")
    func handOver() {
        let stage = stage()
        stage.ask(.failover(.cache, FailoverOrder()))
        #expect(stage.advance(atMost: .milliseconds(100)) { $0.notices.contains(.switched) })
        #expect(handOvers(stage).map(\.to) == [.primary])
        #expect(handOvers(stage).map(\.request) == [.handOver(to: .replica(1), timeout: Self.timeout)])
        #expect(stage.promotions.isEmpty)
        #expect(pauses(stage).isEmpty)
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.failoverEnded) })
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.fleet[.primary].follows == .replica(1))
        #expect(stage.fleet[.replica(2)].follows == .replica(1))
        #expect(stage.durable.groups[.cache]?.primary == .replica(1))
        #expect(stage.durable.groups[.cache]?.configEpoch == Epoch(1))
    }

    @Test("nothing is asked of the primary before an election was won")
    func elected() {
        let stage = stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .silent }
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(500))
        #expect(stage.phase == .electing)
        #expect(handOvers(stage).isEmpty)
        stage.peers[0].ballot = .firstCome
        stage.advance(.seconds(2))
        #expect(handOvers(stage).count == 1)
    }

    @Test("nothing is asked of the primary before the own vote is on disk")
    func durable() {
        let stage = stage(peers: 0, quorum: 1)
        stage.disk = .slow
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(300))
        #expect(handOvers(stage).isEmpty)
        stage.persist()
        stage.advance(.milliseconds(50))
        #expect(handOvers(stage).count == 1)
    }

    @Test("offset or none, the operator's priority decides: the primary brings whomever it hands over to level")
    func priority() {
        let stage = stage()
        stage.fleet[.primary].offset = 9_000
        stage.fleet[.replica(1)].offset = 9_000
        stage.fleet[.replica(2)].priority = 10
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.seconds(1))
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.fleet[.replica(2)].offset == 9_000)
    }

    @Test("the notices are those of any failover")
    func notices() {
        let stage = stage()
        stage.ask(.failover(.cache, FailoverOrder()))
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.failoverEnded) })
        let kinds = stage.notices.kinds.filter { ![.replicaFound, .reattachSent, .reattachInProgress, .reattachDone].contains($0) }
        #expect(
            kinds == [
                .epochRaised, .failoverTried, .voted, .elected, .selecting, .selected, .promoting, .roleNotAsConfigured, .promoted,
                .reattaching, .switched, .failoverEnded,
            ], "\(kinds)")
    }

    // MARK: CLIENT PAUSE

    @Test("without FAILOVER writes are paused, the replica is brought level, promoted, and the old primary led to it")
    func pause() throws {
        let stage = stage(hasFailover: false)
        stage.fleet[.primary].offset = 5_000
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(100))
        #expect(handOvers(stage).isEmpty)
        #expect(pauses(stage).map(\.to) == [.primary])
        #expect(stage.promotions.isEmpty)
        // What comes in after the pause was granted does not count; what was there then does.
        stage.fleet[.replica(1)].offset = 4_999
        stage.advance(.milliseconds(50))
        #expect(stage.promotions.isEmpty)
        stage.fleet[.replica(1)].offset = 5_000
        stage.advance(.milliseconds(20))
        #expect(stage.promotions == [.replica(1)])
        stage.advance(.milliseconds(50))
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.failoverEnded) })
        #expect(stage.fleet[.primary].follows == .replica(1))
        #expect(stage.sent(.resumeWrites).isEmpty)
    }

    @Test("the pause outlasts whatever may still be promoted under it")
    func pauseIsLongEnough() throws {
        let stage = stage(hasFailover: false)
        stage.fleet[.primary].offset = 5_000
        stage.ask(.failover(.cache, FailoverOrder()))
        #expect(stage.advance(atMost: .seconds(1)) { !self.pauses($0).isEmpty })
        let paused = try #require(pauses(stage).first)
        guard case .pauseWrites(let length) = paused.request else { return }
        // Level at the last moment at which it still counts.
        #expect(stage.advance(atMost: .seconds(5)) { !$0.sent(.resumeWrites).isEmpty })
        let revoked = stage.now - paused.at
        #expect(revoked <= length - .milliseconds(200), "revoked after \(revoked) of \(length)")
        #expect(revoked >= Self.timeout)
    }

    @Test(
        "where FAILOVER is not permitted or renamed, writes are paused instead",
        arguments: [
            Reply.refused(code: "NOPERM", text: "NOPERM User sentinel has no permissions to run the 'failover' command"),
            .refused(code: "ERR", text: "ERR unknown command 'FAILOVER', with args beginning with: 'TO'"),
        ])
    func refusedFailover(reply: Reply) {
        let stage = stage()
        stage.override = { _, request in if case .handOver = request { .reply(reply) } else { nil } }
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.seconds(1))
        #expect(pauses(stage).count == 1)
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("where neither is permitted nothing is changed, and it is said why")
    func nothingPermitted() throws {
        let stage = stage()
        stage.override = { _, request in
            switch request {
            case .handOver: .reply(.refused(code: "NOPERM", text: "NOPERM failover"))
            case .pauseWrites: .reply(.refused(code: "NOPERM", text: "NOPERM client|pause"))
            default: nil
            }
        }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        #expect(text(stage.answer(to: ticket))?.hasPrefix("ABORTED Nothing was changed: ") == true)
        #expect(text(stage.answer(to: ticket))?.contains("NOPERM client|pause") == true)
        #expect(stage.phase == nil)
        #expect(stage.primaryAddress == .primary)
    }

    @Test("a primary that refuses for another reason is left in peace")
    func refusedOtherwise() {
        let stage = stage()
        stage.override = { _, request in
            if case .handOver = request { .reply(.refused(code: "ERR", text: "ERR FAILOVER already in progress.")) } else { nil }
        }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        #expect(text(stage.answer(to: ticket))?.contains("already in progress") == true)
        #expect(pauses(stage).isEmpty)
        #expect(stage.primaryAddress == .primary)
    }

    // MARK: What is ordered

    @Test("the replica that is named is the one", arguments: [true, false])
    func target(hasFailover: Bool) {
        let stage = stage(replicas: 3, hasFailover: hasFailover)
        stage.fleet[.replica(1)].priority = 1
        stage.ask(.failover(.cache, FailoverOrder(target: .replica(3))))
        stage.advance(.seconds(1))
        #expect(stage.primaryAddress == .replica(3))
    }

    @Test("a replica that cannot be promoted, and what is none, is refused with the reason")
    func badTarget() {
        let stage = stage(replicas: 3)
        stage.fleet[.replica(1)].priority = 0
        stage.kill(.replica(2))
        stage.advance(.seconds(11))
        stage.forget()
        let reasons: [(Endpoint, String)] = [
            (.primary, "is the primary already"), (.replica(1), "has priority 0"), (.replica(2), "is down"),
            (.replica(9), "is no replica of cache"),
        ]
        for (target, why) in reasons {
            for manner in [FailoverOrder.Manner.usual, .coordinated, .forced] {
                let answer = stage.answer(to: .failover(.cache, FailoverOrder(manner, target: target)))
                #expect(text(answer) == "NOGOODSLAVE \(target) cannot be promoted: it \(why)")
            }
        }
        #expect(stage.supervisor.currentEpoch == .zero)
        #expect(stage.phase == nil)
    }

    @Test("COORDINATED is answered when it is done, without the word as soon as it has begun")
    func answered() {
        let plain = stage(handsOver: false)
        #expect(plain.answer(to: .failover(.cache, FailoverOrder())) == .done)
        let waiting = stage(handsOver: false)
        let ticket = waiting.ask(.failover(.cache, FailoverOrder(.coordinated)))
        waiting.advance(.milliseconds(300))
        #expect(waiting.answer(to: ticket) == nil)
        _ = waiting.fleet.answer(.promote, by: .replica(1))
        waiting.fleet[.primary].follows = .replica(1)
        waiting.advance(.milliseconds(20))
        #expect(waiting.answer(to: ticket) == .done)
        #expect(waiting.primaryAddress == .replica(1))
    }

    @Test("the answer waits until the new configuration is on disk")
    func answeredWhenDurable() {
        let stage = stage(handsOver: false)
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(100))
        stage.disk = .slow
        _ = stage.fleet.answer(.promote, by: .replica(1))
        stage.fleet[.primary].follows = .replica(1)
        stage.advance(.milliseconds(20))
        #expect(stage.phase == .reattaching)
        #expect(stage.answer(to: ticket) == nil)
        stage.persist()
        #expect(stage.answer(to: ticket) == .done)
    }

    @Test("a second order meanwhile is refused", arguments: [FailoverOrder.Manner.usual, .coordinated, .forced])
    func second(manner: FailoverOrder.Manner) {
        let stage = stage(handsOver: false)
        stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(100))
        #expect(stage.answer(to: .failover(.cache, FailoverOrder(manner))) == .refused(.failoverInProgress))
    }

    // MARK: Where it cannot be had

    private func dead(_ stage: Stage) { stage.kill(.primary) }

    @Test("with a dead primary, or without a majority, the usual order is a forced one and says so; COORDINATED changes nothing")
    func obstacles() {
        let obstacles: [(String, (Stage) -> Void)] = [
            ("the primary is not connected", { $0.kill(.primary) }),
            (
                "the primary is held down",
                {
                    $0.kill(.primary)
                    $0.advance(.milliseconds(1_500))
                }
            ),
            (
                "only 1 of 3 monitors can be reached, which is no majority",
                {
                    for number in 1...2 { $0.kill(.peer(number)) }
                    $0.advance(.seconds(2))
                }
            ),
        ]
        for (why, apply) in obstacles {
            let refused = stage()
            apply(refused)
            let answer = refused.answer(to: .failover(.cache, FailoverOrder(.coordinated)))
            #expect(text(answer) == "ABORTED Nothing was changed: \(why)")
            #expect(refused.supervisor.currentEpoch == .zero)

            let forced = stage()
            apply(forced)
            #expect(forced.answer(to: .failover(.cache, FailoverOrder())) == .done)
            #expect(forced.remarks.contains { $0.level == .warning && $0.text.contains("a forced one: \(why)") })
            forced.advance(.seconds(1))
            #expect(forced.promotions == [.replica(1)], "\(why)")
            #expect(forced.primaryAddress == .replica(1))
            #expect(handOvers(forced).isEmpty)
        }
    }

    // MARK: Undone

    @Test("a primary that gives up by itself goes on, and the ticket is told why and how far behind the replica was")
    func givesUp() throws {
        let stage = stage(handsOver: false)
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(300))
        stage.fleet[.primary].offset = 1_700
        stage.fleet[.primary].handOver = HandOverState.none
        stage.advance(.milliseconds(50))
        let why = try #require(text(stage.answer(to: ticket)))
        #expect(why.contains("the primary gave up"))
        #expect(why.contains("700 bytes"))
        #expect(stage.phase == nil)
        #expect(stage.primaryAddress == .primary)
        #expect(stage.notices.contains(.abortedReplicaTimeout))
        #expect(stage.sent(.abortHandOver).isEmpty)
    }

    @Test("a primary that is still at it after switchover-timeout is told to stop", arguments: [true, false])
    func timeOut(hasFailover: Bool) throws {
        let stage = stage(hasFailover: hasFailover, handsOver: false)
        if !hasFailover { stage.fleet[.primary].offset = 9_000 }
        let start = stage.now
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        #expect(stage.advance(atMost: .seconds(5)) { $0.answer(to: ticket) != nil })
        #expect((Self.timeout ... Self.timeout + .seconds(1)).contains(stage.now - start))
        #expect(stage.sent(hasFailover ? .abortHandOver : .resumeWrites).map(\.to) == [.primary])
        #expect(text(stage.answer(to: ticket))?.contains("switchover-timeout") == true)
        #expect(stage.primaryAddress == .primary)
        #expect(stage.promotions.isEmpty)
        stage.advance(.seconds(30))
        #expect(stage.primaryAddress == .primary)
        #expect(stage.notices.count(.failoverTried) == 1)
        #expect(stage.remarks.contains { $0.level == .warning && $0.text.contains("was undone") })
    }

    @Test("what the primary hands over though it was told to stop is still recognised")
    func lateHandOver() {
        let stage = stage(handsOver: false)
        stage.override = { _, request in request == .abortHandOver ? .silence : nil }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        #expect(stage.advance(atMost: .seconds(5)) { !$0.sent(.abortHandOver).isEmpty })
        _ = stage.fleet.answer(.promote, by: .replica(1))
        stage.fleet[.primary].follows = .replica(1)
        stage.advance(.milliseconds(50))
        #expect(stage.answer(to: ticket) == .done)
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("a primary that dies meanwhile is replaced as ever", arguments: [true, false], [Duration.milliseconds(20), .zero])
    func primaryDies(hasFailover: Bool, crashDownAfter: Duration) {
        let stage = stage(hasFailover: hasFailover, handsOver: false)
        stage.ask(.change(.cache, [.crashDownAfter(milliseconds: crashDownAfter.wholeMilliseconds)], failure: nil))
        if !hasFailover { stage.fleet[.primary].offset = 9_000 }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        #expect(stage.phase == .handingOver)
        stage.losePrimary()
        stage.advance(.milliseconds(10))
        #expect(text(stage.answer(to: ticket))?.contains("died") == true)
        stage.advance(crashDownAfter == .zero ? .milliseconds(1_500) : .milliseconds(300))
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.isObjectivelyDown == false)
    }

    @Test("a replica that dies meanwhile undoes it", arguments: [true, false])
    func replicaDies(hasFailover: Bool) {
        let stage = stage(hasFailover: hasFailover, handsOver: false)
        if !hasFailover { stage.fleet[.primary].offset = 9_000 }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        stage.kill(.replica(1))
        stage.advance(.seconds(4))
        #expect(text(stage.answer(to: ticket))?.hasPrefix("ABORTED") == true)
        #expect(stage.primaryAddress == .primary)
        #expect(stage.phase == nil)
    }

    @Test("a reset or removed group leaves nobody waiting", arguments: [Question.reset([.cache]), .remove(.cache)])
    func forgotten(question: Question) {
        let stage = stage(handsOver: false)
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        #expect(stage.answer(to: ticket) == nil)
        stage.ask(question)
        #expect(text(stage.answer(to: ticket))?.hasPrefix("ABORTED") == true)
    }

    @Test("a newer configuration ends it, and says so")
    func overtaken() {
        let stage = stage(handsOver: false)
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(9), primary: .replica(2), configEpoch: Epoch(9))
        #expect(text(stage.answer(to: ticket))?.contains("Another monitor has moved the primary to 10.0.0.3:6379") == true)
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.phase == nil)
    }

    @Test("a disk that fails ends it")
    func diskFails() {
        let stage = stage(handsOver: false)
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        stage.disk = .failing
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(9))
        #expect(stage.phase == nil)
        #expect(stage.answer(to: ticket) != nil && stage.answer(to: ticket) != .done)
        if case .refused = stage.answer(to: .failover(.cache, FailoverOrder())) {} else { Issue.record("promised without a disk") }
    }

    // MARK: Elections

    @Test("a lost election is tried again in another epoch, three times in all")
    func lost() throws {
        let stage = stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .favours(.made(of: "8")) }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        #expect(stage.answer(to: ticket) == nil)
        stage.advance(.seconds(10))
        #expect(stage.notices.count(.failoverTried) == 3)
        #expect(stage.supervisor.currentEpoch == Epoch(3))
        #expect(text(stage.answer(to: ticket))?.hasPrefix("ABORTED Nothing was changed") == true)
        #expect(handOvers(stage).isEmpty)
        stage.advance(.seconds(60))
        #expect(stage.notices.count(.failoverTried) == 3)
    }

    @Test("an election lost to nobody in particular is won the next time, with the same target")
    func lostOnce() {
        let stage = stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .favours(.made(of: "8")) }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated, target: .replica(2))))
        #expect(stage.notices.contains(.abortedNotElected))
        #expect(stage.answer(to: .failover(.cache, FailoverOrder())) == .refused(.failoverInProgress))
        for index in stage.peers.indices { stage.peers[index].ballot = .firstCome }
        #expect(stage.advance(atMost: .seconds(3)) { $0.answer(to: ticket) != nil })
        #expect(stage.answer(to: ticket) == .done)
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.group.configEpoch == Epoch(2))
    }

    @Test("an order that waits for its next try is dropped when the primary has moved or died meanwhile", arguments: [true, false])
    func droppedOrder(hasMoved: Bool) {
        let stage = stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .favours(.made(of: "8")) }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        if hasMoved {
            stage.fleet[.replica(2)].follows = nil
            stage.hello(from: stage.peers[0], currentEpoch: Epoch(9), primary: .replica(2), configEpoch: Epoch(9))
        } else {
            stage.kill(.primary)
        }
        stage.advance(.seconds(1))
        let why = hasMoved ? "another monitor has moved the primary meanwhile" : "the primary is not connected"
        #expect(text(stage.answer(to: ticket)) == "ABORTED Nothing was changed: \(why)")
        stage.advance(.seconds(2))
        #expect(stage.notices.count(.failoverTried) == 1)
    }
}

@Suite("Planned switches in a whole deployment")
struct SwitchoverDeploymentTests {
    @Test("one order moves the role once, for everybody", arguments: [1, 3, 5])
    func once(monitors: Int) throws {
        let deployment = Deployment.settled(monitors: monitors, quorum: monitors / 2 + 1)
        deployment.run(.seconds(11))
        let ticket = deployment.ask(.failover(.cache, FailoverOrder(.coordinated)), of: 0)
        let time = try #require(deployment.time(atMost: .seconds(3)) { $0.agreed == .replica(1) })
        #expect(time <= .milliseconds(100), "took \(time)")
        #expect(deployment.monitors[0].answers[ticket] == .done)
        #expect(deployment.time(atMost: .seconds(3)) { $0.isWhole } != nil)
        deployment.run(.seconds(20))
        #expect(deployment.agreed == .replica(1))
        #expect(deployment.monitors.allSatisfy { host in host.notices.count { $0.notice.kind == .switched } == 1 })
        #expect(deployment.fleet[.primary].follows == .replica(1))
    }

    @Test("two operators at once make one switch, and both are answered")
    func twoAtOnce() throws {
        let deployment = Deployment.settled()
        deployment.run(.seconds(11))
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
        arguments: [true, false], stride(from: 0, through: 24, by: 2).map(\.self))
    func leaderDies(hasFailover: Bool, milliseconds: Int) throws {
        let deployment = Deployment.settled()
        if !hasFailover { deployment.fleet[.primary].handOver = nil }
        deployment.run(.seconds(11))
        deployment.ask(.failover(.cache, FailoverOrder()), of: 0)
        deployment.run(.milliseconds(milliseconds))
        let wasDone = deployment.fleet[.primary].follows != nil
        deployment.stop(0)
        let time = deployment.time(atMost: .seconds(30)) { $0.isWhole }
        #expect(time != nil)
        // What FAILOVER began, the primary ends: the others see it and tell it.
        if hasFailover, wasDone { #expect(try #require(time) <= .milliseconds(2_500), "took \(String(describing: time))") }
        deployment.start(0)
        #expect(deployment.time(atMost: .seconds(5)) { $0.isWhole } != nil)
        deployment.run(.seconds(10))
        #expect(deployment.isWhole)
    }

    @Test("the leader's death right after the hand-over is made good within two seconds, though nobody was told of it")
    func adopted() throws {
        let deployment = Deployment.settled { $0.downAfter = .seconds(30) }
        deployment.run(.seconds(11))
        deployment.ask(.failover(.cache, FailoverOrder()), of: 0)
        #expect(deployment.time(atMost: .seconds(1)) { $0.fleet[.primary].follows != nil } != nil)
        deployment.stop(0)
        let time = try #require(deployment.time(atMost: .seconds(60)) { $0.agreed == .replica(1) })
        #expect(time <= .seconds(12), "took \(time)")
        #expect(deployment.fleet[.primary].follows == .replica(1))
    }
}
