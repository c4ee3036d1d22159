/// No preference costs a write: a preferred replica that lacks what another one has is brought level before it is promoted.
extension ReplicationGroup {
    /// The replica that an operator prefers over the fullest one, if the two are of one history.
    func preferred(over fullest: Instance, among eligible: [Instance]) -> Instance? {
        guard !isPrimary(fullest.id), fullest.claimedRole == .replica else { return nil }
        return
            eligible.filter {
                $0.id != fullest.id && $0.claimedRole == .replica && $0.replication.priority < fullest.replication.priority
                    && $0.report?.replicationID != nil && $0.report?.replicationID == fullest.report?.replicationID
            }
            .min { ($0.replication.priority, -$0.replication.offset) < ($1.replication.priority, -$1.replication.offset) }
    }

    /// Lets `id` follow the fullest replica; the histories are one, so it gets only what it lacks.
    mutating func beginCatchUp(of id: InstanceID, from fullest: Instance, _ monitor: inout Monitor) {
        guard var chosen = instances[id] else { return }
        attempt?.candidate = id
        attempt?.source = fullest.id
        attempt?.sourceOffset = fullest.replication.offset
        attempt?.move(to: .catchingUp, at: monitor.now)
        attempt?.nextPollAt = monitor.now
        let missing = fullest.replication.offset - chosen.replication.offset
        monitor.remark(
            .notice,
            "\(monitor.announced(chosen.endpoint)) of \(name) is preferred but lacks \(missing) bytes that \(monitor.announced(fullest.endpoint)) has: it gets them first."
        )
        send(.follow(monitor.announced(fullest.endpoint)), to: &chosen, &monitor, whenDurable: true)
        instances[id] = chosen
        advance(&monitor)
    }

    mutating func catchUpIfDue(_ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .catchingUp, let id = attempt.candidate, let source = attempt.source else { return }
        guard var chosen = instances[id], !chosen.isDown, chosen.reachability.link.isOpen,
            monitor.now - attempt.phaseSince < Limits.catchUpAtMost
        else {
            monitor.remark(.warning, "The preferred replica of \(name) was not level in time: the one that has most is promoted.")
            attempt.refused.contains(source) ? beginSelectingAgain(&monitor) : promote(source, &monitor)
            return
        }
        if chosen.replication.offset >= attempt.sourceOffset, let at = chosen.reportIsAsOf, at >= attempt.phaseSince {
            promote(id, &monitor)
            return
        }
        guard let due = attempt.nextPollAt, due <= monitor.now, !chosen.isInfoPending else { return }
        askInfo(of: &chosen, &monitor)
        instances[id] = chosen
        self.attempt?.nextPollAt = monitor.now + Limits.catchUpLookPeriod
    }

    private mutating func beginSelectingAgain(_ monitor: inout Monitor) {
        abandon(.abortedNoGoodReplica, retryAfter: Limits.candidateSearchPeriod, &monitor)
    }
}
