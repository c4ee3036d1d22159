import Glibc

/// A process that lives on when this one ends. Known by its id together with the moment at which it began: ids are used again.
package struct DetachedProcess: Hashable, Sendable {
    package let processID: pid_t
    /// In clock ticks since the machine started, as /proc tells it.
    package let startTicks: UInt64

    package enum State: Hashable, Sendable {
        case running
        /// SIGSTOP.
        case frozen
        case gone
    }

    package init(processID: pid_t, startTicks: UInt64) {
        self.processID = processID
        self.startTicks = startTicks
    }

    /// In the background, with its output appended to files.
    package static func start(_ executable: String, _ arguments: [String], directory: String, outputPath: String, errorPath: String)
        async throws
        -> DetachedProcess
    {
        let command = ChildProcess.Command(
            executable: executable, arguments: arguments, directory: directory, outputPath: outputPath, errorPath: errorPath,
            isDetached: true)
        let child = try await ChildProcess.start(command, watchdog: nil)
        guard let ticks = stat(child.processID)?.startTicks else {
            throw LabError.processEnded("\(executable) ended at once; see \(errorPath)")
        }
        return DetachedProcess(processID: child.processID, startTicks: ticks)
    }

    package var state: State {
        guard let stat = Self.stat(processID), stat.startTicks == startTicks else { return .gone }
        switch stat.state {
        // A dead one whose parent has not looked yet is as dead.
        case "Z", "X", "x": return .gone
        case "T", "t": return .frozen
        default: return .running
        }
    }

    package func signal(_ number: Int32) {
        guard state != .gone else { return }
        kill(processID, number)
    }

    /// SIGKILL, which frozen processes obey too, and waits until it is gone.
    package func end(within limit: Duration = .seconds(5)) async throws {
        signal(SIGKILL)
        try await wait(until: "process \(processID) is gone", within: limit, every: .milliseconds(2)) {
            state == .gone
        }
    }

    private static func stat(_ processID: pid_t) -> (state: Substring, startTicks: UInt64)? {
        // pid (name) state …; the name may have anything in it, brackets too.
        guard let text = try? TextFile.read("/proc/\(processID)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
        return (fields[0], ticks)
    }
}
