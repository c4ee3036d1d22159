import OrderedCollections

/// What an operator decides about one group. Defaults are redis-sentinel's.
package struct GroupSettings: Hashable, Sendable, Codable {
    /// How many monitors must hold the primary down before a failover may be tried. 1 or more.
    package var quorum: Int
    /// Silence after which an instance is held down. More than zero.
    package var downAfter: Duration = Self.defaultDownAfter
    /// Bound of a failover's phases. More than zero.
    package var failoverTimeout: Duration = Self.defaultFailoverTimeout
    /// How many replicas may resynchronise with a new primary at the same time. 1 or more.
    package var parallelSyncs = Self.defaultParallelSyncs
    package var notificationScript: String?
    package var clientReconfigScript: String?
    package var credentials = Credentials()
    /// What instances call a command instead, by the command's lower-case name.
    package var renamedCommands: OrderedDictionary<String, String> = [:]
    /// How long a primary that restarted may take to serve again before it is held down. Zero: as long as it likes.
    package var rebootDownAfter: Duration = .zero
    /// How long connections to the primary must have been refused, after one that was open, before it is held down without waiting
    /// for `downAfter`. Zero: only `downAfter` counts.
    package var crashDownAfter: Duration = Self.defaultCrashDownAfter
    /// How long a planned switch may keep writes waiting before it is undone. More than zero.
    package var switchoverTimeout: Duration = Self.defaultSwitchoverTimeout
    /// The pause after a lost election is drawn from this range.
    package var electionRetry = Self.defaultElectionRetry
    /// Whether a primary that comes back without the data it had is replaced by a replica that has them.
    package var guardsAgainstEmptyPrimary = true

    package static let defaultDownAfter: Duration = .seconds(30)
    package static let defaultFailoverTimeout: Duration = .seconds(180)
    package static let defaultParallelSyncs = 1
    package static let defaultCrashDownAfter: Duration = .milliseconds(20)
    package static let defaultSwitchoverTimeout: Duration = .seconds(2)
    package static let defaultElectionRetry = ElectionRetry(atLeast: .milliseconds(100), atMost: .milliseconds(500))

    package init(quorum: Int) { self.quorum = quorum }
}

/// Bounds of a random pause. `atLeast` is more than zero, `atMost` no less than it.
package struct ElectionRetry: Hashable, Sendable, Codable {
    package let atLeast: Duration
    package let atMost: Duration

    package init(atLeast: Duration, atMost: Duration) {
        self.atLeast = atLeast
        self.atMost = atMost
    }
}

/// A user and a password towards other processes. A user without a password means nothing to Redis and is not sent.
package struct Credentials: Hashable, Sendable, Codable {
    package var user: String?
    package var password: String?

    package init(user: String? = nil, password: String? = nil) {
        self.user = user
        self.password = password
    }
}

/// What an operator decides about the monitor as a whole and may change while it runs.
package struct MonitorSettings: Hashable, Sendable, Codable {
    package var resolveHostnames = false
    package var announceHostnames = false
    /// Empty: the local address of the connection in question.
    package var announceHost = ""
    /// Zero: the port that the monitor listens on.
    package var announcePort = 0
    /// Towards the other monitors.
    package var peerCredentials = Credentials()
    /// While true, scripts cannot be changed by commands.
    package var denyScriptsReconfig = true

    package init() {}
}
