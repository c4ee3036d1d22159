import Glibc
import Logging
import PicketConfig

/// The machine's log (`syslog-enabled`), beside our own.
enum SystemLog {
    /// The library keeps the pointer to the name: it lives as long as the process.
    static func open(_ settings: Syslog) { openlog(strdup(settings.ident), LOG_PID | LOG_NDELAY | LOG_NOWAIT, facility(settings.facility)) }

    private static func facility(_ facility: Syslog.Facility) -> Int32 {
        switch facility {
        case .user: 1 << 3
        case .local0: 16 << 3
        case .local1: 17 << 3
        case .local2: 18 << 3
        case .local3: 19 << 3
        case .local4: 20 << 3
        case .local5: 21 << 3
        case .local6: 22 << 3
        case .local7: 23 << 3
        }
    }

    static func write(_ level: Logger.Level, _ message: String) {
        let priority =
            switch level {
            case .trace, .debug: LOG_DEBUG
            case .info: LOG_INFO
            case .notice: LOG_NOTICE
            case .warning, .error, .critical: LOG_WARNING
            }
        // The text is an argument and never the format.
        message.withCString { text in withVaList([text]) { vsyslog(priority, "%s", $0) } }
    }
}
