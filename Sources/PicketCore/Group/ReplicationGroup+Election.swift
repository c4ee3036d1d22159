/// Standing for election, voting, and counting.
extension ReplicationGroup {
    // MARK: As a voter

    /// One vote for each group and epoch, first come first served, whether or not this monitor holds the primary down
    /// (as Sentinel votes). Nil where this monitor never voted, or cannot keep a promise now.
    ///
    /// Whoever answers with the vote must wait until it is durable.
    mutating func castVote(for candidate: MonitorID, in epoch: Epoch, _ monitor: inout Monitor) -> Vote? {
        guard monitor.canPromise else { return nil }
        endPauseIfDue(&monitor)
        guard epoch <= .greatestAccepted, !withholdsVote(from: candidate, in: epoch, monitor), !isSpokenFor(against: candidate, monitor)
        else {
            return vote
        }
        monitor.raiseEpoch(to: epoch)
        let lastVoted = vote?.epoch ?? .zero
        // Sentinel also refuses an epoch that is not its latest, though that may have been raised for another group: when many primaries
        // die at once, the elections of one group spoil those of all others. What counts is what was promised and settled in this
        // group: whoever voted here in a later epoch, or follows a later configuration, refuses; and of every majority one did.
        guard lastVoted < epoch || monitor.isMutated(.voteTwice), configEpoch < epoch else { return vote }
        let cast = Vote(epoch: epoch, leader: candidate)
        vote = cast
        monitor.record(.voted(name, cast))
        monitor.notifyWhenDurable(.voted, nil, .vote(candidate, epoch))
        if candidate != monitor.identity { yield(to: candidate, &monitor) }
        return cast
    }

    /// Whoever was voted for a moment ago may be promoting somebody now, and so may this monitor itself: a second leader would promote
    /// another one beside it. (Sentinel votes again at once.)
    private func isSpokenFor(against candidate: MonitorID, _ monitor: Monitor) -> Bool {
        guard candidate != monitor.identity, !monitor.isMutated(.voteTwice) else { return false }
        if phase == .awaitingPromotion || phase == .handingOver, let attempt {
            return monitor.now < attempt.phaseSince + Limits.voteRestOfLeader
        }
        guard let deferral, deferral.leader != candidate else { return false }
        return monitor.now < deferral.since + Limits.voteRest
    }

    /// Having voted for another, wait a bounded time for what it makes of it.
    private mutating func yield(to leader: MonitorID, _ monitor: inout Monitor) {
        deferral = Deferral(leader: leader, since: monitor.now, until: monitor.now + Limits.electionDeferral)
        monitor.peers[leader]?.awaitedBy.append(name)
        watchedUntil = monitor.now + Limits.electionDeferral
        tend(primaryID, &monitor)
        switch attempt?.phase {
        // Nobody was promoted yet.
        case .electing, .selecting, .catchingUp: abandon(.abortedNotElected, retryAfter: .zero, &monitor)
        case .handingOver, .awaitingPromotion, .reattaching, nil: break
        }
        // A newer failover has begun: what is left of ours is its business.
        if attempt?.phase == .reattaching { finish(.failoverEnded, &monitor) }
    }

    /// The leader that we wait for is gone: wait no longer.
    mutating func leaderLost(_ leader: MonitorID, _ monitor: inout Monitor) {
        if deferral?.leader == leader {
            deferral = nil
            deferralEndedAt = monitor.now
        }
        evaluate(&monitor)
    }

    private mutating func endDeferralIfDue(_ monitor: inout Monitor) {
        guard let deferral else { return }
        if deferral.until <= monitor.now || peers[deferral.leader]?.downSince != nil || hasFallenSilent(deferral.leader, monitor) {
            self.deferral = nil
            deferralEndedAt = monitor.now
            monitor.peers[deferral.leader]?.awaitedBy.remove(name)
        }
    }

    /// It stands still, or has vanished with its zone; long before it is held down for that.
    private func hasFallenSilent(_ leader: MonitorID, _ monitor: Monitor) -> Bool {
        guard let since = monitor.peers[leader]?.reachability.silentSince else { return false }
        return monitor.now - since >= Limits.leaderSilence
    }

    // MARK: As a candidate

    /// Stands for election where the primary is held down by enough monitors and nothing speaks against it.
    mutating func standIfDue(_ monitor: inout Monitor) {
        endDeferralIfDue(&monitor)
        guard deferral == nil, let due = mayStandFrom(monitor), due <= monitor.now else { return }
        // A candidate that cannot win anything must not raise the epoch for it.
        guard bestCandidate(freshSince: nil, monitor) != nil else {
            tellOfNoCandidate(&monitor)
            return
        }
        if attempt?.phase == .reattaching { finish(.failoverEnded, &monitor) }
        begin(.automatic, &monitor)
        advance(&monitor)
    }

