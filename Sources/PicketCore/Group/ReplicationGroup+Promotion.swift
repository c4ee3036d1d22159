/// Telling the chosen replica, and seeing that it did it.
extension ReplicationGroup {
    /// Moves the attempt on as far as it goes now.
    mutating func advance(_ monitor: inout Monitor) {
        guard let phase else { return }
        if isNeedless {
            attempt?.failure = "the primary is back"
            return abandon(.abortedNotElected, retryAfter: .zero, &monitor)
        }
        switch phase {
        case .electing: countVotes(&monitor)
        case .selecting: selectIfDue(&monitor)
        case .catchingUp: catchUpIfDue(&monitor)
        case .handingOver: handOverIfPossible(&monitor)
        case .awaitingPromotion: pollPromotion(&monitor)
        case .reattaching: reattach(&monitor)
        }
    }

    /// The primary was heard again before anything was changed, as when two halves of a network find each other: to replace it now would
    /// cost what it has written since. (Sentinel goes on.)
    private var isNeedless: Bool {
        guard phase == .electing || phase == .selecting, attempt?.kind == .automatic else { return false }
        return objectivelyDownSince == nil && !instances[at: primaryIndex].isDown
    }

    /// Tells the chosen one. That it can be told is what it was chosen for.
    mutating func promote(_ id: InstanceID, _ monitor: inout Monitor) {
        guard let chosen = instances[id] else { return }
        // In a hand-over that was told already.
        if attempt?.phase != .handingOver { monitor.notifyWhenDurable(.promoting, subject(chosen, monitor)) }
        attempt?.beginTelling(id, following: chosen.replication.primary)
        attempt?.move(to: .awaitingPromotion, at: monitor.now)
        attempt?.nextPollAt = monitor.now
        monitor.notifyWhenDurable(.awaitingPromotion, subject(chosen, monitor))
        pollPromotion(&monitor)
        if monitor.isMutated(.publishBeforePromotion) { confirmPromotion(of: id, &monitor) }
    }

    private mutating func tell(_ candidate: inout Instance, _ monitor: inout Monitor) {
        send(.promote, to: &candidate, &monitor, whenDurable: true)
        attempt?.toldOver = candidate.reachability.link.id
    }

    /// The candidate says that it still is a replica. Where the link over which it was told is gone, the order may be too: it is
    /// told again. But not if it follows somebody else than when it was chosen: then a newer failover has led it there.
    private mutating func reconsiderOrder(_ id: InstanceID, following followed: Endpoint?, _ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .awaitingPromotion, attempt.candidate == id, var candidate = instances[id] else { return }
        if let followed, let before = attempt.candidateFollowed, followed != before {
            abandon(.abortedReplicaTimeout, retryAfter: monitor.random.pause(settings.electionRetry), &monitor)
            return
        }
        guard attempt.toldOver != candidate.reachability.link.id else { return }
        tell(&candidate, &monitor)
        instances[id] = candidate
    }

    /// INFO in the place of a ROLE that is refused.
    mutating func promotionReported(by id: InstanceID, _ report: InstanceReport, _ monitor: inout Monitor) {
        guard report.role == .replica, attempt?.isRoleRefused == true else { return }
        reconsiderOrder(id, following: report.replication?.primary, &monitor)
    }

    /// The first ROLE goes out right behind the transaction, in the same write.
    private mutating func pollPromotion(_ monitor: inout Monitor) {
        guard let attempt, let id = attempt.candidate, var candidate = instances[id] else { return }
        let isLost = candidate.isDown && !isPrimary(id) || candidate.reachability.link.wasRefused
        if isLost || monitor.now - attempt.phaseSince >= settings.failoverTimeout {
            // It may have been promoted. Nobody else may be in this epoch: a new election is needed.
            abandon(.abortedReplicaTimeout, retryAfter: monitor.random.pause(settings.electionRetry), &monitor)
            return
        }
        guard let due = attempt.nextPollAt, due <= monitor.now, !attempt.isPollPending, candidate.reachability.link.isOpen else { return }
        if attempt.toldOver == nil { tell(&candidate, &monitor) }
        if attempt.isRoleRefused {
            if !candidate.isInfoPending { askInfo(of: &candidate, &monitor) }
        } else {
            send(.role, to: &candidate, &monitor, whenDurable: true)
            self.attempt?.isPollPending = true
        }
        instances[id] = candidate
        self.attempt?.nextPollAt = monitor.now + (attempt.isRoleRefused ? Limits.promotionInfoPeriod : Limits.promotionPollPeriod)
    }

