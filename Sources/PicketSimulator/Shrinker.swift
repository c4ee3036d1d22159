import PicketInvariants

/// Makes a failing plan as short as it gets while it fails in the same way.
package struct Shrinker {
    package private(set) var plan: Plan
    package private(set) var tries = 0
    private let invariant: String
    private let limit: Int

    /// Nil where the plan does not fail. `limit` bounds the number of runs.
    package init?(_ plan: Plan, limit: Int = 300) {
        guard let violation = Run(plan).violations.first else { return nil }
        self.plan = plan
        invariant = violation.invariant
        self.limit = limit
    }

    private mutating func stillFails(_ candidate: Plan) -> Bool {
        guard tries < limit else { return false }
        tries += 1
        return Run(candidate).violations.first?.invariant == invariant
    }

    package mutating func shrink() {
        dropFaults()
        simplifyShape()
        dropFaults()
    }

    /// Halves first, then quarters, down to single faults.
    private mutating func dropFaults() {
        var size = max(1, plan.faults.count / 2)
        while true {
            var start = 0
            while start < plan.faults.count {
                var candidate = plan
                candidate.faults.removeSubrange(start..<min(start + size, plan.faults.count))
                if stillFails(candidate) { plan = candidate } else { start += size }
            }
            if size == 1 { return }
            size = max(1, size / 2)
        }
    }

    private mutating func simplifyShape() {
        let steps: [(inout Shape) -> Void] = [
            { $0.writePeriod = nil }, { $0.waitsEvery = 0 }, { $0.stockCount = 0 }, { $0.loadingTime = 0 }, { $0.minReplicasToWrite = 0 },
            { $0.zoneCount = 1 },
        ]
        for step in steps {
            var candidate = plan
            step(&candidate.shape)
            if candidate != plan, stillFails(candidate) { plan = candidate }
        }
    }
}
