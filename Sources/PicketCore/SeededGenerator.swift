/// SplitMix64: small, fast, and good enough for jitter. The seed comes from outside, so that a run can be repeated.
package struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable, Codable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Whole milliseconds, both ends included.
    mutating func pause(_ range: ElectionRetry) -> Duration {
        let least = range.atLeast.wholeMilliseconds
        let choices = UInt64(max(0, range.atMost.wholeMilliseconds - least)) + 1
        return .milliseconds(least + Int64(next() % choices))
    }
}
