import PicketLab
import Testing

@Suite("Checks of the chaos suite")
struct ChaosJudgeTests {
    /// All was seen, and all is well.
    private static let well: ChaosObservation = {
        var seen = ChaosObservation()
        seen.confirmed = .init(acknowledged: 100, lost: 0, unacknowledged: 1, foreign: 0)
        seen.unconfirmed = .init(acknowledged: 100, lost: 0, unacknowledged: 1, foreign: 0)
        seen.countsLost = 0
        seen.twoPrimaries = 0
        seen.outage = 50
        seen.failovers = ["cache 1 2"]
        seen.violations = []
        seen.heal = 100
        seen.deaths = []
        return seen
    }()

    /// Whatever can be bounded is.
    private static let strict = ChaosExpectation.failover(1...1, outage: 1_000, twoPrimaries: 0).with { $0.mayLoseAcknowledged = false }

    private static func verdict(
        _ check: ChaosCheck, _ expected: ChaosExpectation = strict, _ change: (inout ChaosObservation) -> Void
    ) -> ChaosVerdict? {
        var seen = well
        change(&seen)
        return ChaosJudge.findings(seen, expected).first { $0.check == check }?.verdict
    }

    @Test("what is well passes, in each check")
    func passes() {
        let findings = ChaosJudge.findings(Self.well, Self.strict)
        #expect(findings.map(\.check) == ChaosCheck.allCases)
        #expect(findings.allSatisfy { $0.verdict == .pass })
        #expect(ChaosJudge.verdict(findings) == .pass)
    }

    @Test("each check fails of what it looks for")
    func fails() {
        #expect(Self.verdict(.confirmedWrites) { $0.confirmed?.lost = 1 } == .fail)
        #expect(Self.verdict(.acknowledgedWrites) { $0.unconfirmed?.lost = 1 } == .fail)
        #expect(Self.verdict(.foreignWrites) { $0.confirmed?.foreign = 1 } == .fail)
        #expect(Self.verdict(.foreignWrites) { $0.unconfirmed?.foreign = 1 } == .fail)
        #expect(Self.verdict(.counter) { $0.countsLost = 1 } == .fail)
        #expect(Self.verdict(.twoPrimaries) { $0.twoPrimaries = 41 } == .fail)
        #expect(Self.verdict(.outage) { $0.outage = 1_001 } == .fail)
        #expect(Self.verdict(.failovers) { $0.failovers = [] } == .fail)
        #expect(Self.verdict(.failovers) { $0.failovers = ["a", "b"] } == .fail)
        #expect(Self.verdict(.epochs) { $0.violations = ["two leaders"] } == .fail)
        #expect(Self.verdict(.healing) { $0.heal = nil } == .fail)
        #expect(Self.verdict(.monitorsLive) { $0.deaths = ["monitor-1"] } == .fail)
    }

    @Test("what could not be determined is unknown, in each check, and a run with an unknown check has not passed")
    func unknown() {
        #expect(Self.verdict(.faultApplied) { $0.troubles = ["no event"] } == .unknown)
        #expect(Self.verdict(.confirmedWrites) { $0.confirmed = nil } == .unknown)
        #expect(Self.verdict(.confirmedWrites) { $0.confirmed?.acknowledged = 0 } == .unknown)
        #expect(Self.verdict(.acknowledgedWrites) { $0.unconfirmed = nil } == .unknown)
        #expect(Self.verdict(.foreignWrites) { $0.confirmed = nil } == .unknown)
        #expect(Self.verdict(.counter) { $0.countsLost = nil } == .unknown)
        #expect(Self.verdict(.twoPrimaries) { $0.twoPrimaries = nil } == .unknown)
        #expect(Self.verdict(.twoPrimaries) { $0.blindness = 1_001 } == .unknown)
        #expect(Self.verdict(.outage) { $0.outage = nil } == .unknown)
        #expect(Self.verdict(.failovers) { $0.failovers = nil } == .unknown)
        #expect(Self.verdict(.epochs) { $0.violations = nil } == .unknown)
        #expect(Self.verdict(.monitorsLive) { $0.deaths = nil } == .unknown)
        #expect(ChaosJudge.verdict([ChaosFinding(check: .outage, verdict: .unknown, words: "")]) == .unknown)
        #expect(ChaosJudge.verdict([]) == .unknown)
    }

    @Test("nothing seen at all passes nothing but what nothing contradicts")
    func nothing() {
        let findings = ChaosJudge.findings(ChaosObservation(), Self.strict)
        #expect(findings.filter { $0.verdict == .pass }.map(\.check) == [.faultApplied])
        #expect(ChaosJudge.verdict(findings) == .fail)
    }

    @Test("what is not demanded is told")
    func told() {
        let mild = ChaosExpectation.failover(1...1, outage: nil).with { $0.mayLoseConfirmed = true }
        #expect(Self.verdict(.confirmedWrites, mild) { $0.confirmed?.lost = 3 } == .told)
        #expect(Self.verdict(.acknowledgedWrites, mild) { $0.unconfirmed?.lost = 3 } == .told)
        #expect(Self.verdict(.counter, mild) { $0.countsLost = 3 } == .told)
        #expect(Self.verdict(.twoPrimaries, mild) { $0.twoPrimaries = 3_000 } == .told)
        #expect(Self.verdict(.outage, mild) { $0.outage = 99_000 } == .told)
        #expect(Self.verdict(.foreignWrites, mild) { $0.confirmed?.foreign = 1 } == .fail)
    }

    @Test("a failure outweighs what is unknown")
    func worst() {
        let findings = [ChaosVerdict.pass, .unknown, .fail].map { ChaosFinding(check: .outage, verdict: $0, words: "") }
        #expect(ChaosJudge.verdict(findings) == .fail)
    }
}
