/// A planned switch: the living primary hands over, and no write is lost.
///
/// Writes are kept waiting (CLIENT PAUSE … WRITE), the chosen replica gets what it lacks, then the old primary is made its replica,
/// and only then the chosen one is promoted: at no time are there two that take writes, whoever dies meanwhile. FAILOVER does the
/// same, but up to Redis 7.0 it waits for an acknowledgement that comes once a second; it is used where pausing is not permitted.
/// Either ends in time, or is undone and the old primary goes on.
extension ReplicationGroup {
    mutating func beginHandOver(to id: InstanceID, _ monitor: inout Monitor) {
        guard let chosen = instances[id] else { return }
        attempt?.beginTelling(id, following: chosen.replication.primary)
        attempt?.move(to: .handingOver, at: monitor.now)
        monitor.notifyWhenDurable(.promoting, subject(chosen, monitor))
        let link = instances[primaryID]?.reachability.link.id
        attempt?.handOver = .init(means: .pause, link: link, nextLookAt: monitor.now + Limits.handOverLookPeriod)
        tellPrimary(.pauseWrites(settings.switchoverTimeout), &monitor)
        // Behind it in the same write: what it says then is all there will be.
        tellPrimary(.role, &monitor)
        advance(&monitor)
    }

    private mutating func tellPrimary(_ request: Request, _ monitor: inout Monitor) {
        guard var primary = instances[primaryID], primary.reachability.link.isOpen else { return }
        send(request, to: &primary, &monitor, whenDurable: true)
        instances[primaryID] = primary
    }

    /// The old primary's answer to what it was told for the switch.
    mutating func handOverAnswered(by id: InstanceID, _ request: Request, _ reply: Reply, _ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .handingOver, isPrimary(id), let handOver = attempt.handOver else { return }
        switch (request, reply) {
        case (.pauseWrites, .accepted), (.handOver, .accepted):
            self.attempt?.handOver?.acceptedAt = monitor.now
            self.attempt?.handOver?.nextLookAt = monitor.now + Limits.handOverLookPeriod
            self.attempt?.nextPollAt = monitor.now
        case (.pauseWrites, .refused(_, let text)):
            guard handOver.means == .pause, let candidate = attempt.candidate.flatMap({ instances[$0] }), primary.report?.handOver != nil
            else {
                return undo("the primary refused to keep writes waiting (\(text)); SENTINEL FAILOVER \(name) FORCE does without", &monitor)
            }
            self.attempt?.handOver?.means = .failover
            let replica = Endpoint(host: monitor.address(of: candidate.endpoint.host), port: candidate.endpoint.port)
            tellPrimary(.handOver(to: replica, timeout: settings.switchoverTimeout), &monitor)
        case (.handOver, .refused(_, let text)): undo("the primary refused: \(text)", &monitor)
        case (.stepBack, .accepted): promoteAfterDemotion(&monitor)
        case (.stepBack, .refused(_, let text)):
            undo("the primary refused to become a replica: \(text)", &monitor)
        default: break
        }
    }

    /// From here on there is no way back: whoever is promoted now has everything.
    private mutating func promoteAfterDemotion(_ monitor: inout Monitor) {
        guard let id = attempt?.candidate else { return }
        attempt?.handOver?.isDemoted = true
        promote(id, &monitor)
    }

    mutating func handOverIfPossible(_ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .handingOver, let handOver = attempt.handOver else { return }
        if objectivelyDownSince != nil || primary.refusedSince != nil {
            // A failover decides now. Whether the chosen one has taken over already is seen by it first.
            return undo("the primary died meanwhile", &monitor)
        }
        if handOver.demotionSentAt == nil, handOver.link != primary.reachability.link.id {
            return undo("the primary died meanwhile, or ended our connection", &monitor)
        }
        if let candidate = attempt.candidate.flatMap({ instances[$0] }),
            candidate.isDown || candidate.reachability.link.wasRefused,
            !candidate.reachability.link.isOpen, handOver.revokedAt == nil
        {
            return undo("\(monitor.announced(candidate.endpoint)) died meanwhile", &monitor)
        }
        if let revokedAt = handOver.revokedAt {
            if monitor.now - revokedAt >= Limits.handOverRevocation {
                return undo("the primary did not say in time whether it went back", &monitor)
            }
        } else if monitor.now - attempt.phaseSince >= bound(of: handOver) {
            // What was told cannot be called back once it may have been done.
            if handOver.demotionSentAt == nil { revoke(&monitor) } else { return undo("the primary fell silent", &monitor) }
        }
        look(&monitor)
    }

    /// A pause ends by itself after `switchover-timeout`; nothing may be begun that late.
    func bound(of handOver: FailoverAttempt.HandOver) -> Duration {
        handOver.means == .pause && handOver.demotionSentAt == nil
            ? settings.switchoverTimeout * 3 / 4 : settings.switchoverTimeout + Limits.handOverGrace
    }

    /// The primary is to go back: what it then says of itself ends the attempt.
    private mutating func revoke(_ monitor: inout Monitor) {
        guard let handOver = attempt?.handOver else { return }
        attempt?.handOver?.revokedAt = monitor.now
        tellPrimary(handOver.means == .failover ? .abortHandOver : .resumeWrites, &monitor)
        if handOver.means == .pause { undo("the replica did not have everything within switchover-timeout", &monitor) }
    }

