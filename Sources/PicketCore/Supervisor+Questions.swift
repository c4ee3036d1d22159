/// What clients and peers ask that changes something.
extension Supervisor {
    mutating func answer(_ ticket: Ticket, _ question: Question) {
        switch question {
        case .isPrimaryDown(let endpoint, let epoch, let candidate): answerOpinion(ticket, endpoint, epoch, candidate)
        case .checkQuorum(let name): monitor.emit(.answer(ticket, checkQuorum(name)))
        case .monitor(let name, let endpoint, let address, let quorum): add(ticket, name, endpoint, address: address, quorum: quorum)
        case .remove(let name): remove(ticket, name)
        case .reset(let names):
            let known = names.filter { groups[$0] != nil }
            for name in known { groups[name]?.reset(&monitor) }
            monitor.emitWhenDurable(.answer(ticket, .count(known.count)))
        case .failover(let name, let order):
            guard groups[name] != nil else { return monitor.emit(.answer(ticket, .refused(.noSuchGroup))) }
            groups[name]?.orderFailover(order, ticket, &monitor)
        case .compareStandings(let report): compareStandings(ticket, report)
        case .power(let name, let order): carryOut(order, on: name, ticket)
        case .takePowers(let report): takePowers(ticket, report)
        case .change(let name, let options, let failure): change(ticket, name, options, failure)
        case .configure(let options): configure(ticket, options)
        case .flushConfiguration: monitor.emit(.answerOnceSaved(ticket, .done))
        case .simulateFailure(let failures):
            monitor.simulatedFailures = failures
            monitor.emit(.answer(ticket, .done))
        case .tune(let changes, let failure):
            for change in changes { tune(change) }
            monitor.emit(.answer(ticket, failure.map { .refused(.other($0)) } ?? .done))
        }
    }

    /// The group is found by its primary's address and not by name, as the protocol has it.
    private mutating func answerOpinion(_ ticket: Ticket, _ endpoint: Endpoint, _ epoch: Epoch, _ candidate: MonitorID?) {
        guard let index = groups.indices.first(where: { monitor.isSame(groups[at: $0].primary.endpoint, endpoint) }) else {
            monitor.emit(.answer(ticket, .opinion(isDown: false, leader: nil, leaderEpoch: .zero)))
            return
        }
        let isDown = groups[at: index].primary.isDown && !monitor.isTilted
        guard let candidate else {
            monitor.emit(.answer(ticket, .opinion(isDown: isDown, leader: nil, leaderEpoch: .zero)))
            return
        }
        guard monitor.canPromise else {
            // The opinion is worth something without a vote, and no promise.
            monitor.emit(.answer(ticket, .opinion(isDown: isDown, leader: nil, leaderEpoch: .zero)))
            return
        }
        let vote = groups[at: index].castVote(for: candidate, in: epoch, &monitor)
        let opinion = Action.answer(ticket, .opinion(isDown: isDown, leader: vote?.leader, leaderEpoch: vote?.epoch ?? .zero))
        if monitor.isMutated(.answerBeforeDurable) { monitor.emit(opinion) } else { monitor.emitWhenDurable(opinion) }
        groups[at: index].evaluate(&monitor)
    }

    private func checkQuorum(_ name: GroupName) -> Answer {
        guard let group = groups[name] else { return .refused(.noSuchGroup) }
        let usable = group.usableVoters
        return .quorum(usable: usable, lacksQuorum: usable < group.settings.quorum, lacksMajority: usable < group.majority)
    }

    private mutating func add(_ ticket: Ticket, _ name: GroupName, _ endpoint: Endpoint, address: String, quorum: Int) {
        guard groups[name] == nil else {
            monitor.emit(.answer(ticket, .refused(.duplicateGroup)))
            return
        }
        monitor.learnAddress(of: endpoint.host, address)
        var settings = GroupSettings(quorum: quorum)
        settings.downAfter = monitor.tuning.duration(.defaultDownAfter)
        settings.failoverTimeout = monitor.tuning.duration(.defaultFailoverTimeout)
        let durable = DurableGroup(settings: settings, primary: endpoint)
        groups[name] = ReplicationGroup(name: name, durable: durable, &monitor)
        monitor.record(.groupAdded(name, durable))
        monitor.emitWhenDurable(.answerOnceSaved(ticket, .done))
        introduce(name)
    }

    private mutating func remove(_ ticket: Ticket, _ name: GroupName) {
        guard let group = groups[name] else {
            monitor.emit(.answer(ticket, .refused(.noSuchGroup)))
            return
        }
        monitor.notify(.unmonitored, group.primarySubject(monitor))
        groups[name]?.leave(&monitor)
        groups.removeValue(forKey: name)
        monitor.record(.groupRemoved(name))
        monitor.emitWhenDurable(.answerOnceSaved(ticket, .done))
    }

    /// Options before a bad one stay applied, as with Sentinel.
    private mutating func change(_ ticket: Ticket, _ name: GroupName, _ options: [GroupOption], _ failure: String?) {
        guard groups[name] != nil else {
            monitor.emit(.answer(ticket, .refused(.noSuchGroup)))
            return
        }
        for option in options { groups[name]?.change(option, &monitor) }
        for id in groups[name]!.instances.keys { groups[name]?.tend(id, &monitor) }
        groups[name]?.evaluate(&monitor)
        if let failure {
            monitor.emitWhenDurable(.answer(ticket, .refused(.other(failure))))
        } else {
            monitor.emitWhenDurable(.answerOnceSaved(ticket, .done))
        }
    }

    private mutating func configure(_ ticket: Ticket, _ options: [MonitorOption]) {
        let credentialsBefore = monitor.settings.peerCredentials
        for option in options {
            switch option {
            case .resolveHostnames(let on): monitor.settings.resolveHostnames = on
            case .announceHostnames(let on): monitor.settings.announceHostnames = on
            case .announceHost(let host): monitor.settings.announceHost = host
            case .announcePort(let port): monitor.settings.announcePort = port
            case .peerUser(let user): monitor.settings.peerCredentials.user = user
            case .peerPassword(let password): monitor.settings.peerCredentials.password = password
            }
        }
        monitor.record(.settingsChanged(monitor.settings))
        if monitor.settings.peerCredentials != credentialsBefore {
            for id in monitor.peers.keys { monitor.renewPeerLink(id) }
        }
        monitor.emitWhenDurable(.answerOnceSaved(ticket, .done))
    }

    private mutating func tune(_ change: TuningChange) {
        monitor.tuning[change.parameter] = change.milliseconds
        // Periods that became shorter take effect now and not at the end of the old ones.
        for id in monitor.peers.keys { monitor.tendPeer(id) }
        for name in groups.keys {
            for id in groups[name]!.instances.keys { groups[name]?.tend(id, &monitor) }
            groups[name]?.evaluate(&monitor)
        }
    }
}
