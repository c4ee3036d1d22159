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

    /// True in builds whose core can be broken on purpose.
    package static var canMutate: Bool {
        #if PICKET_MUTATIONS
            true
        #else
            false
        #endif
    }

    package init(_ plan: Plan, traces: Bool = false) {
        self.plan = plan
        let cluster = Cluster(seed: plan.seed, shape: plan.shape, traces: traces)
        let world = cluster.world
        #if PICKET_MUTATIONS
            world.mutation = plan.mutation
        #endif
        defer { world.end() }
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
            let bound = plan.shape.convergenceBound.microsecondsRoundedUp
            let settling = Self.run(cluster, for: bound) { cluster.isSettled }
            if let settling { world.figures.longestConvergence = settling }
            if plan.provesLife, settling != nil { Self.proveLife(of: cluster, bound) }
            // What has settled has to stay so.
            world.run(until: max(world.now, plan.length))
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

    /// Until the condition holds, and how long that took; nil where it did not in that time.
    private static func run(_ cluster: Cluster, for bound: Microseconds, until condition: () -> Bool) -> Microseconds? {
        let world = cluster.world
        let start = world.now
        while world.now < start + bound, world.suite.violations.isEmpty {
            world.run(until: world.now + Self.samplePeriod)
            cluster.sampleTwoPrimaries(every: Self.samplePeriod)
            cluster.attachLostOnes()
            cluster.withdrawRefusedPowers()
            if condition() { return world.now - start }
        }
        return nil
    }

    private static func proveLife(of cluster: Cluster, _ bound: Microseconds) {
        let world = cluster.world
        let victims = cluster.killPrimaries()
        let replacing = run(cluster, for: bound) { victims.primaries.allSatisfy(cluster.isReplaced) }
        if let replacing { world.figures.longestReplacement = replacing }
        for dead in victims.primaries where !cluster.isReplaced(dead) && world.suite.violations.isEmpty {
            world.tell(.notReplaced(group: dead.group, dead.endpoint, after: bound.duration))
        }
        cluster.revive(victims)
        _ = run(cluster, for: bound) { cluster.isSettled }
    }

    private func countLosses(_ cluster: Cluster) {
        for group in cluster.groups {
            let present = Set(cluster.finalState(of: group).writes)
            let lost = (cluster.world.acknowledgements[group] ?? []).count { !present.contains($0.write) }
            cluster.world.figures.lostAcknowledgedWrites += lost
        }
    }
}
