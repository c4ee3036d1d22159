import Testing

@testable import PicketLab

@Suite("The table of failovers")
struct FailoverReportTests {
    private static let surroundings = Surroundings(
        processor: "Abacus", cores: 2, kernel: "6.1", versions: ["picketd: 1"], loadBefore: 0.25, loadAfter: 1)

    private static func report(_ faults: [FailoverFault], _ results: [FailoverResult]) -> FailoverReport {
        var report = FailoverReport(
            bench: FailoverBench(faults: faults, supervisors: [.picketd, .redisSentinel], trials: 2), surroundings: surroundings)
        for result in results { report.append(result) }
        return report
    }

    private static func result(
        _ fault: FailoverFault, _ kind: MonitorKind, _ number: Int, outage: Double? = nil, acknowledged: Int = 0, lost: Int? = nil
    ) -> FailoverResult {
        var result = FailoverResult(fault, kind, number: number)
        result.outage = outage
        result.acknowledged = acknowledged
        result.lost = lost
        return result
    }

    @Test("a row for each figure that there is, with the ratio of the medians")
    func rows() {
        let report = Self.report(
            [.kill],
            [
                Self.result(.kill, .picketd, 1, outage: 40), Self.result(.kill, .redisSentinel, 1, outage: 2_000),
                Self.result(.kill, .picketd, 2, outage: 60), Self.result(.kill, .redisSentinel, 2, outage: 3_000),
            ])
        #expect(
            report.table.rows == [
                [
                    "kill", "longest time without an acknowledged write, ms", "50", "60", "60", "2", "2,500", "3,000", "3,000", "2",
                    "0.020",
                ]
            ])
    }

    @Test("what was lost is compared by sums, and each fault is named once")
    func losses() {
        let report = Self.report(
            [.kill, .planned],
            [
                Self.result(.kill, .picketd, 1, outage: 40, acknowledged: 100, lost: 0),
                Self.result(.planned, .picketd, 1, outage: 5, acknowledged: 1_000, lost: 1),
                Self.result(.planned, .redisSentinel, 1, outage: 5, acknowledged: 1_000, lost: 300),
                Self.result(.planned, .redisSentinel, 2, outage: 5, acknowledged: 1_000, lost: 100),
            ])
        #expect(report.table.rows.map { $0[0] } == ["kill", "", "planned", ""])
        #expect(report.table.rows[3] == ["", "acknowledged writes lost", "1", "1", "1", "1", "200", "300", "300", "2", "0.003"])
        #expect(report.notes.contains("Lost in all: 401 of 3,100 acknowledged writes; where any were, it is said here."))
        #expect(report.notes.contains("planned, redis-sentinel: 400 of 2,000 acknowledged writes lost, in 2 trials."))
        #expect(!report.notes.contains { $0.hasPrefix("kill, picketd:") })
    }

    @Test("where one of the two has no figures, there is no ratio, and the reason is told")
    func failures() {
        var failed = Self.result(.freeze, .redisSentinel, 1)
        failed.failure = "the sky fell"
        let report = Self.report([.freeze], [Self.result(.freeze, .picketd, 1, outage: 1_050.4), failed])
        #expect(
            report.table.rows == [
                [
                    "freeze", "longest time without an acknowledged write, ms", "1,050", "1,050", "1,050", "1", "–", "", "", "0", "–",
                ]
            ])
        #expect(report.notes.contains("freeze, redis-sentinel, trial 1: the sky fell"))
    }

    @Test("a trial in which writing never began again counts, and is told")
    func neverAgain() {
        var never = Self.result(.kill, .redisSentinel, 1, outage: 60_000)
        never.isRecovered = false
        let report = Self.report([.kill], [never])
        #expect(report.table.rows[0][6] == "60,000")
        #expect(report.notes.contains { $0.hasPrefix("kill, redis-sentinel: in 1 trial no write was acknowledged again") })
    }
}
