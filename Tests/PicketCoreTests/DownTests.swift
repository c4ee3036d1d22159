import Testing

@testable import PicketCore

@Suite("Holding instances down")
struct DownTests {
    // MARK: Rule 1, silence

    @Test("a frozen primary is held down after down-after and one ping phase, not before")
    func silence() {
        let stage = Stage()
        stage.freeze(.primary)
        stage.advance(.milliseconds(999))
        #expect(!stage.isDown(.primary))
        stage.advance(.milliseconds(251))
        #expect(stage.isDown(.primary))
        #expect(stage.notices.first(.subjectivelyDown)?.subject?.name == "cache")
    }

    @Test("who never answered at all is held down in time")
    func neverHeard() {
        let stage = Stage(isSettled: false)
        stage.freeze(.primary)
        stage.deliver(.started)
        stage.advance(.milliseconds(999))
        #expect(!stage.isDown(.primary))
        stage.advance(.milliseconds(2))
        #expect(stage.isDown(.primary))
    }

    @Test("a replica whose connections are refused is held down after down-after")
    func refused() {
        let stage = Stage()
        stage.kill(.replica(1))
        stage.advance(.milliseconds(700))
        #expect(!stage.isDown(.replica(1)))
        stage.advance(.milliseconds(310))
        #expect(stage.isDown(.replica(1)))
        #expect(stage.notices.first(.subjectivelyDown)?.subject?.kind == .replica)
    }

    @Test("a dead replica is looked for again, first at once, then with growing pauses up to the ping period")
    func reconnects() {
        let stage = Stage()
        stage.kill(.replica(1))
        stage.advance(.seconds(10))
        let count = stage.opened.count { $0.endpoint == .replica(1) && $0.purpose == .commands }
        #expect((40...50).contains(count), "\(count)")
    }

    @Test("a short silence is no reason")
    func shortSilence() {
        let stage = Stage()
        for _ in 0..<20 {
            stage.freeze(.primary)
            stage.advance(.milliseconds(900))
            stage.revive(.primary)
            stage.advance(.milliseconds(100))
        }
        #expect(!stage.notices.contains(.subjectivelyDown))
    }

    @Test("a peer that is silent for down-after is held down, and up again when it answers")
    func peers() {
        let stage = Stage()
        stage.freeze(.peer(1))
        stage.advance(.milliseconds(990))
        #expect(!stage.notices.contains(.subjectivelyDown))
        stage.advance(.milliseconds(300))
        #expect(stage.notices.first(.subjectivelyDown)?.subject?.name == stage.peers[0].id.text)
        #expect(stage.group.usableVoters == 2)
        stage.revive(.peer(1))
        stage.advance(.milliseconds(10))
        #expect(stage.notices.contains(.subjectivelyUp))
        #expect(stage.group.usableVoters == 3)
    }

    @Test("an answer ends the down state at once")
    func recovery() {
        let stage = Stage()
        stage.freeze(.primary)
        stage.advance(.seconds(2))
        #expect(stage.isDown(.primary))
        stage.revive(.primary)
        #expect(!stage.isDown(.primary))
        #expect(stage.notices.last?.kind == .subjectivelyUp)
    }

    @Test("a link that looks open but stays silent is given up after fifteen seconds")
    func deadLink() {
        let stage = Stage { $0.groups[.cache]?.settings.downAfter = .seconds(4) }
        stage.advance(.seconds(1))
        let old = stage.linkID(to: .replica(1))
        stage.freeze(.replica(1))
        stage.advance(.seconds(11))
        #expect(stage.linkID(to: .replica(1)) == old)
        stage.advance(.seconds(3))
        #expect(stage.linkID(to: .replica(1)) != old)
    }

    // MARK: Rule 2, the wrong role

    @Test("a primary that says it is a replica is held down after down-after and two INFO periods")
    func wrongRole() {
        let stage = Stage()
        stage.fleet[.primary].follows = Endpoint(host: "10.0.9.9", port: 6379)
        #expect(stage.advance(atMost: .seconds(11)) { $0.notices.contains(.roleNotAsConfigured) })
        stage.advance(.milliseconds(20_990))
        #expect(!stage.isDown(.primary))
        stage.advance(.milliseconds(20))
        #expect(stage.isDown(.primary))
        stage.fleet[.primary].follows = nil
        #expect(stage.advance(atMost: .seconds(11)) { $0.notices.contains(.roleAsConfigured) })
        #expect(!stage.isDown(.primary))
    }

