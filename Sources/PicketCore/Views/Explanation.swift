/// Why a group has, or has not, a failover now, as this monitor sees it. All ages and spans are whole milliseconds.
package struct Explanation: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// The primary is held down by nobody here.
        case ok
        /// This monitor holds the primary down, and not enough others do.
        case suspected
        /// A quorum holds the primary down, and this monitor stands next, or waits for another one that does.
        case down
        /// One that this monitor leads.
        case failover
        case paused
        /// Too few monitors can be reached to elect anybody.
        case noMajority = "no-majority"
        /// The quorum is more than there are monitors.
        case noQuorum = "no-quorum"
        /// No replica can be promoted.
        case noReplica = "no-replica"
        /// This process stood still, and begins its judgement anew.
        case tilt
        /// The state cannot be written, so that nothing may be promised.
        case disk
    }

    /// One monitor's opinion of the primary.
    package struct Witness: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case own = "self"
            case picketd
            case other
        }
        package enum Opinion: String, Hashable, Sendable {
            case down, up, unknown
        }
        package var id: MonitorID
        package var endpoint: Endpoint
        package var kind: Kind
        package var opinion: Opinion
        /// -1 where there is no opinion.
        package var age: Int64
    }

    package struct Ballot: Hashable, Sendable {
        package var voter: MonitorID
        package var vote: Vote
    }

    package struct Choice: Hashable, Sendable {
        package var endpoint: Endpoint
        package var isChoosable: Bool
        package var reason: String
        package var offset: Int64
        package var priority: Int
        /// What forbids its promotion, of a small set of phrases; nil where nothing does.
        package var objection: String?
    }

    /// One sentence, or a few: what is the case, and what has to happen for a failover.
    package var verdict: String
    package var state: State
    package var primary: Endpoint
    package var downFor: Int64?
    package var nextRetryIn: Int64?
    package var quorum: Int
    package var majority: Int
    package var monitorsAlive: Int
    package var monitorsKnown: Int
    package var pause: PauseView?
    package var maintenance: [Endpoint]
    package var witnesses: [Witness]
    package var votes: [Ballot]
    /// In the order in which they would be chosen; those that cannot be come last.
    package var replicas: [Choice]
}

/// A pause as it is shown.
package struct PauseView: Hashable, Sendable {
    /// Rounded up: a pause that lasts still is never shown as 0.
    package var secondsLeft: Int64
    package var reason: String

    package init(secondsLeft: Int64, reason: String) {
        self.secondsLeft = secondsLeft
        self.reason = reason
    }
}
