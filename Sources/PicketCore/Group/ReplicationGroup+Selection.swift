/// Choosing the replica to promote.
extension ReplicationGroup {
    /// Why a replica cannot be promoted.
    package enum Objection: String, Hashable, Sendable, Codable {
        case inMaintenance = "is in maintenance"
        case down = "is down"
        case disconnected = "is not connected"
        case silent = "does not answer"
        case refused = "refused to be promoted"
        case neverPromote = "has priority 0"
        case noFreshReport = "did not report in time"
        case claimsPrimary = "is a primary already"
        case syncing = "is in the middle of a synchronisation"
        case neverSynced = "never synchronised with a primary"
        case blank = "has lost its data, and has not synchronised since"
        case notInStep = "is not in step with the primary"
        case linkDownTooLong = "lost its primary too long before"
    }

    /// Whether it makes sense to ask it for a fresh report.
    private func isConceivable(_ candidate: Instance) -> Bool {
        candidate.reachability.link.isOpen && attempt?.refused.contains(candidate.id) != true
    }

    func objection(to replica: Instance, freshSince: Instant?, _ monitor: Monitor) -> Objection? {
        if isInMaintenance(replica, monitor) { return .inMaintenance }
        if replica.isDown { return .down }
        guard replica.reachability.link.isOpen else { return .disconnected }
        if attempt?.refused.contains(replica.id) == true { return .refused }
        guard let reportedAt = replica.reportedAt, replica.report != nil else { return .noFreshReport }
        if let freshSince, replica.reportIsAsOf ?? reportedAt < freshSince { return .noFreshReport }
        if freshSince == nil {
            // Before an election there is only what is known: it must be recent, and the replica must be answering.
            if monitor.now - reportedAt > monitor.tuning.duration(.infoPeriod) * 3 { return .noFreshReport }
            if monitor.now - replica.reachability.lastValidReply > monitor.pingPeriod(downAfter: settings.downAfter) * 5 { return .silent }
        }
        let status = replica.replication
        // One that is about to lose its data to a primary that has none is still the one to save them.
        let isSaver = primary.lostDataSince != nil && primary.formerLife.map { keeps($0, replica) } == true
        if replica.claimedRole == .primary {
            // Promoted by a leader that died before it could tell: it may hold writes that nobody else has.
            return objectivelyDownSince != nil && (continuesHistory(replica) || isSaver) ? nil : .claimsPrimary
        }
        if status.priority == 0 { return .neverPromote }
        if monitor.isMutated(.promoteUnsynced) { return nil }
        if status.isSyncing, !isSaver { return .syncing }
        // A living primary hands over to one that follows it.
        if attempt?.kind == .switchover, attempt?.handOver?.isDemoted != true, !status.isLinkUp || !sharesStream(replica) {
            return .notInStep
        }
        // One who never reached a primary says offset 1 (Redis 7) or 0. So does one that restarted from an append-only file: it has
        // keys, and is better than nobody.
        if !status.isLinkUp, status.linkDownFor == nil, status.offset <= 1, replica.report?.keyCount == 0 { return .neverSynced }
        // A primary that claims to be a replica has served nobody since then.
        let lost = [primary.downSince, primary.claimedRole == .replica ? primary.claimedRoleSince : nil].compactMap(\.self).min()
        let primaryDownFor = lost.map { monitor.now - $0 } ?? .zero
        // Somebody who has the data may come back; but not for ever.
        if replica.isBlank, !isSaver, primaryDownFor < Limits.blankPatience { return .blank }
        if let linkDownFor = status.linkDownFor, linkDownFor > primaryDownFor + settings.downAfter * 10 { return .linkDownTooLong }
        return nil
    }

    /// The best replica: one that was promoted already, then same history as the primary's, then the most of the stream, then lowest
    /// priority number, then the smallest run id. (Sentinel looks at the priority before the stream, and loses writes by it.)
    private func bestReplica(freshSince: Instant?, _ monitor: Monitor) -> Instance? {
        eligible(freshSince: freshSince, monitor).min { isBetter($0, than: $1, monitor) }
    }

    func eligible(freshSince: Instant?, _ monitor: Monitor) -> [Instance] {
        replicas.filter { objection(to: $0, freshSince: freshSince, monitor) == nil }
    }

