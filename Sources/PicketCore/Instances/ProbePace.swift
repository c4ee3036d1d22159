/// How often the instances of a group are pinged at most; the general ping period is the other bound. Worked out once for each
/// down-after, because a division of durations at each look is dear.
struct ProbePace: Hashable, Sendable {
    /// The time from one ping to the next is by how much a frozen primary may be noticed too late.
    let primary: Duration
    /// A quarter of down-after where that is shorter than the usual period, so that a frozen instance is noticed
    /// soon after down-after and not a whole period later.
    let others: Duration

    init(downAfter: Duration) {
        primary = max(downAfter / 40, .milliseconds(10))
        others = max(downAfter / 4, .milliseconds(10))
    }
}
