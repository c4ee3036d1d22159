import NIOCore
import NIOPosix
import PicketRESP
import Synchronization

/// A client as applications have them: it finds the primary by way of the monitors, and writes.
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

    /// Writes made up for at once after this process itself was held up.
    private static let burst = 100

    private let name: String
    private let period: Duration
    private let confirmation: Confirmation
    private let answerLimit: Duration
    private let follower: PrimaryFollower
    private let startedAt = ContinuousClock.now
    private let state = Mutex(State())

    private struct State {
        var due = 0
        var acknowledged: [WriterReport.Acknowledged] = []
        var ticking: RepeatedTask?
    }

    /// Writing when it returns: the first write has been acknowledged.
    package static func start(
        group: String, monitorPorts: [Int], every period: Duration = .milliseconds(1), confirmedBy confirmation: Confirmation = .primary
    ) async throws -> Writer {
        try await start(
            following: PrimaryFollower(group: group, monitorPorts: monitorPorts), every: period, confirmedBy: confirmation)
    }

    /// - Parameters:
    ///   - name: Part of its keys: writers of different names do not meet.
    ///   - answerLimit: After so long without an answer a connection is given up.
    static func start(
        named name: String = "lab", following follower: PrimaryFollower, every period: Duration, confirmedBy confirmation: Confirmation,
        answerLimit: Duration = .seconds(5)
    ) async throws -> Writer {
        let writer = Writer(name, follower, period, confirmation, answerLimit)
        writer.begin()
        do {
            try await wait(until: "the writer's first write is acknowledged") { writer.acknowledgedCount > 0 }
        } catch {
            await writer.halt()
            throw error
        }
        return writer
    }

    private init(_ name: String, _ follower: PrimaryFollower, _ period: Duration, _ confirmation: Confirmation, _ answerLimit: Duration) {
        self.name = name
        self.follower = follower
        self.period = period
        self.confirmation = confirmation
        self.answerLimit = answerLimit
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
                startedAt: startedAt, endedAt: endedAt, attempted: $0.due, acknowledged: $0.acknowledged.filter { $0.at <= endedAt },
                name: name, period: period)
        }
    }

    private func halt() async {
        state.withLock { $0.ticking }?.cancel()
        await follower.stop()
    }

    // MARK: Writing

    private func begin() {
        let ticking = follower.loop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(period)) { [weak self] _ in
            self?.writeWhatIsDue()
        }
        state.withLock { $0.ticking = ticking }
        follower.start()
    }

    /// On the event loop.
    private func writeWhatIsDue() {
        let elapsed = ContinuousClock.now - startedAt
        let numbers = state.withLock { state in
            let first = state.due
            let end = min(Int(elapsed / period), first + Self.burst)
            state.due = max(first, end)
            return first..<max(first, end)
        }
        guard let connection = follower.connection else { return }
        for number in numbers { write(number, to: connection) }
    }

    private func write(_ number: Int, to connection: LabConnection) {
        let written = connection.request(["SET", WriterReport.key(number, of: name), String(number)], within: answerLimit)
        switch confirmation {
        case .primary:
            written.whenComplete { [weak self] in self?.answered(number, $0, connection) }
        case .replicas(let count, let limit):
            let confirmed = connection.request(["WAIT", String(count), String(limit.milliseconds)], within: answerLimit)
            written.and(confirmed).whenComplete { [weak self] result in
                // Too few replicas had it in time, or WAIT was broken off: it may be there or not, and was not acknowledged.
                if case .success((.simple("OK"), .integer(let reached))) = result, reached < count { return }
                guard case .success((let value, .integer)) = result else {
                    self?.follower.lost(connection)
                    return
                }
                self?.answered(number, .success(value), connection)
            }
        }
    }

    private func answered(_ number: Int, _ result: Result<RESPValue, any Error>, _ connection: LabConnection) {
        if case .success(.simple("OK")) = result {
            state.withLock { $0.acknowledged.append(.init(number: number, at: .now, port: connection.port)) }
        } else {
            // READONLY, a closed connection, an answer that never came: this is no primary any more.
            follower.lost(connection)
        }
    }
}