    /// The best replica or, where there is none, the primary itself if it lives and only claims to be a replica: somebody
    /// demoted it by mistake, and it has all the data.
    func bestCandidate(freshSince: Instant?, _ monitor: Monitor) -> Instance? {
        if let best = bestReplica(freshSince: freshSince, monitor) { return best }
        let primary = self.primary
        let isRecent = primary.reportIsAsOf.map { freshSince == nil || $0 >= freshSince! } ?? false
        let answers =
            primary.reachability.link.isOpen
            && primary.reachability.oldestUnansweredPing.map {
                monitor.now - $0 < settings.downAfter
            } ?? true
        let wasRefused = attempt?.refused.contains(primary.id) == true
        return primary.claimedRole == .replica && isRecent && answers && !wasRefused && !isInMaintenance(primary, monitor) ? primary : nil
    }

    func isBetter(_ left: Instance, than right: Instance, _ monitor: Monitor) -> Bool {
        if left.claimedRole != right.claimedRole { return left.claimedRole == .primary }
        if continuesHistory(left) != continuesHistory(right) { return continuesHistory(left) }
        let (one, other) = (left.replication, right.replication)
        // A living primary brings whomever it hands over to level.
        let isPlanned = attempt?.kind == .switchover
        if isPlanned, one.priority != other.priority { return one.priority < other.priority }
        if one.offset != other.offset, !monitor.isMutated(.ignoreOffset) {
            return (one.offset > other.offset) != monitor.isMutated(.promoteStalest)
        }
        if one.priority != other.priority { return one.priority < other.priority }
        // After a restart neither knows its place in the stream: all there is to go by is how much they have.
        if one.offset <= 1, let more = left.report?.keyCount, let less = right.report?.keyCount, more != less { return more > less }
        guard let leftRunID = left.runID?.text, let rightRunID = right.runID?.text else { return left.runID != nil }
        return leftRunID.lowercased() < rightRunID.lowercased()
    }

    /// False where the replica is known to follow another stream than the primary's: of one that was there before the primary's process
    /// was replaced, by a connection of which neither has heard that it has ended. Offsets of the two cannot be compared.
    private func sharesStream(_ replica: Instance) -> Bool {
        guard let own = primary.report?.replicationID, let followed = replica.report?.replicationID else { return true }
        return own == followed
    }

    /// False where the replica's data is known to descend from somebody else than this group's primary.
    private func continuesHistory(_ replica: Instance) -> Bool {
        // After a restart of this monitor the primary's history is known from those that follow it.
        let followers = replicas.lazy.filter { $0.claimedRole == .replica && $0.id != replica.id }
        guard let history = self.history ?? followers.compactMap(\.report?.replicationID).first,
            let report = replica.report
        else { return true }
        return report.replicationID == history || report.previousReplicationID == history
    }

    // MARK: The phase

    /// Asks every reachable replica for a fresh report before choosing.
    mutating func beginSelecting(_ monitor: inout Monitor) {
        attempt?.move(to: .selecting, at: monitor.now)
        attempt?.candidate = nil
        attempt?.awaitedReports = []
        attempt?.firstReportAt = nil
        monitor.notifyWhenDurable(.selecting, primarySubject(monitor))
        // The primary is asked too, but waited for only where it lives and denies its role.
        for id in instances.keys {
            guard var instance = instances[id], isConceivable(instance) else { continue }
            let isWanted = instance.claimedRole == .replica || attempt?.kind == .switchover
            if isPrimary(id) ? isWanted : !instance.isDown { attempt?.awaitedReports.append(id) }
            askInfo(of: &instance, &monitor)
            instances[id] = instance
        }
        advance(&monitor)
    }

    mutating func noteFreshReport(of id: InstanceID, asOf time: Instant, _ monitor: Monitor) {
        guard attempt?.phase == .selecting, attempt.map({ time >= $0.phaseSince }) == true, attempt?.awaitedReports.contains(id) == true
        else { return }
        attempt?.awaitedReports.remove(id)
        if attempt?.firstReportAt == nil { attempt?.firstReportAt = monitor.now }
    }

    /// When the choice is made though not all have reported: who is far away is given the time that it needs.
    func selectionDue(_ attempt: FailoverAttempt) -> Instant {
        let latest = attempt.phaseSince + Limits.freshReportsAtMost
        guard let first = attempt.firstReportAt else { return latest }
        var farthest = Duration.zero
        for id in attempt.awaitedReports { farthest = max(farthest, instances[id]?.reachability.roundTrip ?? .zero) }
        return min(first + max(Limits.freshReportsAfterFirst, farthest * 3), latest)
    }

    /// Whether somebody may be promoted who has not reported yet, by what was known of it before.
    private func isHopeLeft(_ attempt: FailoverAttempt, _ monitor: Monitor) -> Bool {
        monitor.now < attempt.phaseSince + Limits.freshReportsAtMost
            && attempt.awaitedReports.contains { id in
                instances[id].map { objection(to: $0, freshSince: nil, monitor) == nil } ?? false
            }
    }

