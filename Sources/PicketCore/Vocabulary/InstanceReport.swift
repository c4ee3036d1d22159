/// What a Redis instance says of itself in INFO, as far as the supervisor cares.
package struct InstanceReport: Hashable, Sendable, Codable {
    package var runID: RunID?
    package var role: Role
    /// Of a primary: the replicas that it serves, in its order.
    package var replicas: [Endpoint] = []
    /// How far each of them has acknowledged the stream, in the same order.
    package var acknowledgedOffsets: [Int64] = []
    /// Of a replica: how it stands to its primary.
    package var replication: ReplicationStatus?
    /// Replication id of the data, and the one before it (valid up to an offset that INFO also tells).
    package var replicationID: String?
    package var previousReplicationID: String?
    /// `second_repl_offset`: the first byte of the stream that no longer belongs to the history of the previous id.
    package var previousHistoryEnd: Int64?
    /// `master_repl_offset`.
    package var offset: Int64 = 0
    /// Keys in all databases.
    package var keyCount: Int64 = 0
    /// Still reading its data from disk: what it says of them is not the whole.
    package var isLoading = false
    /// `shutdown_in_milliseconds` is there: it was told to end, and keeps writes waiting until its replicas have what there is.
    package var isShuttingDown = false
    /// `master_failover_state`; nil where the server has no FAILOVER (before Redis 6.2).
    package var handOver: HandOverState?
    /// The whole text, for SENTINEL INFO-CACHE.
    package var text: String

    package init(role: Role, text: String) {
        self.role = role
        self.text = text
    }
}

/// What a primary says of a FAILOVER that it was told.
package enum HandOverState: String, Hashable, Sendable, Codable {
    case none = "no-failover"
    case waitingForReplica = "waiting-for-sync"
    case underWay = "failover-in-progress"
}

/// The two roles of an instance.
package enum Role: Hashable, Sendable, Codable {
    case primary
    case replica
}

/// A replica's side of replication.
package struct ReplicationStatus: Hashable, Sendable, Codable {
    /// Whom it follows, or nil where INFO did not say.
    package var primary: Endpoint?
    package var isLinkUp = false
    /// For how long the link has been down; nil where it is up, or was never up since the process started.
    package var linkDownFor: Duration?
    package var isSyncing = false
    /// `slave_repl_offset`: how far it has read its primary's stream.
    package var offset: Int64 = 0
    /// `slave_priority`: lower is preferred, 0 is never promoted.
    package var priority = 100
    /// `replica_announced`: false hides it from clients.
    package var isAnnounced = true

    package init() {}
}

/// The answer to ROLE: less than INFO, but cheap enough to ask every few milliseconds.
package struct RoleReport: Hashable, Sendable, Codable {
    package var role: Role
    /// Of a replica: whom it follows and whether it is connected.
    package var primary: Endpoint?
    package var isLinkUp = false
    package var offset: Int64 = 0

    package init(role: Role) { self.role = role }
}
