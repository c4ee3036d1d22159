import NIOCore
import PicketRESP
import Synchronization

/// One client pushes numbered items, another takes them off, waiting for them in BLPOP as consumers do.
final class QueueClients: Sendable {
    static let key = "picket:queue"
    static let period: Duration = .milliseconds(25)
    private static let answerLimit: Duration = .seconds(1)
    /// BLPOP returns after so long without an item.
    private static let patience: Duration = .seconds(1)

    struct Report: Sendable {
        /// Items whose push was acknowledged.
        let pushed: [Int]
        /// In the order in which they were taken.
        let popped: [Int]
        /// Answers that never came: an item may have gone with each.
        let lostAnswers: Int
        /// When BLPOP was answered, with an item or with nothing.
        let answeredAt: [ContinuousClock.Instant]
    }

    private let producer: PrimaryFollower
    private let consumer: PrimaryFollower
    private let state = Mutex(State())

    private struct State {
        var next = 0
        var pushed: [Int] = []
        var popped: [Int] = []
        var lostAnswers = 0
        var answeredAt: [ContinuousClock.Instant] = []
        var ticking: RepeatedTask?
        var consuming: Task<Void, Never>?
    }

    init(producer: PrimaryFollower, consumer: PrimaryFollower) {
        self.producer = producer
        self.consumer = consumer
    }

    func start() {
        let ticking = producer.loop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(Self.period)) { [weak self] _ in
            self?.push()
        }
        producer.start()
        consumer.start()
        let consuming = Task { await self.consume() }
        state.withLock {
            $0.ticking = ticking
            $0.consuming = consuming
        }
    }

    private func push() {
        let item = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        guard let connection = producer.connection else { return }
        connection.request(["RPUSH", Self.key, String(item)], within: Self.answerLimit).whenComplete { [weak self] result in
            if case .success(.integer) = result {
                self?.state.withLock { $0.pushed.append(item) }
            } else {
                self?.producer.lost(connection)
            }
        }
    }

    private func consume() async {
        while !Task.isCancelled {
            guard let connection = consumer.connection else {
                try? await Task.sleep(for: .milliseconds(5))
                continue
            }
            do {
                let reply = try await connection.call(["BLPOP", Self.key, "1"], within: Self.patience + Self.answerLimit)
                let item = reply.elements?.last?.text.flatMap { Int($0) }
                state.withLock { state in
                    state.answeredAt.append(.now)
                    if let item { state.popped.append(item) }
                }
            } catch {
                // Also where it was told to end: what was on its way then is not known.
                state.withLock { $0.lostAnswers += 1 }
                consumer.lost(connection)
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    func stop() async -> Report {
        let (ticking, consuming) = state.withLock { ($0.ticking, $0.consuming) }
        ticking?.cancel()
        consuming?.cancel()
        await producer.stop()
        await consumer.stop()
        await consuming?.value
        return state.withLock {
            Report(pushed: $0.pushed, popped: $0.popped, lostAnswers: $0.lostAnswers, answeredAt: $0.answeredAt)
        }
    }
}
