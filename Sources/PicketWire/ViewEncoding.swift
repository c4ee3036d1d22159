import PicketCore
import PicketRESP

/// Instances as the maps that SENTINEL MASTERS, REPLICAS and SENTINELS answer. Clients read them by position, too: the
/// order of the fields is part of the protocol, and all values are strings.
package enum ViewEncoding {
    package static func map(_ view: InstanceView) -> RESPValue {
        var fields = Fields()
        fields.add("name", view.name)
        fields.add("ip", view.endpoint.host)
        fields.add("port", view.endpoint.port)
        fields.add("runid", view.runID)
        fields.add("flags", view.flags.map(token).joined(separator: ","))
        fields.add("link-pending-commands", view.pendingCommands)
        fields.add("link-refcount", view.linkReferences)
        if let phase = view.failoverPhase { fields.add("failover-state", token(phase)) }
        fields.add("last-ping-sent", view.unansweredPingAge)
        fields.add("last-ok-ping-reply", view.lastValidReplyAge)
        fields.add("last-ping-reply", view.lastReplyAge)
        if let age = view.subjectivelyDownFor { fields.add("s-down-time", age) }
        if let age = view.objectivelyDownFor { fields.add("o-down-time", age) }
        fields.add("down-after-milliseconds", view.downAfter)
        switch view.kind {
        case .primary(let details): add(details, to: &fields)
        case .replica(let details): add(details, to: &fields)
        case .peer(let details): add(details, to: &fields)
        }
        return .map(fields.pairs)
    }

    private static func add(_ details: ReportDetails, to fields: inout Fields) {
        fields.add("info-refresh", details.infoAge)
        fields.add("role-reported", details.claimedRole == .primary ? "master" : "slave")
        fields.add("role-reported-time", details.claimedRoleFor)
    }

    private static func add(_ details: PrimaryDetails, to fields: inout Fields) {
        add(details.report, to: &fields)
        fields.add("config-epoch", details.configEpoch.description)
        fields.add("num-slaves", details.replicaCount)
        fields.add("num-other-sentinels", details.peerCount)
        fields.add("quorum", details.quorum)
        fields.add("failover-timeout", details.failoverTimeout)
        fields.add("parallel-syncs", details.parallelSyncs)
        if let path = details.notificationScript { fields.add("notification-script", path) }
        if let path = details.clientReconfigScript { fields.add("client-reconfig-script", path) }
        guard let pause = details.pause else { return }
        fields.add("paused-for-seconds", pause.secondsLeft)
        fields.add("paused-reason", pause.reason)
    }

    private static func add(_ details: ReplicaDetails, to fields: inout Fields) {
        add(details.report, to: &fields)
        fields.add("master-link-down-time", details.linkDownFor)
        fields.add("master-link-status", details.isLinkUp ? "ok" : "err")
        fields.add("master-host", details.primary?.host ?? "?")
        fields.add("master-port", details.primary?.port ?? 0)
        fields.add("slave-priority", details.priority)
        fields.add("slave-repl-offset", details.offset)
        fields.add("replica-announced", details.isAnnounced ? 1 : 0)
    }

    private static func add(_ details: PeerDetails, to fields: inout Fields) {
        fields.add("last-hello-message", details.helloAge)
        fields.add("voted-leader", details.votedLeader?.text ?? "?")
        fields.add("voted-leader-epoch", details.votedEpoch.description)
    }

    private struct Fields {
        var pairs: [RESPPair] = []
        mutating func add(_ name: String, _ value: String) { pairs.append(RESPPair(name, .bulk(value))) }
        mutating func add(_ name: String, _ value: some BinaryInteger) { add(name, String(value)) }
    }

    /// Sentinel's word for it.
    package static func token(_ flag: InstanceView.Flag) -> String {
        switch flag {
        case .subjectivelyDown: "s_down"
        case .objectivelyDown: "o_down"
        case .primary: "master"
        case .replica: "slave"
        case .peer: "sentinel"
        case .disconnected: "disconnected"
        case .saysPrimaryIsDown: "master_down"
        case .failoverInProgress: "failover_in_progress"
        case .promoted: "promoted"
        case .reattachSent: "reconf_sent"
        case .reattachInProgress: "reconf_inprog"
        case .reattachDone: "reconf_done"
        case .forcedFailover: "force_failover"
        case .scriptKillSent: "script_kill_sent"
        case .restarted: "master_reboot"
        case .paused: "paused"
        case .maintenance: "maintenance"
        }
    }

    static func token(_ phase: FailoverPhase) -> String {
        switch phase {
        case .electing: "wait_start"
        case .selecting, .catchingUp: "select_slave"
        case .handingOver: "send_slaveof_noone"
        case .awaitingPromotion: "wait_promotion"
        case .reattaching: "reconf_slaves"
        }
    }

    package static func address(_ endpoint: Endpoint?) -> RESPValue {
        endpoint.map { .array([.bulk($0.host), .bulk(String($0.port))]) } ?? .nullArray
    }

    /// SENTINEL INFO-CACHE: of each group its name, then its reports.
    package static func cache(_ name: GroupName, _ reports: [CachedReport]) -> [RESPValue] {
        [
            .bulk(name.text),
            .array(reports.map { .array([.integer($0.age), $0.text.map { .bulk($0) } ?? .null]) }),
        ]
    }

    /// SENTINEL PENDING-SCRIPTS.
    package static func script(_ job: ScriptQueue.Job, at now: Instant) -> RESPValue {
        let argv = [job.call.path] + ScriptArguments.words(for: job.call)
        var pairs = [RESPPair("argv", .array(argv.map { .bulk($0) }))]
        switch job.state {
        case .running(let since, let processID, _):
            pairs.append(RESPPair("flags", .bulk("running")))
            pairs.append(RESPPair("pid", .bulk(String(processID ?? 0))))
            pairs.append(RESPPair("run-time", .bulk(String((now - since).wholeMilliseconds))))
        case .waiting(let until):
            pairs.append(RESPPair("flags", .bulk("scheduled")))
            pairs.append(RESPPair("pid", .bulk("0")))
            pairs.append(RESPPair("run-delay", .bulk(String(max(0, (until - now).wholeMilliseconds)))))
        }
        pairs.append(RESPPair("retry-num", .bulk(String(job.tries))))
        return .map(pairs)
    }
}
