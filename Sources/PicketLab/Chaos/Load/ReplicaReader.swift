import PicketRESP
import Synchronization

/// Reads the counter from a replica, which it finds by asking the monitors; from another one where that does not answer.
final class ReplicaReader: Sendable {
    private static let period: Duration = .milliseconds(20)
    private static let answerLimit: Duration = .milliseconds(300)

    struct Report: Sendable {
        let answeredAt: [ContinuousClock.Instant]
        let failed: Int
        /// The value was smaller than one that was read before, from whichever replica.
        let steppedBack: Int
    }

    private let group: String
    private let monitorPorts: [Int]
    private let route: PrimaryFollower.Route
    private let password: @Sendable () -> String?
    private let state = Mutex(State())

    private struct State {
        var answeredAt: [ContinuousClock.Instant] = []
        var failed = 0
        var steppedBack = 0
        var greatest: Int64 = 0
        var reading: Task<Void, Never>?
    }

    init(group: String, monitorPorts: [Int], route: @escaping PrimaryFollower.Route, password: @escaping @Sendable () -> String?) {
        self.group = group
        self.monitorPorts = monitorPorts
        self.route = route
        self.password = password
    }

    func start() {
        let reading = Task { await self.read() }
        state.withLock { $0.reading = reading }
    }

    private func read() async {
        var connection: LabConnection?
        var turn = 0
        while !Task.isCancelled {
            do {
                let open: LabConnection
                if let connection, connection.isOpen { open = connection } else { open = try await connect(&turn) }
                connection = open
                let reply = try await open.call(["GET", CounterClient.key], within: Self.answerLimit)
                let value = reply.text.flatMap { Int64($0) } ?? 0
                state.withLock { state in
                    state.answeredAt.append(.now)
                    if value < state.greatest { state.steppedBack += 1 }
                    state.greatest = max(state.greatest, value)
                }
            } catch {
                if !Task.isCancelled { state.withLock { $0.failed += 1 } }
                connection?.close()
                connection = nil
            }
            try? await Task.sleep(for: Self.period)
        }
        connection?.close()
    }

    private func connect(_ turn: inout Int) async throws -> LabConnection {
        turn += 1
        let port = monitorPorts[turn % monitorPorts.count]
        let monitor = try await LabConnection.open(port: port, through: route(port), within: Self.answerLimit)
        defer { monitor.close() }
        let replicas = try await monitor.call(["SENTINEL", "SLAVES", group], within: Self.answerLimit).elements?.compactMap(\.fields) ?? []
        let usable = replicas.filter { $0["flags"] == "slave" && $0["master-link-status"] == "ok" }.compactMap {
            $0["port"].flatMap { Int($0) }
        }
        guard !usable.isEmpty else { throw NotYet("no replica is told of") }
        let chosen = usable[turn % usable.count]
        let connection = try await LabConnection.open(port: chosen, through: route(chosen), within: Self.answerLimit)
        if let password = password() { _ = try await connection.call(["AUTH", password], within: Self.answerLimit) }
        return connection
    }

    func stop() async -> Report {
        let reading = state.withLock { $0.reading }
        reading?.cancel()
        await reading?.value
        return state.withLock { Report(answeredAt: $0.answeredAt, failed: $0.failed, steppedBack: $0.steppedBack) }
    }
}