    // MARK: Rule 3, a restart that takes too long

    @Test("a restarted primary that does not serve in the configured time is held down, until it serves")
    func slowRestart() {
        let stage = Stage { $0.groups[.cache]?.settings.rebootDownAfter = .seconds(3) }
        stage.fleet[.primary].runID = RunID("run-new")
        stage.fleet[.primary].ping = .alive(.loading)
        stage.cut(.primary)
        stage.advance(.milliseconds(10))
        #expect(stage.notices.contains(.rebooted))
        stage.advance(.milliseconds(2_900))
        #expect(!stage.isDown(.primary))
        stage.advance(.milliseconds(200))
        #expect(stage.isDown(.primary))
        stage.fleet[.primary].ping = .alive(.serving)
        stage.advance(.milliseconds(300))
        #expect(!stage.isDown(.primary))
    }

    @Test("a restarted primary may load as long as it likes where no time is configured")
    func patientRestart() {
        let stage = Stage()
        stage.fleet[.primary].runID = RunID("run-new")
        stage.fleet[.primary].ping = .alive(.loading)
        stage.cut(.primary)
        stage.advance(.seconds(60))
        #expect(stage.notices.contains(.rebooted))
        #expect(!stage.notices.contains(.subjectivelyDown))
    }

    // MARK: What counts as alive

    @Test("loading, and having no primary, count as alive", arguments: [Reply.Vitality.loading, .primaryLinkDown])
    func alive(vitality: Reply.Vitality) {
        let stage = Stage()
        stage.fleet[.primary].ping = .alive(vitality)
        stage.advance(.seconds(5))
        #expect(!stage.notices.contains(.subjectivelyDown))
    }

    @Test(
        "an answer that is not one of these does not count as alive",
        arguments: [
            Reply.refused(code: "MISCONF", text: "MISCONF disk"), .refused(code: "ERR", text: "ERR what"), .unintelligible("42"),
        ])
    func invalid(reply: Reply) {
        let stage = Stage()
        stage.fleet[.primary].ping = reply
        stage.advance(.milliseconds(1_300))
        #expect(stage.isDown(.primary))
    }

    @Test("an instance whose script runs for too long is told once to end it")
    func busy() {
        let stage = Stage()
        stage.fleet[.primary].ping = .refused(code: "BUSY", text: "BUSY script")
        stage.advance(.seconds(10))
        #expect(stage.isDown(.primary))
        #expect(stage.sent(.killScript).count == 1)
    }

    @Test("refused credentials are an operator's mistake and not a death, however short down-after is", arguments: [300, 1_000, 5_000])
    func denied(downAfter: Int) {
        let stage = Stage { $0.groups[.cache]?.settings.downAfter = .milliseconds(downAfter) }
        stage.fleet[conditionOf: .primary] = .denying("WRONGPASS invalid username-password pair")
        stage.cut(.primary)
        stage.advance(.seconds(20))
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.remarks.count { $0.level == .warning } == 1)
    }

    @Test("a PING that is refused for want of rights is no death either", arguments: ["NOAUTH", "NOPERM"])
    func deniedPing(code: String) {
        let stage = Stage()
        stage.fleet[.primary].ping = .refused(code: code, text: "\(code) no")
        stage.advance(.seconds(5))
        #expect(!stage.notices.contains(.subjectivelyDown))
    }

    @Test("a peer that refuses our credentials is held down: it cannot vote")
    func deniedByPeer() {
        let stage = Stage()
        stage.fleet[conditionOf: .peer(1)] = .denying("WRONGPASS")
        stage.cut(.peer(1))
        stage.advance(.seconds(3))
        #expect(stage.group.usableVoters == 2)
        #expect(stage.remarks.count { $0.level == .warning } == 1)
    }
}

@Suite("Holding the primary down together")
struct QuorumTests {
    /// Nothing may be promoted, so the down state lasts.
    private func stage(peers: Int = 2, quorum: Int = 2) -> Stage {
        let stage = Stage(replicas: 1, peers: peers, quorum: quorum)
        stage.fleet[.replica(1)].priority = 0
        stage.advance(.seconds(11))
        stage.forget()
        return stage
    }

