/// What operators order beyond Sentinel's commands, as one group obeys it.
///
/// Every order is a statement with a version. The monitor that takes it tells it to the other picketd, and they to those that they know;
/// whoever knows an older one adopts it. A statement is on disk before anybody is told, the operator included.
extension ReplicationGroup {
    // MARK: Orders

    /// Carries out an order, or says why not.
    mutating func carryOut(_ order: PowerOrder, _ ticket: Ticket, _ monitor: inout Monitor) {
        let answer: Answer
        if !monitor.canPromise {
            answer = .refused(.other(monitor.storageRefusal))
        } else {
            switch order {
            case .pause(let time, let reason): answer = pause(for: time, reason, &monitor)
            case .resume: answer = state(.pause, isOn: false, &monitor) ?? .done
            case .maintenance(let endpoint, let isOn, let reason): answer = maintain(endpoint, isOn, reason, &monitor)
            case .forgetReplica(let endpoint):
                guard let decided = forgetReplica(at: endpoint, ticket, &monitor) else { return evaluate(&monitor) }
                answer = decided
            case .forgetMonitor(let id): answer = forgetMonitor(id, &monitor)
            case .forgetMonitorAt(let endpoint):
                let peer = peers.values.first { monitor.isSame($0.endpoint, endpoint) }
                answer =
                    peer.map { forgetMonitor($0.id, &monitor) }
                    ?? .refused(.other("ERR No sentinel of \(name) is known at \(endpoint). SENTINEL SENTINELS \(name) lists them."))
            }
        }
        reply(answer, to: ticket, &monitor)
        evaluate(&monitor)
    }

    /// A refusal promises nothing, and waits for no disk.
    private mutating func reply(_ answer: Answer, to ticket: Ticket, _ monitor: inout Monitor) {
        if case .refused = answer { monitor.emit(.answer(ticket, answer)) } else { monitor.emitWhenDurable(.answer(ticket, answer)) }
    }

    /// A new order about a subject. Nil where it was taken.
    private mutating func state(
        _ subject: PowerSubject, isOn: Bool, reason: String = "", remaining: Duration = .zero, _ monitor: inout Monitor
    ) -> Answer? {
        guard makeRoom(for: subject, &monitor) else {
            return .refused(
                .other("ERR \(Limits.powersPerGroup) instances of \(name) are in maintenance already; end some of it before there is more.")
            )
        }
        let version = powers.nextVersion(by: monitor.identity)
        adopt(PowerStatement(subject, version, isOn: isOn, reason: reason, remaining: remaining), &monitor)
        return nil
    }

    private mutating func pause(for time: Duration, _ reason: String, _ monitor: inout Monitor) -> Answer {
        if let refusal = state(.pause, isOn: true, reason: reason, remaining: time, &monitor) { return refusal }
        let others = peers.values.filter { monitor.peers[$0.id]?.comparesStandings == false }
        guard !others.isEmpty else { return .done }
        let list = others.map { monitor.announced($0.endpoint).description }.joined(separator: " ")
        return .told("OK, but \(others.count) of \(peers.count) peers are not picketd and cannot be paused: \(list)")
    }

    private mutating func maintain(_ endpoint: Endpoint, _ isOn: Bool, _ reason: String, _ monitor: inout Monitor) -> Answer {
        let instance = instance(at: endpoint, monitor)
        let wasStated = powers[spelled(.maintenance(endpoint), monitor)]?.isOn == true
        guard instance != nil || wasStated && !isOn else {
            return .refused(
                .other("ERR \(endpoint) is no instance of \(name). SENTINEL MASTER \(name) and SENTINEL REPLICAS \(name) list them."))
        }
        let subject = PowerSubject.maintenance(instance.map { monitor.announced($0.endpoint) } ?? endpoint)
        if let refusal = state(spelled(subject, monitor), isOn: isOn, reason: reason, &monitor) { return refusal }
        guard isOn, let instance, isPrimary(instance.id) else { return .done }
        if let obstacle = beginSwitchover(&monitor) {
            return .told("OK, but it stays the primary: \(obstacle). SENTINEL FAILOVER \(name) moves the role away once that has changed")
        }
        return .told("OK, switching away from it first")
    }

