/// SENTINEL EXPLAIN. Asks the same questions that the decisions ask, and changes nothing.
extension Supervisor {
    package func explanation(of name: GroupName, at now: Instant) -> Explanation? {
        guard let group = groups[name] else { return nil }
        var monitor = self.monitor
        monitor.now = max(now, monitor.now)
        return group.explanation(monitor)
    }

    /// What a core that is asked from outside leads by itself, and not because an operator said so.
    package func leadsAutomatically(_ name: GroupName) -> Bool {
        groups[name]?.attempt.map { $0.kind == .automatic || $0.kind == .switchover && !$0.isOrdered } ?? false
    }

    package func isPaused(_ name: GroupName, at now: Instant) -> Bool { groups[name]?.powers.isPaused(at: now) ?? false }
}

extension ReplicationGroup {
    func pauseView(at now: Instant) -> PauseView? {
        guard let until = powers.pausedUntil, until > now else { return nil }
        return PauseView(secondsLeft: (until - now + .milliseconds(999)).components.seconds, reason: powers[.pause]?.reason ?? "")
    }

    fileprivate func explanation(_ monitor: Monitor) -> Explanation {
        let replicas = choices(monitor)
        let (state, verdict) = judgement(replicas, monitor)
        let retryAt = attempt == nil ? mayStandFrom(monitor) : nil
        return Explanation(
            verdict: verdict, state: state, primary: monitor.announced(primary.endpoint),
            downFor: primary.downSince.map { max(0, (monitor.now - $0).wholeMilliseconds) },
            nextRetryIn: retryAt.map { max(0, ($0 - monitor.now).wholeMilliseconds) },
            quorum: settings.quorum, majority: majority, monitorsAlive: usableVoters, monitorsKnown: knownVoters,
            pause: pauseView(at: monitor.now),
            maintenance: powers.statements.values.compactMap { statement in
                guard case .maintenance(let endpoint) = statement.subject, statement.isOn else { return nil }
                return monitor.announced(endpoint)
            }, witnesses: witnesses(monitor), votes: ballots(monitor), replicas: replicas)
    }

    // MARK: Monitors

    private func witnesses(_ monitor: Monitor) -> [Explanation.Witness] {
        let own = Explanation.Witness(
            id: monitor.identity, endpoint: monitor.announced(ownEndpoint(monitor)), kind: .own,
            opinion: monitor.isTilted ? .unknown : primary.isDown ? .down : .up, age: 0)
        return [own]
            + peers.values.map { peer in
                let connection = monitor.peers[peer.id]
                let isPicket = connection?.comparesStandings == true
                // Another picketd tells whenever it changes its mind; redis-sentinel's word is good for a while.
                let isCurrent =
                    isPicket && connection?.reachability.link.isOpen == true && peer.downSince == nil
                    || peer.opinion.map { monitor.now - $0.at <= opinionLife(monitor) } ?? false
                let opinion = isCurrent ? peer.opinion : nil
                return Explanation.Witness(
                    id: peer.id, endpoint: monitor.announced(peer.endpoint), kind: isPicket ? .picketd : .other,
                    opinion: opinion.map { $0.isDown ? .down : .up } ?? .unknown,
                    age: opinion.map { max(0, (monitor.now - $0.at).wholeMilliseconds) } ?? -1)
            }
    }

    private func ownEndpoint(_ monitor: Monitor) -> Endpoint {
        hello(from: primary.reachability.localHost.isEmpty ? "127.0.0.1" : primary.reachability.localHost, monitor).senderEndpoint
    }

    private func opinionLife(_ monitor: Monitor) -> Duration { monitor.tuning.duration(.askPeriod) * Limits.opinionLifeInAskPeriods }

    private func ballots(_ monitor: Monitor) -> [Explanation.Ballot] {
        (vote.map { [Explanation.Ballot(voter: monitor.identity, vote: $0)] } ?? [])
            + peers.values.compactMap { peer in peer.vote.map { Explanation.Ballot(voter: peer.id, vote: $0) } }
    }

    // MARK: Replicas

    private func choices(_ monitor: Monitor) -> [Explanation.Choice] {
        let eligible = eligible(freshSince: nil, monitor).sorted { isBetter($0, than: $1, monitor) }
        let others = replicas.filter { replica in !eligible.contains { $0.id == replica.id } }
        return (eligible + others).map { replica in
            Explanation.Choice(
                endpoint: monitor.announced(replica.endpoint), isChoosable: eligible.contains { $0.id == replica.id },
                reason: reason(for: replica, eligible, monitor), offset: replica.replication.offset,
                priority: replica.replication.priority, objection: objection(to: replica, freshSince: nil, monitor)?.rawValue)
        }
    }

    private func reason(for replica: Instance, _ eligible: [Instance], _ monitor: Monitor) -> String {
        if let objection = objection(to: replica, freshSince: nil, monitor) { return "cannot be promoted: it \(objection.rawValue)" }
        guard let best = eligible.first, best.id != replica.id else {
            return eligible.count > 1 ? "would be chosen first" : "would be chosen: it is the only one that can be"
        }
        return "comes after \(monitor.announced(best.endpoint)): it \(defeat(of: replica, by: best))"
    }

