import Dispatch
import Glibc
import Logging
import NIOPosix
import PicketConfig
import Synchronization

/// The log in Redis' form: `<pid>:X 21 Nov 2026 02:36:07.123 # text`, to a file or the standard output.
///
/// Lines are written by a thread of their own: a disk or a terminal that hangs delays no decision. When too many wait, further
/// ones are counted instead of kept, and the count is told.
package final class DaemonLog: Sendable {
    private static let waitingLimit = 10_000
    /// A disk or a terminal that hangs must not keep the process from ending.
    private static let finishingLimit: DispatchTimeInterval = .seconds(2)

    private let descriptor: Int32
    private let syslog: Syslog
    private let level: LogLevelSwitch
    private let writer = NIOThreadPool(numberOfThreads: 1)
    private let waiting = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)

    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter path: nil or empty: the standard output.
    package init(path: String?, syslog: Syslog, level: LogLevelSwitch) throws {
        self.level = level
        self.syslog = syslog
        if syslog.isEnabled { SystemLog.open(syslog) }
        if let path, !path.isEmpty {
            descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw Unusable(description: "The log file \(path) cannot be opened: \(String(cString: strerror(errno)))")
            }
        } else {
            descriptor = STDOUT_FILENO
        }
    }

    /// Threads start here, and not before: the process may be put into the background first.
    package func start() { writer.start() }

    /// Writes what waits, unless that takes too long. Nothing is logged after it.
    package func finish() {
        // The pool hands what waits when it is shut down to a queue that nobody waits for: the last line, which says why the process
        // ends, would be lost now and then.
        let written = DispatchSemaphore(value: 0)
        writer.submit { _ in written.signal() }
        guard written.wait(timeout: .now() + Self.finishingLimit) == .success else { return }
        try? writer.syncShutdownGracefully()
    }

    package func makeLogger(_ label: String = "picketd") -> Logger {
        Logger(label: label) { _ in Handler(log: self) }
    }

    fileprivate func write(_ logLevel: Logger.Level, _ message: String) {
        guard let threshold = level.threshold, logLevel >= threshold else { return }
        guard waiting.load(ordering: .relaxed) < Self.waitingLimit else {
            dropped.add(1, ordering: .relaxed)
            return
        }
        waiting.add(1, ordering: .relaxed)
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        writer.submit { [self, now] _ in
            waiting.subtract(1, ordering: .relaxed)
            let missing = dropped.exchange(0, ordering: .relaxed)
            if missing > 0 { put(Self.line(.warning, "\(missing) lines were not logged: the log cannot be written fast enough.", now)) }
            put(Self.line(logLevel, message, now))
            if syslog.isEnabled { SystemLog.write(logLevel, message) }
        }
    }

    private func put(_ line: [UInt8]) { _ = Glibc.write(descriptor, line, line.count) }

    private static func line(_ level: Logger.Level, _ message: String, _ now: timespec) -> [UInt8] {
        var seconds = now.tv_sec
        var parts = tm()
        localtime_r(&seconds, &parts)
        var date = [CChar](repeating: 0, count: 64)
        strftime(&date, date.count, "%d %b %Y %H:%M:%S", &parts)
        let when = String(decoding: date.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let milliseconds = String(now.tv_nsec / 1_000_000)
        let mark =
            switch level {
            case .trace, .debug: "."
            case .info: "-"
            case .notice: "*"
            case .warning, .error, .critical: "#"
            }
        // One line is one line, whatever an instance or a client put into it.
        let text = String(String.UnicodeScalarView(message.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
        return Array("\(getpid()):X \(when).\(String(repeating: "0", count: 3 - milliseconds.count))\(milliseconds) \(mark) \(text)\n".utf8)
    }

    private struct Handler: LogHandler {
        let log: DaemonLog
        var metadata: Logger.Metadata = [:]
        /// The switch decides, at each line.
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.write(event.level, "\(event.message)") }
    }
}
