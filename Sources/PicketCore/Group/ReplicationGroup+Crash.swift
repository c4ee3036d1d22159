/// A process that is gone says so at once: its port refuses connections. No need to wait for down-after then.
///
/// Only this counts: a connection that was open has ended (ours, or a replica's), and every try for `crash-down-after-milliseconds` and
/// more was refused. A time-out, an unreachable host, a connection that is accepted and then closed: any of them begins the count anew,
/// and as long as there is nothing else, down-after decides. A replica whose own link to the primary is up knows better than we do.
extension ReplicationGroup {
    /// A try to reach an instance was refused.
    mutating func noteRefusal(of id: InstanceID, _ monitor: inout Monitor) {
        let since = instances[id]?.refusedSince ?? monitor.now
        let waited = monitor.now - since
        instances[id]?.refusedSince = since
        instances[id]?.lastRefusedAt = monitor.now
        // Of the primary, dead or alive, one wants to know soon, and of the former one when it comes back. Every 5 ms at first,
        // and the longer it lasts the more rarely.
        guard isPrimary(id) || id == formerPrimary else { return }
        let pause = min(max(waited / 50, Limits.crashProbePeriod), monitor.pingPeriod(downAfter: settings.downAfter))
        instances[id]?.reachability.link.retry(at: monitor.now + pause)
        guard isPrimary(id), settings.crashDownAfter > .zero, waited <= settings.crashDownAfter + Limits.crashWitnessesAtMost else {
            return
        }
        for id in instances.keys where id != primaryID { askWitness(id, since: since, &monitor) }
    }

    /// Who else sees the primary? Asked at the first refusal, and again as long as the answer speaks against a crash.
    private mutating func askWitness(_ id: InstanceID, since: Instant, _ monitor: inout Monitor) {
        guard var replica = instances[id], replica.reachability.link.isOpen,
            replica.reachability.link.pendingCommands < Limits.pendingCommandsPerLink
        else { return }
        let isAsked = replica.isInfoPending && (replica.infoAskedAt.map { $0 >= since } ?? false)
        let hasDenied = (replica.reportIsAsOf.map { $0 >= since } ?? false) && !isWitnessOfLife(replica, since: since, monitor)
        // One that says again and again that it sees the primary is asked ever more rarely.
        let pause = max((monitor.now - since) / 10, Limits.crashProbePeriod)
        let isTooSoon = replica.infoAskedAt.map { $0 >= since && monitor.now - $0 < pause } ?? false
        guard !isAsked, !hasDenied, !isTooSoon else { return }
        askInfo(of: &replica, &monitor)
        instances[id] = replica
    }

    func isWitnessOfLife(_ replica: Instance, since: Instant, _ monitor: Monitor) -> Bool {
        guard !replica.isDown, let toldAt = replica.reportIsAsOf, toldAt >= since, replica.claimedRole == .replica else {
            return false
        }
        return replica.replication.isLinkUp && (replica.replication.primary.map { monitor.isSame($0, primary.endpoint) } ?? false)
    }

    /// Since when the primary is to be held down because it has crashed; nil where that is not certain enough.
    func crashJudgement(of primary: Instance, _ monitor: Monitor) -> Instant? {
        guard settings.crashDownAfter > .zero, let since = primary.refusedSince, let last = primary.lastRefusedAt,
            last - since >= settings.crashDownAfter
        else { return nil }
        if monitor.isMutated(.believeRefusals) { return last }
        var hasMourner = false
        for replica in instances.values where replica.id != primaryID && !replica.isDown && replica.reachability.link.isOpen {
            if isWitnessOfLife(replica, since: since, monitor) { return nil }
            let hasTold = replica.reportIsAsOf.map { $0 >= since } ?? false
            // One that does not answer is waited for a moment only, unless it is known to be far away.
            let patience = min(max(Limits.crashWitnesses, replica.reachability.roundTrip * 3), Limits.crashWitnessesAtMost)
            if !hasTold, last - since < settings.crashDownAfter + patience { return nil }
            if hasTold, replica.replication.linkDownFor != nil { hasMourner = true }
        }
        // A primary that was never there for this monitor may just not have been started yet, unless a replica has known it.
        return primary.hasServed || hasMourner ? last : nil
    }
}
