import Synchronization

/// Looks at every monitor and every Redis server ten times a second: what each monitor holds for the primary and by which epoch, and
/// how often each Redis server gave a replica all of its data, or only what was missing.
final class MonitorSampler: Sendable {
    private static let period: Duration = .milliseconds(100)
    private static let answerLimit: Duration = .milliseconds(500)

    struct View: Hashable, Sendable {
        let monitor: Int
        let at: ContinuousClock.Instant
        let primaryPort: Int
        let epoch: UInt64
        /// A process' life: another one after each start.
        let processID: Int32
    }

    /// Of one life of a Redis server.
    struct Resyncs: Hashable, Sendable {
        var full = 0
        var partial = 0
    }

    private let deployment: Deployment
    private let group: String
    private let password: @Sendable () -> String?
    private let state = Mutex(State())

    private struct State {
        var views: [View] = []
        /// By run id.
        var resyncs: [String: Resyncs] = [:]
        var sampling: Task<Void, Never>?
    }

    init(_ deployment: Deployment, group: String, password: @escaping @Sendable () -> String?) {
        self.deployment = deployment
        self.group = group
        self.password = password
    }

    func start() {
        let task = Task {
            await withDiscardingTaskGroup { tasks in
                for index in self.deployment.monitors.indices { tasks.addTask { await self.watchMonitor(index) } }
                for instance in self.deployment.groups.flatMap(\.instances) { tasks.addTask { await self.watch(instance) } }
            }
        }
        state.withLock { $0.sampling = task }
    }

    var resyncs: [String: Resyncs] { state.withLock { $0.resyncs } }

    func stop() async -> (views: [View], resyncs: [String: Resyncs]) {
        let task = state.withLock { $0.sampling }
        task?.cancel()
        await task?.value
        return state.withLock { ($0.views, $0.resyncs) }
    }

    private func watchMonitor(_ index: Int) async {
        let monitor = deployment.monitors[index]
        await repeatedly(port: monitor.port, password: nil) { connection in
            guard let processID = monitor.node.process?.processID else { return }
            // A redis-sentinel that leads names the promoted one to clients, and by the new epoch, some time before it changes the
            // description of the group; so the address is what clients are told, unless it changes just now.
            let before = try await self.told(connection)
            let fields = try await connection.call(["SENTINEL", "MASTER", self.group], within: Self.answerLimit).fields ?? [:]
            let port = try await self.told(connection)
            guard let port, port == before, let epoch = fields["config-epoch"].flatMap({ UInt64($0) }) else { return }
            guard monitor.kind == .redisSentinel || fields["port"] == String(port) else { return }
            self.state.withLock { state in
                if let last = state.views.last(where: { $0.monitor == index }), last.primaryPort == port, last.epoch == epoch,
                    last.processID == processID
                {
                    return
                }
                state.views.append(View(monitor: index, at: .now, primaryPort: port, epoch: epoch, processID: processID))
            }
        }
    }

    private func told(_ connection: LabConnection) async throws -> Int? {
        try await connection.call(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group], within: Self.answerLimit).elements?.last?.text
            .flatMap { Int($0) }
    }

    private func watch(_ instance: RedisInstance) async {
        await repeatedly(port: instance.port, password: password) { connection in
            let text = try await connection.call(["INFO"], within: Self.answerLimit).text ?? ""
            var fields: [Substring: Substring] = [:]
            for line in text.split(whereSeparator: \.isNewline) {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { fields[parts[0]] = parts[1] }
            }
            guard let run = fields["run_id"], let full = fields["sync_full"].flatMap({ Int($0) }),
                let partial = fields["sync_partial_ok"].flatMap({ Int($0) })
            else { return }
            self.state.withLock { $0.resyncs[String(run)] = Resyncs(full: full, partial: partial) }
        }
    }

    private func repeatedly(port: Int, password: (@Sendable () -> String?)?, _ look: (LabConnection) async throws -> Void) async {
        var connection: LabConnection?
        while !Task.isCancelled {
            do {
                let open: LabConnection
                if let connection, connection.isOpen {
                    open = connection
                } else {
                    open = try await LabConnection.open(port: port, within: Self.answerLimit)
                    if let word = password?() { _ = try await open.send("AUTH", word, within: Self.answerLimit) }
                }
                connection = open
                try await look(open)
            } catch {
                connection?.close()
                connection = nil
            }
            try? await Task.sleep(for: Self.period)
        }
        connection?.close()
    }
}
