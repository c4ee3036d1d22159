import Synchronization

/// Of what many groups' monitors publish, that which a bench counts. Told by events, because to ask thousands of times costs the monitors
/// more than to publish.
final class EventLedger: Sendable {
    /// What is kept of an event.
    struct Entry: Sendable {
        let monitor: Int
        let group: String
        let text: String
        let at: ContinuousClock.Instant
    }

    private struct State {
        var discoveries: [Int] = []
        var lastDiscovery: ContinuousClock.Instant?
        var switches: [Entry] = []
        var elected: [Entry] = []
        var down: [Entry] = []
    }

    private let state = Mutex(State())
    private let connections = Mutex<[LabConnection]>([])

    /// Subscribed to all of them when it returns.
    ///
    /// - Parameter limit: how long one may take to answer; with many groups a redis-sentinel does not come to it for minutes.
    static func attached(to monitors: [MonitorNode], within limit: Duration = .seconds(20)) async throws -> EventLedger {
        let ledger = EventLedger()
        ledger.state.withLock { $0.discoveries = Array(repeating: 0, count: monitors.count) }
        try await withThrowingTaskGroup { tasks in
            for (index, monitor) in monitors.enumerated() {
                tasks.addTask { try await ledger.attach(to: monitor, index, within: limit) }
            }
            try await tasks.waitForAll()
        }
        return ledger
    }

    private func attach(to monitor: MonitorNode, _ index: Int, within limit: Duration) async throws {
        let connection = try await LabConnection.open(port: monitor.port, within: .seconds(10))
        connections.withLock { $0.append(connection) }
        // Ends with the connection.
        Task { for await message in connection.messages { take(message, from: index) } }
        let channels = ["+slave", "+sentinel", "+switch-master", "+elected-leader", "+sdown"]
        // All at once: each answer may take a turn of a busy monitor.
        try await withThrowingTaskGroup { tasks in
            for channel in channels {
                tasks.addTask { _ = try await connection.callPatiently("SUBSCRIBE", channel, within: limit) }
            }
            try await tasks.waitForAll()
        }
    }

    private func take(_ message: PublishedMessage, from monitor: Int) {
        let words = message.text.split(separator: " ", maxSplits: 2)
        func entry(_ group: Substring?) -> Entry {
            Entry(monitor: monitor, group: String(group ?? ""), text: message.text, at: message.receivedAt)
        }
        state.withLock { state in
            switch message.channel {
            case "+slave", "+sentinel":
                state.discoveries[monitor] += 1
                state.lastDiscovery = message.receivedAt
            case "+switch-master": state.switches.append(entry(words.first))
            // Both begin with the sort of instance and, where that is a primary, its group.
            case "+elected-leader": state.elected.append(entry(words.dropFirst().first))
            case "+sdown": if words.first == "master" { state.down.append(entry(words.dropFirst().first)) }
            default: break
            }
        }
    }

    /// Replicas and peers that each monitor told of.
    var discoveries: [Int] { state.withLock { $0.discoveries } }
    var lastDiscovery: ContinuousClock.Instant? { state.withLock { $0.lastDiscovery } }
    var switches: [Entry] { state.withLock { $0.switches } }
    var switchCount: Int { state.withLock { $0.switches.count } }
    var elected: [Entry] { state.withLock { $0.elected } }
    /// Primaries that were held down.
    var down: [Entry] { state.withLock { $0.down } }
    /// Whether all of it is still heard.
    var isListening: Bool { connections.withLock { $0.allSatisfy(\.isOpen) } }

    func detach() { for connection in connections.withLock({ $0 }) { connection.close() } }

    deinit { detach() }
}
