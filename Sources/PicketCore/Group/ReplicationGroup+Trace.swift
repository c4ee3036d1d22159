/// Keeping the story of a failover while it goes on.
extension ReplicationGroup {
    func newTrace(_ kind: FailoverAttempt.Kind, epoch: Epoch, _ monitor: Monitor) -> FailoverTrace {
        let primary = self.primary
        let began = (kind == .automatic ? firstSign(of: primary) : primary.shuttingDownSince) ?? monitor.now
        var trace = FailoverTrace(
            group: name, epoch: epoch, cause: cause(kind, primary), from: monitor.announced(primary.endpoint), began: began)
        guard kind == .automatic else { return trace }
        if let down = primary.downSince {
            trace.ended(.detect, at: down)
            trace.witnesses.append(.init(monitor: monitor.identity, after: down - began))
        }
        if let objectively = objectivelyDownSince { trace.ended(.agree, at: objectively) }
        for peer in peers.values where saysPrimaryIsDown(peer, monitor, at: monitor.now) {
            trace.witnesses.append(.init(monitor: peer.id, after: max(.zero, (peer.opinion?.at ?? monitor.now) - began)))
        }
        return trace
    }

    private func firstSign(of primary: Instance) -> Instant? {
        if primary.lostDataSince != nil { return primary.lostDataSince }
        if primary.claimedRole == .replica { return primary.claimedRoleSince }
        return primary.refusedSince ?? primary.reachability.silentSince
    }

    private func cause(_ kind: FailoverAttempt.Kind, _ primary: Instance) -> FailoverTrace.Cause {
        switch kind {
        case .switchover: primary.shuttingDownSince == nil ? .switchover : .shutdown
        case .forced: .forced
        case .automatic:
            primary.lostDataSince != nil
                ? .lostData
                : primary.claimedRole == .replica
                    ? .denial : primary.refusedSince != nil ? .crash : primary.restartedAt != nil ? .reboot : .silence
        }
    }

    mutating func traceVotes(_ monitor: Monitor) {
        guard let attempt else { return }
        let won = Vote(epoch: attempt.epoch, leader: monitor.identity)
        let voters = (vote == won ? [monitor.identity] : []) + peers.values.filter { $0.vote == won }.map(\.id)
        for voter in voters where !attempt.trace.votes.contains(where: { $0.monitor == voter }) {
            self.attempt?.trace.votes.append(.init(monitor: voter, after: monitor.now - attempt.trace.began))
        }
    }

    /// Which replicas were weighed, and why the losers lost.
    mutating func traceChoice(_ chosen: Instance?, freshSince: Instant, _ monitor: Monitor) {
        let candidates = replicas.map { replica -> FailoverTrace.Candidate in
            let verdict =
                replica.id == chosen?.id
                ? "chosen" : objection(to: replica, freshSince: freshSince, monitor)?.rawValue ?? defeat(of: replica, by: chosen)
            return .init(
                endpoint: monitor.announced(replica.endpoint), offset: replica.replication.offset, priority: replica.replication.priority,
                verdict: verdict)
        }
        attempt?.trace.candidates = candidates
    }

    func defeat(of replica: Instance, by chosen: Instance?) -> String {
        guard let chosen else { return "was not weighed" }
        let (one, other) = (replica.replication, chosen.replication)
        if one.offset < other.offset { return "has \(other.offset - one.offset) bytes less" }
        if one.priority > other.priority { return "has a higher priority number" }
        return chosen.claimedRole == .primary ? "was not promoted already" : "is as good, but comes later in the order of run ids"
    }

    /// True once there is nothing more to wait for.
    mutating func noteAnnounced(_ monitor: Monitor) -> Bool {
        guard let revision = attempt?.announcedWith else { return true }
        guard revision <= monitor.durableRevision else { return false }
        attempt?.trace.ended(.announce, at: monitor.now)
        return true
    }

    mutating func traceReattached(_ id: InstanceID, _ monitor: Monitor) {
        guard let attempt, let endpoint = instances[id]?.endpoint else { return }
        self.attempt?.trace.reattached.append(.init(endpoint: monitor.announced(endpoint), after: monitor.now - attempt.trace.began))
    }

    /// The attempt is over: its story is kept, and told.
    mutating func closeTrace(_ outcome: FailoverTrace.Outcome, _ monitor: inout Monitor) {
        guard var trace = attempt?.trace, let phase = attempt?.phase else { return }
        trace.ended(phase.nameInTraces, at: monitor.now)
        trace.outcome = outcome
        traces.append(trace)
        if traces.count > Limits.tracesPerGroup { traces.removeFirst() }
        monitor.emit(.trace(trace))
    }
}

extension FailoverPhase {
    /// What its end is called in a trace.
    fileprivate var nameInTraces: FailoverTrace.Name {
        switch self {
        case .electing: .elect
        case .selecting, .catchingUp: .select
        case .handingOver, .awaitingPromotion: .promote
        case .reattaching: .reconfigure
        }
    }
}