    /// Nil where the primary is asked first whether it still serves that replica: what it told last may be older than the replica's end.
    private mutating func forgetReplica(at endpoint: Endpoint, _ ticket: Ticket?, _ monitor: inout Monitor) -> Answer? {
        guard let replica = instance(at: endpoint, monitor) else {
            if powers[spelled(.replica(endpoint), monitor)]?.isOn == true { return .done }
            return .refused(.other("ERR \(endpoint) is no replica of \(name). SENTINEL REPLICAS \(name) lists them."))
        }
        if isPrimary(replica.id) {
            return .refused(.other("ERR \(endpoint) is the primary of \(name). SENTINEL FAILOVER \(name) makes another one the primary."))
        }
        if isNeeded(replica.id) { return .refused(.failoverInProgress) }
        if let sign = signOfLife(of: replica, monitor) {
            return .refused(.other("ERR it is alive and would be found again (\(sign)). Shut it down, or let it follow nobody, before."))
        }
        if let ticket, var primary = instances[primaryID], !primary.isDown, primary.reachability.link.isOpen {
            askInfo(of: &primary, &monitor)
            instances[primaryID] = primary
            powers.awaitedForgets.append(.init(endpoint: endpoint, ticket: ticket, since: monitor.now))
            return nil
        }
        return state(spelled(.replica(monitor.announced(replica.endpoint)), monitor), isOn: true, &monitor) ?? .done
    }

    private mutating func forgetMonitor(_ id: MonitorID, _ monitor: inout Monitor) -> Answer {
        if id == monitor.identity {
            return .refused(.other("ERR \(id) is this very sentinel. SENTINEL REMOVE \(name) has it watch the group no more."))
        }
        guard let peer = peers[id] else {
            if powers[.monitor(id)]?.isOn == true { return .done }
            return .refused(.other("ERR No sentinel of \(name) has the id \(id). SENTINEL SENTINELS \(name) lists them."))
        }
        if let sign = signOfLife(of: peer, monitor) {
            return .refused(.other("ERR it is alive and would be found again (\(sign)). End it before."))
        }
        return state(.monitor(id), isOn: true, &monitor) ?? .done
    }

    /// The primary has told, or does not in time.
    mutating func decideAwaitedForgets(_ monitor: inout Monitor) {
        guard !powers.awaitedForgets.isEmpty else { return }
        let toldAt = primary.reportedAt ?? .init(sinceStart: .zero)
        let due = powers.awaitedForgets.filter { !primary.isInfoPending && $0.since <= toldAt || $0.due <= monitor.now }
        guard !due.isEmpty else { return }
        powers.awaitedForgets.removeAll { due.contains($0) }
        for forget in due { reply(forgetReplica(at: forget.endpoint, nil, &monitor) ?? .done, to: forget.ticket, &monitor) }
    }

    /// Whoever waits for it hears that nothing comes of it.
    mutating func refuseAwaitedForgets(_ monitor: inout Monitor) {
        for forget in powers.awaitedForgets { reply(.refused(.noSuchGroup), to: forget.ticket, &monitor) }
        powers.awaitedForgets = []
    }

    /// Why a replica that is forgotten would be discovered again at once.
    private func signOfLife(of replica: Instance, _ monitor: Monitor) -> String? {
        let link = replica.reachability.link
        let goneSince = replica.downSince ?? (!link.isOpen && link.wasRefused ? replica.refusedSince ?? monitor.now : nil)
        let isListed = primary.report?.replicas.contains { monitor.isSame($0, replica.endpoint) } ?? false
        // A list from before its end says nothing.
        let isListNew = goneSince.map { since in primary.reportedAt.map { $0 >= since } ?? false } ?? true
        if isListed, isListNew, !primary.isDown { return "the primary lists it among its replicas" }
        // Or one that was the primary until a moment ago: it is about to be led over.
        let follows = replica.followed.map { instance(at: $0, monitor) != nil } ?? false
        return goneSince == nil && follows && replica.claimedRole == .replica ? "it answers, and follows one of the group" : nil
    }

    private func signOfLife(of peer: Peer, _ monitor: Monitor) -> String? {
        let age = monitor.now - peer.lastHello
        if age < monitor.tuning.duration(.publishPeriod) * 3 { return "its last hello came \(max(0, age.wholeMilliseconds)) ms ago" }
        let link = monitor.peers[peer.id]?.reachability.link
        let isRefused = link.map { !$0.isOpen && $0.wasRefused } ?? true
        return peer.downSince == nil && !isRefused ? "it is not held down" : nil
    }