    /// Asks both how far they are: the chosen one often, the primary now and then.
    private mutating func look(_ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .handingOver, let handOver = attempt.handOver, handOver.acceptedAt != nil,
            handOver.demotionSentAt == nil
        else { return }
        if handOver.means == .failover || handOver.finalOffset != nil, let id = attempt.candidate, var candidate = instances[id],
            let due = attempt.nextPollAt, due <= monitor.now, candidate.reachability.link.isOpen
        {
            if attempt.isRoleRefused {
                if !candidate.isInfoPending { askInfo(of: &candidate, &monitor) }
            } else if !attempt.isPollPending {
                send(.role, to: &candidate, &monitor)
                self.attempt?.isPollPending = true
            }
            instances[id] = candidate
            self.attempt?.nextPollAt = monitor.now + (attempt.isRoleRefused ? Limits.promotionInfoPeriod : Limits.handOverPollPeriod)
        }
        if handOver.nextLookAt <= monitor.now, var primary = instances[primaryID], primary.reachability.link.isOpen, !primary.isInfoPending
        {
            askInfo(of: &primary, &monitor)
            instances[primaryID] = primary
            self.attempt?.handOver?.nextLookAt = monitor.now + Limits.handOverLookPeriod
        }
    }

    /// The answer to a ROLE that was asked for during a hand-over, from either of the two.
    mutating func noteHandOver(_ role: RoleReport, of id: InstanceID, _ monitor: inout Monitor) {
        noteOffset(role.offset, role: role.role, isInStep: role.isLinkUp && isOurs(role.primary, monitor), of: id, &monitor)
    }

    private func isOurs(_ followed: Endpoint?, _ monitor: Monitor) -> Bool {
        followed.map { monitor.isSame($0, primary.endpoint) } ?? false
    }

    /// What the primary says of itself in INFO while it is to hand over, and where ROLE is refused both.
    mutating func noteHandOver(_ report: InstanceReport, of id: InstanceID, askedAt: Instant, _ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .handingOver, let handOver = attempt.handOver, let acceptedAt = handOver.acceptedAt,
            askedAt >= acceptedAt
        else { return }
        if handOver.means == .failover, isPrimary(id), report.role == .primary, report.handOver == HandOverState.none {
            let why = handOver.revokedAt == nil ? "the primary gave up; its log says why" : "it was not done within switchover-timeout"
            return undo("\(why) (the replica lacks \(shortfall(attempt.candidate, of: report.offset)))", &monitor)
        }
        let isInStep = report.replication.map { $0.isLinkUp && isOurs($0.primary, monitor) } ?? false
        noteOffset(
            isPrimary(id) ? report.offset : report.replication?.offset ?? 0, role: report.role, isInStep: isInStep, of: id, &monitor)
    }

    /// - Parameter isInStep: a replica's offset counts only while it follows this very stream: in another history it means nothing.
    private mutating func noteOffset(_ offset: Int64, role: Role, isInStep: Bool, of id: InstanceID, _ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .handingOver, let handOver = attempt.handOver, handOver.means == .pause,
            handOver.acceptedAt != nil, handOver.demotionSentAt == nil, handOver.revokedAt == nil
        else { return }
        if isPrimary(id), role == .primary {
            if handOver.finalOffset == nil { self.attempt?.handOver?.finalOffset = offset }
            look(&monitor)
        } else if id == attempt.candidate, role == .replica, let final = handOver.finalOffset,
            isInStep && offset >= final || monitor.isMutated(.handOverUnlevel)
        {
            demote(&monitor)
        }
    }

    /// The chosen one has everything, and nothing more is written: the old primary becomes its replica.
    private mutating func demote(_ monitor: inout Monitor) {
        guard let candidate = attempt?.candidate.flatMap({ instances[$0] }) else { return }
        attempt?.handOver?.demotionSentAt = monitor.now
        let isEnding = instances[primaryID]?.shuttingDownSince != nil
        tellPrimary(.stepBack(for: monitor.announced(candidate.endpoint), isRemembered: isEnding), &monitor)
    }

    private func shortfall(_ id: InstanceID?, of offset: Int64) -> String {
        guard let status = id.flatMap({ instances[$0] })?.replication else { return "an unknown amount" }
        return "\(max(0, offset - status.offset)) bytes"
    }

    /// The switch has been made: who waited at the old primary is let go, to be told where to go.
    mutating func endPause(at old: InstanceID, _ monitor: inout Monitor) {
        guard attempt?.handOver?.means == .pause, var instance = instances[old], instance.reachability.link.isOpen else { return }
        send(.resumeWrites, to: &instance, &monitor)
        instances[old] = instance
    }

    /// Nothing has changed, and writes go on where they were.
    private mutating func undo(_ why: String, _ monitor: inout Monitor) {
        guard let handOver = attempt?.handOver else { return }
        if handOver.means == .pause, handOver.revokedAt == nil { tellPrimary(.resumeWrites, &monitor) }
        attempt?.failure = why
        let what = handOver.demotionSentAt == nil ? "was undone" : "stopped half-way"
        monitor.remark(.warning, "The switch of \(name) \(what): \(why). The primary is \(monitor.announced(primary.endpoint)) as before.")
        abandon(.abortedReplicaTimeout, retryAfter: .zero, &monitor)
    }
}
