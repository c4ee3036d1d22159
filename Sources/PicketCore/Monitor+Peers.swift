/// The shared connections to other monitors.
extension Monitor {
    /// A group knows this peer from now on.
    mutating func attach(_ id: MonitorID, at endpoint: Endpoint, to group: GroupName, downAfter: Duration) {
        if peers[id] == nil { peers[id] = PeerConnection(id: id, endpoint: endpoint, shortestDownAfter: downAfter, at: now) }
        peers[id]!.groups.append(group)
        shareDownAfter(downAfter, with: id)
        if peers[id]!.endpoint != endpoint { move(id, to: endpoint) }
        tendPeer(id)
    }

    mutating func detach(_ id: MonitorID, from group: GroupName) {
        guard var connection = peers[id] else { return }
        connection.groups.remove(group)
        connection.heldDownIn.remove(group)
        connection.awaitedBy.remove(group)
        if connection.groups.isEmpty {
            close(&connection.reachability.link)
            peers.removeValue(forKey: id)
            agenda.cancel(.peer(id))
        } else {
            peers[id] = connection
        }
    }

    /// The peer is reached elsewhere from now on.
    mutating func move(_ id: MonitorID, to endpoint: Endpoint) {
        guard peers[id] != nil else { return }
        peers[id]!.endpoint = endpoint
        renewPeerLink(id)
    }

    mutating func renewPeerLink(_ id: MonitorID) {
        guard var connection = peers[id] else { return }
        close(&connection.reachability.link)
        peers[id] = connection
        tendPeer(id)
    }

    mutating func shareDownAfter(_ downAfter: Duration, with id: MonitorID) {
        guard let known = peers[id]?.shortestDownAfter else { return }
        peers[id]!.shortestDownAfter = peers[id]!.groups.count == 1 ? downAfter : min(known, downAfter)
    }

    /// Keeps the link open and pings over it.
    mutating func tendPeer(_ id: MonitorID) {
        guard let index = peers.index(of: id) else { return }
        let period = pingPeriod(downAfter: peers[at: index].shortestDownAfter)
        replaceDeadLink(ofPeerAt: index)
        if let retryAt = peers[at: index].reachability.link.retryAt, retryAt <= now { openLink(toPeerAt: index) }
        let mayPing =
            peers[at: index].reachability.link.isOpen
            && peers[at: index].reachability.link.pendingCommands < Limits.pendingCommandsPerLink * max(1, peers[at: index].groups.count)
        if mayPing, (peers[at: index].reachability.lastPingSent.map { $0 + period } ?? now) <= now { pingPeer(at: index) }
        var due = now + period
        if let retryAt = peers[at: index].reachability.link.retryAt { due = min(due, retryAt) }
        if mayPing, let sent = peers[at: index].reachability.lastPingSent { due = min(due, sent + period) }
        agenda.schedule(.peer(id), at: max(due, now))
    }

    private mutating func openLink(toPeerAt index: Int) {
        let link = newLink(for: .peer(peers.keys[index]))
        peers[at: index].reachability.link.beginOpening(link)
        emit(
            .openLink(
                link,
                LinkTarget(
                    endpoint: peers[at: index].endpoint, purpose: .peer, credentials: settings.peerCredentials,
                    clientName: clientName("cmd"), names: CommandNames())))
    }

    private mutating func pingPeer(at index: Int) {
        guard let link = peers[at: index].reachability.link.id else { return }
        emit(.send(link, .ping, names: CommandNames()))
        peers[at: index].reachability.link.sent()
        peers[at: index].reachability.pinged(at: now)
    }

    private mutating func replaceDeadLink(ofPeerAt index: Int) {
        guard let since = peers[at: index].reachability.link.openSince, now - since > tuning.duration(.minLinkReconnectPeriod),
            let unanswered = peers[at: index].reachability.oldestUnansweredPing,
            now - unanswered > peers[at: index].shortestDownAfter / 2,
            now - peers[at: index].reachability.lastReply > peers[at: index].shortestDownAfter / 2
        else { return }
        var link = peers[at: index].reachability.link
        close(&link, reason: .timedOut)
        peers[at: index].reachability.link = link
    }

    mutating func peerOpened(_ id: MonitorID, localHost: String) {
        guard let index = peers.index(of: id) else { return }
        peers[at: index].reachability.opened(localHost: localHost, at: now)
        peers[at: index].comparesStandings = nil
        peers[at: index].standingsToTell = []
        peers[at: index].isComparing = false
        pingPeer(at: index)
        tendPeer(id)
    }

    mutating func peerClosed(_ id: MonitorID, _ failure: LinkFailure) {
        guard let period = peers[id].map({ pingPeriod(downAfter: $0.shortestDownAfter) }) else { return }
        if case .accessDenied(let reason) = failure, peers[id]!.reachability.denial == nil {
            remark(
                .warning,
                "The monitor \(id.short)… at \(announced(peers[id]!.endpoint)) refuses our credentials (\(reason)). It cannot vote with us. "
                    + "Correct them with SENTINEL CONFIG SET sentinel-user … / sentinel-pass ….")
        }
        peers[id]!.reachability.link.closed(failure, at: now, longestDelay: period)
        if case .accessDenied(let reason) = failure { peers[id]!.reachability.noteDenial(reason) }
        tendPeer(id)
    }

    /// The groups that want to hear of the answer at once: those that hold the peer down, where it proves to be alive.
    mutating func peerAnsweredPing(_ id: MonitorID, _ reply: Reply) -> [GroupName] {
        guard let index = peers.index(of: id) else { return [] }
        if case .alive = reply {
            peers[at: index].reachability.proved(at: now)
            return Array(peers[at: index].heldDownIn)
        }
        peers[at: index].reachability.answeredInvalidly(at: now)
        return []
    }

    var storageRefusal: String {
        "ERR The state cannot be written (\(storageFault ?? "unknown reason")), so nothing can be promised. Check the disk and the server logs."
    }
}
