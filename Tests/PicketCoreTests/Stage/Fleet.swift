@testable import PicketCore

/// A Redis process, as much of it as a monitor can see.
struct FakeInstance {
    enum Link: Equatable {
        /// Up while the one it follows serves.
        case automatic
        case up
        case down(for: Duration?)
    }

    var runID: RunID
    /// Nil: it is a primary.
    var follows: Endpoint?
    var link = Link.automatic
    var isSyncing = false
    var priority = 100
    var offset: Int64 = 1_000
    var history = "history-1"
    var previousHistory: String?
    var keyCount: Int64 = 100
    var isLoading = false
    /// What INFO says of a FAILOVER; nil where the server has none.
    var handOver: HandOverState? = HandOverState.none
    /// Whether it carries a FAILOVER out at once, or waits for its replica for ever.
    var handsOver = true
    var ping = Reply.alive(.serving)
    /// It was told to end and waits for its replicas.
    var isShuttingDown = false
    /// What EXEC answers to a promotion. It is done where the answer is `accepted` and `obeys`.
    var promotion = Reply.accepted
    var obeys = true
}

/// How a process answers at all.
enum Condition: Equatable {
    case serving
    /// SIGSTOP: connections stay, nothing is answered, until it is thawed.
    case frozen
    /// Nobody listens.
    case dead
    case denying(String)
    /// Connections fail in another way than by being refused.
    case unreachable(LinkFailure)
}

/// The Redis processes of one group.
struct Fleet {
    private(set) var endpoints: [Endpoint] = []
    private var instances: [Endpoint: FakeInstance] = [:]
    private var conditions: [Endpoint: Condition] = [:]

    subscript(endpoint: Endpoint) -> FakeInstance {
        get { instances[endpoint]! }
        set {
            if instances[endpoint] == nil { endpoints.append(endpoint) }
            instances[endpoint] = newValue
        }
    }

    /// Peers have a condition too; they are no instances.
    subscript(conditionOf endpoint: Endpoint) -> Condition {
        get { conditions[endpoint] ?? .serving }
        set { conditions[endpoint] = newValue }
    }

    func contains(_ endpoint: Endpoint) -> Bool { instances[endpoint] != nil }

    mutating func answer(_ request: Request, by endpoint: Endpoint) -> Reply {
        switch request {
        case .ping: return self[endpoint].ping
        case .probe:
            guard case .alive(let vitality) = self[endpoint].ping else { return self[endpoint].ping }
            return .probed(vitality, isShuttingDown: self[endpoint].isShuttingDown)
        case .info: return .report(report(of: endpoint))
        case .role:
            var role = RoleReport(role: self[endpoint].follows == nil ? .primary : .replica)
            role.primary = self[endpoint].follows
            role.isLinkUp = linkDownFor(endpoint) == nil && isLinkUp(endpoint)
            role.offset = self[endpoint].offset
            return .role(role)
        case .promote:
            let answer = self[endpoint].promotion
            if answer == .accepted, self[endpoint].obeys, self[endpoint].follows != nil {
                self[endpoint].follows = nil
                self[endpoint].previousHistory = self[endpoint].history
                self[endpoint].history = "history-of-\(self[endpoint].runID)"
            }
            return answer
        case .follow(let primary), .stepBack(let primary, _):
            self[endpoint].follows = primary
            if let known = instances[primary] {
                self[endpoint].history = known.history
                self[endpoint].offset = known.offset
            }
            return .accepted
        case .handOver(let replica, _): return handOver(from: endpoint, to: replica)
        case .pauseWrites where self[endpoint].handOver == nil, .resumeWrites where self[endpoint].handOver == nil: return .accepted
        case .abortHandOver:
            if self[endpoint].handOver != nil { self[endpoint].handOver = HandOverState.none }
            return .accepted
        case .publish, .rewriteConfiguration, .killScript, .pauseWrites, .resumeWrites: return .accepted
        case .askDown, .compareStandings, .tellPowers: return .refused(code: "ERR", text: "ERR unknown command")
        }
    }

    private mutating func handOver(from old: Endpoint, to new: Endpoint) -> Reply {
        guard self[old].handOver != nil else { return .refused(code: "ERR", text: "ERR unknown command 'FAILOVER'") }
        guard instances[new]?.follows == old else {
            return .refused(code: "ERR", text: "ERR FAILOVER target HOST and PORT is not a replica.")
        }
        guard self[old].handsOver else {
            self[old].handOver = .waitingForReplica
            return .accepted
        }
        self[new].offset = self[old].offset
        self[new].previousHistory = self[new].history
        self[new].history = "history-of-\(self[new].runID)"
        self[new].follows = nil
        self[old].follows = new
        return .accepted
    }

    private func isLinkUp(_ endpoint: Endpoint) -> Bool {
        switch self[endpoint].link {
        case .up: true
        case .down: false
        case .automatic: self[endpoint].follows.map { contains($0) && self[conditionOf: $0] == .serving } ?? false
        }
    }

    private func linkDownFor(_ endpoint: Endpoint) -> Duration? {
        if case .down(let time) = self[endpoint].link { return time }
        return isLinkUp(endpoint) ? nil : .seconds(1)
    }

    func report(of endpoint: Endpoint) -> InstanceReport {
        let instance = self[endpoint]
        var report = InstanceReport(role: instance.follows == nil ? .primary : .replica, text: "run_id:\(instance.runID)")
        report.runID = instance.runID
        report.replicationID = instance.history
        report.previousReplicationID = instance.previousHistory
        report.offset = instance.offset
        report.keyCount = instance.keyCount
        report.isLoading = instance.isLoading
        report.handOver = instance.handOver
        report.replicas = endpoints.filter { self[$0].follows == endpoint && isLinkUp($0) && self[conditionOf: $0] == .serving }
        if let followed = instance.follows {
            var status = ReplicationStatus()
            status.primary = followed
            status.isLinkUp = isLinkUp(endpoint)
            status.linkDownFor = linkDownFor(endpoint)
            status.isSyncing = instance.isSyncing
            status.offset = instance.offset
            status.priority = instance.priority
            report.replication = status
        }
        return report
    }
}
