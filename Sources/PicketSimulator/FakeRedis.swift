import DequeModule
import OrderedCollections
import PicketCore
import PicketRESP
import PicketWire

/// A Redis instance as far as replication and its supervision see it. Its behaviour is that of Redis 7.0, and is compared with
/// the real one by a test that plays the same commands to both.
final class FakeRedis: Process {
    let group: GroupName
    /// What SENTINEL's group this instance's data belongs to.
    let origin: Int
    var settings: Settings
    /// Where it is reached, if it has moved; the resolver may not know yet.
    var newAddress: String?

    struct Settings {
        var priority = 100
        var minReplicasToWrite = 0
        /// `min-replicas-max-lag`.
        var minReplicasMaxLag: Microseconds = 10 * .second
        /// `repl-diskless-sync-delay`: a full resynchronisation begins so much later, for other replicas to join in.
        var fullSyncDelay: Microseconds = 0
        /// A full resynchronisation takes this long.
        var fullSyncTime: Microseconds = 500 * .millisecond
        /// How long after its start it loads.
        var loadingTime: Microseconds = 0
        /// SLAVEOF is answered with an error.
        var refusesRoleChange = false
        /// CLIENT PAUSE is answered with an error.
        var refusesPause = false
        var backlogEntries = 2_000
        /// Its data outlives the process.
        var isPersistent = true
    }

    // What outlives the process.
    var data = DataSet()
    var offset: Int64 = 0
    var replicationID = ""
    /// The role in the configuration file; CONFIG REWRITE brings it up to date.
    private(set) var configuredPrimary: Endpoint?

    // What does not.
    private(set) var runID = ""
    var previousReplicationID: String?
    var previousValidOffset: Int64 = -1
    var followed: Endpoint?
    var link: ReplicaLink = .none { didSet { linkSince = world.now } }
    /// Its last change, or word from the primary.
    private(set) var linkSince: Microseconds = 0
    var linkDownSince: Microseconds?
    var syncingSince: Microseconds = 0
    /// It can ask for the rest of its history: its own, or that of a primary it was in sync with.
    var canContinue = false
    var recentStream: [(StreamPiece, Int64)] = []
    var recentStart: Int64 = 0
    var hasBacklog = false
    var replicas: OrderedDictionary<Int, AttachedReplica> = [:]
    var clients: OrderedDictionary<Int, Client> = [:]
    var waiters: [Waiter] = []
    var handOver: HandOver?
    var pause: ClientPause?
    var shutdown: Shutdown?
    /// When INFO last told of a replica; only looked up.
    var listedAt: [Endpoint: Microseconds] = [:]
    private var loadsUntil: Microseconds = 0
    private var lastCron: Microseconds = 0
    private var nextCronAt: Microseconds = 0

    enum ReplicaLink {
        case none
        case connecting(Int)
        /// Connected; the primary has not said yet how it goes on.
        case shakingHands(Int)
        case transferring(Int)
        case up(Int)
    }

    struct AttachedReplica {
        enum State {
            /// Will get everything, from that time on.
            case waiting(until: Microseconds)
            case receiving
            case online
        }
        let endpoint: Endpoint
        var acknowledged: Int64
        var acknowledgedAt: Microseconds
        var state: State

        var isOnline: Bool { if case .online = state { true } else { false } }
        var isWaiting: Bool { if case .waiting = state { true } else { false } }
    }

    struct Client {
        let isSubscriber: Bool
        var transaction: [[String]]?
        var isTransactionBad = false
        var lastWriteOffset: Int64 = 0
        /// What it asked for and has to wait for, because of the first of them.
        var heldUp: Deque<ClientRequest> = []
    }

    struct ClientRequest {
        var commands: ArraySlice<[String]>
        let epoch: Epoch
        var replies: [RESPValue] = []
    }

    /// CLIENT PAUSE.
    struct ClientPause {
        let until: Microseconds
        let isForAll: Bool
    }

    struct Waiter {
        let connection: Int
        let offset: Int64
        let count: Int
        let until: Microseconds
    }

    /// `repl-timeout`.
    static let replicationTimeout: Microseconds = 60 * .second

    init(world: World, index: Int, name: String, endpoint: Endpoint, group: GroupName, origin: Int, follows: Endpoint?, settings: Settings)
    {
        self.group = group
        self.origin = origin
        self.settings = settings
        configuredPrimary = follows
        super.init(world: world, index: index, name: name, endpoint: endpoint)
    }

    var isPrimary: Bool { followed == nil }
    var isLinkUp: Bool { if case .up = link { true } else { false } }
    var isSyncing: Bool { if case .transferring = link { true } else { false } }
    /// It holds data of a group, whole up to `offset`.
    var wasEverInSync: Bool { data.origin != nil }
    /// For how long it has been at it: nobody can know of one that began after the last question.
    var syncingFor: Microseconds { isSyncing ? world.now - syncingSince : 0 }
    var isLoading: Bool { loadsUntil > world.now }

