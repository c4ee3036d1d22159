import OrderedCollections

/// One try of this monitor to replace the primary of a group, from standing for election to the last replica re-attached.
struct FailoverAttempt: Hashable, Sendable, Codable {
    /// The attempt's own epoch. Votes are counted against it and nothing else: the monitor's current epoch may go on meanwhile.
    let epoch: Epoch
    let kind: Kind
    /// Of a switchover: the replica that the operator wants.
    var target: Endpoint?
    /// Of a switchover: who waits for its end.
    var ticket: Ticket?
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

    /// Of a switchover: an operator wants it. Otherwise the primary is shutting down.
    var isOrdered = true
    /// Of a switchover: how often it may stand for election again.
    var triesLeft = 0
    /// Of a forced failover: no majority, and it goes on all the same.
    var isAlone = false
    /// Why it is being given up, where the event alone does not say it.
    var failure: String?
    /// In `handingOver`.
    var handOver: HandOver?
    /// In `catchingUp`: who has more than the candidate, and how much.
    var source: InstanceID?
    var sourceOffset: Int64 = 0
    /// The old primary has lost its data: whoever still follows it is about to throw away its own.
    var isRescue = false
    /// The revision with the new configuration: once it is on disk, everybody is told.
    var announcedWith: Revision?
    /// What is told of it afterwards.
    var trace: FailoverTrace

    enum Kind: Hashable, Sendable, Codable {
        /// The primary is down.
        case automatic
        /// Asked for by an operator: the primary lives and hands over, or nothing happens.
        case switchover
        /// Asked for by an operator: goes on without a majority, and the primary may be alive.
        case forced
    }

    /// How far a primary is with handing over.
    struct HandOver: Hashable, Sendable, Codable {
        enum Means: Hashable, Sendable, Codable {
            /// CLIENT PAUSE, and the leader does the rest.
            case pause
            /// FAILOVER: the primary does all of it.
            case failover
        }
        var means: Means
        /// The connection over which the primary was asked. What is said over another one may come from another process.
        let link: LinkID?
        /// When the primary agreed to it.
        var acceptedAt: Instant?
        /// With `pause`: what the primary has told to the replicas, and no more will come.
        var finalOffset: Int64?
        /// With `pause`: the old primary was told to follow the chosen one; and it has agreed.
        var demotionSentAt: Instant?
        var isDemoted = false
        /// Out of time: it was told to go back.
        var revokedAt: Instant?
        /// When to ask the primary again how far it is.
        var nextLookAt: Instant
    }

    init(epoch: Epoch, kind: Kind, trace: FailoverTrace, at now: Instant) {
        self.epoch = epoch
        self.kind = kind
        self.trace = trace
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
    /// The preferred replica has less than another one, and is being brought level.
    case catchingUp
    /// A living primary is handing over to the chosen one.
    case handingOver
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
        Edge(from: .selecting, to: .catchingUp, reason: "the preferred replica lacks what another has"),
        Edge(
            from: .catchingUp, to: .awaitingPromotion, reason: "the preferred replica is level, or out of time and the fullest one is told"),
        Edge(from: .selecting, to: .handingOver, reason: "a replica was chosen and the living primary is told to hand over"),
        Edge(from: .handingOver, to: .awaitingPromotion, reason: "the old primary follows the chosen one, which has everything"),
        Edge(from: .handingOver, to: .reattaching, reason: "the chosen one has taken over"),
        Edge(from: .awaitingPromotion, to: .selecting, reason: "the chosen one refused"),
        Edge(from: .awaitingPromotion, to: .reattaching, reason: "the chosen one says that it is a primary"),
    ]

    /// True while the group still has its old primary.
    package var isBeforeSwitch: Bool { self != .reattaching }
}
