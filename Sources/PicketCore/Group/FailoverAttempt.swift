import OrderedCollections

/// One try of this monitor to replace the primary of a group, from standing for election to the last replica re-attached.
struct FailoverAttempt: Hashable, Sendable, Codable {
    /// The attempt's own epoch. Votes are counted against it and nothing else: the monitor's current epoch may go on meanwhile.
    let epoch: Epoch
    /// Asked for by an operator: no election, and the primary may be alive.
    let isForced: Bool
    let startedAt: Instant
    private(set) var phase: FailoverPhase = .electing
    var phaseSince: Instant
    var candidate: InstanceID?
    /// Candidates that refused in this attempt.
    var refused: OrderedSet<InstanceID> = []
    /// In `selecting`: who was asked for a fresh report, and when the first one came.
    var awaitedReports: OrderedSet<InstanceID> = []
    var firstReportAt: Instant?
    /// Whom the candidate followed when it was chosen, in its own words.
    var candidateFollowed: Endpoint?
    /// The link over which the candidate was told last.
    var toldOver: LinkID?
    /// In `awaitingPromotion`: when to ask the candidate for its role again.
    var nextPollAt: Instant?
    var isPollPending = false
    /// The candidate does not answer ROLE (a missing permission, a renamed command): INFO says it too.
    var isRoleRefused = false

    init(epoch: Epoch, isForced: Bool, at now: Instant) {
        self.epoch = epoch
        self.isForced = isForced
        startedAt = now
        phaseSince = now
    }

    /// What is known of another candidate's answers says nothing about this one's.
    mutating func beginTelling(_ id: InstanceID, following primary: Endpoint?) {
        candidateFollowed = primary
        candidate = id
        toldOver = nil
        nextPollAt = nil
        isPollPending = false
        isRoleRefused = false
    }

    mutating func move(to next: FailoverPhase, at now: Instant) {
        precondition(FailoverPhase.edges.contains { $0.from == phase && $0.to == next }, "no failover edge \(phase) → \(next)")
        phase = next
        phaseSince = now
    }
}

/// Where a failover stands. Sentinel's `failover-state`, without its transitory states.
package enum FailoverPhase: String, CaseIterable, Hashable, Sendable, Codable {
    /// Collecting votes.
    case electing
    /// Asking the replicas for fresh reports, then choosing.
    case selecting
    /// The chosen one is told; waiting for it to say that it is a primary.
    case awaitingPromotion
    /// The new primary is known and announced; the other replicas are being led to it.
    case reattaching

    package struct Edge: Hashable, Sendable {
        package let from: FailoverPhase
        package let to: FailoverPhase
        package let reason: String
    }

    /// Every step that a failover may take, beside ending. Asserted at each step, and covered by tests.
    package static let edges: [Edge] = [
        Edge(from: .electing, to: .selecting, reason: "elected by a majority, or forced"),
        Edge(from: .selecting, to: .awaitingPromotion, reason: "a replica was chosen and is told"),
        Edge(from: .awaitingPromotion, to: .selecting, reason: "the chosen one refused"),
        Edge(from: .awaitingPromotion, to: .reattaching, reason: "the chosen one says that it is a primary"),
    ]

    /// True while the group still has its old primary.
    package var isBeforeSwitch: Bool { self != .reattaching }
}