    // MARK: Life

    override func began() {
        runID = world.newHexadecimalID()
        if !settings.isPersistent || incarnation == 1 {
            data = DataSet()
        }
        // The append-only file keeps the data but neither the replication id nor the offset.
        offset = 0
        replicationID = world.newHexadecimalID()
        previousReplicationID = nil
        previousValidOffset = -1
        followed = configuredPrimary
        link = .none
        linkDownSince = nil
        canContinue = false
        forgetBacklog()
        replicas = [:]
        clients = [:]
        waiters = []
        handOver = nil
        pause = nil
        shutdown = nil
        loadsUntil = incarnation == 1 ? 0 : world.now + settings.loadingTime
        if followed == nil, incarnation == 1 {
            data.origin = origin
        }
        lastCron = world.now
        nextCronAt = max(world.now, loadsUntil)
        planWake()
        world.trace(name, "starts as \(followed.map { "a replica of \($0)" } ?? "a primary")\(data.entries.isEmpty ? ", empty" : "")")
    }

    /// A start that has lost everything.
    func loseData() {
        data = DataSet()
        offset = 0
    }

    /// A start that has lost what was not flushed to the append-only file when the host went down: what came after that time.
    func loseTail(since time: Microseconds) {
        let kept = data.entries.partitioningIndex { $0.at > time }
        data.entries.removeSubrange(kept...)
    }

    /// All copies of the group are gone: an empty data set is the group's from now on.
    func beginAnew() { data.origin = origin }

    override func ended(withHost: Bool) { world.trace(name, "ends") }

    override func woke() {
        let isCronDue = nextCronAt <= world.now
        if followed != nil, case .none = link, isCronDue || handOver != nil { connectToPrimary() }
        if isCronDue {
            nextCronAt = world.now + .second
            cron()
        }
        settleWaiters()
        beginTransfers()
        tendHandOver()
        endPause()
        guard !endIfDue() else { return }
        planWake()
    }

    /// As soon as there is something to do; at least once a second.
    func planWake() {
        var next = nextCronAt
        if let pause { next = min(next, pause.until) }
        if let shutdown { next = min(next, shutdown.nextLookAt) }
        if let handOver {
            if let until = handOver.until, !handOver.isUnderWay { next = min(next, until) }
            // Redis looks after a connection to the target ten times a second.
            if handOver.isUnderWay, case .none = link { next = min(next, world.now + 100 * .millisecond) }
        }
        for waiter in waiters { next = min(next, waiter.until) }
        for replica in replicas.values { if case .waiting(let until) = replica.state { next = min(next, until) } }
        wake(at: max(next, world.now))
    }

    private func cron() {
        if let connection = linkConnection {
            if world.now - linkSince > Self.replicationTimeout {
                world.close(connection, by: self)
                primaryLost()
            } else if isLinkUp {
                world.send(.replication(.acknowledged(offset)), over: connection, by: self)
            }
        }
        if isPrimary, handOver == nil, !replicas.isEmpty, world.now / (10 * .second) != lastCron / (10 * .second) {
            append(.ping, bytes: 14)
        }
        for (connection, replica) in replicas where replica.isOnline && world.now - replica.acknowledgedAt > Self.replicationTimeout {
            world.close(connection, by: self)
            replicas.removeValue(forKey: connection)
        }
        lastCron = world.now
    }

    /// Its configuration file is an old one, as where it comes out of an image at each start.
    func forgetRewrites(following primary: Endpoint?) { configuredPrimary = primary }

    func rewriteConfiguration() { configuredPrimary = followed }

    // MARK: Connections

    override func accepted(_ connection: Int, _ purpose: Message.Purpose) {
        switch purpose {
        case .commands: clients[connection] = Client(isSubscriber: false)
        case .subscription: clients[connection] = Client(isSubscriber: true)
        case .replication: break
        }
        world.send(.introduced, over: connection, by: self)
    }

    override func closed(_ connection: Int, _ failure: LinkFailure) {
        clients.removeValue(forKey: connection)
        waiters.removeAll { $0.connection == connection }
        if replicas.removeValue(forKey: connection) != nil { return }
        if linkConnection == connection { primaryLost() }
    }

    override func received(_ message: Message, over connection: Int) {
        switch message {
        case .introduced: introduceToPrimary(connection)
        case .commands(let commands, let epoch): take(ClientRequest(commands: commands[...], epoch: epoch), over: connection)
        case .replication(let message): receivedReplication(message, over: connection)
        case .introduce, .replies, .published: break
        }
    }
}

extension Array {
    /// The first index whose element satisfies the predicate, which all after it satisfy too.
    func partitioningIndex(where belongsBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongsBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
