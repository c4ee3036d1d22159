import OrderedCollections

/// One subject of one group.
struct PowerKey: Hashable, Sendable {
    let group: GroupName
    let subject: PowerSubject
}

/// What operators have ordered, from one picketd to the next: `SENTINEL POWERS`.
///
/// Told when something has changed, to all; and when a connection is new, to that one. What is news is passed on, so that a cut between
/// two monitors delays nothing as long as a third one sees both.
extension Supervisor {
    mutating func carryOut(_ order: PowerOrder, on name: GroupName, _ ticket: Ticket) {
        guard groups.index(of: name) != nil else { return monitor.emit(.answer(ticket, .refused(.noSuchGroup))) }
        with(name) { $0.carryOut(order, ticket, &$1) }
    }

    /// Another picketd tells. What concerns groups that are not watched here is none of our business.
    mutating func takePowers(_ ticket: Ticket, _ report: PowersReport) {
        for entry in report.entries {
            switch entry {
            case .statement(let name, let statement): with(name) { $0.hear(statement, &$1) }
            case .ordered(let name, let epoch): with(name) { group, _ in group.noteOrder(of: report.sender, in: epoch) }
            }
        }
        for name in OrderedSet(report.entries.map(\.group)) { with(name) { $0.evaluate(&$1) } }
        monitor.emitWhenDurable(.answer(ticket, .done))
    }

    /// At the end of an event: what has changed in it.
    mutating func tellPowers() {
        guard !monitor.powersToTell.isEmpty else { return }
        let keys = monitor.powersToTell
        monitor.powersToTell = []
        for id in monitor.peers.keys {
            let shared = keys.filter { monitor.peers[id]?.groups.contains($0.group) == true }
            tellPowers(shared, to: id)
        }
    }

    /// All that is known of these groups.
    mutating func tellPowers(of names: some Sequence<GroupName>, to id: MonitorID) {
        var keys: [PowerKey] = []
        for name in names {
            guard let index = groups.index(of: name), !groups[at: index].powers.isEmpty else { continue }
            keys += groups[at: index].powers.statements.keys.map { PowerKey(group: name, subject: $0) }
        }
        tellPowers(keys, to: id)
    }

    private mutating func tellPowers(_ keys: some Sequence<PowerKey>, to id: MonitorID) {
        monitor.tellPowers(
            keys.compactMap { key in
                groups[key.group]?.powers.current(key.subject, at: monitor.now).map { .statement(key.group, $0) }
            }, to: id)
    }

    mutating func powersTold(to id: MonitorID, _ reply: Reply) {
        switch reply {
        // Our own disk kept it from being sent. It is told when that is over.
        case .refused(code: "NOTSENT", _), .accepted: break
        case .refused(_, let text), .unintelligible(let text):
            monitor.remark(
                .warning, "The monitor \(id.short)… refuses to hear what operators have ordered (SENTINEL POWERS): \(text)")
        case .alive, .probed, .report, .role, .opinion, .standings: break
        }
    }

    /// The disk works again: what was not sent meanwhile is.
    mutating func tellPowersToAll() {
        for id in monitor.peers.keys { tellPowers(of: Array(monitor.peers[id]?.groups ?? []), to: id) }
    }
}

extension Monitor {
    /// Only another picketd understands it.
    mutating func tellPowers(_ entries: [PowersReport.Entry], to id: MonitorID) {
        guard let index = peers.index(of: id), peers[at: index].comparesStandings == true, peers[at: index].reachability.link.isOpen,
            let link = peers[at: index].reachability.link.id
        else { return }
        for start in stride(from: 0, to: entries.count, by: PowersReport.mostEntries) {
            let part = entries[start..<min(start + PowersReport.mostEntries, entries.count)]
            peers[at: index].reachability.link.sent()
            emitWhenDurable(.send(link, .tellPowers(PowersReport(sender: identity, entries: Array(part))), names: CommandNames()))
        }
    }
}
