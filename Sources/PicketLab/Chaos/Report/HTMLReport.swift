package struct HTMLReport: Sendable {
    private let report: ChaosReport
    package init(_ report: ChaosReport) { self.report = report }
    package var page: String { "<!doctype html>" }
}
