import Testing

@testable import PicketCore

@Suite("Promoting")
struct PromotionTests {
    /// Promotions are accepted but not carried out, and asking for the role brings nothing.
    private func stageWithLazyReplicas(replicas: Int = 2) -> Stage {
        let stage = Stage(replicas: replicas)
        for number in 1...replicas { stage.fleet[.replica(number)].obeys = false }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .awaitingPromotion })
        return stage
    }

    @Test("the notices of a whole failover come in Sentinel's order, the new address as soon as it is confirmed")
    func noticesInOrder() {
        let stage = Stage()
        #expect(stage.failOver())
        let kinds = stage.notices.kinds.filter { $0 != .subjectivelyUp }
        #expect(
            kinds == [
                .subjectivelyDown, .objectivelyDown, .epochRaised, .failoverTried, .voted, .elected, .selecting, .selected, .promoting,
                .awaitingPromotion, .roleNotAsConfigured, .promoted, .reattaching, .switched, .replicaFound, .subjectivelyDown,
                .replicaFound,
                .reattachSent, .reattachInProgress, .reattachDone, .failoverEnded,
            ])
        let switched = stage.notices.first(.switched)
        #expect(switched?.detail == .switched(.cache, from: .primary, to: .replica(1)))
        #expect(stage.notices.first(.promoted)?.subject?.endpoint == .replica(1))
        #expect(stage.notices.first(.failoverEnded)?.subject?.endpoint == .replica(1))
        #expect(stage.notices.first(.voted)?.detail == .vote(Stage.me, Epoch(1)))
    }

    @Test("what a failover has changed is on disk: epoch, primary, members")
    func durable() throws {
        let stage = Stage()
        #expect(stage.failOver())
        let group = try #require(stage.durable.groups[.cache])
        #expect(group.primary == .replica(1))
        #expect(group.configEpoch == Epoch(1))
        #expect(Set(group.replicas) == [.primary, .replica(2)])
        #expect(stage.durable.currentEpoch == Epoch(1))
        var restored = group
        restored.replicas = group.replicas
        #expect(Set(stage.group.durable.replicas) == Set(restored.replicas))
        #expect(stage.group.durable.vote == group.vote)
        #expect(stage.group.durable.peers == group.peers)
    }

    @Test("ROLE confirms a promotion, asked every 5 ms")
    func confirmedByRole() {
        let stage = stageWithLazyReplicas()
        stage.override = { _, request in request.isInfo ? .silence : nil }
        let chosen = stage.promotions[0]
        stage.forget()
        stage.advance(.milliseconds(100))
        #expect((19...21).contains(stage.sent(.role).count))
        #expect(stage.phase == .awaitingPromotion)
        stage.fleet[chosen].follows = nil
        stage.advance(.milliseconds(5))
        #expect(stage.primaryAddress == chosen)
    }

    @Test("INFO confirms a promotion where ROLE is not permitted, and that is told once")
    func confirmedByInfo() {
        let stage = Stage()
        stage.override = { _, request in request == .role ? .reply(.refused(code: "NOPERM", text: "NOPERM role")) : nil }
        #expect(stage.failOver(within: .seconds(3)))
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.remarks.count { $0.level == .warning && $0.text.contains("ROLE") } == 1)
    }

    @Test("a promotion that is accepted but does not show is given up after failover-timeout")
    func timeOut() {
        let stage = stageWithLazyReplicas()
        stage.advance(.milliseconds(9_900))
        #expect(stage.phase == .awaitingPromotion)
        #expect(stage.promotions.count == 1)
        stage.advance(.milliseconds(200))
        #expect(stage.notices.contains(.abortedReplicaTimeout))
    }

    @Test("a replica that refuses is replaced by the next best in the same epoch")
    func refuses() {
        let stage = Stage(replicas: 3)
        stage.fleet[.replica(1)].promotion = .refused(code: "NOPERM", text: "NOPERM this user has no permissions")
        stage.fleet[.replica(2)].promotion = .refused(code: "EXECABORT", text: "EXECABORT")
        #expect(stage.failOver())
        #expect(stage.promotions == [.replica(1), .replica(2), .replica(3)])
        #expect(stage.primaryAddress == .replica(3))
        #expect(stage.supervisor.currentEpoch == Epoch(1))
        #expect(stage.notices.count(.failoverTried) == 1)
        #expect(stage.remarks.contains { $0.text.contains("no permissions") })
    }

    @Test("where all refuse, the failover is given up")
    func allRefuse() {
        let stage = Stage()
        for number in 1...2 { stage.fleet[.replica(number)].promotion = .refused(code: "NOPERM", text: "NOPERM") }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.abortedNoGoodReplica) })
        #expect(stage.promotions == [.replica(1), .replica(2)])
        stage.advance(.seconds(10))
        #expect(stage.notices.count(.failoverTried) < 30)
    }

    @Test("a candidate that is lost after it was told is replaced in a new epoch only: nobody else is promoted in the old one")
    func lostAfterTold() {
        let stage = stageWithLazyReplicas()
        #expect(stage.promotions == [.replica(1)])
        stage.fleet[.replica(2)].obeys = true
        stage.kill(.replica(1))
        stage.advance(.seconds(3))
        #expect(stage.notices.contains(.abortedReplicaTimeout))
        #expect(stage.promotions == [.replica(1), .replica(2)])
        #expect(stage.group.configEpoch == Epoch(2))
        #expect(stage.notices.count(.elected) == 2)
    }

    @Test("a frozen candidate holds the failover up no longer than down-after")
    func frozenAfterTold() {
        let stage = stageWithLazyReplicas()
        stage.fleet[.replica(2)].obeys = true
        stage.freeze(.replica(1))
        stage.advance(.milliseconds(2_500))
        #expect(stage.primaryAddress == .replica(2))
        #expect(!stage.isLivelocked)
    }

    @Test("a candidate whose link ends, as a promotion ends all links, is asked again over the next one")
    func linkEnds() {
        let stage = stageWithLazyReplicas()
        stage.fleet[.replica(1)].follows = nil
        stage.freeze(.replica(1))
        stage.cut(.replica(1))
        stage.advance(.milliseconds(300))
        #expect(stage.phase == .awaitingPromotion)
        stage.revive(.replica(1))
        stage.advance(.milliseconds(50))
        #expect(stage.primaryAddress == .replica(1))
        #expect(!stage.isLivelocked)
    }

    @Test("an order that was lost with its link is given again over the next one")
    func orderLost() {
        let stage = Stage()
        stage.override = { to, request in to == .replica(1) && [.promote, .role].contains(request) ? .silence : nil }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .awaitingPromotion })
        stage.override = nil
        stage.cut(.replica(1))
        stage.advance(.milliseconds(100))
        #expect(stage.promotions == [.replica(1), .replica(1)])
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("an order is not given again to one that somebody has led elsewhere meanwhile")
    func ledElsewhere() {
        let stage = stageWithLazyReplicas()
        stage.fleet[.replica(1)].follows = .replica(2)
        stage.fleet[.replica(2)].follows = nil
        stage.cut(.replica(1))
        stage.advance(.milliseconds(100))
        #expect(stage.promotions == [.replica(1)])
        #expect(stage.fleet[.replica(1)].follows == .replica(2))
    }

    @Test("CONFIG REWRITE follows the promotion and is not part of it")
    func rewrite() {
        let stage = Stage()
        #expect(stage.failOver())
        let requests = stage.requests(to: .replica(1))
        let promoted = requests.firstIndex(of: .promote)
        let rewritten = requests.firstIndex(of: .rewriteConfiguration)
        #expect(promoted != nil && rewritten != nil && promoted! < rewritten!)
    }

    // MARK: Telling

    @Test("instances and peers hear of the new primary at once, and only when it is on disk")
    func announced() {
        let stage = stageWithLazyReplicas()
        stage.forget()
        stage.disk = .slow
        stage.fleet[.replica(1)].follows = nil
        stage.advance(.milliseconds(5))
        #expect(stage.phase == .reattaching)
        #expect(!stage.hellos.contains { $0.1.configEpoch == Epoch(1) })
        #expect(!stage.notices.contains(.switched))
        #expect(!stage.notices.contains(.promoted))
        #expect(stage.follows.isEmpty)
        stage.persist()
        #expect(stage.notices.kinds.filter { $0 == .promoted || $0 == .switched } == [.promoted, .switched])
        let told = stage.hellos.filter { $0.1.configEpoch == Epoch(1) && $0.1.primary == .replica(1) }.map(\.to)
        #expect(told.count == 4)
        #expect(Set(told) == [.replica(1), .replica(2), .peer(1), .peer(2)])
        #expect(stage.follows.map(\.0) == [.replica(2)])
    }

    @Test("the script for clients is called with both addresses, when they are on disk")
    func clientScript() {
        let stage = Stage { $0.groups[.cache]?.settings.clientReconfigScript = "/tell" }
        #expect(stage.failOver())
        let call = ScriptCall.reconfiguration(path: "/tell", group: .cache, isLeader: true, from: .primary, to: .replica(1))
        #expect(stage.scripts.map(\.call) == [call])
    }
}

