import NIOCore
import NIOPosix
import PicketRESP
import Synchronization

/// A client as applications have them: it asks the monitors for the primary, follows `+switch-master`, and writes.
///
/// It writes in an open loop: a write falls due every period whether or not the ones before it were answered, so that a time
/// without a primary is not hidden by a client that waits. Every write has a key of its own.
package final class Writer: Sendable {
    /// When a write counts as acknowledged.
    package enum Confirmation: Hashable, Sendable {
        /// When the primary has said OK.
        case primary
        /// When the primary has said OK, and WAIT that at least so many replicas have the write too.
        case replicas(Int, within: Duration)
    }

    private static let answerLimit: Duration = .seconds(5)
    private static let discoveryLimit: Duration = .milliseconds(200)
    private static let retryPause: Duration = .milliseconds(2)
    /// Writes made up for at once after this process itself was held up.
    private static let burst = 100

    private let group: String
    private let monitorPorts: [Int]
    private let period: Duration
    private let confirmation: Confirmation
    private let loop: any EventLoop
    private let startedAt = ContinuousClock.now
    private let state = Mutex(State())
    private let news: AsyncStream<News>
    private let tell: AsyncStream<News>.Continuation

    private struct State {
        var connection: LabConnection?
        var due = 0
        var acknowledged: [WriterReport.Acknowledged] = []
        var following: Task<Void, Never>?
        var ticking: RepeatedTask?
    }

    private enum News: Sendable {
        case lost(ObjectIdentifier)
        case moved(toPort: Int)
    }

    /// Writing when it returns: the first write has been acknowledged.
    package static func start(
        group: String, monitorPorts: [Int], every period: Duration = .milliseconds(1), confirmedBy confirmation: Confirmation = .primary
    ) async throws -> Writer {
        let writer = Writer(group: group, monitorPorts: monitorPorts, period: period, confirmation: confirmation)
        writer.begin()
        do {
            try await wait(until: "the writer's first write is acknowledged") { writer.acknowledgedCount > 0 }
        } catch {
            await writer.halt()
            throw error
        }
        return writer
    }

    private init(group: String, monitorPorts: [Int], period: Duration, confirmation: Confirmation) {
        self.group = group
        self.monitorPorts = monitorPorts
        self.period = period
        self.confirmation = confirmation
        loop = MultiThreadedEventLoopGroup.singleton.next()
        (news, tell) = AsyncStream.makeStream()
    }

    package var acknowledgedCount: Int { state.withLock { $0.acknowledged.count } }
    package var lastAcknowledged: WriterReport.Acknowledged? { state.withLock { $0.acknowledged.last } }
    package var lastAcknowledgedAt: ContinuousClock.Instant? { lastAcknowledged?.at }

    /// Waits until a write is acknowledged that was made after now.
    package func waitUntilWriting(within limit: Duration = .seconds(10)) async throws {
        let due = state.withLock { $0.due }
        try await wait(until: "a new write is acknowledged", within: limit, every: .milliseconds(2)) {
            state.withLock { ($0.acknowledged.last?.number ?? -1) >= due }
        }
    }

    /// Stops writing, and tells how it went.
    package func stop() async -> WriterReport {
        let endedAt = ContinuousClock.now
        await halt()
        return state.withLock {
            WriterReport(
                startedAt: startedAt, endedAt: endedAt, attempted: $0.due, acknowledged: $0.acknowledged.filter { $0.at <= endedAt })
        }
    }

    private func halt() async {
        let (following, ticking, connection) = state.withLock { ($0.following, $0.ticking, $0.connection) }
        ticking?.cancel()
        following?.cancel()
        connection?.close()
        await following?.value
    }

    // MARK: Writing

    private func begin() {
        let ticking = loop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(period)) { [weak self] _ in self?.writeWhatIsDue() }
        let following = Task {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await self.follow() }
                for port in self.monitorPorts { tasks.addTask { await self.listen(toMonitorAt: port) } }
            }
        }
        state.withLock {
            $0.ticking = ticking
            $0.following = following
        }
    }

    /// On the event loop.
    private func writeWhatIsDue() {
        let elapsed = ContinuousClock.now - startedAt
        let (numbers, connection) = state.withLock { state in
            let first = state.due
            let end = min(Int(elapsed / period), first + Self.burst)
            state.due = max(first, end)
            return (first..<max(first, end), state.connection)
        }
        guard let connection else { return }
        for number in numbers { write(number, to: connection) }
    }

    private func write(_ number: Int, to connection: LabConnection) {
        let written = connection.request(["SET", WriterReport.key(number), String(number)], within: Self.answerLimit)
        switch confirmation {
        case .primary:
            written.whenComplete { [weak self] in self?.answered(number, $0, connection) }
        case .replicas(let count, let limit):
            let confirmed = connection.request(["WAIT", String(count), String(limit.milliseconds)], within: Self.answerLimit)
            written.and(confirmed).whenComplete { [weak self] result in
                // Too few replicas had it in time: it may be there or not, and was not acknowledged.
                if case .success((.simple("OK"), .integer(let reached))) = result, reached < count { return }
                self?.answered(number, result.map(\.0), connection)
            }
        }
    }

    private func answered(_ number: Int, _ result: Result<RESPValue, any Error>, _ connection: LabConnection) {
        if case .success(.simple("OK")) = result {
            state.withLock { $0.acknowledged.append(.init(number: number, at: .now, port: connection.port)) }
        } else {
            // READONLY, a closed connection, an answer that never came: this is no primary any more.
            tell.yield(.lost(ObjectIdentifier(connection)))
        }
    }

    // MARK: Following

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

    /// The port that a monitor tells: each time the next one's, and of those that cannot be asked the one's after it.
    private func discover(_ monitors: inout [Int: LabConnection], _ turn: inout Int) async throws -> Int {
        for _ in monitorPorts {
            let port = monitorPorts[turn % monitorPorts.count]
            turn += 1
            do {
                if monitors[port]?.isOpen != true { monitors[port] = try await LabConnection.open(port: port, within: Self.discoveryLimit) }
                let reply = try await monitors[port]?.call(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group], within: Self.discoveryLimit)
                if let found = reply?.elements?.last?.text.flatMap({ Int($0) }) { return found }
            } catch {
                continue
            }
        }
        throw LabError.unexpected("no monitor tells the primary of '\(group)'")
    }

    private func connectToPrimary(_ port: Int) async throws -> LabConnection {
        let connection = try await LabConnection.open(port: port, within: Self.discoveryLimit, on: loop)
        do {
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
            if let connection = try? await LabConnection.open(port: port, within: Self.discoveryLimit) {
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
