import OrderedCollections

/// This monitor as a whole: who it is, what all groups share, and what the event at hand has brought about so far.
///
/// Groups change it while they handle an event; nothing in it can do more than remember.
struct Monitor: Sendable, Equatable {
    /// The time of the event that is being handled.
    var now: Instant
    var identity: MonitorID
    private(set) var currentEpoch: Epoch
    /// When it was raised last, by whomever, while this process runs.
    private(set) var epochRaisedAt: Instant?
    var settings: MonitorSettings
    /// The port that peers are told where no other is configured.
    var listenPort: Int
    var tuning = Tuning()
    var random: SeededGenerator
    var peers = Roster<MonitorID, PeerConnection>()
    var agenda = Agenda<Duty>()
    var scripts = ScriptQueue()
    /// Decisions are suspended until then, because this process itself stood still.
    var tiltUntil: Instant?
    var tiltSince: Instant?
    var tiltTotal = 0
    /// When it ended last. What seems to have lasted for long may have done so only while we stood still.
    var tiltEndedAt: Instant?
    var simulatedFailures: [SimulatedFailure] = []
    /// Why the state cannot be made durable, while it cannot. Meanwhile nothing is promised to anybody.
    var storageFault: String?
    #if PICKET_MUTATIONS
        var mutation: Mutation?
    #endif

    /// The groups whose standing the other picketd are to hear at the end of this event.
    var standingsToTell: OrderedSet<GroupName> = []
    /// When they heard last.
    var standingsToldAt: Instant?
    /// There is a peer that is to be told of some.
    var areStandingsWaiting = false

    /// What operators have ordered anew in this event, for the other picketd.
    var powersToTell: OrderedSet<PowerKey> = []

    /// The groups whose new configuration is on its way to the disk.
    var announcing: OrderedSet<GroupName> = []

    /// Last good address of each name. Only looked up.
    var addresses: [String: String] = [:]
    /// Whose link it is. Only looked up.
    private var owners: [LinkID: LinkOwner] = [:]
    private var lastLink: UInt64 = 0
    private var lastInstance: UInt64 = 0

    private(set) var revision: Revision = .zero
    private(set) var durableRevision: Revision = .zero
    /// The revision that the latest gated notice waits for.
    private var lastNoticeGate: Revision = .zero
    private var pendingChanges: [DurableChange] = []
    private var effects: [Effect] = []

    /// Who is to be looked at when a time has come.
    enum Duty: Hashable, Sendable {
        case instance(GroupName, InstanceID)
        case group(GroupName)
        case peer(MonitorID)
        case scripts
        case tilt
        case standings

        /// Instances are numbered across all groups, so that the name need not be hashed too.
        func hash(into hasher: inout Hasher) {
            switch self {
            case .instance(_, let id): hasher.combine(id)
            case .group(let name): hasher.combine(name)
            case .peer(let id): hasher.combine(id)
            case .scripts: hasher.combine(0)
            case .tilt: hasher.combine(1)
            case .standings: hasher.combine(2)
            }
        }
    }

    enum LinkOwner: Hashable, Sendable {
        case commands(GroupName, InstanceID)
        case subscription(GroupName, InstanceID)
        case peer(MonitorID)
    }

    init(identity: MonitorID, currentEpoch: Epoch, settings: MonitorSettings, listenPort: Int, seed: UInt64, at now: Instant) {
        self.identity = identity
        self.currentEpoch = currentEpoch
        self.settings = settings
        self.listenPort = listenPort
        self.now = now
        // Who knows how long before this process began.
        epochRaisedAt = now
        random = SeededGenerator(seed: seed)
    }

    var isTilted: Bool { tiltUntil != nil }
    /// True while votes and claims can be kept.
    var canPromise: Bool { storageFault == nil }

    // MARK: Effects

    mutating func emit(_ action: Action) { effects.append(Effect(action)) }

    /// Nobody sees this before everything that was changed up to here is on disk.
    mutating func emitWhenDurable(_ action: Action) {
        let needed = pendingChanges.isEmpty ? revision : revision.next
        effects.append(Effect(action, after: needed > durableRevision ? needed : nil))
    }

