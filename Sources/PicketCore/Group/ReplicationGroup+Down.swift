/// Holding instances down, and up again.
extension ReplicationGroup {
    mutating func judge(_ id: InstanceID, _ monitor: inout Monitor) {
        if let index = instances.index(of: id) { judge(at: index, &monitor) }
    }

    /// S_DOWN of one instance, by Sentinel's three rules.
    mutating func judge(at index: Int, _ monitor: inout Monitor) {
        guard !monitor.isTilted else { return }
        let shouldBeDown = nextJudgement(at: index, monitor).map { $0 <= monitor.now } ?? false
        guard shouldBeDown != instances[at: index].isDown else { return }
        if shouldBeDown {
            instances[at: index].downSince = monitor.now
            instances[at: index].lastDownAt = monitor.now
        } else {
            instances[at: index].downSince = nil
            instances[at: index].isScriptKillSent = false
        }
        let instance = instances[at: index]
        monitor.notify(shouldBeDown ? .subjectivelyDown : .subjectivelyUp, subject(instance, monitor))
        if isPrimary(instance.id) {
            if shouldBeDown { askSoon(monitor) }
            monitor.standingsToTell.append(name)
        }
        // What follows from it is looked at in this turn.
        monitor.agenda.schedule(.group(name), at: monitor.now)
    }

    /// When the instance is to be held down if nothing changes until then; nil where all is well.
    func nextJudgement(at index: Int, _ monitor: Monitor) -> Instant? {
        let isPrimary = isPrimary(instances.keys[index])
        if isPrimary, instances[at: index].isSuspicious { return nextJudgement(ofPrimary: instances[at: index], monitor) }
        // Nothing has been heard of it since, whatever the tries to reach it end with.
        if instances[at: index].isCutOff, let since = instances[at: index].downSince { return since }
        return instances[at: index].reachability.silentSince.map { $0 + settings.downAfter }
    }

    private func nextJudgement(ofPrimary primary: Instance, _ monitor: Monitor) -> Instant? {
        var due: Instant?
        func consider(_ instant: Instant?) {
            if let instant { due = due.map { min($0, instant) } ?? instant }
        }
        if let since = primary.reachability.silentSince, !isBusyHangingUp(primary, monitor) { consider(since + settings.downAfter) }
        if primary.isCutOff { consider(primary.downSince) }
        consider(crashJudgement(of: primary, monitor))
        consider(primary.lostDataSince)
        if primary.claimedRole == .replica {
            // Where it has stepped back for one of its replicas, whoever led that has had time enough to tell.
            let patience =
                hasSteppedBack(primary, monitor)
                ? Limits.handOverToBeTold : settings.downAfter + monitor.tuning.duration(.infoPeriod) * 2
            consider(primary.claimedRoleSince + patience)
        }
        if let restartedAt = primary.restartedAt, settings.rebootDownAfter > .zero { consider(restartedAt + settings.rebootDownAfter) }
        return due
    }

    /// The primary follows one of its replicas.
    private func hasSteppedBack(_ primary: Instance, _ monitor: Monitor) -> Bool {
        guard let followed = primary.replication.primary, let other = instance(at: followed, monitor) else { return false }
        return other.id != primary.id
    }

    /// S_DOWN of the peers, each over its shared connection but by this group's down-after.
    mutating func judgePeers(_ monitor: inout Monitor) {
        guard !monitor.isTilted else { return }
        for index in peers.indices {
            guard let connection = monitor.peers.index(of: peers[at: index].id) else { continue }
            let silentSince = monitor.peers[at: connection].reachability.silentSince
            let shouldBeDown = silentSince.map { $0 + settings.downAfter <= monitor.now } ?? false
            guard shouldBeDown != (peers[at: index].downSince != nil) else { continue }
            peers[at: index].downSince = shouldBeDown ? monitor.now : nil
            if shouldBeDown {
                monitor.peers[at: connection].heldDownIn.append(name)
            } else {
                monitor.peers[at: connection].heldDownIn.remove(name)
            }
            monitor.notify(shouldBeDown ? .subjectivelyDown : .subjectivelyUp, subject(peers[at: index], monitor))
        }
    }

    /// How many monitors hold the primary down, this one included; zero where it does not.
    func agreeingVoters(_ monitor: Monitor) -> Int {
        guard primary.isDown else { return 0 }
        return 1 + peers.values.count { saysPrimaryIsDown($0, monitor, at: monitor.now) }
    }

