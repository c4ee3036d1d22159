import Synchronization

/// Everything that the monitors of a deployment publish, in the order in which it arrived.
package final class EventRecorder: Sendable {
    private let recorded = Mutex<[MonitorEvent]>([])
    private let connections = Mutex<[LabConnection]>([])

    /// Subscribed to all running monitors when it returns.
    package static func attached(to deployment: Deployment) async throws -> EventRecorder {
        let recorder = EventRecorder()
        for index in deployment.monitors.indices where deployment.monitors[index].isRunning {
            try await recorder.attach(to: deployment.monitors[index], index: index)
        }
        return recorder
    }

    /// Also for a monitor that was started again.
    package func attach(to monitor: MonitorNode, index: Int) async throws {
        let connection = try await LabConnection.open(port: monitor.port)
        try await connection.subscribe(pattern: "*")
        connections.withLock { $0.append(connection) }
        // Ends with the connection.
        Task {
            for await message in connection.messages {
                self.recorded.withLock {
                    $0.append(MonitorEvent(monitor: index, name: message.channel, text: message.text, at: message.receivedAt))
                }
            }
        }
    }

    package var events: [MonitorEvent] { recorded.withLock { $0 } }

    package func events(named name: String) -> [MonitorEvent] { events.filter { $0.name == name } }

    /// The first event of this name, whether it has come or is to come.
    @discardableResult
    package func first(
        _ name: String, fromMonitor monitor: Int? = nil, within limit: Duration = .seconds(10),
        where matches: @Sendable (MonitorEvent) -> Bool = { _ in true }
    ) async throws -> MonitorEvent {
        try await wait(for: "event \(name)" + (monitor.map { " from monitor \($0 + 1)" } ?? ""), within: limit, every: .milliseconds(5)) {
            let event = events.first { $0.name == name && (monitor == nil || $0.monitor == monitor) && matches($0) }
            guard let event else { throw NotYet(events.suffix(5).map { "\($0.monitor + 1) \($0.name)" }.joined(separator: ", ")) }
            return event
        }
    }

    package func detach() {
        for connection in connections.withLock({ $0 }) { connection.close() }
    }

    deinit { detach() }
}
