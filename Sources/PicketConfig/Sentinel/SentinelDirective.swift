/// `sentinel <directive> …`. The order is the one in which redis-sentinel writes them.
package enum SentinelDirective: String, Hashable, Sendable, CaseIterable {
    case myid
    case denyScriptsReconfig = "deny-scripts-reconfig"
    case resolveHostnames = "resolve-hostnames"
    case announceHostnames = "announce-hostnames"
    case monitor
    case downAfter = "down-after-milliseconds"
    case failoverTimeout = "failover-timeout"
    case parallelSyncs = "parallel-syncs"
    case notificationScript = "notification-script"
    case clientReconfigScript = "client-reconfig-script"
    case authPass = "auth-pass"
    case authUser = "auth-user"
    case rebootDownAfter = "master-reboot-down-after-period"
    // Ours. redis-sentinel does not know them: at their defaults they are not written.
    case crashDownAfter = "crash-down-after-milliseconds"
    case switchoverTimeout = "switchover-timeout"
    case electionRetry = "election-retry"
    case emptyPrimaryGuard = "empty-primary-guard"
    case configEpoch = "config-epoch"
    case leaderEpoch = "leader-epoch"
    case knownReplica = "known-replica"
    case knownSentinel = "known-sentinel"
    case renameCommand = "rename-command"
    case currentEpoch = "current-epoch"
    case announceIP = "announce-ip"
    case announcePort = "announce-port"
    case sentinelUser = "sentinel-user"
    case sentinelPass = "sentinel-pass"
    /// Ours: where the journal lives; the configuration file is then left alone.
    case stateDirectory = "state-dir"
    /// Proposed for Redis and Valkey: a file for all state; the configuration file is then left alone.
    case stateConfigFile = "state-config-file"

    init?(keyword: String) {
        switch keyword {
        case "known-slave": self = .knownReplica
        case "primary-reboot-down-after-period": self = .rebootDownAfter
        default: self.init(rawValue: keyword)
        }
    }

    static let keywords = allCases.map(\.rawValue) + ["known-slave", "primary-reboot-down-after-period"]

    /// What stands after the directive.
    var argumentNames: [String] {
        switch self {
        case .myid: ["<id>"]
        case .denyScriptsReconfig, .resolveHostnames, .announceHostnames: ["<yes|no>"]
        case .monitor: ["<name>", "<host>", "<port>", "<quorum>"]
        case .downAfter, .failoverTimeout, .rebootDownAfter, .crashDownAfter, .switchoverTimeout: ["<name>", "<milliseconds>"]
        case .electionRetry: ["<name>", "<milliseconds at least>", "<milliseconds at most>"]
        case .emptyPrimaryGuard: ["<name>", "<yes|no>"]
        case .parallelSyncs: ["<name>", "<count>"]
        case .notificationScript, .clientReconfigScript: ["<name>", "<path>"]
        case .authPass: ["<name>", "<password>"]
        case .authUser: ["<name>", "<user>"]
        case .configEpoch, .leaderEpoch: ["<name>", "<epoch>"]
        case .knownReplica: ["<name>", "<host>", "<port>"]
        case .knownSentinel: ["<name>", "<host>", "<port>", "<id>"]
        case .renameCommand: ["<name>", "<command>", "<new name>"]
        case .currentEpoch: ["<epoch>"]
        case .announceIP: ["<host>"]
        case .announcePort: ["<port>"]
        case .sentinelUser: ["<user>"]
        case .sentinelPass: ["<password>"]
        case .stateDirectory, .stateConfigFile: ["<path>"]
        }
    }

    /// Old files have `known-sentinel` without an id.
    var optionalArgumentCount: Int { self == .knownSentinel ? 1 : 0 }

    var isPerGroup: Bool { argumentNames[0] == "<name>" }

    /// Whether the rewriter keeps it current. The others are the operator's alone.
    var isRewritten: Bool { self != .stateDirectory && self != .stateConfigFile }
}
