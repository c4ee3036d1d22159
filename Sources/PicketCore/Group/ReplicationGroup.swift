import OrderedCollections

/// One primary, its replicas, and the monitors that watch them, as this monitor sees them.
struct ReplicationGroup: Hashable, Sendable {
    let name: GroupName
    var settings: GroupSettings {
        didSet {
            names = CommandNames(settings.renamedCommands)
            pace = ProbePace(downAfter: settings.downAfter)
        }
    }
    private(set) var pace: ProbePace
    /// What the instances call some commands instead, as the settings have it.
    private(set) var names: CommandNames
    var instances = Roster<InstanceID, Instance>()
    var primaryID: InstanceID
    var peers = Roster<MonitorID, Peer>()
    var configEpoch: Epoch
    /// The latest vote of this monitor in this group.
    var vote: Vote?
    /// O_DOWN: enough monitors hold the primary down, since when.
    var objectivelyDownSince: Instant?
    var attempt: FailoverAttempt? {
        get { currentAttempt?.value }
        set { currentAttempt = newValue.map(Shared.init) }
    }
    /// Where the attempt stands; nil where there is none.
    var phase: FailoverPhase? { currentAttempt?.value.phase }
    /// Large, and mostly there is none.
    private var currentAttempt: Shared<FailoverAttempt>?
    /// No attempt of our own before then.
    var mayStandAt: Instant?
    /// We voted for this monitor and wait for what it makes of it, until then.
    var deferral: Deferral?
    /// When such a wait ended last without a new primary: for all who waited at about the same time.
    var deferralEndedAt: Instant?
    /// Somebody may be moving the primary's role, with our vote or on our order: until then the primary is looked at often, to see
    /// where it stands though whoever leads dies, or gives up, in the middle.
    var watchedUntil: Instant?
    /// No attempt to take over from a primary that is shutting down before then.
    var mayTakeOverAt: Instant?
    var lostElections = 0
    /// Elections won where then no replica could be promoted.
    var fruitlessAttempts = 0
    /// The lack of a replica that could be promoted was told already.
    var hasToldOfNoCandidate = false
    /// When the peers are to be asked again whether they hold the primary down.
    var nextAskAt: Instant?
    var askDelay = Limits.firstAskDelay
    var nextHelloToPeersAt: Instant
    /// No peer is known to be something else than a picketd, see `ReplicationGroup+Company`.
    var isAmongPickets = true
    /// This monitor asks the primary for all picketd whether it is shutting down.
    var watchesForShutdown = true
    /// The primary before this one, while this monitor runs.
    var formerPrimary: InstanceID?
    /// When this one took its place.
    var switchedAt: Instant?
    /// After a restart in the middle of a failover nobody here knows whether somebody was promoted: until then nothing is confirmed.
    var mayHavePromotedUntil: Instant?

    var postponedOrder: PostponedOrder?
    /// What operators have ordered beside the settings.
    var powers = Powers()
    /// Failovers led by this monitor while it runs, the latest last.
    var traces: [FailoverTrace] = []

    struct Deferral: Hashable, Sendable {
        let leader: MonitorID
        let since: Instant
        let until: Instant
    }

    init(name: GroupName, durable: DurableGroup, _ monitor: inout Monitor) {
        self.name = name
        settings = durable.settings
        names = CommandNames(settings.renamedCommands)
        pace = ProbePace(downAfter: settings.downAfter)
        configEpoch = durable.configEpoch
        vote = durable.vote
        let now = monitor.now
        if let vote, vote.epoch > configEpoch { mayHavePromotedUntil = now + monitor.tuning.duration(.publishPeriod) * 4 }
        let primary = Instance(id: monitor.newInstanceID(), endpoint: durable.primary, role: .primary, at: now)
        primaryID = primary.id
        nextHelloToPeersAt = now
        instances[primary.id] = primary
        for endpoint in durable.replicas where !monitor.isSame(endpoint, durable.primary) {
            let replica = Instance(id: monitor.newInstanceID(), endpoint: endpoint, role: .replica, at: now)
            instances[replica.id] = replica
        }
        for (id, endpoint) in durable.peers where id != monitor.identity {
            peers[id] = Peer(id: id, endpoint: endpoint, at: now)
        }
        powers = Powers(restoring: durable.powers, at: now)
        reconcilePowersWithMembers(monitor)
    }

    /// The state that must survive, as the journal keeps it.
    var durable: DurableGroup {
        var durable = DurableGroup(settings: settings, primary: primary.endpoint)
        durable.configEpoch = configEpoch
        durable.vote = vote
        durable.replicas = OrderedSet(replicas.map(\.endpoint))
        durable.peers = OrderedDictionary(uniqueKeysWithValues: peers.values.map { ($0.id, $0.endpoint) })
        durable.powers = powers.statements
        return durable
    }

    // MARK: Members

    /// The group always has one.
    var primaryIndex: Int { instances.index(of: primaryID)! }

    var primary: Instance {
        _read { yield instances[at: primaryIndex] }
        _modify { yield &instances[at: primaryIndex] }
    }

    var replicas: [Instance] { instances.values.filter { $0.id != primaryID } }

    func isPrimary(_ id: InstanceID) -> Bool { id == primaryID }

    func instance(at endpoint: Endpoint, _ monitor: Monitor) -> Instance? {
        instances.indices.first { monitor.isSame(instances[at: $0].endpoint, endpoint) }.map { instances[at: $0] }
    }

    // MARK: Voters

    /// All monitors that are known, this one included.
    var knownVoters: Int { peers.count + 1 }
    var majority: Int { knownVoters / 2 + 1 }
    /// Votes that a leader needs.
    var votesNeeded: Int { max(majority, settings.quorum) }
    /// Monitors that answer, this one included.
    var usableVoters: Int { 1 + peers.values.count { $0.downSince == nil } }

    // MARK: Subjects of notices

    func subject(_ instance: Instance, _ monitor: Monitor) -> Notice.Subject {
        let endpoint = monitor.announced(instance.endpoint)
        return Notice.Subject(
            kind: isPrimary(instance.id) ? .primary : .replica,
            name: isPrimary(instance.id) ? name.text : endpoint.description,
            endpoint: endpoint, group: name, primary: monitor.announced(primary.endpoint),
            notificationScript: settings.notificationScript)
    }

    func subject(_ peer: Peer, _ monitor: Monitor) -> Notice.Subject {
        Notice.Subject(
            kind: .peer, name: peer.id.text, endpoint: monitor.announced(peer.endpoint), group: name,
            primary: monitor.announced(primary.endpoint), notificationScript: settings.notificationScript)
    }

    func primarySubject(_ monitor: Monitor) -> Notice.Subject { subject(primary, monitor) }
}