    /// When this monitor may stand; nil while something other than time stands against it.
    func mayStandFrom(_ monitor: Monitor) -> Instant? {
        guard !monitor.isTilted, monitor.canPromise, let downSince = objectivelyDownSince, attempt?.phase.isBeforeSwitch != true,
            usableVoters >= votesNeeded, settings.quorum <= knownVoters, !isPaused(monitor)
        else { return nil }
        var due = max(downSince, deferralEndedAt ?? downSince) + stagger(monitor)
        if let mayStandAt { due = max(due, mayStandAt) }
        // Until then it is looked now and then whether the leader is still there.
        if let deferral { due = max(due, min(deferral.until, monitor.now + Limits.leaderLookPeriod)) }
        return due
    }

    /// Candidates that notice at the same moment must not ask at the same moment: each waits by its rank.
    private func stagger(_ monitor: Monitor) -> Duration {
        min(max(Limits.electionStagger, longestRoundTrip(monitor) * 2), Limits.electionStaggerAtMost) * rank(monitor)
    }

    /// To any of the peers, as the last ping found it.
    private func longestRoundTrip(_ monitor: Monitor) -> Duration {
        peers.values.reduce(.zero) { longest, peer in
            peer.downSince == nil ? max(longest, monitor.peers[peer.id]?.reachability.roundTrip ?? .zero) : longest
        }
    }

    /// The place of this monitor among the voters believed alive, in an order of its own for each group, so that the
    /// leaderships of a fleet spread over the monitors.
    func rank(_ monitor: Monitor) -> Int {
        let own = weight(monitor.identity)
        return peers.values.count { $0.downSince == nil && (weight($0.id), $0.id) < (own, monitor.identity) }
    }

