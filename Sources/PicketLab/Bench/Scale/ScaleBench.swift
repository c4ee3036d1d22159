/// Two supervisors with many groups, in turn, each on a fleet of its own: what they cost, and how they take the crash of many primaries.
package struct ScaleBench: Sendable {
    package struct Size: Hashable, Sendable, Codable {
        package let groups: Int
        /// How many primaries crash at once.
        package let mass: Int

        package init(groups: Int, mass: Int) {
            self.groups = groups
            self.mass = mass
        }
    }

    package var sizes: [Size]
    package var supervisors: [MonitorKind]
    package var runs: Int
    package var downAfter: Duration = .seconds(5)
    package var failoverTimeout: Duration = .seconds(10)
    package var usesCrashPath = true
    /// How long discovery may take.
    package var discoveryLimit: Duration = .seconds(300)
    /// Between discovery and rest: files are written, connections age.
    package var settling: Duration = .seconds(3)
    package var rest: Duration = .seconds(20)
    /// How long is waited for all groups to move.
    package var limit: Duration = .seconds(240)
    /// How long is watched for what should not happen afterwards.
    package var aftermath: Duration = .seconds(5)
    /// The other one is left out of larger sizes.
    package var rivalGroups = 1_000
    package var executables: Executables = .find()
    /// A program that runs `picket-bench fleet`, with its first arguments.
    package var fleet: [String]

    package init(sizes: [Size], supervisors: [MonitorKind], runs: Int, fleet: [String]) {
        self.sizes = sizes
        self.supervisors = supervisors
        self.runs = runs
        self.fleet = fleet
    }

    package func checkPrograms() throws(LabError) {
        for kind in supervisors { _ = try executables.require(kind) }
    }

    func plan(_ kind: MonitorKind, groups: Int) -> FleetDeployment.Plan {
        var plan = FleetDeployment.Plan(groups: groups, kind: kind, program: fleet, executables: executables)
        plan.downAfter = downAfter
        plan.failoverTimeout = failoverTimeout
        plan.usesCrashPath = usesCrashPath
        return plan
    }

    /// - Parameter done: told after each run what there is so far.
    package func run(_ done: @Sendable (ScaleReport) throws -> Void) async throws -> ScaleReport {
        var report = ScaleReport(bench: self, surroundings: await .found(executables, supervisors))
        for size in sizes {
            for number in 1...runs {
                for kind in supervisors where kind == .picketd || size.groups <= rivalGroups {
                    report.append(try await measure(kind, size, number: number))
                    try done(report)
                }
            }
        }
        report.end()
        return report
    }

    func measure(_ kind: MonitorKind, _ size: Size, number: Int) async throws -> ScaleResult {
        var result = ScaleResult(kind, groups: size.groups, mass: size.mass, number: number, usesCrashPath: usesCrashPath)
        do {
            result = try await FleetDeployment.run(plan(kind, groups: size.groups)) { deployment in
                var result = result
                do {
                    try await ScaleRun(bench: self).run(on: deployment, into: &result)
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    // What was measured before stays.
                    result.failure = "\(error)"
                }
                return result
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            result.failure = "\(error)"
        }
        return result
    }
}
