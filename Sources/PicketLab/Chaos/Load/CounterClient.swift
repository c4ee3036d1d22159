import NIOCore
import PicketRESP
import Synchronization

/// Increments one key every ten milliseconds, in an open loop. Each value must be told once: one that is told twice was taken back.
final class CounterClient: Sendable {
    static let key = "picket:counter"
    static let period: Duration = .milliseconds(10)
    private static let answerLimit: Duration = .seconds(1)

    struct Report: Sendable {
        /// The values that acknowledged increments came to.
        let values: [Int64]
        let attempted: Int
    }

    private let follower: PrimaryFollower
    private let state = Mutex(State())

    private struct State {
        var values: [Int64] = []
        var attempted = 0
        var ticking: RepeatedTask?
    }

    init(_ follower: PrimaryFollower) { self.follower = follower }

    func start() {
        let ticking = follower.loop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(Self.period)) { [weak self] _ in
            self?.increment()
        }
        state.withLock { $0.ticking = ticking }
        follower.start()
    }

    private func increment() {
        guard let connection = follower.connection else { return }
        state.withLock { $0.attempted += 1 }
        connection.request(["INCR", Self.key], within: Self.answerLimit).whenComplete { [weak self] result in
            if case .success(.integer(let value)) = result {
                self?.state.withLock { $0.values.append(value) }
            } else {
                self?.follower.lost(connection)
            }
        }
    }

    func stop() async -> Report {
        state.withLock { $0.ticking }?.cancel()
        await follower.stop()
        return state.withLock { Report(values: $0.values, attempted: $0.attempted) }
    }
}