    // MARK: The verdict

    private func judgement(_ replicas: [Explanation.Choice], _ monitor: Monitor) -> (Explanation.State, String) {
        let address = "\(monitor.announced(primary.endpoint))"
        if let attempt { return (.failover, underWay(attempt, monitor)) }
        if monitor.isTilted {
            return (.tilt, "This monitor stood still a moment ago and judges nobody until it has had a fresh round of answers.")
        }
        if let fault = monitor.storageFault {
            return (
                .disk,
                "This monitor cannot write its state (\(fault)), so it votes for nobody and leads nothing. Its disk has to be mended."
            )
        }
        if let pause = pauseView(at: monitor.now) {
            let why = pause.reason.isEmpty ? "" : " (\(pause.reason))"
            let what = primary.isDown ? "The primary \(address) is held down, but automatic failovers are" : "Automatic failovers are"
            return (
                .paused,
                "\(what) paused for \(pause.secondsLeft) s more\(why). SENTINEL RESUME \(name) ends the pause; SENTINEL FAILOVER \(name) is obeyed all the same."
            )
        }
        guard primary.isDown else { return calm(replicas, address, monitor) }
        let agreeing = agreeingVoters(monitor)
        if settings.quorum > knownVoters {
            return (
                .noQuorum,
                "The primary \(address) is held down here, but the quorum of \(settings.quorum) is more than the \(knownVoters) monitors that are known. SENTINEL SET \(name) quorum … lowers it."
            )
        }
        if usableVoters < votesNeeded { return (.noMajority, tooFewVoters("The primary \(address) is held down here, but")) }
        if objectivelyDownSince == nil {
            return (
                .suspected,
                "This monitor holds the primary \(address) down, and \(agreeing) of the \(settings.quorum) monitors that the quorum asks for do: \(settings.quorum - agreeing) more must see it down, too."
            )
        }
        if !replicas.contains(where: \.isChoosable), bestCandidate(freshSince: nil, monitor) == nil {
            return (
                .noReplica,
                "The primary \(address) is held down by \(agreeing) monitors, but no replica can be promoted\(replicas.isEmpty ? ": none is known" : ""). This monitor looks again every 100 ms."
            )
        }
        return (.down, waiting(address, monitor))
    }

    /// The primary is not held down here. What would happen if it died now?
    private func calm(_ replicas: [Explanation.Choice], _ address: String, _ monitor: Monitor) -> (Explanation.State, String) {
        let alive = primary.reachability.silentSince == nil
        let word =
            alive
            ? "The primary \(address) answers"
            : "The primary \(address) has not answered for \(max(0, (monitor.now - primary.reachability.silentSince!).wholeMilliseconds)) ms of \(settings.downAfter.wholeMilliseconds)"
        if usableVoters < votesNeeded { return (.noMajority, tooFewVoters("\(word), so there is no failover; and if it died,")) }
        guard replicas.contains(where: \.isChoosable) else {
            return (.noReplica, "\(word), so there is no failover; and if it died, no replica could be promoted.")
        }
        return (
            .ok,
            "\(word), so there is no failover. If \(settings.quorum) monitors held it down, \(replicas[0].endpoint) would take its place."
        )
    }

    private func tooFewVoters(_ beginning: String) -> String {
        "\(beginning) only \(usableVoters) of \(knownVoters) monitors can be reached and \(votesNeeded) votes are needed. "
            + "The others must come back, or be forgotten for good (SENTINEL FORGET \(name) SENTINEL …)."
    }

    private func waiting(_ address: String, _ monitor: Monitor) -> String {
        let down = "The primary \(address) is held down by a quorum"
        if let deferral, deferral.until > monitor.now {
            return
                "\(down). This monitor has voted for \(deferral.leader.short)… and waits \((deferral.until - monitor.now).wholeMilliseconds) ms at most for what that one makes of it."
        }
        if let mayStandAt, mayStandAt > monitor.now {
            return
                "\(down). The latest try failed (\(lostElections) elections in a row were lost); this monitor stands again in \((mayStandAt - monitor.now).wholeMilliseconds) ms."
        }
        return "\(down). This monitor stands for election as soon as it is its turn."
    }

    private func underWay(_ attempt: FailoverAttempt, _ monitor: Monitor) -> String {
        let kind =
            switch attempt.kind {
            case .automatic: "A failover"
            case .switchover:
                attempt.isOrdered ? "A switch that an operator ordered" : "A switch away from the primary, which is shutting down,"
            case .forced: "A forced failover that an operator ordered"
            }
        let what =
            switch attempt.phase {
            case .electing: "votes are being collected, \(votesNeeded) are needed"
            case .selecting: "the replicas are being asked for what they have"
            case .catchingUp: "the preferred replica gets what it lacks"
            case .handingOver: "the primary is handing over"
            case .awaitingPromotion: "the chosen replica was told, and has not said yet that it is a primary"
            case .reattaching: "the new primary is announced, and the other replicas are being led to it"
            }
        return
            "\(kind) is under way, led by this monitor in epoch \(attempt.epoch) for \((monitor.now - attempt.startedAt).wholeMilliseconds) ms: \(what)."
    }
}