@Suite("Adopting what others know")
struct AdoptionTests {
    private func adopted(_ stage: Stage, _ primary: Endpoint = .replica(1), epoch: UInt64 = 3) {
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(epoch), primary: primary, configEpoch: Epoch(epoch))
    }

    @Test("a newer configuration is adopted, epoch and address together")
    func newer() throws {
        let stage = Stage { $0.groups[.cache]?.settings.clientReconfigScript = "/tell" }
        adopted(stage)
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.group.configEpoch == Epoch(3))
        #expect(stage.durable.groups[.cache]?.primary == .replica(1))
        #expect(stage.durable.groups[.cache]?.configEpoch == Epoch(3))
        #expect(Set(try #require(stage.durable.groups[.cache]?.replicas)) == [.primary, .replica(2)])
        let kinds = stage.notices.kinds.filter { $0 != .replicaFound }
        #expect(kinds.prefix(3) == [.epochRaised, .configurationAdopted, .switched])
        #expect(stage.notices.first(.configurationAdopted)?.subject?.name == stage.peers[0].id.text)
        stage.advance(.milliseconds(10))
        let call = ScriptCall.reconfiguration(path: "/tell", group: .cache, isLeader: false, from: .primary, to: .replica(1))
        #expect(stage.scripts.map(\.call) == [call])
    }

    @Test("nobody hears of an adopted configuration before it is on disk")
    func durableFirst() {
        let stage = Stage()
        stage.hello(from: stage.peers[1], currentEpoch: Epoch(3))
        stage.forget()
        stage.disk = .slow
        adopted(stage)
        #expect(stage.notices.isEmpty)
        #expect(!stage.hellos.contains { $0.1.configEpoch == Epoch(3) })
        stage.persist()
        #expect(stage.notices.kinds.prefix(2) == [.configurationAdopted, .switched])
        #expect(stage.hellos.contains { $0.1.configEpoch == Epoch(3) })
    }

    @Test("an address that was not known is watched from then on")
    func unknownAddress() {
        let stage = Stage()
        stage.fleet[.replica(5)] = FakeInstance(runID: RunID("run-5"))
        adopted(stage, .replica(5))
        #expect(stage.primaryAddress == .replica(5))
        #expect(stage.linkID(to: .replica(5)) != nil)
        #expect(stage.group.replicas.count == 3)
    }

    @Test("an older or equal configuration is ignored", arguments: [UInt64(2), 3])
    func older(epoch: UInt64) {
        let stage = Stage { $0.groups[.cache]?.configEpoch = Epoch(3) }
        adopted(stage, epoch: epoch)
        #expect(stage.primaryAddress == .primary)
        #expect(stage.group.configEpoch == Epoch(3))
        #expect(!stage.notices.contains(.switched))
    }

    @Test("a newer epoch of the same address is kept without a word")
    func sameAddress() {
        let stage = Stage()
        adopted(stage, .primary)
        #expect(stage.group.configEpoch == Epoch(3))
        #expect(stage.durable.groups[.cache]?.configEpoch == Epoch(3))
        #expect(stage.notices.kinds == [.epochRaised])
    }

    @Test("a name that is not resolved yet is asked for, and neither half is adopted until it is known")
    func unresolvedName() {
        let stage = Stage { $0.settings.resolveHostnames = true }
        let named = Endpoint(host: "database", port: 6379)
        adopted(stage, named)
        #expect(stage.resolved == ["database"])
        #expect(stage.group.configEpoch == .zero)
        #expect(stage.primaryAddress == .primary)
        stage.deliver(.resolved(host: "database", addresses: []))
        adopted(stage, named)
        #expect(stage.group.configEpoch == .zero)
        stage.deliver(.resolved(host: "database", addresses: ["10.0.0.2"]))
        adopted(stage, named)
        #expect(stage.group.configEpoch == Epoch(3))
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("what another has decided ends the own attempt")
    func endsAttempt() {
        let stage = Stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .silent }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .electing })
        adopted(stage, .replica(2), epoch: 7)
        #expect(stage.phase == nil)
        #expect(stage.primaryAddress == .replica(2))
        stage.advance(.seconds(20))
        #expect(stage.promotions.isEmpty)
    }

    @Test("an adopted configuration survives the end of the process")
    func survives() {
        let stage = Stage()
        adopted(stage)
        stage.restart()
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.group.configEpoch == Epoch(3))
        #expect(stage.supervisor.currentEpoch == Epoch(3))
    }
}
