/// How a group stands, in one word. The worst first: that is the order in which groups are shown.
package enum GroupState: String, CaseIterable, Hashable, Sendable, Comparable {
    /// Enough monitors hold the primary down.
    case down
    /// The monitors name different primaries.
    case disputed
    case failingOver = "failing-over"
    /// The primary is fine, but if it dies nobody can replace it.
    case noMajority = "no-majority"
    /// Some monitor holds the primary down, and too few agree.
    case suspected
    /// No replica could be promoted.
    case noReplica = "no-replica"
    /// A replica or a monitor is missing or not in step.
    case degraded
    /// The monitors' settings differ.
    case drift
    case paused
    /// All is well, but an instance is not to be promoted for the time being.
    case maintenance
    case ok

    package static func < (first: GroupState, second: GroupState) -> Bool { first.rank < second.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self)! }

    package var style: Style {
        switch self {
        case .down, .disputed, .noMajority, .noReplica: .bad
        case .failingOver, .suspected, .degraded, .drift, .paused, .maintenance: .doubtful
        case .ok: .good
        }
    }
}
