import Testing

@testable import PicketCore

@Suite("The same events, the same effects")
struct DeterminismTests {
    /// A stage with something of everything behind it.
    private func eventful(seed: UInt64) -> Stage {
        let stage = Stage(replicas: 3, peers: 4, quorum: 3, seed: seed) { $0.groups[.cache]?.settings.notificationScript = "/notify" }
        stage.peers[0].ballot = .favours(.made(of: "8"))
        stage.peers[1].ballot = .favours(.made(of: "8"))
        stage.peers[2].ballot = .favours(.made(of: "8"))
        stage.losePrimary()
        stage.advance(.seconds(3))
        for index in stage.peers.indices { stage.peers[index].ballot = .firstCome }
        stage.advance(.seconds(5))
        stage.allPeers(holdDown: false)
        stage.revive(.primary)
        stage.advance(.seconds(5))
        stage.stall(.seconds(10))
        stage.advance(.seconds(2))
        stage.ask(.change(.cache, [.quorum(2), .password("x")], failure: nil))
        stage.hello(from: stage.peers[3], currentEpoch: Epoch(30), primary: .replica(3), configEpoch: Epoch(30))
        stage.advance(.seconds(2))
        return stage
    }

    @Test("a recorded run gives the same effects and the same state when it is replayed")
    func replay() {
        let stage = eventful(seed: 5)
        #expect(stage.history.count > 500)
        #expect(stage.notices.contains(.switched))
        let again = eventful(seed: 5)
        #expect(stage.history.count == again.history.count)
        for (one, other) in zip(stage.history, again.history) {
            guard one.effects == other.effects, one.event == other.event, one.at == other.at else {
                Issue.record("differs at \(one.at.sinceStart): \(one.event)")
                return
            }
        }
        #expect(stage.supervisor == again.supervisor)
    }

    @Test("another seed gives other pauses")
    func seeds() {
        #expect(eventful(seed: 5).history.map(\.at) != eventful(seed: 6).history.map(\.at))
    }

    @Test("a supervisor is a value: a copy goes its own way")
    func value() {
        let stage = Stage()
        var copy = stage.supervisor
        #expect(copy == stage.supervisor)
        _ = copy.handle(.asked(Ticket(1), .isPrimaryDown(.primary, epoch: Epoch(4), candidate: .made(of: "1"))), at: stage.now)
        #expect(copy != stage.supervisor)
        #expect(copy.currentEpoch == Epoch(4))
        #expect(stage.supervisor.currentEpoch == .zero)
    }

    @Test(
        "events about links, groups and instances that are gone change nothing",
        arguments: [
            Event.linkOpened(LinkID(9_999), localHost: "10.0.0.1"), .linkClosed(LinkID(9_999), .refused), .heard(LinkID(9_999)),
            .replied(LinkID(9_999), .promote, .refused(code: "ERR", text: "ERR")), .replied(LinkID(9_999), .ping, .alive(.serving)),
            .scriptEnded(ScriptID(9), .exited(status: 1)), .scriptStarted(ScriptID(9), processID: 3), .deadlineReached,
        ])
    func stray(event: Event) {
        let stage = Stage()
        var supervisor = stage.supervisor
        #expect(supervisor.handle(event, at: stage.now).isEmpty)
        #expect(supervisor == stage.supervisor)
    }

    @Test("time that runs backwards is not believed")
    func backwards() {
        let stage = Stage()
        var supervisor = stage.supervisor
        _ = supervisor.handle(.deadlineReached, at: stage.now - .seconds(50))
        #expect(!supervisor.isTilted)
        #expect(supervisor == stage.supervisor)
    }
}

@Suite("The steps of a failover")
struct PhaseTests {
    private func walked(_ adjust: (Stage) -> Void) -> Set<FailoverPhase.Edge> {
        let stage = Stage(replicas: 3)
        adjust(stage)
        stage.losePrimary()
        stage.advance(.seconds(30))
        #expect(stage.phases.illegal.isEmpty)
        return stage.phases.walked
    }

    /// By an operator's order.
    private func switched(_ adjust: (Stage) -> Void) -> Set<FailoverPhase.Edge> {
        let stage = Stage(replicas: 3)
        adjust(stage)
        stage.advance(.seconds(11))
        stage.ask(.failover(.cache, FailoverOrder()))
        stage.advance(.seconds(5))
        #expect(stage.phases.illegal.isEmpty)
        return stage.phases.walked
    }

    @Test("every legal step is taken by some failover, and no other")
    func edges() {
        var all = walked { _ in }
        all.formUnion(walked { $0.fleet[.replica(1)].promotion = .refused(code: "NOPERM", text: "NOPERM") })
        all.formUnion(walked { $0.fleet[.replica(1)].obeys = false })
        // The preferred one lacks what another has.
        all.formUnion(
            walked {
                $0.fleet[.replica(2)].priority = 1
                $0.fleet[.replica(1)].offset = 5_000
            })
        all.formUnion(switched { _ in })
        // Pausing is not permitted: the primary hands over by itself.
        all.formUnion(
            switched { stage in
                stage.override = { _, request in
                    if case .pauseWrites = request { .reply(.refused(code: "NOPERM", text: "NOPERM client|pause")) } else { nil }
                }
            })
        #expect(all == Set(FailoverPhase.edges))
    }

    @Test("a chosen one that dies while the order waits for the disk is not waited for")
    func lostBeforeTold() {
        let stage = Stage(replicas: 3)
        stage.losePrimary()
        _ = stage.advance(atMost: .seconds(3)) { $0.phase == .electing }
        stage.disk = .slow
        stage.advance(.seconds(1))
        stage.kill(.replica(1))
        stage.persist()
        stage.disk = .prompt
        stage.advance(.seconds(3))
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.phases.illegal.isEmpty)
    }

    @Test("edges are told apart by their ends, and each has a reason")
    func table() {
        let pairs = FailoverPhase.edges.map { "\($0.from)-\($0.to)" }
        #expect(Set(pairs).count == pairs.count)
        #expect(FailoverPhase.edges.allSatisfy { !$0.reason.isEmpty })
        // Nothing leads back before the election, nothing leads out of the last phase.
        #expect(!FailoverPhase.edges.contains { $0.to == .electing || $0.from == .reattaching })
    }
}
