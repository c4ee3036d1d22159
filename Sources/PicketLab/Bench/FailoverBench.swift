/// Two supervisors on the same faults, in turn: one trial of the first, one of the second, and so on; each on a deployment of its own,
/// made for it, so that no trial inherits anything from another.
package struct FailoverBench: Sendable {
    package var faults: [FailoverFault]
    package var supervisors: [MonitorKind]
    package var trials: Int
    package var downAfter: Duration = .seconds(1)
    package var failoverTimeout: Duration = .seconds(10)
    /// How long a trial waits for what is to happen.
    package var limit: Duration = .seconds(60)
    package var executables: Executables = .find()
    /// How many of picketd's three monitors are redis-sentinels: a quorum in the middle of a migration. 0 to 2.
    package var stockMonitors = 0
    /// Logs and configurations of each trial stay, and the result says where.
    package var keepsFiles = false

    package init(faults: [FailoverFault], supervisors: [MonitorKind], trials: Int) {
        self.faults = faults
        self.supervisors = supervisors
        self.trials = trials
    }

    func plan(_ kind: MonitorKind) -> DeploymentPlan {
        let strangers = kind == .picketd ? stockMonitors : 0
        return DeploymentPlan(
            monitors: Array(repeating: MonitorPlan(kind), count: 3 - strangers) + Array(repeating: .redisSentinel, count: strangers),
            downAfter: downAfter, failoverTimeout: failoverTimeout,
            executables: executables)
    }

    package func checkPrograms() throws(LabError) {
        for kind in supervisors { try plan(kind).checkPrograms() }
    }

    /// - Parameter done: told after each trial what there is so far.
    package func run(_ done: @Sendable (FailoverReport) throws -> Void) async throws -> FailoverReport {
        var report = FailoverReport(bench: self, surroundings: await .found(executables, supervisors))
        for fault in faults {
            for number in 1...trials {
                for kind in supervisors {
                    var result = FailoverResult(fault, kind, number: number)
                    do {
                        try await plan(kind).run(FailoverTrial(self, fault, kind, number: number), into: &result)
                    } catch is CancellationError {
                        throw CancellationError()
                    } catch {
                        result.failure = "\(error)"
                    }
                    report.results.append(result)
                    try done(report)
                }
            }
        }
        report.surroundings.end()
        return report
    }
}

extension DeploymentPlan {
    fileprivate func run(_ trial: FailoverTrial, into result: inout FailoverResult) async throws {
        result = try await Deployment.run(self) { try await trial.run(on: $0) }
    }
}
