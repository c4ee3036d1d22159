/// One instance or peer as a client is shown it. All ages are whole milliseconds.
package struct InstanceView: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case primary(PrimaryDetails)
        case replica(ReplicaDetails)
        case peer(PeerDetails)
    }

    /// In the order in which Sentinel lists them.
    package enum Flag: Hashable, Sendable, CaseIterable {
        case subjectivelyDown, objectivelyDown, primary, replica, peer, disconnected, saysPrimaryIsDown, failoverInProgress, promoted
        case reattachSent, reattachInProgress, reattachDone, forcedFailover, scriptKillSent, restarted
        /// Not Sentinel's.
        case paused, maintenance
    }

    package var name: String
    package var endpoint: Endpoint
    package var runID: String
    package var flags: [Flag]
    package var pendingCommands: Int
    package var linkReferences: Int
    /// Only while a failover is under way.
    package var failoverPhase: FailoverPhase?
    /// Age of the oldest unanswered ping; 0 where none is.
    package var unansweredPingAge: Int64
    package var lastValidReplyAge: Int64
    package var lastReplyAge: Int64
    package var subjectivelyDownFor: Int64?
    package var objectivelyDownFor: Int64?
    package var downAfter: Int64
    package var kind: Kind
    /// From the latest ping that was answered to its answer.
    package var roundTrip: Duration = .zero
    /// Since when each connection is open, as an age; nil where it is not.
    package var commandLinkAge: Int64?
    package var subscriptionAge: Int64?
    /// Why the credentials were refused, while they are.
    package var denial: String?
}

/// What only data instances have.
package struct ReportDetails: Hashable, Sendable {
    /// Age of the last INFO; 0 where there was none.
    package var infoAge: Int64
    package var claimedRole: Role
    package var claimedRoleFor: Int64
    /// Bytes of its replication stream: what a primary has written, what a replica has taken.
    package var offset: Int64 = 0
}

package struct PrimaryDetails: Hashable, Sendable {
    package var report: ReportDetails
    package var configEpoch: Epoch
    package var replicaCount: Int
    package var peerCount: Int
    package var quorum: Int
    package var failoverTimeout: Int64
    package var parallelSyncs: Int
    package var notificationScript: String?
    package var clientReconfigScript: String?
    package var pause: PauseView?
}

package struct ReplicaDetails: Hashable, Sendable {
    package var report: ReportDetails
    package var linkDownFor: Int64
    package var isLinkUp: Bool
    /// Whom it follows; nil where unknown.
    package var primary: Endpoint?
    package var priority: Int
    package var offset: Int64
    package var isAnnounced: Bool
    /// Bytes that it had not acknowledged when the primary reported last; nil where the primary did not list it.
    package var lag: Int64?
    package var isSyncing = false
}

package struct PeerDetails: Hashable, Sendable {
    package var helloAge: Int64
    package var votedLeader: MonitorID?
    package var votedEpoch: Epoch
    /// The configuration that its latest hello of this group told.
    package var believedPrimary: Endpoint?
    package var believedEpoch: Epoch = .zero
}

/// One group in a line.
package struct GroupSummary: Hashable, Sendable {
    package enum Status: Hashable, Sendable {
        case ok, subjectivelyDown, objectivelyDown
    }
    package var name: GroupName
    package var status: Status
    package var primary: Endpoint
    package var replicaCount: Int
    /// Monitors, this one included.
    package var monitorCount: Int
}

/// The last INFO of one instance, for SENTINEL INFO-CACHE.
package struct CachedReport: Hashable, Sendable {
    package var age: Int64
    package var text: String?
}
