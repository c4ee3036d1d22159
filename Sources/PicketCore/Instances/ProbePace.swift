/// How often the instances of a group are pinged at most; the general ping period is the other bound. Worked out once for each
/// down-after, because a division of durations at each look is dear.
struct ProbePace: Hashable, Sendable {
    /// The time from one ping to the next is by how much a frozen primary may be noticed too late: 25 ms at a down-after of 1 s, 100 ms
    /// at 2 s, 625 ms at 5 s. Who is patient for long does not want a thousand pings for a tenth of a second.
    let primary: Duration
    /// A quarter of down-after where that is shorter than the usual period, so that a frozen instance is noticed
    /// soon after down-after and not a whole period later.
    let others: Duration

    init(downAfter: Duration) {
        let milliseconds = min(downAfter.wholeMilliseconds, 60_000)
        primary = max(.milliseconds(milliseconds * milliseconds / 40_000), .milliseconds(10))
        others = max(downAfter / 4, .milliseconds(10))
    }
}
