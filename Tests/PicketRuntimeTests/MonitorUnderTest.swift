import Glibc
import Logging
import NIOCore
import NIOPosix
import PicketConfig
import PicketCore
import Synchronization
import Testing

@testable import PicketRuntime

/// A whole monitor on a free loopback port, within this process. Its one group's primary is not there.
final class MonitorUnderTest: Sendable {
    static let groupName = "cache"

    let port: Int
    let server: ServerContext
    let directory: TemporaryDirectory
    let shutDowns: LockedBox<Int>
    var watch: MonitorWatch { assembly.watch }
    private let assembly: Assembly
    private let listening: [any Channel]
    private let groups: [MultiThreadedEventLoopGroup]
    private let threads: NIOThreadPool

    /// Runs the body against a fresh monitor that is configured by these lines, and ends it, however the body ended.
    static func run<Result>(_ lines: String..., body: (MonitorUnderTest) async throws -> Result) async throws -> Result {
        let directory = try TemporaryDirectory()
        let own = ["port \(try freePort())", "bind 127.0.0.1", "sentinel monitor \(groupName) 127.0.0.1 1 2"]
        try directory.write((own + lines).joined(separator: "\n") + "\n", to: "sentinel.conf")
        return try await run(in: directory, body: body)
    }

    /// The same, from the `sentinel.conf` that stands in the directory.
    static func run<Result>(in directory: TemporaryDirectory, body: (MonitorUnderTest) async throws -> Result) async throws -> Result {
        let monitor = try await MonitorUnderTest(directory)
        do {
            let result = try await body(monitor)
            await monitor.end()
            return result
        } catch {
            await monitor.end()
            throw error
        }
    }

    private init(_ directory: TemporaryDirectory) async throws {
        self.directory = directory
        let loaded = try LoadedConfiguration.load(directory.file("sentinel.conf"), overrides: [])
        port = loaded.daemon.port
        let control = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let clients = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        groups = [control, clients]
        self.threads = threads
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let shutDowns = LockedBox(0)
        self.shutDowns = shutDowns
        let loop = control.next()
        let assembly = try await loop.submit {
            try Assembly(loaded, level: LogLevelSwitch(loaded.daemon.logLevel), loop: loop, threads: threads, logger: logger) {
                shutDowns.withLock { $0 += 1 }
            }
        }.get()
        self.assembly = assembly
        server = assembly.server
        listening = try await Listener.bind(loaded.daemon, group: clients, logger: logger) { assembly.server }
        for channel in listening { try await channel.setOption(.autoRead, value: true).get() }
        assembly.control.tell(.started)
        try await eventually("the group is known") { server.topology.address(of: Self.groupName) != nil }
    }

    private func end() async {
        for channel in listening { try? await channel.close() }
        for client in server.registry.all { try? await client.channel.close() }
        await assembly.stop()
        for group in groups.reversed() { try? await group.shutdownGracefully() }
        try? await threads.shutdownGracefully()
    }

    /// A connection that waits for answers, but not for ever.
    func connect() throws -> Conversation { try Conversation(port: port) }

    /// The same, and certain to have been let in before anything else happens.
    func meet() throws -> Conversation {
        let client = try connect()
        _ = try client.ask("PING")
        return client
    }

    /// Waits for something that another connection brings about.
    func eventually(_ what: Comment, _ condition: () -> Bool) async throws {
        for _ in 0..<1_000 where !condition() { try await Task.sleep(for: .milliseconds(5)) }
        #expect(condition(), what)
    }
}

/// A port of the loopback interface that nobody listens on, and that nobody is given as the near end of a connection either: it lies
/// below the range of those.
func freePort() throws -> Int {
    for _ in 0..<1_000 {
        let number = portsHandedOut.add(1, ordering: .relaxed).newValue
        let port = 20_000 + (Int(getpid()) * 97 + number) % 12_000
        if try isFree(port) { return port }
    }
    throw SystemError(EADDRINUSE)
}

private let portsHandedOut = Atomic(0)

private func isFree(_ port: Int) throws -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError(errno) }
    defer { close(descriptor) }
    var address = loopback(port: port)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
    }
}

func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
}
