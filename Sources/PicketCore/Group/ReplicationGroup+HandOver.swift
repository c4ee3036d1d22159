/// A planned switch: the living primary hands over, and no write is lost.
///
/// With FAILOVER (Redis 6.2) the primary does it by itself: it lets writes wait, brings the replica level, and changes places with
/// it. Without, CLIENT PAUSE keeps writes waiting while the replica is brought level and promoted. Either ends in time, or is undone
/// and the old primary goes on.
extension ReplicationGroup {
    mutating func beginHandOver(to id: InstanceID, _ monitor: inout Monitor) {
        guard let chosen = instances[id], var primary = instances[primaryID] else { return }
        attempt?.beginTelling(id, following: chosen.replication.primary)
        attempt?.move(to: .handingOver, at: monitor.now)
        monitor.notifyWhenDurable(.promoting, subject(chosen, monitor))
        let hasFailover = primary.report?.handOver != nil
        attempt?.handOver = .init(means: hasFailover ? .failover : .pause, nextLookAt: monitor.now + Limits.handOverLookPeriod)
        if hasFailover {
            let replica = Endpoint(host: monitor.address(of: chosen.endpoint.host), port: chosen.endpoint.port)
            send(.handOver(to: replica, timeout: settings.switchoverTimeout), to: &primary, &monitor, whenDurable: true)
        } else {
            send(.pauseWrites(settings.switchoverTimeout), to: &primary, &monitor, whenDurable: true)
        }
        instances[primaryID] = primary
        advance(&monitor)
    }

    /// The old primary's answer to what it was told for the switch.
    mutating func handOverAnswered(by id: InstanceID, _ request: Request, _ reply: Reply, _ monitor: inout Monitor) {
        guard attempt?.phase == .handingOver, isPrimary(id) else { return }
        switch (request, reply) {
        case (.handOver, .accepted), (.pauseWrites, .accepted):
            attempt?.handOver?.acceptedAt = monitor.now
            attempt?.handOver?.nextLookAt = monitor.now
            attempt?.nextPollAt = monitor.now
        case (.handOver, .refused(_, let text)) where Self.isUnknown(text):
            // FAILOVER renamed or not permitted: the other way may be.
            attempt?.handOver?.means = .pause
            guard var primary = instances[primaryID] else { return }
            send(.pauseWrites(settings.switchoverTimeout), to: &primary, &monitor, whenDurable: true)
            instances[primaryID] = primary
        case (.handOver, .refused(_, let text)), (.pauseWrites, .refused(_, let text)): undo("the primary refused: \(text)", &monitor)
        default: break
        }
    }

    private static func isUnknown(_ text: String) -> Bool { text.hasPrefix("NOPERM") || text.contains("unknown command") }

    mutating func handOverIfPossible(_ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .handingOver, let handOver = attempt.handOver, let id = attempt.candidate else { return }
        if objectivelyDownSince != nil || primary.reachability.link.lastFailure == .refused && !primary.reachability.link.isOpen {
            // A failover decides now. Whether the chosen one has taken over already is seen by it first.
            undo("the primary died meanwhile", &monitor)
            return
        }
        if let revokedAt = handOver.revokedAt {
            if monitor.now - revokedAt >= Limits.handOverRevocation {
                undo("the primary did not say in time whether it went back", &monitor)
                return
            }
        } else if monitor.now - attempt.phaseSince >= settings.switchoverTimeout + Limits.handOverGrace {
            revoke(&monitor)
        }
        if let final = handOver.finalOffset, let candidate = instances[id],
            candidate.isLevel(with: final, since: handOver.acceptedAt) || monitor.isMutated(.handOverUnlevel)
        {
            promote(id, &monitor)
            return
        }
        look(&monitor)
    }

    /// The primary is to go back: what it then says of itself ends the attempt.
    private mutating func revoke(_ monitor: inout Monitor) {
        attempt?.handOver?.revokedAt = monitor.now
        guard let means = attempt?.handOver?.means, var primary = instances[primaryID], primary.reachability.link.isOpen else { return }
        send(means == .failover ? .abortHandOver : .resumeWrites, to: &primary, &monitor)
        instances[primaryID] = primary
    }

    /// Asks both how far they are: the chosen one often, the primary now and then.
    private mutating func look(_ monitor: inout Monitor) {
        guard let attempt, let handOver = attempt.handOver, handOver.acceptedAt != nil, let id = attempt.candidate else { return }
        if var candidate = instances[id], let due = attempt.nextPollAt, due <= monitor.now, !attempt.isPollPending,
            candidate.reachability.link.isOpen
        {
            if handOver.means == .pause || attempt.isRoleRefused {
                if !candidate.isInfoPending { askInfo(of: &candidate, &monitor) }
            } else {
                send(.role, to: &candidate, &monitor)
                self.attempt?.isPollPending = true
            }
            instances[id] = candidate
            self.attempt?.nextPollAt = monitor.now + Limits.promotionPollPeriod
        }
        if handOver.nextLookAt <= monitor.now, var primary = instances[primaryID], primary.reachability.link.isOpen, !primary.isInfoPending
        {
            askInfo(of: &primary, &monitor)
            instances[primaryID] = primary
            self.attempt?.handOver?.nextLookAt = monitor.now + Limits.handOverLookPeriod
        }
    }

    /// What the primary says of itself while it is to hand over.
    mutating func noteHandOver(_ report: InstanceReport, of id: InstanceID, askedAt: Instant?, _ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .handingOver, isPrimary(id), let handOver = attempt.handOver,
            let acceptedAt = handOver.acceptedAt, let askedAt, askedAt >= acceptedAt
        else { return }
        switch handOver.means {
        case .failover:
            guard report.role == .primary, report.handOver == HandOverState.none else { return }
            let why =
                handOver.revokedAt == nil ? "the primary gave up; its log says why" : "it was not done within switchover-timeout"
            undo("\(why) (the replica is \(shortfall(attempt.candidate, of: report.offset)) behind)", &monitor)
        case .pause:
            if handOver.revokedAt != nil {
                undo("the replica was not level within switchover-timeout", &monitor)
            } else if handOver.finalOffset == nil {
                self.attempt?.handOver?.finalOffset = report.offset
            }
        }
    }

    private func shortfall(_ id: InstanceID?, of offset: Int64) -> String {
        guard let status = id.flatMap({ instances[$0] })?.replication else { return "of unknown length" }
        return "\(max(0, offset - status.offset)) bytes"
    }

    /// Nothing has changed, and writes go on where they were.
    private mutating func undo(_ why: String, _ monitor: inout Monitor) {
        if attempt?.handOver?.means == .pause, attempt?.handOver?.revokedAt == nil { revoke(&monitor) }
        attempt?.failure = why
        monitor.remark(.warning, "The switch of \(name) was undone: \(why). Writes go on at \(monitor.announced(primary.endpoint)).")
        abandon(.abortedReplicaTimeout, retryAfter: .zero, &monitor)
    }
}

extension Instance {
    /// Whether it told, after `since`, that it has the stream up to `offset`.
    fileprivate func isLevel(with offset: Int64, since: Instant?) -> Bool {
        guard let since, let reportedAt, reportedAt > since else { return false }
        return replication.offset >= offset
    }
}