    @Test("the primary is objectively down when a quorum holds it down")
    func quorum() {
        let stage = stage(peers: 4, quorum: 3)
        stage.freeze(.primary)
        stage.peers[0].holdsPrimaryDown = true
        stage.advance(.seconds(5))
        #expect(stage.isDown(.primary))
        #expect(!stage.isObjectivelyDown)
        stage.peers[3].holdsPrimaryDown = true
        stage.advance(.seconds(2))
        #expect(stage.isObjectivelyDown)
        #expect(stage.notices.first(.objectivelyDown)?.detail == .agreement(agreeing: 3, quorum: 3))
    }

    @Test("peers that hold it down are not enough where this monitor does not")
    func onlyPeers() {
        let stage = stage()
        stage.allPeers(holdDown: true)
        stage.advance(.seconds(5))
        #expect(!stage.isObjectivelyDown)
    }

    @Test("a quorum of one needs nobody else")
    func alone() {
        let stage = stage(peers: 0, quorum: 1)
        stage.freeze(.primary)
        stage.advance(.milliseconds(1_300))
        #expect(stage.isObjectivelyDown)
    }

    @Test("when the primary answers again it is up for all purposes")
    func recovery() {
        let stage = stage()
        stage.freeze(.primary)
        stage.allPeers(holdDown: true)
        stage.advance(.seconds(2))
        #expect(stage.isObjectivelyDown)
        stage.revive(.primary)
        #expect(!stage.isObjectivelyDown)
        #expect(stage.notices.kinds.suffix(2) == [.subjectivelyUp, .objectivelyUp])
    }

    @Test("a peer's opinion is believed for five ask periods and no longer")
    func expiry() {
        let stage = stage()
        stage.freeze(.primary)
        stage.peers[0].holdsPrimaryDown = true
        stage.advance(.seconds(2))
        #expect(stage.isObjectivelyDown)
        stage.override = { _, request in if case .askDown = request { .silence } else { nil } }
        stage.advance(.milliseconds(3_900))
        #expect(stage.isObjectivelyDown)
        stage.advance(.milliseconds(2_200))
        #expect(!stage.isObjectivelyDown)
        #expect(stage.isDown(.primary))
    }

    @Test("peers are asked at once, and then with pauses that double from 10 ms to the ask period")
    func asking() {
        let stage = stage()
        stage.freeze(.primary)
        #expect(stage.advance(atMost: .seconds(2)) { $0.isDown(.primary) })
        let noticed = stage.now
        stage.advance(.seconds(5))
        let asked = stage.sent.filter { sent in
            if case .askDown = sent.request { sent.to == .peer(1) } else { false }
        }.map { ($0.at - noticed).wholeMilliseconds }
        #expect(asked.prefix(8) == [0, 10, 30, 70, 150, 310, 630, 1_270])
        #expect(asked.dropFirst(8).allSatisfy { ask in ask >= 2_270 })
        #expect(asked.count >= 10)
    }

    @Test("an opinion about the primary before does not count for its successor")
    func formerPrimary() throws {
        let stage = Stage(peers: 1)
        stage.override = { _, request in if case .askDown(_, _, _, nil) = request { .silence } else { nil } }
        stage.freeze(.primary)
        stage.advance(.seconds(2))
        let question = try #require(stage.sent.first { if case .askDown = $0.request { true } else { false } })
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(1), primary: .replica(1), configEpoch: Epoch(1))
        #expect(stage.primaryAddress == .replica(1))
        stage.deliver(.replied(question.link, question.request, .opinion(isDown: true, leader: nil, leaderEpoch: .zero)))
        #expect(stage.group.peers[stage.peers[0].id]?.opinion?.isDown != true)
    }

    @Test("what is noticed on the occasion of a closed link is acted on at once", arguments: [0, 300, 900, 1_500])
    func noticedInPassing(phase: Int) {
        let stage = Stage(replicas: 0, peers: 0, quorum: 1)
        stage.ask(.change(.cache, [.downAfter(milliseconds: 4_000)], failure: nil))
        stage.advance(.milliseconds(5_000 + phase))
        stage.freeze(.primary)
        stage.advance(.seconds(3))
        let judged = stage.instance(at: .primary)!.reachability.silentSince! + .seconds(4)
        stage.advance(judged - stage.now - .milliseconds(1))
        // The deadline comes late, something else before it.
        stage.stall(.milliseconds(3))
        stage.deliver(.linkClosed(stage.linkID(to: .primary, .subscription)!, .closedByPeer))
        #expect(stage.isDown(.primary))
        stage.advance(.milliseconds(5))
        #expect(stage.isObjectivelyDown)
    }
}
