/// What picketd tell each other beyond Sentinel's protocol: at once, and of many groups in one message.
extension Supervisor {
    /// At the end of an event: what has changed in it, to all that understand. At once, but not all the time, and one message after
    /// the other: when a zone dies, a thousand groups go down in a few milliseconds, and share a few messages, and so do the votes
    /// that they ask for.
    mutating func tellStandings() {
        if !monitor.standingsToTell.isEmpty { distributeStandings() }
        guard monitor.areStandingsWaiting else { return }
        if let told = monitor.standingsToldAt, monitor.now < told + Limits.standingsPeriod {
            monitor.agenda.schedule(.standings, at: told + Limits.standingsPeriod)
            return
        }
        monitor.areStandingsWaiting = false
        monitor.standingsToldAt = monitor.now
        for index in monitor.peers.indices where !monitor.peers[at: index].isComparing && !monitor.peers[at: index].standingsToTell.isEmpty
        {
            let names = monitor.peers[at: index].standingsToTell
            monitor.peers[at: index].standingsToTell = []
            compareStandings(with: monitor.peers.keys[index], names)
        }
    }

    private mutating func distributeStandings() {
        let names = monitor.standingsToTell
        monitor.standingsToTell = []
        for index in monitor.peers.indices where monitor.peers[at: index].comparesStandings == true {
            for name in names where monitor.peers[at: index].groups.contains(name) {
                monitor.peers[at: index].standingsToTell.append(name)
                monitor.areStandingsWaiting = true
            }
        }
    }

    /// Says how things stand here; the answer says how they stand there. On a new connection this is how a picketd is recognised.
    mutating func compareStandings(with id: MonitorID, _ names: some Sequence<GroupName>) {
        guard let index = monitor.peers.index(of: id), monitor.peers[at: index].reachability.link.isOpen,
            let link = monitor.peers[at: index].reachability.link.id
        else { return }
        monitor.peers[at: index].reachability.link.sent()
        monitor.peers[at: index].isComparing = true
        monitor.emitWhenDurable(.send(link, .compareStandings(standingReport(names), sentAt: monitor.now), names: CommandNames()))
    }

    /// The disk works again: whom we could not ask meanwhile, and who got no answer, recognises us by this.
    mutating func compareStandingsWithAll() {
        for id in monitor.peers.keys { compareStandings(with: id, monitor.peers[id]!.groups) }
    }

    private func standingReport(_ names: some Sequence<GroupName>) -> StandingReport {
        StandingReport(
            sender: monitor.identity, currentEpoch: monitor.currentEpoch, standings: names.compactMap { groups[$0]?.standing(monitor) })
    }

    /// Another picketd has told, and waits for the answer.
    mutating func compareStandings(_ ticket: Ticket, _ report: StandingReport) {
        receive(report, asOf: nil)
        // What it answered was an error, perhaps of its disk: it is a picketd all the same.
        if let peer = monitor.peers[report.sender], peer.comparesStandings == false { compareStandings(with: report.sender, peer.groups) }
        for standing in report.standings where standing.isCandidate { vote(on: standing, of: report.sender) }
        let answer = Action.answer(ticket, .standings(standingReport(report.standings.map(\.group))))
        if monitor.isMutated(.answerBeforeDurable) { monitor.emit(answer) } else { monitor.emitWhenDurable(answer) }
    }

    /// As if it had been asked in Sentinel's way: whoever follows another primary has nothing to vote about.
    private mutating func vote(on candidacy: Standing, of candidate: MonitorID) {
        guard candidate != monitor.identity, let vote = candidacy.vote, vote.leader == candidate else { return }
        with(candidacy.group) { group, monitor in
            guard monitor.isSame(candidacy.primary, group.primary.endpoint) else { return }
            _ = group.castVote(for: candidate, in: vote.epoch, &monitor)
            group.evaluate(&monitor)
        }
    }

    mutating func standingsCompared(with id: MonitorID, _ reply: Reply, sentAt: Instant) {
        if let index = monitor.peers.index(of: id) {
            monitor.peers[at: index].isComparing = false
            if !monitor.peers[at: index].standingsToTell.isEmpty { monitor.areStandingsWaiting = true }
        }
        switch reply {
        case .standings(let report):
            let isNews = monitor.peers[id]?.comparesStandings != true
            monitor.peers[id]?.comparesStandings = true
            if isNews { tellPowers(of: Array(monitor.peers[id]?.groups ?? []), to: id) }
            if report.sender == id { receive(report, asOf: sentAt) }
        // What our own disk kept from being sent says nothing about the peer.
        case .refused(code: "NOTSENT", _): break
        case .refused, .unintelligible, .alive, .probed, .report, .role, .opinion, .accepted: monitor.peers[id]?.comparesStandings = false
        }
    }

    /// - Parameter time: when the question was sent that this answers: it was true later than that. Nil where nobody asked.
    private mutating func receive(_ report: StandingReport, asOf time: Instant?) {
        guard report.sender != monitor.identity, report.currentEpoch <= .greatestAccepted else { return }
        var isKnown = false
        for standing in report.standings {
            guard let peer = groups[standing.group]?.peers[report.sender] else { continue }
            let hello = Hello(
                sender: report.sender, senderEndpoint: peer.endpoint, currentEpoch: report.currentEpoch, group: standing.group,
                primary: standing.primary, configEpoch: standing.configEpoch)
            guard isPlausible(hello), (standing.vote?.epoch ?? .zero) <= .greatestAccepted else { continue }
            if !isKnown { monitor.raiseEpoch(to: report.currentEpoch) }
            isKnown = true
            groups[standing.group]?.note(standing, from: report.sender, asOf: time, &monitor)
            // A standing tells everything that a hello tells.
            with(standing.group) { $0.consider(hello, &$1) }
        }
    }
}

extension ReplicationGroup {
    func standing(_ monitor: Monitor) -> Standing {
        Standing(
            group: name, primary: monitor.announced(primary.endpoint), configEpoch: configEpoch,
            isDown: primary.isDown && !monitor.isTilted, vote: vote,
            isLeading: attempt?.phase.isBeforeSwitch == true || mayHavePromoted(monitor), isCandidate: isCandidate(monitor))
    }

    fileprivate mutating func note(_ standing: Standing, from id: MonitorID, asOf time: Instant?, _ monitor: inout Monitor) {
        // What nobody asked for may have been on its way for long.
        if let time {
            peers[id]?.standing = (standing, time)
        } else if peers[id]?.standing?.standing != standing {
            peers[id]?.standing = nil
        }
        if let vote = standing.vote, vote.epoch > peers[id]?.vote?.epoch ?? .zero { peers[id]?.vote = vote }
        if monitor.isSame(standing.primary, primary.endpoint) {
            peers[id]?.opinion = Peer.Opinion(isDown: standing.isDown, at: monitor.now)
        }
    }
}
