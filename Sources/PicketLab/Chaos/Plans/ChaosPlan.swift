/// One run: a deployment, what happens to it and when, and what must come of it. Made of a fault and a seed, and of nothing else: the
/// same for every supervisor and at every time.
package struct ChaosPlan: Hashable, Sendable, Codable {
    package let fault: String
    package let seed: UInt64
    package var shape: ChaosShape
    package var steps: [ChaosStep]
    package var expectation: ChaosExpectation

    package init(fault: String, seed: UInt64, shape: ChaosShape, steps: [ChaosStep], expectation: ChaosExpectation) {
        self.fault = fault
        self.seed = seed
        self.shape = shape
        self.steps = steps
        self.expectation = expectation
    }

    /// Whether it takes links that can be broken.
    package var isNetworked: Bool { shape.zones > 1 }
    /// Whether it takes namespaces of the kernel, for networks or for small disks.
    package var needsNamespaces: Bool { isNetworked || steps.contains { $0.action.smallDisk != nil } }
}

/// What a deployment consists of: one group, whose first instance is the primary.
package struct ChaosShape: Hashable, Sendable, Codable {
    package var replicas = 2
    package var monitors = 3
    package var quorum = 2
    /// 1: everything on the loopback interface, with nothing between. Otherwise instances, monitors and clients are dealt out to zones
    /// in turn, and every process has a network of its own.
    package var zones = 1
    /// Milliseconds.
    package var downAfter = 1_000
    package var failoverTimeout = 6_000
    /// Further lines of the Redis servers' configuration.
    package var instanceLines: [String] = []
    /// Keys that are there before anything happens.
    package var keys = 0

    package init() {}

    package func with(_ change: (inout ChaosShape) -> Void) -> ChaosShape {
        var copy = self
        change(&copy)
        return copy
    }
}

/// What must come of a run. What is not bounded here is measured and told.
package struct ChaosExpectation: Hashable, Sendable, Codable {
    /// How many failovers are right; fewer are too little, more are false ones.
    package var failovers: ClosedRange<Int>
    /// Whether writes that WAIT 1 confirmed may be lost: only where every copy may be gone.
    package var mayLoseConfirmed = false
    /// Whether writes that only the primary acknowledged may be lost, as asynchronous replication has it.
    package var mayLoseAcknowledged = true
    /// Milliseconds; nil: told only.
    package var twoPrimaries: Int?
    /// Of a client that asks and follows, in milliseconds; nil: told only.
    package var outage: Int?
    /// Milliseconds from the last step until everything is whole again.
    package var heal = 40_000

    package init(failovers: ClosedRange<Int>) { self.failovers = failovers }

    /// Nothing of it may be mistaken for a primary's death.
    package static func calm(outage: Int) -> ChaosExpectation {
        var expectation = ChaosExpectation(failovers: 0...0)
        expectation.mayLoseAcknowledged = false
        expectation.twoPrimaries = 0
        expectation.outage = outage
        return expectation
    }

    package static func failover(_ count: ClosedRange<Int> = 1...1, outage: Int? = 15_000, twoPrimaries: Int? = nil) -> ChaosExpectation {
        var expectation = ChaosExpectation(failovers: count)
        expectation.outage = outage
        expectation.twoPrimaries = twoPrimaries
        return expectation
    }

    package func with(_ change: (inout ChaosExpectation) -> Void) -> ChaosExpectation {
        var copy = self
        change(&copy)
        return copy
    }
}
