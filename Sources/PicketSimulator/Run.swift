import PicketCore
import PicketInvariants

/// One run of a plan, from the start to the verdict.
package struct Run {
    package let plan: Plan
    package private(set) var violations: [Violation] = []
    package private(set) var digest: UInt64 = 0
    package private(set) var figures = Figures()
    package private(set) var coverage = Coverage()
    package private(set) var eventCount = 0
    package private(set) var trace: [String] = []

    /// Facts about two primaries are looked at this often.
    private static let samplePeriod: Microseconds = 250_000

    package init(_ plan: Plan, traces: Bool = false) {
        self.plan = plan
        let cluster = Cluster(seed: plan.seed, shape: plan.shape, traces: traces)
        let world = cluster.world
        let begun = plan.faults.indices
        world.onFault = { number in
            if number < plan.faults.count {
                cluster.begin(plan.faults[number].kind)
            } else {
                cluster.end(plan.faults[number - plan.faults.count].kind)
            }
        }
        for number in begun {
            let fault = plan.faults[number]
            world.schedule(.fault(number), at: fault.at)
            world.schedule(.fault(number + plan.faults.count), at: min(fault.at + fault.lasts, plan.healsAt))
        }
        cluster.start()
        var sampled: Microseconds = 0
        while sampled < plan.healsAt, world.suite.violations.isEmpty {
            sampled = min(sampled + Self.samplePeriod, plan.healsAt)
            world.run(until: sampled)
            cluster.sampleTwoPrimaries(every: Self.samplePeriod)
        }
        if world.suite.violations.isEmpty {
            cluster.heal()
            var time = plan.healsAt
            let bound = plan.healsAt + plan.shape.convergenceBound.microsecondsRoundedUp
            while time < bound, world.suite.violations.isEmpty {
                time += Self.samplePeriod
                world.run(until: time)
                cluster.sampleTwoPrimaries(every: Self.samplePeriod)
                if cluster.isSettled { break }
            }
            if cluster.isSettled { world.figures.longestConvergence = time - plan.healsAt }
            // What has settled has to stay so.
            world.run(until: min(plan.length, max(time, bound)))
            if world.suite.violations.isEmpty {
                for group in cluster.groups { world.tell(.settled(group: group, cluster.finalState(of: group))) }
                countLosses(cluster)
            }
        }
        violations = world.suite.violations
        digest = world.digest
        figures = world.figures
        coverage = world.coverage
        eventCount = world.eventCount
        trace = world.traceLines ?? []
    }

    private func countLosses(_ cluster: Cluster) {
        for group in cluster.groups {
            let present = Set(cluster.finalState(of: group).writes)
            let lost = (cluster.world.acknowledgedWrites[group] ?? []).count { !present.contains($0) }
            cluster.world.figures.lostAcknowledgedWrites += lost
        }
    }
}