    /// Notices keep their order: one behind another that waits for the disk waits with it.
    mutating func notify(_ kind: Notice.Kind, _ subject: Notice.Subject? = nil, _ detail: Notice.Detail = .none) {
        effects.append(Effect(.notify(Notice(kind, subject, detail)), after: lastNoticeGate > durableRevision ? lastNoticeGate : nil))
        if Notice.runsScript(kind), let subject, let path = subject.notificationScript {
            enqueueScript(.notification(path: path, notice: Notice(kind, subject, detail)))
        }
    }

    mutating func notifyWhenDurable(_ kind: Notice.Kind, _ subject: Notice.Subject? = nil, _ detail: Notice.Detail = .none) {
        emitWhenDurable(.notify(Notice(kind, subject, detail)))
        lastNoticeGate = effects.last?.after ?? lastNoticeGate
        if Notice.runsScript(kind), let subject, let path = subject.notificationScript {
            enqueueScript(.notification(path: path, notice: Notice(kind, subject, detail)))
        }
    }

    mutating func remark(_ level: Remark.Level, _ text: String) { emit(.remark(Remark(level, text))) }

    mutating func record(_ change: DurableChange) { pendingChanges.append(change) }

    /// Everything that the event brought about, with its durable changes as one revision.
    mutating func drain() -> [Effect] {
        if !pendingChanges.isEmpty {
            revision = revision.next
            effects.append(Effect(.persist(revision, pendingChanges)))
            pendingChanges = []
        }
        defer { effects = [] }
        return effects
    }

    /// Nothing waits for the disk any longer: it has failed, and the executor has let go what may be let go.
    mutating func openNoticeGate() { lastNoticeGate = .zero }

    mutating func persisted(_ reached: Revision) { durableRevision = max(durableRevision, reached) }

    // MARK: Epoch

    /// Adopts a higher epoch that somebody told. Durable before anything that depends on it leaves.
    mutating func raiseEpoch(to epoch: Epoch) {
        guard epoch > currentEpoch else { return }
        currentEpoch = epoch
        epochRaisedAt = now
        record(.epochRaised(epoch))
        notify(.epochRaised, nil, .epoch(epoch))
    }

    // MARK: Links

    mutating func newInstanceID() -> InstanceID {
        lastInstance += 1
        return InstanceID(number: lastInstance)
    }

    mutating func newLink(for owner: LinkOwner) -> LinkID {
        lastLink += 1
        let id = LinkID(lastLink)
        owners[id] = owner
        return id
    }

    func owner(of link: LinkID) -> LinkOwner? { owners[link] }

    mutating func forget(_ link: LinkID) { owners[link] = nil }

    /// Closes from our side. What still comes over it is not heard any more.
    mutating func close(_ link: inout Link, reason: LinkFailure = .closedLocally) {
        if let id = link.id {
            forget(id)
            emit(.closeLink(id))
        }
        link.closed(reason, at: now, longestDelay: .zero)
        link.mayOpen(at: now)
    }

    func clientName(_ suffix: String) -> String { "sentinel-\(identity.short)-\(suffix)" }

    // MARK: Addresses

    /// The address behind a host, as far as it is known.
    func address(of host: String) -> String { addresses.isEmpty ? host : addresses[host] ?? host }

    func isSame(_ left: Endpoint, _ right: Endpoint) -> Bool {
        left.port == right.port && (left.host == right.host || address(of: left.host) == address(of: right.host))
    }

    /// As others are told: names only where they are to be announced.
    func announced(_ endpoint: Endpoint) -> Endpoint {
        settings.announceHostnames ? endpoint : Endpoint(host: address(of: endpoint.host), port: endpoint.port)
    }

    mutating func learnAddress(of host: String, _ address: String) {
        guard host != address, addresses[host] != nil || addresses.count < Limits.rememberedNames else { return }
        addresses[host] = address
    }

    // MARK: Periods

    /// For whom nobody waits, see `ProbePace`.
    func pingPeriod(downAfter: Duration) -> Duration { min(tuning.duration(.pingPeriod), ProbePace(downAfter: downAfter).others) }
}
