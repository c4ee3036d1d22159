/// What the configuration says about the process itself, as opposed to the groups that it watches. Defaults are those of Redis in
/// Sentinel's mode. Paths are as they were written: relative to `directory`, where that is set.
package struct DaemonSettings: Hashable, Sendable {
    /// 0: no TCP listener.
    package var port = 26379
    /// Empty: no TCP listener.
    package var bindAddresses = [BindAddress(host: "*"), BindAddress(host: "::*", mayBeMissing: true)]
    package var bindSourceAddress: String?
    package var unixSocket: String?
    /// The mode bits, as `chmod` takes them. Nil: as the umask leaves them.
    package var unixSocketPermissions: UInt16?
    package var isProtectedMode = false
    package var tcpBacklog = 511
    /// Zero: no keepalive.
    package var tcpKeepalive: Duration = .seconds(300)
    /// How long a client may be silent. Zero: as long as it likes.
    package var clientTimeout: Duration = .zero
    package var maxClients = 10000
    package var isDaemonized = false
    package var supervision: Supervision = .none
    package var pidFile: String?
    package var processTitleTemplate: String?
    package var directory: String?
    package var logLevel: LogLevel = .notice
    /// Nil: standard output.
    package var logFile: String?
    package var syslog = Syslog()
    package var isCrashLogEnabled = true
    package var normalOutputLimit = OutputBufferLimit()
    package var pubSubOutputLimit = OutputBufferLimit(hardBytes: 32 << 20, softBytes: 8 << 20, softDuration: .seconds(60))
    package var debugCommand: ProtectedFeature = .no
    package var protectedConfigs: ProtectedFeature = .no
    package var isDebugAssertEnabled = false
    package var isLatencyTracked = true
    package var latencyPercentiles = [50, 99, 99.9]
    /// In the order of the file; the last one for a command counts.
    package var renamedCommands: [RenamedCommand] = []

    /// Where metrics, health routes and the page are served. 0: nowhere.
    package var httpPort = 0
    package var httpBindAddresses = [BindAddress(host: "127.0.0.1")]
    /// By `host:port`, or by host for everything on it: the zone, for those who look.
    package var zones: [String: String] = [:]
    /// Bytes of what happened that are kept on disk. 0: none.
    package var historySize = 8 << 20

    package init() {}
}

/// An address to listen on.
package struct BindAddress: Hashable, Sendable {
    /// An address; `*` for all of IPv4 and `::*` for all of IPv6.
    package let host: String
    /// Written with a leading `-`: no error if this machine lacks the address.
    package let mayBeMissing: Bool

    package init(host: String, mayBeMissing: Bool = false) {
        self.host = host
        self.mayBeMissing = mayBeMissing
    }
}

package enum LogLevel: String, Hashable, Sendable, CaseIterable {
    case debug, verbose, notice, warning, nothing
}

/// Who started the process and waits to hear that it is ready.
package enum Supervision: String, Hashable, Sendable, CaseIterable {
    case none = "no"
    case systemd, upstart, auto
}

package struct Syslog: Hashable, Sendable {
    package enum Facility: String, Hashable, Sendable, CaseIterable {
        case user, local0, local1, local2, local3, local4, local5, local6, local7
    }
    package var isEnabled = false
    package var ident = "redis"
    package var facility: Facility = .local0

    package init() {}
}

/// When a client that does not read its replies is cut off. Zero: never for that reason.
package struct OutputBufferLimit: Hashable, Sendable {
    package var hardBytes = 0
    package var softBytes = 0
    /// How long the soft limit may be exceeded.
    package var softDuration: Duration = .zero

    package init(hardBytes: Int = 0, softBytes: Int = 0, softDuration: Duration = .zero) {
        self.hardBytes = hardBytes
        self.softBytes = softBytes
        self.softDuration = softDuration
    }
}

/// Who may use something dangerous. `local`: connections from this machine.
package enum ProtectedFeature: String, Hashable, Sendable, CaseIterable { case no, yes, local }

package struct RenamedCommand: Hashable, Sendable {
    package let command: String
    /// Empty: the command does not exist any more.
    package let newName: String
}

/// Who may talk to this monitor: the material, unjudged, for the module that knows access rules.
package struct AccessSettings: Hashable, Sendable {
    package var requirepass: [UInt8]?
    /// One for each name; a line of the main file or the command line outranks one of an included file.
    package var users: [UserLine] = []
    package var aclFile: String?
    package var logMaxLength = 128
    /// New users may use all channels (`acl-pubsub-default allchannels`).
    package var allChannelsByDefault = false

    package init() {}
}

/// `user <name> <rule> …`
package struct UserLine: Hashable, Sendable {
    package let source: SourceLine
    package var name: [UInt8] { source.line.tokens[1].bytes }
    package var rules: [[UInt8]] { source.line.tokens.dropFirst(2).map(\.bytes) }

    /// A fault of the rule at `index` of `rules`.
    package func diagnostic(ofRule index: Int, _ message: String, hint: String? = nil) -> Diagnostic {
        source.diagnostic(at: index + 2, message, hint: hint)
    }
}
