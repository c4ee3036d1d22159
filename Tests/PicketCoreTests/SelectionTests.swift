import Testing

@testable import PicketCore

@Suite("Choosing the replica")
struct SelectionTests {
    /// Who is promoted first where three replicas are as `adjust` makes them.
    private func chosen(_ adjust: (inout Fleet) -> Void) -> Endpoint? {
        let stage = Stage(replicas: 3)
        adjust(&stage.fleet)
        stage.losePrimary()
        _ = stage.advance(atMost: .seconds(10)) { !$0.promotions.isEmpty }
        return stage.promotions.first
    }

    @Test("the lowest priority number goes first, whatever the offset")
    func priority() {
        #expect(
            chosen {
                $0[.replica(2)].priority = 10
                $0[.replica(1)].offset = 9_000
            } == .replica(2))
    }

    @Test("of the same priority, the most of the stream goes first, whatever the run id")
    func offset() {
        #expect(
            chosen {
                $0[.replica(2)].offset = 1_001
                $0[.replica(1)].runID = RunID("aaa")
            } == .replica(2))
    }

    @Test("of the same offset, the smallest run id goes first, in either case")
    func runID() {
        #expect(chosen { _ in } == .replica(1))
        #expect(chosen { $0[.replica(3)].runID = RunID("ABC") } == .replica(3))
    }

    @Test("data of another history goes last, whatever its priority and offset")
    func otherHistory() {
        #expect(
            chosen {
                $0[.replica(1)].history = "elsewhere"
                $0[.replica(1)].priority = 1
                $0[.replica(1)].offset = 99_000
                $0[.replica(2)].offset = 2
                $0[.replica(3)].offset = 3
            } == .replica(3))
    }

    @Test("a history that continues the primary's by a promotion counts as the same")
    func continuedHistory() {
        #expect(
            chosen {
                $0[.replica(2)].history = "later"
                $0[.replica(2)].previousHistory = "history-1"
                $0[.replica(2)].offset = 5_000
            } == .replica(2))
    }

    @Test("data of another history is better than none")
    func onlyOtherHistory() {
        #expect(
            chosen { fleet in
                for number in 1...3 { fleet[.replica(number)].history = "elsewhere-\(number)" }
                fleet[.replica(2)].offset = 7_000
            } == .replica(2))
    }

    enum Flaw: CaseIterable {
        case neverPromote, syncing, neverSynced, linkDownTooLong, silent, stale, gone, frozen, denying

        func apply(to stage: Stage) {
            let best = Endpoint.replica(1)
            stage.fleet[best].offset = 99_000
            switch self {
            case .neverPromote: stage.fleet[best].priority = 0
            case .syncing: stage.fleet[best].isSyncing = true
            case .neverSynced:
                stage.fleet[best].link = .down(for: nil)
                stage.fleet[best].offset = 0
            case .linkDownTooLong: stage.fleet[best].link = .down(for: .seconds(60))
            case .silent: stage.override = { to, request in to == best && request.isInfo ? .silence : nil }
            case .stale:
                let report = stage.fleet.report(of: best)
                stage.override = { to, request in
                    guard to == best, request.isInfo else { return nil }
                    return stage.phase == .selecting ? .silence : .reply(.report(report))
                }
            case .gone: stage.kill(best)
            case .frozen: stage.freeze(best)
            case .denying:
                stage.fleet[conditionOf: best] = .denying("WRONGPASS")
                stage.cut(best)
            }
        }
    }

    @Test("a replica with a flaw is passed over, though it were the best", arguments: Flaw.allCases)
    func flaw(flaw: Flaw) {
        let stage = Stage()
        flaw.apply(to: stage)
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.switched) })
        #expect(stage.promotions == [.replica(2)])
    }

    @Test("a replica whose link to the primary is down no longer than the primary is no worse for it")
    func linkDownWithPrimary() {
        #expect(
            chosen {
                $0[.replica(2)].link = .down(for: .seconds(9))
                $0[.replica(2)].offset = 5_000
            } == .replica(2))
    }

    @Test("a slow replica is waited for 50 ms after the first report, and a second in all")
    func slowReports() {
        let stage = Stage()
        stage.override = { [unowned stage] to, request in
            stage.phase == .selecting && to == .replica(1) && request.isInfo ? .silence : nil
        }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.selecting) })
        let began = stage.now
        #expect(stage.advance(atMost: .seconds(3)) { !$0.promotions.isEmpty })
        #expect(stage.now - began == .milliseconds(50))
        #expect(stage.promotions == [.replica(2)])
    }

    @Test("where no replica reports, nobody is promoted on old knowledge")
    func noReports() {
        let stage = Stage()
        stage.override = { [unowned stage] _, request in stage.phase == .selecting && request.isInfo ? .silence : nil }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.selecting) })
        let began = stage.now
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.abortedNoGoodReplica) })
        #expect(stage.now - began == .seconds(1))
        #expect(stage.promotions.isEmpty)
    }

    @Test("where none can be promoted it is told once and why, epochs are spared, and the first that can be is promoted soon")
    func none() {
        let stage = Stage()
        stage.fleet[.replica(1)].priority = 0
        stage.fleet[.replica(2)].isSyncing = true
        stage.advance(.seconds(11))
        stage.losePrimary()
        stage.advance(.seconds(30))
        #expect(stage.notices.contains(.objectivelyDown))
        #expect(stage.notices.count(.abortedNoGoodReplica) == 1)
        let remarks = stage.remarks.filter { $0.level == .warning }
        #expect(remarks.count == 1)
        #expect(remarks.first?.text.contains("10.0.0.2:6379 has priority 0") == true)
        #expect(remarks.first?.text.contains("10.0.0.3:6379 is in the middle of a synchronisation") == true)
        #expect(stage.supervisor.currentEpoch <= Epoch(2))
        stage.fleet[.replica(2)].isSyncing = false
        stage.advance(.milliseconds(1_300))
        #expect(stage.primaryAddress == .replica(2))
    }

    @Test("with no replica at all nothing is tried, and it is told once")
    func noReplicas() {
        let stage = Stage(replicas: 0)
        stage.losePrimary()
        stage.advance(.seconds(30))
        #expect(stage.notices.count(.abortedNoGoodReplica) == 1)
        #expect(!stage.notices.contains(.failoverTried))
    }

    @Test("a replica that a leader promoted before it died is chosen, though another has more of the stream")
    func promotedAlready() {
        let stage = Stage()
        stage.allPeers(holdDown: true)
        stage.kill(.primary)
        _ = stage.fleet.answer(.promote, by: .replica(2))
        stage.fleet[.replica(1)].offset = 50_000
        stage.advance(.seconds(10))
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.fleet[.replica(1)].follows == .replica(2))
        #expect(stage.fleet[.replica(2)].follows == nil)
    }

    @Test("the only replica is chosen though a leader promoted it before it died")
    func onlyOnePromotedAlready() {
        let stage = Stage(replicas: 1)
        stage.losePrimary()
        _ = stage.fleet.answer(.promote, by: .replica(1))
        stage.advance(.seconds(10))
        #expect(stage.primaryAddress == .replica(1))
    }
}
