/// What a failover is measured after.
package enum FailoverFault: String, CaseIterable, Codable, Sendable {
    case kill
    case freeze
    case shutdown
    case planned
    case rebornEmpty = "reborn-empty"
    case rebornStale = "reborn-stale"
    case primaryAndLeader = "primary-and-leader"
    case twoMonitors = "two-monitors"
    case wait1

    /// One line on what is done.
    package var explanation: String {
        switch self {
        case .kill: "SIGKILL to the primary, which is started again when all is well"
        case .freeze: "SIGSTOP to the primary, SIGCONT when all is well"
        case .shutdown: "SHUTDOWN NOSAVE to the primary, which is started again when all is well"
        case .planned: "SENTINEL FAILOVER with a healthy primary"
        case .rebornEmpty: "SIGKILL to a primary with 5,000 keys and no persistence, which is started again at once, empty"
        case .rebornStale:
            "the same, but the file from which a replica was once set up is still there: it comes back with the state of that time"
        case .primaryAndLeader:
            "SIGKILL to the primary and, in the same moment, to a monitor: picketd's is the one that led a rehearsal in the same"
                + " deployment, as its order of candidates is fixed; redis-sentinel's are taken in turn, as its order is chance"
        case .twoMonitors: "SIGKILL to the primary and two of the three monitors, which are started again two seconds later"
        case .wait1: "SIGKILL to the primary; a write counts as acknowledged when WAIT 1 has confirmed it"
        }
    }

    /// Whether the old primary is gone until somebody brings it back.
    var takesPrimaryAway: Bool {
        switch self {
        case .kill, .freeze, .shutdown, .primaryAndLeader, .twoMonitors, .wait1: true
        case .planned, .rebornEmpty, .rebornStale: false
        }
    }

    var isRebirth: Bool { self == .rebornEmpty || self == .rebornStale }

    var confirmation: Writer.Confirmation { self == .wait1 ? .replicas(1, within: .milliseconds(100)) : .primary }
}
