import OrderedCollections

/// The one decision maker: events in, effects out. No clock, no I/O, no randomness of its own.
///
/// The daemon, the simulator and the replay of a journal run this very value.
package struct Supervisor: Sendable, Equatable {
    var monitor: Monitor
    var groups = Roster<GroupName, ReplicationGroup>()
    private let isNewIdentity: Bool

    /// - Parameters:
    ///   - identity: used where `state` has none.
    ///   - listenPort: told to peers where `announce-port` is not set.
    ///   - seed: of all jitter.
    package init(restoring state: DurableState, identity: MonitorID, listenPort: Int, seed: UInt64, at now: Instant) {
        isNewIdentity = state.identity == nil
        monitor = Monitor(
            identity: state.identity ?? identity, currentEpoch: state.currentEpoch, settings: state.settings, listenPort: listenPort,
            seed: seed, at: now)
        for (name, durable) in state.groups { groups[name] = ReplicationGroup(name: name, durable: durable, &monitor) }
    }

    /// The earliest time at which `deadlineReached` is wanted. Stored, because to ask a value for what it computes is to copy it.
    package private(set) var nextDeadline: Instant?

    package mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
        let before = monitor.now
        monitor.now = max(now, before)
        enterTiltIfStalled(since: before)
        step(event)
        tellStandings()
        tellPowers()
        nextDeadline = monitor.agenda.earliest
        return monitor.drain()
    }

    /// Lets one group do something, where it is. Nothing happens where there is none of that name.
    mutating func with(_ name: GroupName, _ act: (inout ReplicationGroup, inout Monitor) -> Void) {
        if let index = groups.index(of: name) { act(&groups[at: index], &monitor) }
    }

    private mutating func step(_ event: Event) {
        switch event {
        case .started: start()
        case .deadlineReached: doWhatIsDue()
        case .linkOpened(let link, let localHost, let isAnswering): opened(link, localHost: localHost, isAnswering: isAnswering)
        case .linkClosed(let link, let failure): closed(link, failure)
        case .replied(let link, let request, let reply): replied(link, request, reply)
        case .heard(let link):
            if case .subscription(let group, let id)? = monitor.owner(of: link) { with(group) { $0.heard(id, $1) } }
        case .helloReceived(let hello): receive(hello)
        case .asked(let ticket, let question): answer(ticket, question)
        case .persisted(let revision): persisted(revision)
        case .persistenceFailed(_, let reason): persistenceFailed(reason)
        case .resolved(let host, let addresses):
            if let first = addresses.first { monitor.learnAddress(of: host, first) }
        case .scriptStarted(let id, let processID): monitor.scriptStarted(id, processID: processID)
        case .scriptEnded(let id, let outcome): monitor.scriptEnded(id, outcome)
        }
    }

    private mutating func start() {
        if isNewIdentity { monitor.record(.identified(monitor.identity)) }
        for name in groups.keys { introduce(name) }
    }

    /// A group begins to be watched.
    mutating func introduce(_ name: GroupName) {
        guard let group = groups[name] else { return }
        monitor.notify(.monitored, group.primarySubject(monitor), .quorum(group.settings.quorum))
        for peer in group.peers.values {
            monitor.attach(peer.id, at: peer.endpoint, to: name, downAfter: group.settings.downAfter)
        }
        for id in group.instances.keys { groups[name]?.tend(id, &monitor) }
        groups[name]?.evaluate(&monitor)
    }

    private mutating func doWhatIsDue() {
        // Each once: what becomes due by this is looked at next time, so that no mistake can keep the loop here for ever.
        var duties: [Monitor.Duty] = []
        while let duty = monitor.agenda.popDue(at: monitor.now) { duties.append(duty) }
        for duty in duties {
            switch duty {
            case .instance(let name, let id):
                with(name) { group, monitor in
                    let wasQuiet = group.isQuiet
                    group.tend(id, &monitor)
                    if !wasQuiet || !group.isQuiet { group.evaluate(&monitor) }
                }
            case .group(let name): with(name) { $0.evaluate(&$1) }
            case .peer(let id): monitor.tendPeer(id)
            case .scripts: monitor.tendScripts()
            case .tilt: leaveTilt()
            // They are told at the end of the event.
            case .standings: break
            }
        }
    }

    // MARK: Links

    private mutating func opened(_ link: LinkID, localHost: String, isAnswering: Bool) {
        switch monitor.owner(of: link) {
        case .commands(let group, let id)?: groups[group]?.commandsOpened(id, localHost: localHost, isAnswering: isAnswering, &monitor)
        case .subscription(let group, let id)?: groups[group]?.subscriptionOpened(id, &monitor)
        case .peer(let id)?:
            monitor.peerOpened(id, localHost: localHost)
            // A peer that came back wants to hear where things stand.
            for group in monitor.peers[id]?.groups ?? [] { with(group) { $0.greet(id, &$1) } }
            compareStandings(with: id, Array(monitor.peers[id]?.groups ?? []))
        case nil: break
        }
    }

    private mutating func closed(_ link: LinkID, _ failure: LinkFailure) {
        let owner = monitor.owner(of: link)
        monitor.forget(link)
        switch owner {
        case .commands(let group, let id)?:
            groups[group]?.commandsClosed(id, failure, &monitor)
            groups[group]?.evaluate(&monitor)
        case .subscription(let group, let id)?: groups[group]?.subscriptionClosed(id, failure, &monitor)
        case .peer(let id)?: peerClosed(id, failure)
        case nil: break
        }
    }

    private mutating func peerClosed(_ id: MonitorID, _ failure: LinkFailure) {
        monitor.peerClosed(id, failure)
        guard failure == .refused, let awaiting = monitor.peers[id]?.awaitedBy, !awaiting.isEmpty else { return }
        monitor.peers[id]?.awaitedBy = []
        for group in awaiting { groups[group]?.leaderLost(id, &monitor) }
    }

    private mutating func replied(_ link: LinkID, _ request: Request, _ reply: Reply) {
        switch monitor.owner(of: link) {
        case .commands(let group, let id)?: with(group) { $0.replied(id, to: request, reply, &$1) }
        case .peer(let id)?: peerReplied(id, request, reply)
        case .subscription?, nil: break
        }
    }

    private mutating func peerReplied(_ id: MonitorID, _ request: Request, _ reply: Reply) {
        if let index = monitor.peers.index(of: id) { monitor.peers[at: index].reachability.link.answered() }
        switch request {
        case .ping:
            for group in monitor.peerAnsweredPing(id, reply) { with(group) { $0.evaluate(&$1) } }
        case .askDown(let group, let primary, _, _):
            guard case .opinion(let isDown, let leader, let epoch) = reply else {
                groups[group]?.peers[id]?.askedAt = nil
                return
            }
            groups[group]?.opinionReceived(from: id, about: primary, isDown: isDown, leader: leader, leaderEpoch: epoch, &monitor)
        case .compareStandings(_, let sentAt): standingsCompared(with: id, reply, sentAt: sentAt)
        case .tellPowers: powersTold(to: id, reply)
        case .probe, .info, .role, .publish, .promote, .follow, .stepBack, .handOver, .abortHandOver, .pauseWrites, .resumeWrites,
            .rewriteConfiguration, .killScript:
            break
        }
    }

    // MARK: Disk

    private mutating func persisted(_ revision: Revision) {
        monitor.persisted(revision)
        for name in monitor.announcing {
            if groups[name]?.noteAnnounced(monitor) != false { monitor.announcing.remove(name) }
        }
        guard monitor.storageFault != nil, revision >= monitor.revision else { return }
        monitor.storageFault = nil
        monitor.remark(.warning, "The state can be written again. Votes are given and failovers led as usual.")
        compareStandingsWithAll()
        tellPowersToAll()
    }

    private mutating func persistenceFailed(_ reason: String) {
        monitor.openNoticeGate()
        guard monitor.storageFault == nil else { return }
        monitor.storageFault = reason
        monitor.remark(
            .warning,
            "The state cannot be written: \(reason). Until it can, this monitor goes on watching and answering, but votes for nobody and leads no failover."
        )
        for name in groups.keys where groups[name]?.attempt?.phase.isBeforeSwitch == true {
            groups[name]?.abandon(.abortedNotElected, retryAfter: .zero, &monitor)
        }
    }

    // MARK: Tilt

    /// A deadline that comes much too late, and nothing else came since, means that this process stood still. What it believed from
    /// before is worth nothing: everybody gets a fresh chance to answer before anybody is held down.
    ///
    /// One that is late because there is so much to do is no stall: answers were read all the time.
    private mutating func enterTiltIfStalled(since before: Instant) {
        let trigger = monitor.tuning.duration(.tiltTrigger)
        guard monitor.now - before > Limits.hitch, let due = monitor.agenda.earliest, monitor.now - due > Limits.hitch else { return }
        guard monitor.now - before > trigger, monitor.now - due > trigger else { return forgiveSilence() }
        if !monitor.isTilted {
            monitor.tiltSince = monitor.now
            monitor.tiltTotal += 1
            monitor.notify(.tiltEntered)
        }
        let until = monitor.now + min(monitor.tuning.duration(.tiltPeriod), Limits.freshRoundAfterStall)
        monitor.tiltUntil = until
        monitor.agenda.schedule(.tilt, at: until)
        forgiveSilence()
        for name in groups.keys {
            // Who voted for it has long forgotten it.
            if groups[name]?.attempt?.phase.isBeforeSwitch == true {
                groups[name]?.abandon(.abortedNotElected, retryAfter: .zero, &monitor)
            }
        }
    }

    /// What was not answered while we stood still, if only for a moment, is held against nobody.
    private mutating func forgiveSilence() {
        for id in monitor.peers.keys where monitor.peers[id]!.heldDownIn.isEmpty {
            monitor.peers[id]?.reachability.startAfresh(at: monitor.now)
        }
        for name in groups.keys { groups[name]?.startAfresh(at: monitor.now) }
    }

    private mutating func leaveTilt() {
        monitor.tiltUntil = nil
        monitor.tiltSince = nil
        monitor.tiltEndedAt = monitor.now
        monitor.notify(.tiltLeft)
        for name in groups.keys {
            // Who answered meanwhile is up again before anything follows from its having been down.
            for id in groups[name]!.instances.keys { groups[name]?.tend(id, &monitor) }
            groups[name]?.evaluate(&monitor)
        }
    }
}

extension ReplicationGroup {
    /// Who was down before the stall stays down until it answers.
    mutating func startAfresh(at now: Instant) {
        for id in instances.keys where !instances[id]!.isDown { instances[id]?.reachability.startAfresh(at: now) }
        for id in peers.keys { peers[id]?.opinion = nil }
    }
}