    /// What goes on now cannot do without it.
    private func isNeeded(_ id: InstanceID) -> Bool { isPrimary(id) || attempt?.candidate == id || attempt?.source == id }

    // MARK: Statements

    /// An instance is the same by any of its names: the one that was used first stays.
    private func spelled(_ subject: PowerSubject, _ monitor: Monitor) -> PowerSubject {
        guard let endpoint = subject.endpoint, powers[subject] == nil, !monitor.addresses.isEmpty else { return subject }
        return powers.statements.keys.first { known in
            switch (known, subject) {
            case (.maintenance(let other), .maintenance), (.replica(let other), .replica): monitor.isSame(other, endpoint)
            default: false
            }
        } ?? subject
    }

    private mutating func makeRoom(for subject: PowerSubject, _ monitor: inout Monitor) -> Bool {
        guard powers[subject] == nil, powers.statements.count >= Limits.powersPerGroup else { return true }
        guard let dispensable = powers.mostDispensable() else { return false }
        powers.drop(dispensable)
        monitor.record(.powerDropped(name, dispensable))
        return true
    }

    /// Another picketd passes on what was ordered.
    mutating func hear(_ told: PowerStatement, _ monitor: inout Monitor) {
        var statement = told
        statement.subject = spelled(told.subject, monitor)
        if let known = powers[statement.subject] {
            let countedOn = known.isEstimate && !told.isEstimate && told.version == known.version
            guard told.version > known.version || countedOn else { return }
        } else if !makeRoom(for: statement.subject, &monitor) {
            return monitor.remark(
                .warning, "More is ordered about \(name) than is kept (\(Limits.powersPerGroup) orders). The rest is ignored.")
        }
        // It was forgotten elsewhere, and cannot be here.
        if case .replica(let endpoint) = statement.subject, let replica = instance(at: endpoint, monitor), isNeeded(replica.id) {
            statement.isOn = false
        }
        if case .monitor(monitor.identity) = statement.subject { statement.isOn = false }
        // It expired on the way.
        if statement.subject == .pause, statement.remaining <= .zero { statement.isOn = false }
        adopt(statement, &monitor)
    }

    private mutating func adopt(_ statement: PowerStatement, _ monitor: inout Monitor) {
        let wasPaused = powers.isPaused(at: monitor.now)
        let known = powers[statement.subject]
        powers.set(statement, at: monitor.now)
        monitor.record(.powerStated(name, statement))
        monitor.powersToTell.append(PowerKey(group: name, subject: statement.subject))
        switch statement.subject {
        case .pause:
            if statement.isOn {
                // How long yet was only made more precise.
                if wasPaused, known?.version == statement.version { return }
                let seconds = (statement.remaining + .milliseconds(999)).components.seconds
                monitor.notifyWhenDurable(.paused, primarySubject(monitor), .pause(seconds: seconds, reason: statement.reason))
                giveUpAutomaticAttempt(&monitor)
            } else if wasPaused {
                monitor.notifyWhenDurable(.resumed, primarySubject(monitor), .word("resumed"))
                standInTurn(monitor)
            }
        case .maintenance(let endpoint):
            guard statement.isOn || known?.isOn == true, let instance = instance(at: endpoint, monitor) else { return }
            monitor.notifyWhenDurable(
                statement.isOn ? .maintenanceBegan : .maintenanceEnded, subject(instance, monitor), .word(statement.reason))
        case .replica(let endpoint): if statement.isOn { dropReplica(at: endpoint, &monitor) }
        case .monitor(let id): if statement.isOn { dropPeer(id, &monitor) }
        }
    }

    /// One that has told nobody to change its role yet.
    private mutating func giveUpAutomaticAttempt(_ monitor: inout Monitor) {
        guard let attempt, attempt.kind == .automatic, !monitor.isMutated(.ignorePause) else { return }
        switch attempt.phase {
        case .electing, .selecting, .catchingUp:
            self.attempt?.failure = "the group was paused"
            abandon(.abortedNotElected, retryAfter: .zero, &monitor)
        case .handingOver, .awaitingPromotion, .reattaching: break
        }
    }