    func weight(_ id: MonitorID) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        id.forEachByte { hash = (hash ^ UInt64($0)) &* 0x0000_0100_0000_01b3 }
        return hash
    }

    /// Stands for election in a new epoch; a forced failover asks for votes too, but does not depend on them.
    ///
    /// - Parameter chosen: the epoch; nil: the next one.
    mutating func begin(_ kind: FailoverAttempt.Kind, in chosen: Epoch? = nil, _ monitor: inout Monitor) {
        if !monitor.isMutated(.keepEpoch) { monitor.raiseEpoch(to: chosen ?? nextEpochToElectIn(monitor)) }
        let epoch = monitor.currentEpoch
        attempt = FailoverAttempt(epoch: epoch, kind: kind, trace: newTrace(kind, epoch: epoch, monitor), at: monitor.now)
        monitor.notify(.failoverTried, primarySubject(monitor))
        _ = castVote(for: monitor.identity, in: epoch, &monitor)
        tellOfOrder(kind, in: epoch, &monitor)
        askAgainForVotes(monitor)
    }

    /// Elections leave out the epochs of those who go on alone: nobody who votes may know that one of them is taken.
    private func nextEpochToElectIn(_ monitor: Monitor) -> Epoch {
        let next = monitor.currentEpoch.number + 1
        return Epoch(next % Limits.epochsPerLoneOne == 0 ? next + 1 : next)
    }

    /// No majority for a forced failover: it goes on in an epoch that nobody else takes meanwhile. Every 16th is for those who go on alone,
    /// and of as many such in a row as there are monitors, one belongs to each. (redis-sentinel knows nothing of that and takes the next
    /// one, whichever it is: those that it gets to first are left out.)
    private mutating func goOnAlone(_ attempt: FailoverAttempt, _ monitor: inout Monitor) {
        let rank = UInt64(peers.keys.count { $0 < monitor.identity })
        let voters = UInt64(knownVoters)
        var turn = monitor.currentEpoch.number / Limits.epochsPerLoneOne + voters
        turn += (rank + voters - turn % voters) % voters
        monitor.remark(.warning, "No majority voted for the forced failover of \(name). It goes on without.")
        let target = attempt.target
        self.attempt = nil
        begin(.forced, in: Epoch(turn * Limits.epochsPerLoneOne), &monitor)
        self.attempt?.target = target
        self.attempt?.isAlone = true
    }

    private mutating func askAgainForVotes(_ monitor: Monitor) {
        for id in peers.keys { peers[id]?.askedAt = nil }
        askSoon(monitor)
    }

    /// Stands for election by its own vote, which is how other picketd are asked for theirs.
    func isCandidate(_ monitor: Monitor) -> Bool {
        guard phase == .electing, let attempt, !attempt.isAlone else { return false }
        return vote == Vote(epoch: attempt.epoch, leader: monitor.identity)
    }

    /// Votes for this monitor in the attempt's own epoch.
    private func votesWon(_ attempt: FailoverAttempt, _ monitor: Monitor) -> Int {
        let won = Vote(epoch: attempt.epoch, leader: monitor.identity)
        if monitor.isMutated(.countOldVotes) { return 1 + peers.values.count { $0.vote?.leader == won.leader } }
        return (vote == won ? 1 : 0) + peers.values.count { $0.vote == won }
    }

    /// Peers that can still give their vote in the attempt's epoch.
    private func votesOpen(_ attempt: FailoverAttempt) -> Int {
        peers.values.count { $0.downSince == nil && ($0.vote?.epoch ?? .zero) < attempt.epoch }
    }

    mutating func countVotes(_ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .electing else { return }
        let won = votesWon(attempt, monitor)
        if won >= votesNeeded || attempt.isAlone || monitor.isMutated(.skipMajority) {
            monitor.notifyWhenDurable(.elected, primarySubject(monitor))
            if monitor.simulatedFailures.contains(.crashAfterElection) { monitor.emitWhenDurable(.exit(status: 99)) }
            lostElections = 0
            traceVotes(monitor)
            self.attempt?.trace.ended(.elect, at: monitor.now)
            beginSelecting(&monitor)
            return
        }
        let isLost = won + votesOpen(attempt) < votesNeeded || monitor.now - attempt.startedAt >= electionPatience(monitor)
        if attempt.kind == .forced {
            guard isLost || monitor.now - attempt.startedAt >= Limits.forcedElection else { return }
            goOnAlone(attempt, &monitor)
            advance(&monitor)
        } else if isLost {
            let exponent = min(lostElections, Limits.electionBackoffDoublings)
            lostElections += 1
            let pause = monitor.random.pause(settings.electionRetry) * (1 << exponent)
            if attempt.kind == .switchover, attempt.triesLeft > 0 {
                postponeOrder(attempt, until: monitor.now + pause)
                self.attempt?.ticket = nil
            }
            self.attempt?.failure = "another monitor was elected, or the votes split"
            abandon(.abortedNotElected, retryAfter: pause, &monitor)
        }
    }

    /// How long votes are waited for. A voter that vanished without a word is held down only after down-after, and where the others'
    /// votes are split nobody would be elected until then; so it is tried again soon, and with more patience each time, up to
    /// Sentinel's.
    func electionPatience(_ monitor: Monitor) -> Duration {
        let usual = min(monitor.tuning.duration(.electionTimeout), settings.failoverTimeout)
        if attempt?.kind == .forced { return min(usual, Limits.forcedElection) }
        // Somebody has won or nobody will: there is not much to wait for.
        let isContested = peers.values.contains { $0.vote.map { $0.epoch == attempt?.epoch && $0.leader != monitor.identity } ?? false }
        let first =
            isContested
            ? min(max(Limits.votesAwaitedWhenContested, longestRoundTrip(monitor) * 4), Limits.votesAwaited) : Limits.votesAwaited
        return min(usual, first * (1 << min(lostElections, Limits.votesAwaitedDoublings)))
    }

    // MARK: Ends

    /// Gives up an attempt that has changed nothing yet.
    mutating func abandon(_ reason: Notice.Kind, retryAfter pause: Duration, _ monitor: inout Monitor) {
        precondition(attempt?.phase.isBeforeSwitch == true, "only an attempt before the switch can be abandoned")
        let why = attempt?.failure ?? NoticeReason.text(of: reason)
        answer(attempt?.ticket, .refused(.other("ABORTED Nothing was changed: \(why)")), &monitor)
        closeTrace(.failed(why), &monitor)
        // It may have stepped back, or do so yet, with nobody to take its place.
        if attempt?.handOver != nil { watchedUntil = monitor.now + Limits.electionDeferral }
        attempt = nil
        mayStandAt = monitor.now + pause
        monitor.notify(reason, primarySubject(monitor))
        for replica in replicas { instances[replica.id]?.reattachment = .none }
        if watchedUntil != nil { tend(primaryID, &monitor) }
    }

    mutating func finish(_ reason: Notice.Kind, _ monitor: inout Monitor) {
        if monitor.isMutated(.neverEnd) {
            attempt?.phaseSince = monitor.now
            return
        }
        attempt?.trace.ended(.reconfigure, at: monitor.now)
        closeTrace(.done, &monitor)
        attempt = nil
        for id in instances.keys { instances[id]?.reattachment = .none }
        monitor.notify(reason, primarySubject(monitor))
    }
}

/// Why an attempt was given up, in words.
private enum NoticeReason {
    static func text(of kind: Notice.Kind) -> String {
        switch kind {
        case .abortedNotElected: "this monitor was not elected"
        case .abortedNoGoodReplica: "no replica can be promoted"
        case .abortedReplicaTimeout: "the chosen replica did not become a primary in time"
        default: kind.rawValue
        }
    }
}
