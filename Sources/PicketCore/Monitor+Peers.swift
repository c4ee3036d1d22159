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
        guard var connection = peers[id] else { return }
        let period = pingPeriod(downAfter: connection.shortestDownAfter)
        replaceDeadLink(of: &connection)
        if let retryAt = connection.reachability.link.retryAt, retryAt <= now {
            let link = newLink(for: .peer(id))
            connection.reachability.link.beginOpening(link)
            emit(
                .openLink(
                    link,
                    LinkTarget(
                        endpoint: connection.endpoint, purpose: .peer, credentials: settings.peerCredentials, clientName: clientName("cmd"),
                        names: CommandNames())))
        }
        let mayPing =
            connection.reachability.link.isOpen
            && connection.reachability.link.pendingCommands < Limits.pendingCommandsPerLink * max(1, connection.groups.count)
        if mayPing, (connection.reachability.lastPingSent.map { $0 + period } ?? now) <= now { ping(&connection) }
        peers[id] = connection
        var due = now + period
        if let retryAt = connection.reachability.link.retryAt { due = min(due, retryAt) }
        if mayPing, let sent = connection.reachability.lastPingSent { due = min(due, sent + period) }
        agenda.schedule(.peer(id), at: max(due, now))
    }

    private mutating func ping(_ connection: inout PeerConnection) {
        guard let link = connection.reachability.link.id else { return }
        emit(.send(link, .ping, names: CommandNames()))
        connection.reachability.link.sent()
        connection.reachability.pinged(at: now)
    }

    private mutating func replaceDeadLink(of connection: inout PeerConnection) {
        let reachability = connection.reachability
        guard let since = reachability.link.openSince, now - since > tuning.duration(.minLinkReconnectPeriod),
            let unanswered = reachability.oldestUnansweredPing, now - unanswered > connection.shortestDownAfter / 2,
            now - reachability.lastReply > connection.shortestDownAfter / 2
        else { return }
        close(&connection.reachability.link, reason: .timedOut)
    }

    mutating func peerOpened(_ id: MonitorID, localHost: String) {
        guard var connection = peers[id] else { return }
        connection.reachability.link.opened(localHost: localHost, at: now)
        connection.comparesStandings = nil
        ping(&connection)
        peers[id] = connection
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
        guard peers[id] != nil else { return [] }
        if case .alive = reply {
            peers[id]!.reachability.proved(at: now)
            return Array(peers[id]!.heldDownIn)
        }
        peers[id]!.reachability.answeredInvalidly(at: now)
        return []
    }

    var storageRefusal: String {
        "ERR The state cannot be written (\(storageFault ?? "unknown reason")), so nothing can be promised. Check the disk and the server logs."
    }
}
