import Logging
import PicketConfig
import Synchronization

/// The log level, which SENTINEL CONFIG SET changes while the process runs.
package final class LogLevelSwitch: Sendable {
    private let level: LockedBox<LogLevel>

    package init(_ level: LogLevel) { self.level = LockedBox(level) }

    package var current: LogLevel { level.withLock { $0 } }

    package func set(_ new: LogLevel) { level.withLock { $0 = new } }

    /// Nil where nothing at all is to be logged.
    package var threshold: Logger.Level? {
        switch current {
        case .debug: .debug
        case .verbose: .info
        case .notice: .notice
        case .warning: .warning
        case .nothing: nil
        }
    }
}
