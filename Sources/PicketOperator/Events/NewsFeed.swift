import Synchronization

/// Everything that the monitors of a panel publish, in the order in which it arrives. Monitors that fall silent are listened to again
/// when they are back.
package final class NewsFeed: Sendable {
    private static let retry: Duration = .seconds(1)
    private static let mostUnread = 10_000

    package let news: AsyncStream<MonitorNews>
    private let continuation: AsyncStream<MonitorNews>.Continuation
    private let panel: Panel
    private let listeners = Mutex<[Address: Task<Void, Never>]>([:])

    package init(_ panel: Panel) {
        self.panel = panel
        (news, continuation) = AsyncStream.makeStream(of: MonitorNews.self, bufferingPolicy: .bufferingNewest(Self.mostUnread))
    }

    /// Listening to these, as far as they can be reached, when it returns. Those it listens to already it goes on listening to.
    package func listen(to monitors: [Address]) async {
        await withTaskGroup { tasks in
            for monitor in monitors where listeners.withLock({ $0[monitor] == nil }) {
                tasks.addTask { await self.begin(monitor) }
            }
        }
    }

    private func begin(_ monitor: Address) async {
        let first = try? await subscription(monitor)
        let task = Task { [weak self] in
            var connection = first
            while !Task.isCancelled {
                if let open = connection {
                    for await publication in open.publications {
                        self?.continuation.yield(
                            MonitorNews(
                                monitor: monitor, name: publication.channel.printable, text: publication.text.printable, at: publication.at)
                        )
                    }
                    open.close()
                }
                guard (try? await Task.sleep(for: Self.retry)) != nil, let self else { return }
                connection = try? await self.subscription(monitor)
            }
        }
        let old = listeners.withLock { listeners in
            defer { listeners[monitor] = task }
            return listeners[monitor]
        }
        old?.cancel()
    }

    private func subscription(_ monitor: Address) async throws(TalkFailure) -> ServerConnection {
        let connection = try await panel.listener(to: monitor)
        try await connection.subscribe()
        return connection
    }

    package func end() {
        let tasks = listeners.withLock { listeners in
            defer { listeners = [:] }
            return listeners
        }
        for task in tasks.values { task.cancel() }
        continuation.finish()
    }

    deinit { end() }
}
