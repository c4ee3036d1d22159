import Testing

@testable import PicketCore

@Suite("Planned switches")
struct SwitchoverTests {
    private static let timeout: Duration = .milliseconds(800)

    enum Means: CaseIterable {
        /// CLIENT PAUSE, and the leader does the rest.
        case pause
        /// FAILOVER, where CLIENT PAUSE is not permitted.
        case failover
    }

    /// - Parameter isStuck: what is asked of the primary is granted, and then nothing comes of it.
    private func stage(
        replicas: Int = 2, peers: Int = 2, quorum: Int = 2, means: Means = .pause, isStuck: Bool = false
    ) -> Stage {
        let stage = Stage(replicas: replicas, peers: peers, quorum: quorum) { $0.groups[.cache]?.settings.switchoverTimeout = Self.timeout }
        switch means {
        case .pause: if isStuck { stage.fleet[.primary].offset = 9_000 }
        case .failover:
            stage.override = Self.forbidPausing
            stage.fleet[.primary].handsOver = !isStuck
        }
        return stage
    }

    private static func forbidPausing(_ endpoint: Endpoint, _ request: Request) -> Stage.Override? {
        if case .pauseWrites = request { .reply(.refused(code: "NOPERM", text: "NOPERM client|pause")) } else { nil }
    }

    private func handOvers(_ stage: Stage) -> [Stage.Sent] { stage.sent { if case .handOver = $0 { true } else { false } } }
    private func pauses(_ stage: Stage) -> [Stage.Sent] { stage.sent { if case .pauseWrites = $0 { true } else { false } } }

    private func text(_ answer: Answer?) -> String? {
        if case .refused(.other(let text)) = answer { text } else { nil }
    }

    private func stepBacks(_ stage: Stage) -> [Stage.Sent] { stage.sent { if case .stepBack = $0 { true } else { false } } }

    // MARK: CLIENT PAUSE

