import PicketRESP
import Synchronization

/// Asks every Redis server, many times a second and by a way of its own, whether it would take a write.
///
/// `SETRANGE key 0 ""` is a write to Redis, refused wherever one is (a replica, NOREPLICAS, MISCONF, OOM, LOADING, BUSY), and changes
/// nothing: it is not passed on, and offsets stay as they are.
final class WriteProbe: Sendable {
    static let period: Duration = .milliseconds(20)
    private static let answerLimit: Duration = .milliseconds(250)
    /// How late a probe may be before what lies between is not known: this process did not run.
    static let patience: Duration = .milliseconds(150)

    enum Answer: String, Hashable, Sendable, Codable {
        case accepts
        /// It says that it is a replica.
        case replica
        /// It refuses for another reason: MISCONF, OOM, NOREPLICAS, LOADING …
        case refuses
        /// Connected to, and no answer.
        case silent
        /// Cannot be connected to.
        case gone
    }

    struct Sample: Hashable, Sendable {
        let answer: Answer
        let sentAt: ContinuousClock.Instant
        let answeredAt: ContinuousClock.Instant
        /// The first word of an error.
        var word: String?
    }

    private let instances: [RedisInstance]
    private let password: @Sendable () -> String?
    private let samples: Mutex<[[Sample]]>
    private let probing = Mutex<Task<Void, Never>?>(nil)

    init(_ instances: [RedisInstance], password: @escaping @Sendable () -> String?) {
        self.instances = instances
        self.password = password
        samples = Mutex(Array(repeating: [], count: instances.count))
    }

    func start() {
        let task = Task {
            await withDiscardingTaskGroup { tasks in
                for index in self.instances.indices { tasks.addTask { await self.probe(index) } }
            }
        }
        probing.withLock { $0 = task }
    }

    /// All samples, by instance.
    func stop() async -> [[Sample]] {
        let task = probing.withLock { $0 }
        task?.cancel()
        await task?.value
        return samples.withLock { $0 }
    }

    /// Who took a write at the last look.
    var accepting: [Int] { samples.withLock { all in all.indices.filter { all[$0].last?.answer == .accepts } } }

    private func probe(_ index: Int) async {
        let clock = ContinuousClock()
        let port = instances[index].port
        var connection: LabConnection?
        var due = clock.now
        while !Task.isCancelled {
            let sentAt = clock.now
            var sample: Sample
            do {
                if connection?.isOpen != true {
                    let open = try await LabConnection.open(port: port, within: Self.answerLimit)
                    connection = open
                    if let password = password() { _ = try? await open.send("AUTH", password, within: Self.answerLimit) }
                }
                sample = Sample(answer: .silent, sentAt: sentAt, answeredAt: clock.now)
                if let reply = try? await connection?.send("SETRANGE", "picket:probe", "0", "", within: Self.answerLimit) {
                    sample = Self.sample(reply, sentAt, clock.now)
                    if sample.word == "NOAUTH" || sample.word == "WRONGPASS" { connection?.close() }
                } else {
                    sample = Sample(answer: .silent, sentAt: sentAt, answeredAt: clock.now)
                }
            } catch {
                sample = Sample(answer: .gone, sentAt: sentAt, answeredAt: clock.now)
            }
            if Task.isCancelled { break }
            samples.withLock { $0[index].append(sample) }
            due = max(due + Self.period, clock.now)
            try? await clock.sleep(until: due)
        }
        connection?.close()
    }

    private static func sample(_ reply: RESPValue, _ sentAt: ContinuousClock.Instant, _ answeredAt: ContinuousClock.Instant) -> Sample {
        guard case .error(let text) = reply else { return Sample(answer: .accepts, sentAt: sentAt, answeredAt: answeredAt) }
        let word = text.split(separator: " ").first.map(String.init) ?? ""
        return Sample(answer: word == "READONLY" ? .replica : .refuses, sentAt: sentAt, answeredAt: answeredAt, word: word)
    }
}