    mutating func selectIfDue(_ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .selecting else { return }
        guard attempt.awaitedReports.isEmpty || selectionDue(attempt) <= monitor.now else { return }
        let handsOver = attempt.kind == .switchover && attempt.handOver?.isDemoted != true
        if handsOver, let why = obstacleToHandOver(attempt) {
            self.attempt?.failure = why
            abandon(.abortedNoGoodReplica, retryAfter: .zero, &monitor)
            return
        }
        guard let best = bestChoice(attempt, monitor) else {
            if isHopeLeft(attempt, monitor) { return }
            traceChoice(nil, freshSince: attempt.phaseSince, monitor)
            explainLackOfCandidates(freshSince: attempt.phaseSince, &monitor)
            // What the look before the election did not see may last: each further election waits twice as long.
            let pause = Limits.candidateSearchPeriod * (1 << min(fruitlessAttempts, Limits.fruitlessDoublings))
            fruitlessAttempts += 1
            let why = lackOfCandidates(freshSince: attempt.phaseSince, monitor)
            self.attempt?.failure = why
            abandon(.abortedNoGoodReplica, retryAfter: pause, &monitor)
            return
        }
        let eligible = eligible(freshSince: attempt.phaseSince, monitor)
        if attempt.kind != .switchover, attempt.target == nil, let preferred = preferred(over: best, among: eligible),
            preferred.replication.offset < best.replication.offset
        {
            choose(preferred, &monitor)
            beginCatchUp(of: preferred.id, from: best, &monitor)
        } else {
            choose(best, &monitor)
            if handsOver {
                beginHandOver(to: best.id, &monitor)
            } else {
                promote(best.id, &monitor)
            }
        }
    }

    /// Whoever hands over is the process that was known when it began, and says so.
    private func obstacleToHandOver(_ attempt: FailoverAttempt) -> String? {
        guard let primary = instances[primaryID], let asOf = primary.reportIsAsOf, asOf >= attempt.phaseSince else {
            return "the primary did not answer in time"
        }
        return primary.formerLife == nil ? nil : "the primary was restarted, and it is not known yet what it has"
    }

    private mutating func choose(_ chosen: Instance, _ monitor: inout Monitor) {
        guard let attempt else { return }
        traceChoice(chosen, freshSince: attempt.phaseSince, monitor)
        self.attempt?.trace.ended(.select, at: monitor.now)
        monitor.notifyWhenDurable(.selected, subject(chosen, monitor))
    }

    /// The one that an operator named, or else the best.
    private func bestChoice(_ attempt: FailoverAttempt, _ monitor: Monitor) -> Instance? {
        // Once the old primary has stepped back, anybody who can is wanted, and be it the old one.
        let isHalfWay = attempt.handOver?.isDemoted == true
        guard !isHalfWay, let target = attempt.target else {
            let best = bestCandidate(freshSince: attempt.phaseSince, monitor)
            return attempt.kind == .switchover && !isHalfWay && best.map { isPrimary($0.id) } == true ? nil : best
        }
        guard let named = instance(at: target, monitor), !isPrimary(named.id),
            objection(to: named, freshSince: attempt.phaseSince, monitor) == nil
        else { return nil }
        return named
    }

    // MARK: None

    mutating func tellOfNoCandidate(_ monitor: inout Monitor) {
        mayStandAt = monitor.now + Limits.candidateSearchPeriod
        guard !hasToldOfNoCandidate else { return }
        monitor.notify(.abortedNoGoodReplica, primarySubject(monitor))
        explainLackOfCandidates(freshSince: nil, &monitor)
    }

    private mutating func explainLackOfCandidates(freshSince: Instant?, _ monitor: inout Monitor) {
        guard !hasToldOfNoCandidate else { return }
        hasToldOfNoCandidate = true
        monitor.remark(.warning, "\(lackOfCandidates(freshSince: freshSince, monitor)). Looking again every 100 ms.")
    }

    private func lackOfCandidates(freshSince: Instant?, _ monitor: Monitor) -> String {
        let reasons = replicas.map { replica in
            "\(monitor.announced(replica.endpoint)) \(objection(to: replica, freshSince: freshSince, monitor)?.rawValue ?? "is eligible again")"
        }
        let why = reasons.isEmpty ? "none is known" : reasons.joined(separator: "; ")
        return "No replica of \(name) can be promoted: \(why)"
    }
}
