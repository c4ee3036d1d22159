/// The directives outside `sentinel …` that have an effect here.
enum DaemonDirective: String, CaseIterable {
    case port, bind, timeout, maxclients, daemonize, supervised, pidfile, dir, loglevel, logfile, requirepass, user, aclfile
    case unixsocket, unixsocketperm
    case bindSourceAddress = "bind-source-addr"
    case protectedMode = "protected-mode"
    case tcpBacklog = "tcp-backlog"
    case tcpKeepalive = "tcp-keepalive"
    case processTitleTemplate = "proc-title-template"
    case syslogEnabled = "syslog-enabled"
    case syslogIdent = "syslog-ident"
    case syslogFacility = "syslog-facility"
    case crashLogEnabled = "crash-log-enabled"
    case aclLogMaxLength = "acllog-max-len"
    case aclPubSubDefault = "acl-pubsub-default"
    case outputBufferLimit = "client-output-buffer-limit"
    case debugCommand = "enable-debug-command"
    case protectedConfigs = "enable-protected-configs"
    case debugAssert = "enable-debug-assert"
    case latencyTracking = "latency-tracking"
    case latencyPercentiles = "latency-tracking-info-percentiles"
    case renameCommand = "rename-command"
    case include
    // Ours. redis-sentinel does not know them, and refuses the file.
    case httpPort = "http-port"
    case httpBind = "http-bind"
    case httpZone = "http-zone"
    case historySize = "history-size"

    /// How many arguments stand after the name.
    var argumentCounts: ClosedRange<Int> {
        switch self {
        case .bind, .httpBind, .latencyPercentiles: 1...64
        case .httpZone: 2...64
        case .user: 1...Int.max
        case .outputBufferLimit: 4...64
        case .renameCommand: 2...2
        default: 1...1
        }
    }
}

/// Directives that ask for TLS when set so; all others that start with `tls-` merely tune it.
enum TLSDirective {
    /// Whether this line cannot be obeyed without TLS.
    static func asksForTLS(_ name: String, value: String) -> Bool {
        switch name {
        case "tls-port": value != "0"
        case "tls-replication", "tls-cluster": value.lowercased() != "no"
        case "tls-cert-file", "tls-key-file", "tls-key-file-pass", "tls-client-cert-file", "tls-client-key-file",
            "tls-client-key-file-pass", "tls-ca-cert-file", "tls-ca-cert-dir", "tls-dh-params-file":
            !value.isEmpty
        default: false
        }
    }
}
