import Logging
import PicketConfig
import Synchronization

/// The log level, which SENTINEL CONFIG SET changes while the process runs.
package final class LogLevelSwitch: Sendable {
    private let level: LockedBox<LogLevel>
    private let observer = LockedBox<(@Sendable (LogLevel) -> Void)?>(nil)

    package init(_ level: LogLevel) { self.level = LockedBox(level) }

    /// Who wants to hear of changes, to keep the configuration file current.
    func observe(_ body: @escaping @Sendable (LogLevel) -> Void) { observer.withLock { $0 = body } }

    package var current: LogLevel { level.withLock { $0 } }

    package func set(_ new: LogLevel) {
        level.withLock { $0 = new }
        observer.withLock { $0 }?(new)
    }

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
