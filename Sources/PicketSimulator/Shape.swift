import PicketCore

/// How a deployment is set up.
package struct Shape: Hashable, Sendable {
    package var monitorCount = 3
    /// How many of the monitors are look-alikes of redis-sentinel.
    package var stockCount = 0
    package var zoneCount = 1
    package var groupCount = 1
    package var replicaCount = 2
    package var quorum = 2
    package var downAfter: Duration = .seconds(2)
    package var failoverTimeout: Duration = .seconds(10)
    package var parallelSyncs = 1
    package var minReplicasToWrite = 0
    /// Pause between two writes of a client; nil: no clients.
    package var writePeriod: Microseconds? = 500_000
    /// Every so many writes wait for all replicas; 0: none.
    package var waitsEvery = 4
    package var latencyAcrossZones: Microseconds = 2_000
    package var fullSyncTime: Microseconds = 500_000
    package var loadingTime: Microseconds = 0
    /// `repl-diskless-sync-delay`.
    package var fullSyncDelay: Microseconds = 0
    /// Instances are known by names, which are resolved anew for each connection.
    package var usesNames = false
    /// False: what a monitor's disk calls flushed may be gone, so what rests on that is not checked.
    package var areDisksHonest = true

    package init() {}

    /// As different as deployments are.
    static func drawn(_ random: inout SeededGenerator) -> Shape {
        func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
        var shape = Shape()
        shape.monitorCount = pick([3, 3, 3, 3, 3, 3, 3, 5, 5, 7, 2])
        shape.zoneCount = pick([1, 1, 2, 3, 3])
        // Many groups take long: few deployments have them.
        switch random.next() % 400 {
        case 0: shape.groupCount = 50
        case 1...3: shape.groupCount = 20
        case 4...11: shape.groupCount = 8
        default: shape.groupCount = pick([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4])
        }
        shape.replicaCount = pick([1, 2, 2, 2, 3])
        let majority = shape.monitorCount / 2 + 1
        shape.quorum = pick([majority, majority, majority, 2, shape.monitorCount])
        shape.downAfter = .milliseconds(pick([1_000, 2_000, 3_000, 5_000, 5_000, 10_000, 10_000]))
        shape.failoverTimeout = .milliseconds(pick([3_000, 10_000, 10_000, 20_000]))
        shape.parallelSyncs = pick([1, 1, 2])
        shape.minReplicasToWrite = pick([0, 0, 1])
        shape.waitsEvery = pick([0, 2, 4])
        shape.latencyAcrossZones = pick([1_000, 2_000, 10_000, 40_000])
        shape.fullSyncTime = pick([50_000, 500_000, 3_000_000])
        shape.loadingTime = pick([0, 0, 500_000, 5_000_000])
        shape.fullSyncDelay = pick([0, 0, 1_000_000, 5_000_000])
        shape.stockCount = pick([0, 0, 0, 0, 1, shape.monitorCount / 2, shape.monitorCount - 1])
        return shape
    }

    /// How long everything may take to settle once all faults are over.
    package var convergenceBound: Duration { .seconds(40) + failoverTimeout * 4 + downAfter * 4 + fullSyncDelay.duration * 4 }
}
