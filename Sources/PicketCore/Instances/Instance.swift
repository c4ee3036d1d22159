/// Names an instance for as long as the monitor runs, whatever its address or role becomes.
package struct InstanceID: Hashable, Sendable, Codable, Comparable {
    let number: UInt64
    package static func < (left: InstanceID, right: InstanceID) -> Bool { left.number < right.number }
}

/// One Redis process of a group, primary or replica. Which of the two is the group's to say.
struct Instance: Hashable, Sendable {
    let id: InstanceID
    var endpoint: Endpoint
    var reachability: Reachability
    var subscription: Link
    /// When something last came over the subscription.
    var lastHeard: Instant

    /// S_DOWN: this monitor holds the instance down, since when.
    var downSince: Instant?
    /// Start of the latest down state of either kind, current or past.
    var lastDownAt: Instant?

    private var knownReport: Shared<InstanceReport>?
    var reportedAt: Instant?
    /// When the INFO was asked that the report answers: what it says is no older.
    var reportIsAsOf: Instant?
    var infoAskedAt: Instant?
    var isInfoPending = false
    var helloSentAt: Instant?

    /// The role that the instance claims, and since when it does.
    var claimedRole: Role
    var claimedRoleSince: Instant
    /// A replica's claimed primary, and since when it claims it.
    var followedSince: Instant

    /// A connection to it was open once, while this monitor runs.
    var hasServed = false
    /// It said over the link that is open that it is a replica.
    private(set) var saidReplica = false
    /// It was a replica over this link, and is a primary now: somebody has promoted it. Not so one that comes back as a primary.
    private(set) var wasPromoted = false
    /// When it last ended a connection, or a try at one, without having said a word against us.
    var hungUpAt: Instant?
    /// The handshake of the present link, or of the last one, was answered with an error.
    var hasComplained = false
    /// Every try to connect was refused since then, after a connection that was open; and the latest such try.
    var refusedSince: Instant?
    var lastRefusedAt: Instant?
    /// Of a primary whose process was replaced: what the one before it had, until it is clear that nothing is lost.
    var formerLife: FormerLife?
    /// It was seen that it is lost.
    var lostDataSince: Instant?

    /// It has been told to end and waits for its replicas, since when we know.
    var shuttingDownSince: Instant?

    /// The process restarted (a new run id) and has not served since.
    var restartedAt: Instant?
    /// Of a process that was replaced: how many keys the one before it had, until it is known what the new one has.
    var keysOfFormerLife: Int64?
    /// It has lost its data, and got no others yet.
    var isBlank = false
    var isScriptKillSent = false
    var reattachment: Reattachment = .none
    /// Sent a command that should change its role; further repair waits for the effect.
    var repairedAt: Instant?

    /// How far a replica has been led to a new primary.
    enum Reattachment: Hashable, Sendable {
        case none
        case sent(Instant)
        case inProgress
        case done
    }

    init(id: InstanceID, endpoint: Endpoint, role: Role, at now: Instant) {
        self.id = id
        self.endpoint = endpoint
        reachability = Reachability(at: now)
        subscription = Link(openableAt: now)
        lastHeard = now
        claimedRole = role
        claimedRoleSince = now
        followedSince = now
    }

    mutating func forgetWhatItSaid() {
        saidReplica = false
        wasPromoted = false
    }

    mutating func said(_ role: Role) {
        if role == .replica { saidReplica = true }
        wasPromoted = role == .primary && saidReplica
    }

    var isDown: Bool { downSince != nil }
    /// There is no link over which it could prove to be alive.
    var isCutOff: Bool { !reachability.link.isOpen && reachability.denial == nil }
    /// Of a primary: something beside silence may speak against it.
    var isSuspicious: Bool {
        refusedSince != nil || lostDataSince != nil || claimedRole == .replica || restartedAt != nil || hungUpAt != nil
    }

    /// The last INFO.
    var report: InstanceReport? {
        get { knownReport?.value }
        set { knownReport = newValue.map(Shared.init) }
    }
    var hasReported: Bool { knownReport != nil }
    var replication: ReplicationStatus { knownReport?.value.replication ?? ReplicationStatus() }
    var isReplicationLinkUp: Bool { knownReport?.value.replication?.isLinkUp ?? false }
    /// Whom it follows, in its own words.
    var followed: Endpoint? { knownReport?.value.replication?.primary }
    var runID: RunID? { knownReport?.value.runID }
}