    private mutating func dropReplica(at endpoint: Endpoint, _ monitor: inout Monitor) {
        powers.lastForgottenAt = monitor.now
        guard let replica = instance(at: endpoint, monitor) else { return }
        monitor.notifyWhenDurable(.forgotten, subject(replica, monitor))
        if formerPrimary == replica.id { formerPrimary = nil }
        attempt?.awaitedReports.remove(replica.id)
        drop(replica.id, &monitor)
        if !monitor.isMutated(.forgetInMemoryOnly) { monitor.record(.replicaRemoved(name, replica.endpoint)) }
    }

    private mutating func dropPeer(_ id: MonitorID, _ monitor: inout Monitor) {
        guard let peer = peers[id] else { return }
        monitor.notifyWhenDurable(.forgotten, subject(peer, monitor))
        peers.removeValue(forKey: id)
        monitor.detach(id, from: name)
        if !monitor.isMutated(.forgetInMemoryOnly) { monitor.record(.peerRemoved(name, id)) }
        if deferral?.leader == id { deferral = nil }
        standInTurn(monitor)
    }

    // MARK: What becomes of it

    func isPaused(_ monitor: Monitor) -> Bool { powers.isPaused(at: monitor.now) && !monitor.isMutated(.ignorePause) }

    mutating func endPauseIfDue(_ monitor: inout Monitor) {
        guard let until = powers.pausedUntil, until <= monitor.now, let ended = powers.end(.pause) else { return }
        monitor.record(.powerStated(name, ended))
        monitor.notifyWhenDurable(.resumed, primarySubject(monitor), .word("expired"))
        standInTurn(monitor)
    }

    /// What kept all from standing has ended at about the same moment for all: the ranks count from here.
    private mutating func standInTurn(_ monitor: Monitor) {
        if objectivelyDownSince != nil { deferralEndedAt = monitor.now }
    }

    func isInMaintenance(_ instance: Instance, _ monitor: Monitor) -> Bool {
        guard !powers.isEmpty, !monitor.isMutated(.promoteInMaintenance) else { return false }
        return powers[spelled(.maintenance(instance.endpoint), monitor)]?.isOn ?? false
    }

    /// Whoever is discovered again is here again: only a new order makes it go.
    mutating func noteReturn(of subject: PowerSubject, _ monitor: inout Monitor) {
        guard !powers.isEmpty, let ended = powers.end(spelled(subject, monitor)) else { return }
        monitor.record(.powerStated(name, ended))
        switch subject {
        case .replica(let endpoint):
            if let replica = instance(at: endpoint, monitor) { monitor.notify(.remembered, self.subject(replica, monitor)) }
        case .monitor(let id): if let peer = peers[id] { monitor.notify(.remembered, self.subject(peer, monitor)) }
        case .pause, .maintenance: break
        }
    }

    /// A primary may still have listed it when it was asked before the order came.
    func isForgotten(_ endpoint: Endpoint, reportAskedAt askedAt: Instant?, _ monitor: Monitor) -> Bool {
        guard let forgottenAt = powers.lastForgottenAt, powers[spelled(.replica(endpoint), monitor)]?.isOn == true else { return false }
        return askedAt.map { $0 <= forgottenAt } ?? true
    }

    /// At a start: whoever stands among the members is one, whatever was ordered before.
    mutating func reconcilePowersWithMembers(_ monitor: Monitor) {
        for subject in powers.statements.keys {
            let isMember =
                switch subject {
                case .replica(let endpoint): instance(at: endpoint, monitor) != nil
                case .monitor(let id): peers[id] != nil
                case .pause, .maintenance: false
                }
            if isMember { _ = powers.end(subject) }
        }
    }

    // MARK: Votes while paused

    /// Nobody helps to elect who stands on its own while the group is paused; who stands by an operator's order has said so before.
    func withholdsVote(from candidate: MonitorID, in epoch: Epoch, _ monitor: Monitor) -> Bool {
        candidate != monitor.identity && isPaused(monitor) && powers.orderedCandidate != Vote(epoch: epoch, leader: candidate)
    }

    mutating func noteOrder(of candidate: MonitorID, in epoch: Epoch) {
        guard epoch <= .greatestAccepted else { return }
        powers.orderedCandidate = Vote(epoch: epoch, leader: candidate)
    }

    /// Goes out over the same connections as the questions for votes, and before them.
    mutating func tellOfOrder(_ kind: FailoverAttempt.Kind, in epoch: Epoch, _ monitor: inout Monitor) {
        guard kind != .automatic, isPaused(monitor) else { return }
        for id in peers.keys { monitor.tellPowers([.ordered(name, epoch)], to: id) }
    }
}
