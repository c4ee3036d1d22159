/// A primary that was told to end hands over before it has ended.
///
/// Redis 7 keeps writes waiting after SHUTDOWN (or SIGTERM) until its replicas have acknowledged what there is, which they do once a
/// second, and says so in INFO. There is no need to wait for its end: as in a planned switch the best replica gets the rest, the
/// old primary steps back, and nothing is lost. Like the crash path this goes beyond Sentinel, and is switched off with it.
extension ReplicationGroup {
    /// Whether the instance is asked, with each ping, if it is about to end. One picketd asks for all: its word is enough to elect it.
    func isProbed(at index: Int) -> Bool {
        watchesForShutdown && isPrimary(instances.keys[index]) && settings.crashDownAfter > .zero && instances.count > 1
    }

    mutating func noteShutdown(of index: Int, _ isShuttingDown: Bool, _ monitor: inout Monitor) {
        guard isShuttingDown else {
            // SHUTDOWN ABORT.
            instances[at: index].shuttingDownSince = nil
            return
        }
        guard instances[at: index].shuttingDownSince == nil else { return }
        instances[at: index].shuttingDownSince = monitor.now
        guard isPrimary(instances.keys[index]) else { return }
        let endpoint = monitor.announced(instances[at: index].endpoint)
        monitor.remark(.notice, "The primary \(endpoint) of \(name) is shutting down. A replica takes its place before it has ended.")
    }

    /// When this monitor may stand for it; nil while something other than time stands against it.
    func mayTakeOverFrom(_ monitor: Monitor) -> Instant? {
        guard let since = instances[primaryID]?.shuttingDownSince, phase == nil, postponedOrder == nil, !monitor.isTilted,
            !isPaused(monitor),
            monitor.canPromise, usableVoters >= votesNeeded, settings.quorum <= knownVoters, obstacleToSwitchover(monitor) == nil
        else { return nil }
        var due = since + Limits.shutdownStagger * rank(monitor)
        if let mayTakeOverAt { due = max(due, mayTakeOverAt) }
        if let deferral { due = max(due, deferral.until) }
        return due
    }

    mutating func takeOverIfDue(_ monitor: inout Monitor) {
        guard let due = mayTakeOverFrom(monitor), due <= monitor.now else { return }
        // Whatever comes of it, not again at once.
        mayTakeOverAt = monitor.now + Limits.candidateSearchPeriod
        guard let best = bestCandidate(freshSince: nil, monitor), !isPrimary(best.id) else { return }
        begin(.switchover, &monitor)
        attempt?.isOrdered = false
        advance(&monitor)
    }
}
