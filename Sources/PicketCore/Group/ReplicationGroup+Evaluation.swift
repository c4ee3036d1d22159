/// After each event that concerns the group: what follows from it, and when to look again.
extension ReplicationGroup {
    /// Costs as much as the group has members, and nothing for other groups.
    mutating func evaluate(_ monitor: inout Monitor) {
        judgePeers(&monitor)
        lookAround(monitor)
        judgeObjectively(&monitor)
        endPauseIfDue(&monitor)
        decideAwaitedForgets(&monitor)
        standIfDue(&monitor)
        obeyPostponedOrderIfDue(&monitor)
        takeOverIfDue(&monitor)
        advance(&monitor)
        askPeersIfDue(&monitor)
        greetPeersIfDue(&monitor)
        if phase == nil {
            for index in instances.indices where needsRepair(at: index, monitor) { repair(instances.keys[index], &monitor) }
        }
        schedule(&monitor)
    }

    private func schedule(_ monitor: inout Monitor) {
        var due = nextHelloToPeersAt
        func consider(_ instant: Instant?) {
            if let instant { due = min(due, instant) }
        }
        consider(nextAskAt)
        consider(mayStandFrom(monitor))
        consider(mayTakeOverFrom(monitor))
        consider(nextAttemptStep(monitor))
        consider(postponedOrder?.due)
        consider(powers.pausedUntil)
        consider(powers.awaitedForgets.first?.due)
        for index in peers.indices where peers[at: index].downSince == nil {
            guard let connection = monitor.peers.index(of: peers[at: index].id) else { continue }
            // One that is heard now cannot be down earlier than a whole down-after from now.
            consider((monitor.peers[at: connection].reachability.silentSince ?? monitor.now) + settings.downAfter)
        }
        if phase == nil, instances.indices.contains(where: { needsRepair(at: $0, monitor) }) {
            consider(monitor.now + Limits.hastyInfoPeriod)
        }
        // In tilt nothing is decided; what is overdue waits for its end.
        let earliest = monitor.tiltUntil ?? monitor.now
        monitor.agenda.schedule(.group(name), at: max(due, earliest))
    }

    private func nextHandOverStep(_ attempt: FailoverAttempt) -> Instant {
        guard let handOver = attempt.handOver else { return attempt.phaseSince }
        var due = handOver.revokedAt.map { $0 + Limits.handOverRevocation } ?? attempt.phaseSince + bound(of: handOver)
        guard handOver.acceptedAt != nil, handOver.demotionSentAt == nil else { return due }
        if !primary.isInfoPending, primary.reachability.link.isOpen { due = min(due, handOver.nextLookAt) }
        if handOver.means == .failover || handOver.finalOffset != nil, let poll = attempt.nextPollAt,
            let candidate = attempt.candidate.flatMap({ instances[$0] }), candidate.reachability.link.isOpen,
            attempt.isRoleRefused ? !candidate.isInfoPending : !attempt.isPollPending
        {
            due = min(due, poll)
        }
        return due
    }

    private func nextAttemptStep(_ monitor: Monitor) -> Instant? {
        guard let attempt else { return nil }
        switch attempt.phase {
        case .electing: return attempt.startedAt + electionPatience(monitor)
        case .selecting:
            let due = selectionDue(attempt)
            // Past that only the one who has not reported yet can help.
            return due <= monitor.now ? attempt.phaseSince + Limits.freshReportsAtMost : due
        case .catchingUp:
            let bound = attempt.phaseSince + Limits.catchUpAtMost
            let candidate = attempt.candidate.flatMap { instances[$0] }
            // One that has not answered yet is not asked again, and there is nothing to do before it does.
            guard let poll = attempt.nextPollAt, candidate?.isInfoPending == false else { return bound }
            return min(poll, bound)
        case .handingOver: return nextHandOverStep(attempt)
        case .awaitingPromotion:
            let bound = attempt.phaseSince + settings.failoverTimeout
            let isReachable = attempt.candidate.flatMap { instances[$0] }?.reachability.link.isOpen == true
            guard isReachable, !attempt.isPollPending, let poll = attempt.nextPollAt else { return bound }
            return min(poll, bound)
        case .reattaching:
            let sent = instances.values.compactMap { instance -> Instant? in
                guard case .sent(let at) = instance.reattachment else { return nil }
                return at + monitor.tuning.duration(.reattachTimeout) + .milliseconds(1)
            }
            return min(sent.min() ?? attempt.phaseSince + settings.failoverTimeout, attempt.phaseSince + settings.failoverTimeout)
        }
    }
}
