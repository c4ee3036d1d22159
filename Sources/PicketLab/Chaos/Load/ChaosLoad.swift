import Synchronization

/// The clients of a run. Two find the primary by asking the monitors, two by following `+switch-master`; of each two one has its writes
/// confirmed by WAIT 1. Beside them a counter, a queue with a consumer that blocks, and a reader on replicas.
final class ChaosLoad: Sendable {
    /// Of an unconfirmed write, and of one that WAIT confirms.
    static let period: Duration = .milliseconds(4)
    static let confirmedPeriod: Duration = .milliseconds(10)
    /// As applications set it: after so long without an answer a connection is given up.
    private static let answerLimit: Duration = .seconds(1)
    private static let confirmation = Writer.Confirmation.replicas(1, within: .milliseconds(200))

    /// The password of the Redis servers, as clients know it.
    let password = Mutex<String?>(nil)
    private var currentPassword: String? { password.withLock { $0 } }
    private let running = Mutex(Running())

    private struct Running {
        var writers: [(WriterKind, Writer)] = []
        var counter: CounterClient?
        var queue: QueueClients?
        var reader: ReplicaReader?
    }

    struct WriterKind: Sendable {
        let name: String
        let guidance: PrimaryFollower.Guidance
        let isConfirmed: Bool
        /// Where zones can be cut off, this is where the client is.
        let zone: Int
    }

    static let kinds = [
        WriterKind(name: "writer-follow", guidance: .following, isConfirmed: false, zone: 1),
        WriterKind(name: "writer-ask", guidance: .asking, isConfirmed: false, zone: 0),
        WriterKind(name: "writer-follow-wait1", guidance: .following, isConfirmed: true, zone: 1),
        WriterKind(name: "writer-ask-wait1", guidance: .asking, isConfirmed: true, zone: 0),
    ]

    /// The names of the clients' places in a network.
    static func clientPlaces(zones: Int) -> [String] { (0..<max(1, zones)).map { "client-\($0)" } }

    /// Everybody is at work when it returns.
    static func start(_ deployment: Deployment, _ network: ZoneNetwork?) async throws -> ChaosLoad {
        let load = ChaosLoad()
        let group = try deployment.group().name
        @Sendable func route(_ zone: Int) -> PrimaryFollower.Route {
            guard let network else { return { _ in nil } }
            return network.route(ofClient: "client-\(zone)")
        }
        @Sendable func follower(_ guidance: PrimaryFollower.Guidance, zone: Int) -> PrimaryFollower {
            PrimaryFollower(
                group: group, monitorPorts: deployment.monitors.map(\.port), guidance: guidance,
                route: route(zone), password: { [weak load] in load?.currentPassword }
            )
        }
        do {
            for kind in kinds {
                let writer = try await Writer.start(
                    named: kind.name, following: follower(kind.guidance, zone: kind.zone),
                    every: kind.isConfirmed ? confirmedPeriod : period, confirmedBy: kind.isConfirmed ? confirmation : .primary,
                    answerLimit: answerLimit)
                load.running.withLock { $0.writers.append((kind, writer)) }
            }
            let counter = CounterClient(follower(.following, zone: 1))
            let queue = QueueClients(producer: follower(.following, zone: 1), consumer: follower(.following, zone: 1))
            let reader = ReplicaReader(
                group: group, monitorPorts: deployment.monitors.map(\.port), route: route(1),
                password: { [weak load] in load?.currentPassword })
            load.running.withLock {
                $0.counter = counter
                $0.queue = queue
                $0.reader = reader
            }
            counter.start()
            queue.start()
            reader.start()
        } catch {
            _ = await load.stop()
            throw error
        }
        return load
    }

    struct Outcome: Sendable {
        var writers: [(kind: WriterKind, report: WriterReport)] = []
        var counter: CounterClient.Report?
        var queue: QueueClients.Report?
        var reader: ReplicaReader.Report?
    }

    /// When an unconfirmed write was acknowledged last.
    var lastAcknowledged: ContinuousClock.Instant? { running.withLock { $0.writers.first?.1.lastAcknowledgedAt } }

    var acknowledgedCount: Int { running.withLock { $0.writers.reduce(0) { $0 + $1.1.acknowledgedCount } } }

    func stop() async -> Outcome {
        let running = running.withLock { $0 }
        var outcome = Outcome()
        for (kind, writer) in running.writers { outcome.writers.append((kind, await writer.stop())) }
        outcome.counter = await running.counter?.stop()
        outcome.queue = await running.queue?.stop()
        outcome.reader = await running.reader?.stop()
        return outcome
    }
}
