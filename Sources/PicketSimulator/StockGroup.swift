import OrderedCollections
import PicketCore

/// What a look-alike of redis-sentinel knows of one group. An object, not a value: nobody keeps an older state of it.
final class StockGroup {
    let name: GroupName
    let quorum: Int
    let downAfter: Microseconds
    let failoverTimeout: Microseconds
    var primary: Endpoint
    /// During the last phase of a failover, the new primary is announced already.
    var announced: Endpoint?
    var configEpoch: Epoch
    var configuredAt: Microseconds = 0
    var vote: Vote?
    var instances: OrderedDictionary<Endpoint, StockInstance> = [:]
    var peers: OrderedDictionary<MonitorID, StockPeer> = [:]
    var isObjectivelyDown = false
    var phase: StockPhase?
    var phaseSince: Microseconds = 0
    var epoch: Epoch = .zero
    var isForced = false
    var chosen: Endpoint?
    /// Start of the last failover, of its own or voted for.
    var lastStart: Microseconds = -1_000_000_000_000
    var isAskForced = false
    var nextHelloAt: Microseconds = 0

    init(_ name: GroupName, _ durable: DurableGroup) {
        self.name = name
        quorum = durable.settings.quorum
        downAfter = durable.settings.downAfter.microsecondsRoundedUp
        failoverTimeout = durable.settings.failoverTimeout.microsecondsRoundedUp
        primary = durable.primary
        configEpoch = durable.configEpoch
        instances[primary] = StockInstance(at: 0)
    }

    /// The process ended and begins again with what is in its file.
    func restart(at now: Microseconds) {
        for endpoint in instances.keys { instances[endpoint] = StockInstance(at: now) }
        for id in peers.keys { peers[id] = StockPeer(endpoint: peers[id]!.endpoint) }
        if let vote { self.vote = Vote(epoch: vote.epoch, leader: nil) }
        if let announced { primary = announced }
        isObjectivelyDown = false
        phase = nil
        chosen = nil
        announced = nil
        lastStart = -1_000_000_000_000
        nextHelloAt = now
    }

    func reset(to new: Endpoint, at now: Microseconds) {
        primary = new
        if instances[new] == nil { instances[new] = StockInstance(at: now) }
        for endpoint in instances.keys {
            instances[endpoint]!.infoAskedAt = 0
            instances[endpoint]!.toldAt = -1_000_000_000_000
            // What it said of its role before is forgotten, that of the new primary above all.
            instances[endpoint]!.roleSince = now
            instances[endpoint]!.link.startAfresh(at: now)
        }
        phase = nil
        chosen = nil
        announced = nil
        isObjectivelyDown = false
        configuredAt = now
        lastStart = -1_000_000_000_000
        nextHelloAt = now
    }
}

/// The states of a failover that last; redis-sentinel has a few transitory ones more.
enum StockPhase {
    case electing, selecting, promoting, awaitingPromotion, reattaching
}

struct StockPeer {
    let endpoint: Endpoint
    var opinion: (isDown: Bool, at: Microseconds) = (false, -1_000_000_000_000)
    var vote: Vote?
    var askedAt: Microseconds = -1_000_000_000_000

    init(endpoint: Endpoint) { self.endpoint = endpoint }
}

final class StockInstance {
    var link: StockLink
    var subscription: Int?
    var report: InstanceReport?
    var reportedAt: Microseconds = -1_000_000_000_000
    var infoAskedAt: Microseconds = -1_000_000_000_000
    var roleSince: Microseconds
    var downSince: Microseconds?
    var lastDownAt: Microseconds = -1_000_000_000_000
    var toldAt: Microseconds = -1_000_000_000_000

    init(at now: Microseconds) {
        link = StockLink(at: now)
        roleSince = now
    }
}

/// A command link and what its pings say, by Sentinel's rules.
struct StockLink {
    var connection: Int?
    private(set) var isOpen = false
    private(set) var openSince: Microseconds = 0
    var triedAt: Microseconds = -1_000_000_000_000
    /// The oldest ping without an answer.
    private var unansweredSince: Microseconds?
    private var pingedAt: Microseconds = -1_000_000_000_000
    private(set) var provedAt: Microseconds

    init(at now: Microseconds) {
        provedAt = now
        unansweredSince = now
    }

    mutating func opened(at now: Microseconds) {
        isOpen = true
        openSince = now
    }

    mutating func lost() {
        connection = nil
        isOpen = false
    }

    func wantsPing(at now: Microseconds, period: Microseconds) -> Bool { now - provedAt > period && now - pingedAt > period / 2 }

    mutating func pinged(at now: Microseconds) {
        pingedAt = now
        if unansweredSince == nil { unansweredSince = now }
    }

    mutating func proved(at now: Microseconds) {
        provedAt = now
        unansweredSince = nil
    }

    /// A switch makes all instances anew: what was not answered before counts against nobody.
    mutating func startAfresh(at now: Microseconds) {
        provedAt = now
        if unansweredSince != nil { unansweredSince = now }
    }

    func silence(at now: Microseconds) -> Microseconds {
        if let unansweredSince { return now - unansweredSince }
        return isOpen ? 0 : now - provedAt
    }

    func isStale(at now: Microseconds, _ downAfter: Microseconds) -> Bool {
        isOpen && now - openSince > 15 * .second && unansweredSince.map { now - $0 > downAfter / 2 } == true
            && now - provedAt > downAfter / 2
    }
}