    /// Told once; from then on INFO is asked instead.
    mutating func roleRefused(by id: InstanceID, _ reply: Reply, _ monitor: inout Monitor) {
        guard attempt?.candidate == id, attempt?.isRoleRefused == false else { return }
        attempt?.isPollPending = false
        attempt?.isRoleRefused = true
        noteRefusal(by: id, "ROLE", reply, &monitor)
    }

    mutating func promotionAnswered(by id: InstanceID, _ reply: Reply, _ monitor: inout Monitor) {
        guard case .refused(_, let text) = reply, let attempt, attempt.phase == .awaitingPromotion, attempt.candidate == id else { return }
        monitor.remark(
            .warning, "\(monitor.announced(instances[id]!.endpoint)) of \(name) refused to be promoted: \(text). Trying the next best.")
        self.attempt?.refused.append(id)
        beginSelecting(&monitor)
    }

    /// The answer to a ROLE that was asked for during a promotion.
    mutating func roleReceived(from id: InstanceID, _ report: RoleReport, _ monitor: inout Monitor) {
        if attempt?.candidate == id { attempt?.isPollPending = false }
        noteHandOver(report, of: id, &monitor)
        noteClaimedRole(of: id, report.role, &monitor)
        if report.role == .replica { reconsiderOrder(id, following: report.primary, &monitor) }
        evaluate(&monitor)
    }

    /// The candidate says that it is a primary.
    mutating func confirmPromotion(of id: InstanceID, _ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .awaitingPromotion || attempt.phase == .handingOver, attempt.candidate == id,
            let promoted = instances[id]
        else { return }
        self.attempt?.trace.to = monitor.announced(promoted.endpoint)
        self.attempt?.trace.ended(.promote, at: monitor.now)
        recordConfiguration(primary: promoted.endpoint, epoch: attempt.epoch, &monitor)
        self.attempt?.move(to: .reattaching, at: monitor.now)
        monitor.notifyWhenDurable(.promoted, subject(promoted, monitor))
        self.attempt?.announcedWith = monitor.revision.next
        monitor.announcing.append(name)
        if monitor.simulatedFailures.contains(.crashAfterPromotion) { monitor.emitWhenDurable(.exit(status: 99)) }
        monitor.notifyWhenDurable(.reattaching, primarySubject(monitor))
        let old = primaryID
        let isRescue = primary.lostDataSince != nil
        self.attempt?.isRescue = isRescue
        switchPrimary(to: id, isLeader: true, &monitor)
        endPause(at: old, &monitor)
        // Behind the switch itself: whoever hears this may ask for the address at once.
        answer(attempt.ticket, .done, &monitor)
        self.attempt?.ticket = nil
        rememberRole(of: id, &monitor)
        // Where we have voted for a newer failover meanwhile, the rest is its business: it may have promoted one of the others.
        if let vote, vote.epoch > attempt.epoch { finish(.failoverEnded, &monitor) } else { reattach(&monitor) }
    }

    /// CONFIG REWRITE comes after the promotion and not with it: a slow disk must not delay a primary.
    private mutating func rememberRole(of id: InstanceID, _ monitor: inout Monitor) {
        guard var instance = instances[id], instance.reachability.link.isOpen else { return }
        send(.rewriteConfiguration, to: &instance, &monitor)
        instances[id] = instance
    }
}
