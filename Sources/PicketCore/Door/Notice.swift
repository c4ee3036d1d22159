/// One of Sentinel's events, as a value. Log, pub/sub, scripts, history and golden tests read it.
package struct Notice: Hashable, Sendable, Codable {
    package var kind: Kind
    package var subject: Subject?
    package var detail: Detail

    package init(_ kind: Kind, _ subject: Subject? = nil, _ detail: Detail = .none) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    /// The instance that a notice is about.
    package struct Subject: Hashable, Sendable, Codable {
        package enum Kind: Hashable, Sendable, Codable {
            case primary, replica, peer
        }
        package var kind: Kind
        /// The group's name, the replica's address or the peer's id.
        package var name: String
        package var endpoint: Endpoint
        package var group: GroupName
        package var primary: Endpoint
        /// The group's script for such events, if any.
        package var notificationScript: String?

        package init(
            kind: Kind, name: String, endpoint: Endpoint, group: GroupName, primary: Endpoint, notificationScript: String? = nil
        ) {
            self.kind = kind
            self.name = name
            self.endpoint = endpoint
            self.group = group
            self.primary = primary
            self.notificationScript = notificationScript
        }
    }

    package enum Detail: Hashable, Sendable, Codable {
        case none
        case quorum(Int)
        case agreement(agreeing: Int, quorum: Int)
        case epoch(Epoch)
        case vote(MonitorID, Epoch)
        case option(name: String, values: [String])
        case peerMoved(MonitorID, to: Endpoint)
        case peersCorrected(Int)
        case reportedRole(Role)
        case switched(GroupName, from: Endpoint, to: Endpoint)
        case script(path: String, signal: Int, exitStatus: Int)
        case scriptTimeout(path: String, processID: Int)
        case pause(seconds: Int64, reason: String)
        /// As it is; may be empty.
        case word(String)
    }

    /// All kinds, in the order of Sentinel's documentation.
    package enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        case monitored, unmonitored, settingChanged, groupReset
        case replicaFound, peerFound, peerMoved, peersCorrected, peerAddressTaken
        case rebooted, roleAsConfigured, roleNotAsConfigured
        case subjectivelyDown, subjectivelyUp, objectivelyDown, objectivelyUp
        case epochRaised, failoverTried, voted, elected
        case selecting, selected, promoting, awaitingPromotion, promoted, reattaching
        case reattachSent, reattachInProgress, reattachDone, reattachTimedOut, reattachSentAnyway
        case failoverEndedByTimeout, failoverEnded
        case switched, configurationAdopted
        case abortedNotElected, abortedNoGoodReplica, abortedReplicaTimeout
        case converted, replicationFixed
        case tiltEntered, tiltLeft
        case scriptFailed, scriptTimedOut
        /// Operators' powers, which Sentinel does not know.
        case paused, resumed, maintenanceBegan, maintenanceEnded, forgotten, remembered
    }
}
