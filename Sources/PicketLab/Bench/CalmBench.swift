/// Shows whether supervisors keep calm: each case with the first, then with the second, each on a deployment of its own.
package struct CalmBench: Sendable {
    package var cases: [CalmCase]
    package var supervisors: [MonitorKind]
    package var span: Duration
    package var executables: Executables = .find()
    /// A program that relays connections within a network namespace, with the arguments before `Relay`'s own.
    package var relay: [String]

    package init(cases: [CalmCase], supervisors: [MonitorKind], span: Duration, relay: [String]) {
        self.cases = cases
        self.supervisors = supervisors
        self.span = span
        self.relay = relay
    }

    func plan(_ kind: MonitorKind, _ calmCase: CalmCase) -> DeploymentPlan {
        DeploymentPlan(
            monitors: Array(repeating: MonitorPlan(kind), count: 3), downAfter: calmCase.downAfter,
            instanceLines: ["enable-debug-command yes"], startsMonitors: calmCase != .cutMonitor, executables: executables)
    }

    package func checkPrograms() throws(LabError) {
        for kind in supervisors { try plan(kind, .sleep).checkPrograms() }
    }

    /// - Parameter done: told after each case what there is so far.
    package func run(_ done: @Sendable (CalmReport) throws -> Void) async throws -> CalmReport {
        var report = CalmReport(cases: cases, surroundings: await .found(executables, supervisors))
        for calmCase in cases {
            for kind in supervisors {
                var result = CalmResult(calmCase, kind)
                do {
                    let run = CalmRun(span: span, calmCase: calmCase, kind: kind, relay: relay)
                    result = try await Deployment.run(plan(kind, calmCase)) { try await run.run(on: $0) }
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    result.failure = "\(error)"
                }
                report.results.append(result)
                try done(report)
            }
        }
        report.surroundings.end()
        return report
    }
}
