import Glibc
import PicketRESP
import Synchronization

/// One server process of a deployment, with a port and files that stay the same over restarts.
package final class Node: Sendable {
    package let files: NodeFiles

    private let reservation: PortReservation
    private let watchdog: Watchdog
    private let state: Mutex<State>

    private struct State {
        var executable: String
        var process: ChildProcess?
        var connection: LabConnection?
        var password: String?
        var isOnSmallDisk = false
    }

    init(name: String, executable: String, reservation: PortReservation, deployment: String, watchdog: Watchdog) throws {
        files = NodeFiles(name: name, port: reservation.port, laboratory: deployment)
        self.reservation = reservation
        self.watchdog = watchdog
        state = Mutex(State(executable: executable))
        try TemporaryDirectory.makeDirectory(files.directory)
    }

    package var name: String { files.name }
    package var port: Int { files.port }
    package var directory: String { files.directory }
    package var configurationPath: String { files.configurationPath }
    package var logPath: String { files.logPath }
    package var outputPath: String { files.outputPath }
    package var errorPath: String { files.errorPath }

    package var process: ChildProcess? { state.withLock { $0.process } }
    package var isRunning: Bool { process.map { !$0.isOver } ?? false }

    // MARK: Life and death

    /// Starts the process and waits until it answers.
    package func start(within limit: Duration = .seconds(10)) async throws {
        let process = try await launch()
        try await wait(until: "\(name) answers on port \(port)", within: limit) {
            if process.isOver { return true }
            _ = try await connection().send("PING", within: .milliseconds(500))
            return true
        }
        guard !process.isOver else {
            throw LabError.processEnded("\(name) ended (\(await process.exit())) instead of listening on port \(port):\n\(lastWords)")
        }
    }

    /// Starts the process and does not wait for anything.
    @discardableResult
    package func launch(arguments: [String] = []) async throws -> ChildProcess {
        if isRunning { throw LabError.unexpected("\(name) is running already") }
        let process = try await ChildProcess.start(
            .init(
                executable: state.withLock { $0.executable }, arguments: [configurationPath] + arguments, directory: directory,
                outputPath: outputPath, errorPath: errorPath),
            watchdog: watchdog)
        state.withLock { $0.process = process }
        return process
    }

    /// SIGKILL, and waits until the process is gone.
    package func kill() async {
        process?.signal(SIGKILL)
        await process?.exit()
        disconnect()
    }

    /// SIGTERM, and waits for the end.
    package func terminate(within limit: Duration = .seconds(5)) async throws -> ChildProcess.Exit {
        guard let process else { throw LabError.unexpected("\(name) was never started") }
        process.signal(SIGTERM)
        return try await process.exit(within: limit)
    }

    /// `SHUTDOWN NOSAVE`, and waits for the end; an end that is not one of choice is thrown.
    ///
    /// Over a connection of its own: redis-server 7.0.15 takes the time-out of an earlier `WAIT` on the same connection for that of
    /// the `SHUTDOWN`, which waits for replicas too, and dies of it ("Unknown btype in replyToBlockedClientTimedOut").
    package func shutDown(within limit: Duration) async throws {
        guard let process else { throw LabError.unexpected("\(name) was never started") }
        disconnect()
        // Not answered but by the end of the connection.
        _ = try? await send("SHUTDOWN", "NOSAVE", within: limit)
        let exit = try await process.exit(within: limit)
        guard exit == .status(0) else { throw LabError.processEnded("\(name) did not survive its SHUTDOWN: \(exit); \(logPath)") }
    }

    package func freeze() { process?.signal(SIGSTOP) }
    package func thaw() { process?.signal(SIGCONT) }

    /// The next start runs another program, with the same files.
    package func replaceExecutable(by path: String) { state.withLock { $0.executable = path } }

    /// The next start is one of a script that ends with the given words and then the program and its arguments.
    func wrapExecutable(by words: String) throws {
        let path = "\(directory)/start"
        try TextFile.write("#!/bin/sh\n\(words) '\(state.withLock { $0.executable })' \"$@\"\n", to: path, isExecutable: true)
        replaceExecutable(by: path)
    }

    /// The next start is one in the network of a process that `startInOwnNetwork` started.
    func moveIntoNetwork(of process: ChildProcess) throws {
        try wrapExecutable(by: "exec /usr/bin/nsenter --preserve-credentials --user --net --target \(process.processID) --")
    }

    /// The next start is one on a small disk of its own, which nobody else sees and which is gone when the process ends. It begins with
    /// what is in the directory now.
    func moveOntoSmallDisk(megabytes: Int) throws {
        let script = """
            cp -a "$0" "$0.copy" && mount -t tmpfs -o size=\(megabytes)m tmpfs "$0" && cp -a "$0.copy/." "$0" && rm -rf "$0.copy" && exec "$@"
            """
        try wrapExecutable(by: "exec /usr/bin/unshare --map-root-user --mount /bin/sh -c '\(script)' '\(directory)'")
        state.withLock { $0.isOnSmallDisk = true }
    }

    /// A path as the process sees it, for others.
    func visible(_ path: String) -> String {
        guard state.withLock({ $0.isOnSmallDisk }), let process, !process.isOver else { return path }
        return "/proc/\(process.processID)/root\(path)"
    }

    // MARK: Talking to it

    /// What it wants to hear before anything else, from now on.
    package func usePassword(_ password: String?) {
        state.withLock { $0.password = password }
        disconnect()
    }

    /// A connection of the laboratory's own, opened anew where it was lost.
    package func connection() async throws -> LabConnection {
        if let open = state.withLock({ $0.connection }), open.isOpen { return open }
        let new = try await LabConnection.open(port: port)
        if let password = state.withLock({ $0.password }) { _ = try await new.call("AUTH", password) }
        return state.withLock { state in
            if let other = state.connection, other.isOpen {
                new.close()
                return other
            }
            state.connection = new
            return new
        }
    }

    /// The answer; an error reply is thrown.
    @discardableResult
    package func call(_ words: String..., within limit: Duration = .seconds(2)) async throws -> RESPValue {
        try await connection().call(words, within: limit)
    }

    /// The answer, an error reply too.
    package func send(_ words: String..., within limit: Duration = .seconds(2)) async throws -> RESPValue {
        try await connection().send(words, within: limit)
    }

    func disconnect() {
        let connection = state.withLock { state in
            defer { state.connection = nil }
            return state.connection
        }
        connection?.close()
    }

    // MARK: What it left behind

    package var log: String { (try? TextFile.read(visible(logPath))) ?? "" }
    package var errorOutput: String { (try? TextFile.read(errorPath)) ?? "" }
    package var configuration: String { (try? TextFile.read(configurationPath)) ?? "" }

    /// The end of its log and of what it said otherwise.
    package var lastWords: String { files.lastWords }
}
