import Testing

@testable import PicketLab

@Suite("What a writer saw")
struct WriterReportTests {
    private static let start = ContinuousClock.now

    /// Acknowledged at these milliseconds after the start; ended at the last one given.
    private static func report(_ milliseconds: [Int], end: Int) -> WriterReport {
        WriterReport(
            startedAt: start, endedAt: start + .milliseconds(end), attempted: milliseconds.count,
            acknowledged: milliseconds.enumerated().map { .init(number: $0, at: start + .milliseconds($1), port: 1) })
    }

    private static func span(_ from: Int, _ to: Int) -> ClosedRange<ContinuousClock.Instant> {
        start + .milliseconds(from)...start + .milliseconds(to)
    }

    @Test("the longest silence that ends after a fault is told in full, and longer ones before it are not")
    func silence() {
        let report = Self.report([1, 500, 501, 502, 540, 541], end: 542)
        #expect(report.longestSilence(endingIn: Self.span(501, 542)) == .milliseconds(38))
        #expect(report.longestSilence(endingIn: Self.span(520, 542)) == .milliseconds(38))
        #expect(report.longestSilence(endingIn: Self.span(0, 542)) == .milliseconds(499))
    }

    @Test("a silence that nothing ends lasts until the writer was stopped")
    func open() {
        let report = Self.report([1, 2], end: 1_002)
        #expect(report.longestSilence(endingIn: Self.span(2, 1_002)) == .milliseconds(1_000))
        #expect(report.longestSilence(endingIn: Self.span(0, 2)) == .milliseconds(1))
    }

    @Test("nothing acknowledged at all is a silence from the start")
    func nothing() {
        #expect(Self.report([], end: 700).longestSilence(endingIn: Self.span(300, 700)) == .milliseconds(700))
    }
}
