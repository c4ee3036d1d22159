import Glibc
import NIOCore
import NIOPosix
import Subprocess
import Synchronization
import SystemPackage

/// A process that this one started, with its output in files. It does not end by itself when this value goes: whoever starts one ends it.
package final class ChildProcess: Sendable {
    package struct Command: Sendable {
        package var executable: String
        package var arguments: [String]
        /// Also the working directory.
        package var directory: String
        /// Where standard output and standard error are appended to.
        package var outputPath: String
        package var errorPath: String
        /// Leads a session of its own: no terminal's end reaches it.
        package var isDetached = false
    }

    package enum Exit: Hashable, Sendable {
        case status(Int)
        case signal(Int)
        case unknown(String)
    }

    package let processID: pid_t
    private let ending: Task<Exit, Never>
    private let over: Over

    /// Shared with the task that waits for the end; the id of a process that has ended may be somebody else's.
    private final class Over: Sendable {
        let isOver = Mutex(false)
    }

    /// The id of a process that is being started, told once. Not a stream: cancellation must not lose sight of a process.
    private final class Announcement: Sendable {
        private let group = MultiThreadedEventLoopGroup.singleton
        private let promise: EventLoopPromise<pid_t>

        init() { promise = group.next().makePromise() }

        /// What comes after the first is of no interest.
        func tell(_ result: Result<pid_t, any Error>) { promise.completeWith(result) }
        func heard() async throws -> pid_t { try await promise.futureResult.get() }
    }

    private init(processID: pid_t, ending: Task<Exit, Never>, over: Over) {
        self.processID = processID
        self.ending = ending
        self.over = over
    }

    /// - Parameter watchdog: Ends it should this process die; nil: it is to live on.
    static func start(_ command: Command, watchdog: Watchdog?) async throws -> ChildProcess {
        let output = try open(command.outputPath)
        let errors = try open(command.errorPath)
        var options = PlatformOptions()
        if command.isDetached { options.createSession = true } else { options.processGroupID = 0 }
        let over = Over()
        let announcement = Announcement()
        let ending = Task { [options] () -> Exit in
            do {
                let result = try await run(
                    .path(FilePath(command.executable)), arguments: Arguments(command.arguments),
                    workingDirectory: FilePath(command.directory), platformOptions: options, input: .none,
                    output: .fileDescriptor(output, closeAfterSpawningProcess: true),
                    error: .fileDescriptor(errors, closeAfterSpawningProcess: true)
                ) { execution in
                    watchdog?.started(execution.processIdentifier.value)
                    announcement.tell(.success(execution.processIdentifier.value))
                }
                over.isOver.withLock { $0 = true }
                watchdog?.ended(result.processIdentifier.value)
                return Exit(result.terminationStatus)
            } catch {
                over.isOver.withLock { $0 = true }
                announcement.tell(.failure(LabError.processEnded("\(command.executable) cannot be started: \(error)")))
                return .unknown("\(error)")
            }
        }
        return ChildProcess(processID: try await announcement.heard(), ending: ending, over: over)
    }

    private static func open(_ path: String) throws -> SystemPackage.FileDescriptor {
        try SystemPackage.FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }

    package var isOver: Bool { over.isOver.withLock { $0 } }

    package func signal(_ number: Int32) {
        over.isOver.withLock { isOver in
            if !isOver { _ = Glibc.kill(processID, number) }
        }
    }

    /// Waits for the end, however long that takes. Not interrupted by cancellation: whoever waits has sent a signal.
    @discardableResult
    package func exit() async -> Exit { await ending.value }

    /// Waits for the end, which something else brings about.
    package func exit(within limit: Duration) async throws -> Exit {
        try await wait(until: "process \(processID) ends", within: limit, every: .milliseconds(5)) { isOver }
        return await ending.value
    }
}

extension ChildProcess.Exit {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .status(Int(code))
        case .signaled(let number): self = .signal(Int(number))
        }
    }
}
