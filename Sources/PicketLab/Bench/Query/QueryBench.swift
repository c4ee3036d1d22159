/// What clients get out of one monitor, and what that costs it, of two supervisors in turn: address queries, subscribers, and whether a
/// storm of queries delays the detection of a dead primary.
package struct QueryBench: Sendable {
    package enum Part: String, CaseIterable, Sendable {
        case queries, subscribers, storm
    }

    package var parts: [Part]
    package var supervisors: [MonitorKind]
    package var runs: Int
    package var groups = 20
    package var connections = 50
    package var pipelines = [1, 16]
    package var seconds = 5.0
    package var subscribers = 2_000
    /// Queries a second.
    package var stormRate = 100_000
    /// Primaries that are frozen without a storm, and as many within one.
    package var stormTrials = 5
    package var downAfter: Duration = .seconds(1)
    package var executables: Executables = .find()
    /// The program with `fleet`, `load` and `listen` as its verbs.
    package var program: String

    package init(parts: [Part], supervisors: [MonitorKind], runs: Int, program: String) {
        self.parts = parts
        self.supervisors = supervisors
        self.runs = runs
        self.program = program
    }

    package func checkPrograms() throws(LabError) {
        for kind in supervisors { _ = try executables.require(kind) }
    }

    private func plan(_ kind: MonitorKind) -> FleetDeployment.Plan {
        var plan = FleetDeployment.Plan(
            groups: max(groups, 2 * stormTrials + 2), kind: kind, program: [program, "fleet"], executables: executables)
        plan.downAfter = downAfter
        // The one that is asked has to see a death itself; with fewer, the others would replace the primary before.
        plan.quorum = plan.monitors
        plan.clients = subscribers + connections
        return plan
    }

    /// - Parameter done: told after each run what there is so far.
    package func run(_ done: @Sendable (QueryReport) throws -> Void) async throws -> QueryReport {
        var report = QueryReport(bench: self, surroundings: await .found(executables, supervisors))
        for number in 1...runs {
            for kind in supervisors {
                var result = QueryResult(kind, number: number)
                do {
                    result = try await FleetDeployment.run(plan(kind)) { try await QueryRun(self, $0).run(result) }
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    result.failure = "\(error)"
                }
                report.append(result)
                try done(report)
            }
        }
        report.end()
        return report
    }
}
