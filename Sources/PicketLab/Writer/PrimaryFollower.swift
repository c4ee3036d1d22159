import NIOCore
import NIOPosix
import Synchronization

/// A client's way to the primary: it asks the monitors, and follows `+switch-master` where it is to. Whoever uses the connection says
/// when it is no good any more.
package final class PrimaryFollower: Sendable {
    package enum Guidance: String, Codable, Hashable, Sendable {
        /// Monitors are asked when a connection is lost, and at no other time.
        case asking
        /// They are asked, too, and a switch that they tell of is followed at once.
        case following
    }

    /// Sockets in the file system that stand for ports, for clients whose way leads over links that can be broken; nil: the port itself.
    package typealias Route = @Sendable (_ port: Int) -> String?

    private static let discoveryLimit: Duration = .milliseconds(200)
    private static let retryPause: Duration = .milliseconds(2)

    let group: String
    let monitorPorts: [Int]
    /// Of all its connections to primaries.
    let loop: any EventLoop
    private let guidance: Guidance
    private let route: Route
    private let password: @Sendable () -> String?
    private let state = Mutex(State())
    private let news: AsyncStream<News>
    private let tell: AsyncStream<News>.Continuation

    private struct State {
        var connection: LabConnection?
        var following: Task<Void, Never>?
    }

    private enum News: Sendable {
        case lost(ObjectIdentifier)
        case moved(toPort: Int)
    }

    /// - Parameter password: Of the Redis servers at this moment, if they have one.
    package init(
        group: String, monitorPorts: [Int], guidance: Guidance = .following, route: @escaping Route = { _ in nil },
        password: @escaping @Sendable () -> String? = { nil }
    ) {
        self.group = group
        self.monitorPorts = monitorPorts
        self.guidance = guidance
        self.route = route
        self.password = password
        loop = MultiThreadedEventLoopGroup.singleton.next()
        (news, tell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    /// To the primary, as far as this client knows; nil while it looks for one.
    package var connection: LabConnection? { state.withLock { $0.connection } }

    package func start() {
        let following = Task {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await self.follow() }
                guard self.guidance == .following else { return }
                for port in self.monitorPorts { tasks.addTask { await self.listen(toMonitorAt: port) } }
            }
        }
        state.withLock { $0.following = following }
    }

    package func stop() async {
        let (following, connection) = state.withLock { ($0.following, $0.connection) }
        following?.cancel()
        connection?.close()
        await following?.value
    }

    /// READONLY, a closed connection, an answer that never came: this is no primary any more.
    package func lost(_ connection: LabConnection) { tell.yield(.lost(ObjectIdentifier(connection))) }

    private func follow() async {
        var monitors: [Int: LabConnection] = [:]
        var turn = 0
        var told: Int?
        while !Task.isCancelled {
            do {
                let port: Int
                if let told { port = told } else { port = try await discover(&monitors, &turn) }
                told = nil
                let connection = try await connectToPrimary(port)
                state.withLock { $0.connection = connection }
                told = await untilNews(about: connection)
                state.withLock { $0.connection = nil }
                connection.close()
            } catch {
                try? await Task.sleep(for: Self.retryPause)
            }
        }
        for connection in monitors.values { connection.close() }
    }

    private func open(_ port: Int) async throws -> LabConnection {
        try await LabConnection.open(port: port, through: route(port), within: Self.discoveryLimit)
    }

    /// The port that a monitor tells: each time the next one's, and of those that cannot be asked the one's after it.
    private func discover(_ monitors: inout [Int: LabConnection], _ turn: inout Int) async throws -> Int {
        for _ in monitorPorts {
            let port = monitorPorts[turn % monitorPorts.count]
            turn += 1
            do {
                if monitors[port]?.isOpen != true { monitors[port] = try await open(port) }
                let reply = try await monitors[port]?.call(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group], within: Self.discoveryLimit)
                if let found = reply?.elements?.last?.text.flatMap({ Int($0) }) { return found }
            } catch {
                continue
            }
        }
        throw LabError.unexpected("no monitor tells the primary of '\(group)'")
    }

    private func connectToPrimary(_ port: Int) async throws -> LabConnection {
        let connection = try await LabConnection.open(port: port, through: route(port), within: Self.discoveryLimit, on: loop)
        do {
            if let password = password() { _ = try await connection.call(["AUTH", password], within: Self.discoveryLimit) }
            let role = try await connection.call(["ROLE"], within: Self.discoveryLimit)
            guard role.elements?.first?.text == "master" else { throw LabError.unexpected("127.0.0.1:\(port) is no primary") }
        } catch {
            connection.close()
            throw error
        }
        return connection
    }

    /// Returns when there is reason to leave this connection; the port to go to, where that is known.
    private func untilNews(about connection: LabConnection) async -> Int? {
        let watching = Task { [tell] in
            for await _ in connection.messages {}
            tell.yield(.lost(ObjectIdentifier(connection)))
        }
        defer { watching.cancel() }
        for await item in news {
            switch item {
            case .lost(let lost) where lost == ObjectIdentifier(connection): return nil
            case .moved(let port) where port != connection.port: return port
            case .lost, .moved: continue
            }
        }
        return nil
    }

    private func listen(toMonitorAt port: Int) async {
        while !Task.isCancelled {
            if let connection = try? await open(port) {
                try? await connection.subscribe(channel: "+switch-master")
                for await message in connection.messages {
                    let words = message.text.split(separator: " ")
                    guard words.count == 5, words[0] == group, let newPort = Int(words[4]) else { continue }
                    tell.yield(.moved(toPort: newPort))
                }
                connection.close()
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}