    @Test("writes are kept waiting, the replica gets what it lacks, the old primary steps back, and only then the replica is promoted")
    func pause() throws {
        let stage = stage()
        stage.fleet[.primary].offset = 5_000
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(100))
        #expect(pauses(stage).map(\.to) == [.primary])
        #expect(pauses(stage).map(\.request) == [.pauseWrites(Self.timeout)])
        #expect(stepBacks(stage).isEmpty)
        stage.fleet[.replica(1)].offset = 4_999
        stage.advance(.milliseconds(50))
        #expect(stepBacks(stage).isEmpty && stage.promotions.isEmpty)
        stage.fleet[.replica(1)].offset = 5_000
        stage.advance(.milliseconds(20))
        #expect(stage.primaryAddress == .replica(1))
        let order = stage.sent.map(\.request).filter {
            switch $0 {
            case .pauseWrites, .stepBack, .promote, .resumeWrites: true
            default: false
            }
        }
        #expect(order == [.pauseWrites(Self.timeout), .stepBack(for: .replica(1)), .promote, .resumeWrites])
        #expect(stage.promotions == [.replica(1)])
        #expect(handOvers(stage).isEmpty)
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.failoverEnded) })
        #expect(stage.fleet[.primary].follows == .replica(1))
        #expect(stage.fleet[.replica(2)].follows == .replica(1))
        #expect(stage.durable.groups[.cache]?.primary == .replica(1))
        #expect(stage.durable.groups[.cache]?.configEpoch == Epoch(1))
    }

    @Test("where all is well it takes a few milliseconds")
    func quick() {
        let stage = stage()
        stage.ask(.failover(.cache, FailoverOrder()))
        #expect(stage.advance(atMost: .milliseconds(10)) { $0.notices.contains(.switched) })
    }

    @Test("what is written before the pause is granted counts, too")
    func writesBeforePause() throws {
        let stage = stage()
        stage.override = { _, request in if case .pauseWrites = request { .silence } else { nil } }
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(50))
        #expect(stepBacks(stage).isEmpty)
        stage.fleet[.primary].offset = 2_000
        let paused = try #require(pauses(stage).first)
        stage.deliver(.replied(paused.link, paused.request, .accepted))
        stage.advance(.milliseconds(100))
        #expect(stepBacks(stage).isEmpty)
        stage.fleet[.replica(1)].offset = 2_000
        stage.advance(.milliseconds(30))
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("nothing is begun when the pause may be over")
    func pauseIsLongEnough() throws {
        let stage = stage(isStuck: true)
        stage.ask(.failover(.cache, FailoverOrder()))
        #expect(stage.advance(atMost: .seconds(5)) { !$0.sent(.resumeWrites).isEmpty })
        let paused = try #require(pauses(stage).first)
        #expect(stage.now - paused.at <= Self.timeout * 3 / 4)
        stage.fleet[.replica(1)].offset = 9_000
        stage.advance(.seconds(5))
        #expect(stepBacks(stage).isEmpty && stage.promotions.isEmpty)
        #expect(stage.primaryAddress == .primary)
    }

    @Test("meanwhile no hello is sent to the primary: it would wait, and with it all that is asked behind it")
    func noHello() {
        let stage = Stage { $0.groups[.cache]?.settings.switchoverTimeout = .seconds(20) }
        stage.fleet[.primary].offset = 9_000
        stage.advance(.seconds(11))
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(100))
        stage.forget()
        stage.advance(.seconds(8))
        #expect(stage.phase == .handingOver)
        #expect(!stage.hellos.contains { $0.to == .primary })
        #expect(stage.hellos.contains { $0.to == .replica(1) })
        stage.fleet[.replica(1)].offset = 9_000
        stage.advance(.milliseconds(100))
        #expect(stage.hellos.contains { $0.to == .primary })
    }

    @Test("a voter sends the primary no hello either, while its leader may be at it")
    func voterSendsNoHello() {
        let stage = Stage()
        #expect(stage.vote(for: stage.peers[0].id, in: Epoch(1)) != nil)
        stage.advance(.seconds(4))
        #expect(!stage.hellos.contains { $0.to == .primary })
        stage.advance(.seconds(4))
        #expect(stage.hellos.contains { $0.to == .primary })
    }

    @Test("a primary that will not step back keeps its role, and its writers are let go")
    func willNotStepBack() {
        let stage = stage()
        stage.override = { _, request in
            if case .stepBack = request { .reply(.refused(code: "NOPERM", text: "NOPERM slaveof")) } else { nil }
        }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(100))
        #expect(text(stage.answer(to: ticket))?.contains("NOPERM slaveof") == true)
        #expect(stage.sent(.resumeWrites).map(\.to) == [.primary])
        #expect(stage.promotions.isEmpty)
        #expect(stage.primaryAddress == .primary)
        stage.advance(.seconds(10))
        #expect(stage.notices.count(.failoverTried) == 1)
    }

    @Test("a chosen one that refuses after the old primary has stepped back is replaced by the next best")
    func refusesAfterStepBack() {
        let stage = stage()
        stage.fleet[.replica(1)].promotion = .refused(code: "NOPERM", text: "NOPERM")
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated, target: .replica(1))))
        stage.advance(.seconds(2))
        #expect(stage.promotions == [.replica(1), .replica(2)])
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.fleet[.primary].follows == .replica(2))
        #expect(stage.answer(to: ticket) == .done)
    }

    @Test("a chosen one that dies after the old primary has stepped back is replaced soon")
    func diesAfterStepBack() {
        let stage = stage()
        stage.fleet[.replica(1)].obeys = false
        stage.ask(.failover(.cache, FailoverOrder()))
        #expect(stage.advance(atMost: .seconds(1)) { $0.phase == .awaitingPromotion })
        stage.allPeers(holdDown: true)
        stage.kill(.replica(1))
        stage.advance(.seconds(4))
        #expect(stage.primaryAddress == .replica(2) || stage.primaryAddress == .primary)
        #expect(stage.fleet[stage.primaryAddress!].follows == nil)
    }

    @Test("a primary that answers nothing any more after it was told to step back ends the attempt, not the group")
    func silentAfterStepBack() {
        let stage = stage()
        stage.override = { _, request in if case .stepBack = request { .silence } else { nil } }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(50))
        #expect(stepBacks(stage).count == 1)
        stage.advance(.seconds(3))
        #expect(text(stage.answer(to: ticket))?.hasPrefix("ABORTED") == true)
        #expect(stage.promotions.isEmpty)
        #expect(stage.remarks.contains { $0.text.contains("stopped half-way") })
    }

    @Test("ROLE refused, INFO does", arguments: [0, 1])
    func withoutRole(who: Int) {
        let stage = stage()
        let refusing: [Endpoint] = who == 0 ? [.primary] : [.primary, .replica(1), .replica(2)]
        stage.override = { to, request in
            refusing.contains(to) && request == .role ? .reply(.refused(code: "NOPERM", text: "NOPERM role")) : nil
        }
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(500))
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("nothing is asked of the primary before an election was won")
    func elected() {
        let stage = stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .silent }
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(450))
        #expect(stage.phase == .electing)
        #expect(pauses(stage).isEmpty)
        stage.peers[0].ballot = .firstCome
        stage.advance(.seconds(2))
        #expect(pauses(stage).count == 1)
    }

    @Test("nothing is asked of the primary before the own vote is on disk")
    func durable() {
        let stage = stage(peers: 0, quorum: 1)
        stage.disk = .slow
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(300))
        #expect(pauses(stage).isEmpty)
        stage.persist()
        stage.advance(.milliseconds(50))
        #expect(pauses(stage).count == 1)
    }

    @Test("offset or none, the operator's priority decides: whoever is chosen is brought to level")
    func priority() {
        let stage = stage()
        stage.fleet[.primary].offset = 9_000
        stage.fleet[.replica(1)].offset = 9_000
        stage.fleet[.replica(2)].priority = 10
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.milliseconds(50))
        stage.fleet[.replica(2)].offset = 9_000
        stage.advance(.milliseconds(50))
        #expect(stage.primaryAddress == .replica(2))
    }

    @Test("the notices are those of any failover")
    func notices() {
        let stage = stage()
        stage.ask(.failover(.cache, FailoverOrder()))
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.failoverEnded) })
        let kinds = stage.notices.kinds.filter { ![.replicaFound, .reattachSent, .reattachInProgress, .reattachDone].contains($0) }
        #expect(
            kinds == [
                .epochRaised, .failoverTried, .voted, .elected, .selecting, .selected, .promoting, .awaitingPromotion,
                .roleNotAsConfigured, .promoted, .reattaching, .switched, .converted, .failoverEnded,
            ], "\(kinds)")
    }

    // MARK: FAILOVER

    @Test("where pausing is not permitted, the primary hands over by itself: nobody is told to promote or to follow it")
    func failover() {
        let stage = stage(means: .failover)
        stage.ask(.failover(.cache, FailoverOrder()))
        #expect(stage.advance(atMost: .milliseconds(100)) { $0.notices.contains(.switched) })
        #expect(handOvers(stage).map(\.to) == [.primary])
        #expect(handOvers(stage).map(\.request) == [.handOver(to: .replica(1), timeout: Self.timeout)])
        #expect(stage.promotions.isEmpty && stepBacks(stage).isEmpty)
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.failoverEnded) })
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.fleet[.primary].follows == .replica(1))
        #expect(stage.fleet[.replica(2)].follows == .replica(1))
    }

    @Test("where neither is to be had nothing is changed, and it is said why and what does without", arguments: [true, false])
    func nothingPermitted(hasFailover: Bool) throws {
        let stage = stage()
        if !hasFailover { stage.fleet[.primary].handOver = nil }
        stage.advance(.seconds(11))
        stage.override = { to, request in
            if case .handOver = request { return .reply(.refused(code: "NOPERM", text: "NOPERM failover")) }
            return Self.forbidPausing(to, request)
        }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        let why = try #require(text(stage.answer(to: ticket)))
        #expect(why.hasPrefix("ABORTED Nothing was changed: "))
        #expect(why.contains(hasFailover ? "NOPERM failover" : "NOPERM client|pause"))
        #expect(handOvers(stage).count == (hasFailover ? 1 : 0))
        #expect(stage.phase == nil)
        #expect(stage.primaryAddress == .primary)
        #expect(stage.promotions.isEmpty)
    }

    // MARK: What is ordered

    @Test("the replica that is named is the one", arguments: Means.allCases)
    func target(means: Means) {
        let stage = stage(replicas: 3, means: means)
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
        let plain = stage(means: .failover, isStuck: true)
        #expect(plain.answer(to: .failover(.cache, FailoverOrder())) == .done)
        let waiting = stage(means: .failover, isStuck: true)
        let ticket = waiting.ask(.failover(.cache, FailoverOrder(.coordinated)))
        waiting.advance(.milliseconds(300))
        #expect(waiting.answer(to: ticket) == nil)
        _ = waiting.fleet.answer(.promote, by: .replica(1))
        waiting.fleet[.primary].follows = .replica(1)
        waiting.advance(.milliseconds(20))
        #expect(waiting.answer(to: ticket) == .done)
        #expect(waiting.primaryAddress == .replica(1))
    }

    @Test("whoever hears that it is done finds the new address: the answer comes behind the switch")
    func answeredBehindSwitch() throws {
        let stage = stage()
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        #expect(stage.advance(atMost: .seconds(1)) { $0.answer(to: ticket) == .done })
        let actions = stage.history.flatMap { $0.effects.map(\.action) }
        let answered = try #require(actions.firstIndex(of: .answer(ticket, .done)))
        let switched = try #require(actions.firstIndex { if case .notify(let notice) = $0 { notice.kind == .switched } else { false } })
        #expect(switched < answered)
    }

    @Test("the answer waits until the new configuration is on disk")
    func answeredWhenDurable() {
        let stage = stage(means: .failover, isStuck: true)
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
        let stage = stage(means: .failover, isStuck: true)
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
            #expect(handOvers(forced).isEmpty && pauses(forced).isEmpty)
        }
    }

    // MARK: Undone

    @Test("a primary that gives up by itself goes on, and the ticket is told why and how far behind the replica was")
    func givesUp() throws {
        let stage = stage(means: .failover, isStuck: true)
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

    @Test("what is not done within switchover-timeout is undone", arguments: Means.allCases)
    func timeOut(means: Means) throws {
        let stage = stage(means: means, isStuck: true)
        let start = stage.now
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        #expect(stage.advance(atMost: .seconds(5)) { $0.answer(to: ticket) != nil })
        #expect((Self.timeout / 2...Self.timeout + .seconds(1)).contains(stage.now - start))
        #expect(stage.sent(means == .failover ? .abortHandOver : .resumeWrites).map(\.to) == [.primary])
        #expect(text(stage.answer(to: ticket))?.contains("within switchover-timeout") == true)
        #expect(stage.primaryAddress == .primary)
        #expect(stage.promotions.isEmpty)
        stage.advance(.seconds(30))
        #expect(stage.primaryAddress == .primary)
        #expect(stage.notices.count(.failoverTried) == 1)
        #expect(stage.remarks.contains { $0.level == .warning && $0.text.contains("was undone") })
    }

    @Test("what the primary hands over though it was told to stop is still recognised")
    func lateHandOver() {
        let stage = stage(means: .failover, isStuck: true)
        stage.override = { to, request in request == .abortHandOver ? .silence : Self.forbidPausing(to, request) }
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        #expect(stage.advance(atMost: .seconds(5)) { !$0.sent(.abortHandOver).isEmpty })
        _ = stage.fleet.answer(.promote, by: .replica(1))
        stage.fleet[.primary].follows = .replica(1)
        stage.advance(.milliseconds(50))
        #expect(stage.answer(to: ticket) == .done)
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("a primary that dies meanwhile is replaced as ever", arguments: Means.allCases, [Duration.milliseconds(20), .zero])
    func primaryDies(means: Means, crashDownAfter: Duration) {
        let stage = stage(means: means, isStuck: true)
        stage.ask(.change(.cache, [.crashDownAfter(milliseconds: crashDownAfter.wholeMilliseconds)], failure: nil))
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

    @Test("a replica that dies meanwhile undoes it", arguments: Means.allCases)
    func replicaDies(means: Means) {
        let stage = stage(means: means, isStuck: true)
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
        let stage = stage(means: .failover, isStuck: true)
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        #expect(stage.answer(to: ticket) == nil)
        stage.ask(question)
        #expect(text(stage.answer(to: ticket))?.hasPrefix("ABORTED") == true)
    }

    @Test("a newer configuration ends it, and says so")
    func overtaken() {
        let stage = stage(means: .failover, isStuck: true)
        let ticket = stage.ask(.failover(.cache, FailoverOrder(.coordinated)))
        stage.advance(.milliseconds(200))
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(9), primary: .replica(2), configEpoch: Epoch(9))
        #expect(text(stage.answer(to: ticket))?.contains("Another monitor has moved the primary to 10.0.0.3:6379") == true)
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.phase == nil)
    }

    @Test("a disk that fails ends it")
    func diskFails() {
        let stage = stage(means: .failover, isStuck: true)
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
        #expect(pauses(stage).isEmpty)
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