    func saysPrimaryIsDown(_ peer: Peer, _ monitor: Monitor, at now: Instant) -> Bool {
        guard let opinion = peer.opinion else { return false }
        return opinion.isDown && now - opinion.at <= monitor.tuning.duration(.askPeriod) * Limits.opinionLifeInAskPeriods
    }

    /// O_DOWN of the primary: a quorum of monitors holds it down.
    mutating func judgeObjectively(_ monitor: inout Monitor) {
        guard !monitor.isTilted else { return }
        let agreeing = agreeingVoters(monitor)
        let shouldBeDown = agreeing >= settings.quorum
        if shouldBeDown, objectivelyDownSince == nil {
            objectivelyDownSince = monitor.now
            primary.lastDownAt = monitor.now
            hasToldOfNoCandidate = false
            monitor.notify(.objectivelyDown, primarySubject(monitor), .agreement(agreeing: agreeing, quorum: settings.quorum))
            // The replicas' reports matter from now on: look at them now, and once a second.
            for replica in replicas { tend(replica.id, &monitor) }
        } else if !shouldBeDown, objectivelyDownSince != nil {
            objectivelyDownSince = nil
            lostElections = 0
            fruitlessAttempts = 0
            monitor.notify(.objectivelyUp, primarySubject(monitor))
        }
    }

    /// Opinions may have changed: ask now, then at growing intervals.
    mutating func askSoon(_ monitor: Monitor) {
        nextAskAt = monitor.now
        askDelay = Limits.firstAskDelay
    }

    /// Asks the peers what they hold of the primary and, during an election, for their vote.
    mutating func askPeersIfDue(_ monitor: inout Monitor) {
        let isElecting = phase == .electing && attempt?.isAlone == false
        guard primary.isDown || isElecting, !monitor.isTilted else {
            nextAskAt = nil
            return
        }
        if nextAskAt == nil { askSoon(monitor) }
        guard let due = nextAskAt, due <= monitor.now else { return }
        for id in peers.keys {
            // Another picketd tells by itself whenever its opinion changes; what it told is confirmed now and then.
            if monitor.peers[id]?.comparesStandings == true {
                let isFresh = peers[id]?.opinion.map { monitor.now - $0.at < monitor.tuning.duration(.askPeriod) / 2 } ?? false
                let hasVoted = !isElecting || peers[id]?.vote?.epoch ?? .zero >= attempt!.epoch
                if !isFresh || !hasVoted { monitor.standingsToTell.append(name) }
            } else {
                ask(id, isElecting: isElecting, &monitor)
            }
        }
        nextAskAt = monitor.now + askDelay
        askDelay = min(askDelay * 2, monitor.tuning.duration(.askPeriod))
    }

    private mutating func ask(_ id: MonitorID, isElecting: Bool, _ monitor: inout Monitor) {
        guard let peer = peers[id], let connection = monitor.peers[id], connection.reachability.link.isOpen,
            let link = connection.reachability.link.id
        else { return }
        // One question at a time, unless the answer is long overdue.
        if let askedAt = peer.askedAt, monitor.now - askedAt < monitor.tuning.duration(.askPeriod) { return }
        if let attempt, isElecting, let vote = peer.vote, vote.epoch >= attempt.epoch,
            let opinion = peer.opinion, monitor.now - opinion.at < monitor.tuning.duration(.askPeriod)
        {
            return
        }
        let epoch = isElecting ? attempt!.epoch : monitor.currentEpoch
        let question = Request.askDown(
            group: name, primary: monitor.announced(primary.endpoint), epoch: epoch, candidate: isElecting ? monitor.identity : nil)
        monitor.emitWhenDurable(.send(link, question, names: names))
        monitor.peers[id]?.reachability.link.sent()
        peers[id]?.askedAt = monitor.now
    }

    /// `asked` is the primary that the question named: an answer about a former one says nothing about the present one.
    mutating func opinionReceived(
        from id: MonitorID, about asked: Endpoint, isDown: Bool, leader: MonitorID?, leaderEpoch: Epoch, _ monitor: inout Monitor
    ) {
        peers[id]?.askedAt = nil
        if monitor.isSame(asked, primary.endpoint) { peers[id]?.opinion = Peer.Opinion(isDown: isDown, at: monitor.now) }
        if let leader { peers[id]?.vote = Vote(epoch: leaderEpoch, leader: leader) }
        evaluate(&monitor)
    }
}
