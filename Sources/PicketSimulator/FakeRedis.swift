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

    struct Settings {
        var priority = 100
        var minReplicasToWrite = 0
        /// A full resynchronisation takes this long.
        var fullSyncTime: Microseconds = 500 * .millisecond
        /// How long after its start it loads.
        var loadingTime: Microseconds = 0
        /// SLAVEOF is answered with an error.
        var refusesRoleChange = false
        var backlogEntries = 2_000
        /// Its data outlives the process.
        var isPersistent = true
    }

    // What outlives the process.
    private(set) var data = DataSet()
    private(set) var offset: Int64 = 0
    private(set) var replicationID = ""
    /// The role in the configuration file; CONFIG REWRITE brings it up to date.
    private(set) var configuredPrimary: Endpoint?

    // What does not.
    private(set) var runID = ""
    private(set) var previousReplicationID: String?
    private var previousValidOffset: Int64 = -1
    private(set) var followed: Endpoint?
    private(set) var link: ReplicaLink = .none
    private(set) var linkDownSince: Microseconds?
    /// It holds data of a group, whole up to `offset`.
    var wasEverInSync: Bool { data.origin != nil }
    private var loadsUntil: Microseconds = 0
    /// It can ask for the rest of its history: its own, or that of a primary it was in sync with.
    private(set) var canContinue = false
    private var recentStream: [(StreamPiece, Int64)] = []
    private var recentStart: Int64 = 0
    private(set) var hasBacklog = false
    var replicas: OrderedDictionary<Int, AttachedReplica> = [:]
    var clients: OrderedDictionary<Int, Client> = [:]
    var waiters: [Waiter] = []
    private var lastCron: Microseconds = 0

    enum ReplicaLink {
        case none
        case connecting(Int)
        case transferring(Int)
        case up(Int, lastHeard: Microseconds)
    }

    struct AttachedReplica {
        let endpoint: Endpoint
        var acknowledged: Int64
        var acknowledgedAt: Microseconds
        var isOnline: Bool
    }

    struct Client {
        let isSubscriber: Bool
        var transaction: [[String]]?
        var isTransactionBad = false
        var lastWriteOffset: Int64 = 0
    }

    struct Waiter {
        let connection: Int
        let offset: Int64
        let count: Int
        let until: Microseconds
    }

    init(world: World, index: Int, name: String, endpoint: Endpoint, group: GroupName, origin: Int, follows: Endpoint?, settings: Settings)
    {
        self.group = group
        self.origin = origin
        self.settings = settings
        configuredPrimary = follows
        super.init(world: world, index: index, name: name, endpoint: endpoint)
    }

    var isPrimary: Bool { followed == nil }
    var isLinkUp: Bool {
        if case .up = link { true } else { false }
    }
    var isSyncing: Bool {
        if case .transferring = link { true } else { false }
    }
    /// For how long it has been at it: nobody can know of one that began after the last question.
    var syncingFor: Microseconds { isSyncing ? world.now - syncingSince : 0 }
    private var syncingSince: Microseconds = 0
    var isLoading: Bool { loadsUntil > world.now }

    // MARK: Life

    override func began() {
        runID = world.newHexadecimalID()
        if !settings.isPersistent || incarnation == 1 {
            data = DataSet()
            offset = 0
        }
        // The append-only file keeps the data but not the replication id.
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
        loadsUntil = incarnation == 1 ? 0 : world.now + settings.loadingTime
        if followed == nil, incarnation == 1 {
            data.origin = origin
        }
        lastCron = world.now
        wake(at: max(world.now, loadsUntil))
        world.trace(name, "starts as \(followed.map { "a replica of \($0)" } ?? "a primary")\(data.entries.isEmpty ? ", empty" : "")")
    }

    /// A start that has lost everything.
    func loseData() {
        data = DataSet()
        offset = 0
    }

    /// All copies of the group are gone: an empty data set is the group's from now on.
    func beginAnew() { data.origin = origin }

    override func ended() { world.trace(name, "ends") }

    override func woke() {
        if followed != nil, case .none = link { connectToPrimary() }
        cron()
        wake(at: world.now + .second)
    }

    private func cron() {
        if case .up(let connection, let lastHeard) = link {
            if world.now - lastHeard > 60 * .second {
                world.close(connection, by: self)
                primaryLost()
            } else {
                world.send(.replication(.acknowledged(offset)), over: connection, by: self)
            }
        }
        if isPrimary, !replicas.isEmpty, world.now / (10 * .second) != lastCron / (10 * .second) { append(.ping, bytes: 14) }
        for (connection, replica) in replicas where replica.isOnline && world.now - replica.acknowledgedAt > 60 * .second {
            world.close(connection, by: self)
            replicas.removeValue(forKey: connection)
        }
        lastCron = world.now
        settleWaiters()
    }

    // MARK: Roles

    func becomePrimary() {
        guard followed != nil else { return }
        dropPrimaryLink()
        previousReplicationID = replicationID
        previousValidOffset = offset + 1
        replicationID = world.newHexadecimalID()
        followed = nil
        linkDownSince = nil
        disconnectReplicas()
        hasBacklog = true
    }

    func follow(_ primary: Endpoint) {
        guard followed != primary else { return }
        if isPrimary { disconnectReplicas() }
        dropPrimaryLink()
        // Its own history is as good as a former primary's, for a partial resynchronisation.
        canContinue = canContinue || (isPrimary && hasBacklog)
        followed = primary
        linkDownSince = nil
        connectToPrimary()
    }

    /// Its configuration file is an old one, as where it comes out of an image at each start.
    func forgetRewrites(following primary: Endpoint?) { configuredPrimary = primary }

    func rewriteConfiguration() { configuredPrimary = followed }

    private func disconnectReplicas() {
        for connection in replicas.keys { world.close(connection, by: self) }
        replicas = [:]
    }

    private func dropPrimaryLink() {
        switch link {
        case .none: break
        case .connecting(let connection), .transferring(let connection), .up(let connection, _): world.close(connection, by: self)
        }
        link = .none
    }

    private func connectToPrimary() {
        guard let followed else { return }
        link = .connecting(world.open(.replication, from: self, to: followed, timeout: 60 * .second))
    }

    private func primaryLost() {
        let wasUp = isLinkUp
        link = .none
        if wasUp {
            linkDownSince = world.now
            connectToPrimary()
        }
    }

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
        switch link {
        case .connecting(connection), .transferring(connection), .up(connection, _): primaryLost()
        case .none, .connecting, .transferring, .up: break
        }
    }

    override func received(_ message: Message, over connection: Int) {
        switch message {
        case .introduced:
            guard case .connecting(connection) = link else { return }
            let known = canContinue ? replicationID : "?"
            world.send(.replication(.synchronise(replicationID: known, offset: offset, from: endpoint)), over: connection, by: self)
        case .commands(let commands, _) where commands[0][0] == "WAIT":
            wait(Int(commands[0][1]) ?? 0, milliseconds: Int(commands[0][2]) ?? 0, over: connection)
        case .commands(let commands, let epoch):
            world.send(.replies(commands.map { execute($0, over: connection, epoch: epoch) }), over: connection, by: self)
        case .replication(let message): receivedReplication(message, over: connection)
        case .introduce, .replies, .published: break
        }
    }

    // MARK: Replication

    private func receivedReplication(_ message: ReplicationMessage, over connection: Int) {
        switch message {
        case .synchronise(let id, let from, let endpoint): synchronise(connection, id, from, endpoint)
        case .acknowledged(let reached):
            replicas[connection]?.acknowledged = reached
            replicas[connection]?.acknowledgedAt = world.now
            settleWaiters()
        case .continued(let id):
            if id != replicationID {
                previousReplicationID = replicationID
                previousValidOffset = offset + 1
                replicationID = id
            }
            attached(connection)
        case .beginsAnew:
            canContinue = false
            link = .transferring(connection)
            syncingSince = world.now
        case .dataSet(let new, let id, let reached):
            if data.origin == origin, new.origin != origin { world.tell(.overwritten(group: group, endpoint, with: .nothing)) }
            data = new
            offset = reached
            replicationID = id
            previousReplicationID = nil
            previousValidOffset = -1
            forgetBacklog()
            disconnectReplicas()
            attached(connection)
        case .stream(let piece, let reached):
            guard case .up(connection, _) = link else { return }
            link = .up(connection, lastHeard: world.now)
            apply(piece, reached)
        case .acknowledge: world.send(.replication(.acknowledged(offset)), over: connection, by: self)
        }
    }

    private func attached(_ connection: Int) {
        link = .up(connection, lastHeard: world.now)
        linkDownSince = nil
        canContinue = true
        hasBacklog = true
        world.send(.replication(.acknowledged(offset)), over: connection, by: self)
    }

    private func synchronise(_ connection: Int, _ id: String, _ reached: Int64, _ endpoint: Endpoint) {
        // A replica that is not in sync itself has nothing to give.
        if isLoading || (!isPrimary && !isLinkUp) {
            world.close(connection, by: self)
            return
        }
        var replica = AttachedReplica(endpoint: endpoint, acknowledged: 0, acknowledgedAt: world.now, isOnline: true)
        let sharesHistory = id == replicationID || (id == previousReplicationID && reached + 1 <= previousValidOffset)
        if sharesHistory, hasBacklog, reached >= recentStart, reached <= offset {
            world.send(.replication(.continued(replicationID: replicationID)), over: connection, by: self)
            for (piece, end) in recentStream where end > reached {
                world.send(.replication(.stream(piece, offset: end)), over: connection, by: self)
            }
            replica.acknowledged = reached
        } else {
            if replicas.isEmpty, !hasBacklog {
                // Redis begins a new history with its first replica.
                replicationID = world.newHexadecimalID()
                previousReplicationID = nil
                recentStart = offset
            }
            hasBacklog = true
            world.send(.replication(.beginsAnew), over: connection, by: self)
            let all = ReplicationMessage.dataSet(data, replicationID: replicationID, offset: offset)
            world.send(.replication(all), over: connection, by: self, after: settings.fullSyncTime)
        }
        replicas[connection] = replica
    }

    private func forgetBacklog() {
        recentStream = []
        recentStart = offset
        hasBacklog = false
    }

    /// A primary's own addition to the stream.
    func append(_ piece: StreamPiece, bytes: Int64) {
        // Without a replica ever seen, Redis does not count; writes have to be told apart all the same.
        offset += bytes
        apply(piece, offset)
    }

    private func apply(_ piece: StreamPiece, _ reached: Int64) {
        offset = reached
        switch piece {
        case .write(let number): data.entries.append(DataSet.Entry(write: number, offset: reached))
        case .hello(let text) where !isPrimary: publish(text)
        case .hello, .ping: break
        }
        if hasBacklog {
            recentStream.append((piece, reached))
            if recentStream.count > 2 * settings.backlogEntries {
                recentStream.removeFirst(settings.backlogEntries)
                recentStart = recentStream[0].1
            }
        }
        for connection in replicas.keys { world.send(.replication(.stream(piece, offset: reached)), over: connection, by: self) }
    }

    func publish(_ text: String) {
        for (connection, client) in clients where client.isSubscriber { world.send(.published(text), over: connection, by: self) }
    }

    // MARK: WAIT

    func acknowledgements(of reached: Int64) -> Int { replicas.values.count { $0.isOnline && $0.acknowledged >= reached } }

    private func settleWaiters() {
        guard !waiters.isEmpty else { return }
        var open: [Waiter] = []
        for waiter in waiters {
            let count = acknowledgements(of: waiter.offset)
            if count >= waiter.count || waiter.until <= world.now {
                world.send(.replies([.integer(Int64(count))]), over: waiter.connection, by: self)
            } else {
                open.append(waiter)
            }
        }
        waiters = open
    }
}
