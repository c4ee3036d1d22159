/// How often something took how long, as Prometheus counts it. A value with storage of its own; to observe allocates nothing.
package struct Histogram: Hashable, Sendable {
    /// Upper bounds in seconds, rising. What is above the last one is counted in `counts`' last place.
    package let bounds: [Double]
    /// Of each bucket alone, not cumulative; one more than there are bounds.
    package private(set) var counts: [UInt64]
    /// Seconds.
    package private(set) var sum: Double = 0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package mutating func observe(_ seconds: Double) {
        var place = 0
        while place < bounds.count, bounds[place] < seconds { place += 1 }
        counts[place] += 1
        sum += seconds
    }

    package mutating func observe(_ duration: Duration) { observe(duration.seconds) }

    package var count: UInt64 { counts.reduce(0, +) }
}

extension Duration {
    package var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
