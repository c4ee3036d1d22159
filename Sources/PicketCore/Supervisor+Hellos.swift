/// What other monitors tell: who they are, and which configuration is the newest.
extension Supervisor {
    mutating func receive(_ hello: Hello) {
        guard hello.sender != monitor.identity, groups.index(of: hello.group) != nil, isPlausible(hello) else { return }
        introduceSender(of: hello)
        monitor.raiseEpoch(to: hello.currentEpoch)
        with(hello.group) { $0.consider(hello, &$1) }
    }

    mutating func isPlausible(_ hello: Hello) -> Bool {
        guard isPlausible(hello.senderEndpoint, in: hello), isPlausible(hello.primary, in: hello) else { return false }
        guard hello.currentEpoch <= .greatestAccepted, hello.configEpoch <= .greatestAccepted else {
            return refuse(hello, "its epoch is absurdly high")
        }
        return true
    }

    private mutating func isPlausible(_ endpoint: Endpoint, in hello: Hello) -> Bool {
        guard Endpoint.validPorts.contains(endpoint.port) else { return refuse(hello, "the port \(endpoint.port) cannot be") }
        guard endpoint.hasNumericHost || monitor.settings.resolveHostnames else {
            return refuse(hello, "\(endpoint.host) is not an address and resolve-hostnames is off")
        }
        return true
    }

    private mutating func refuse(_ hello: Hello, _ why: String) -> Bool {
        monitor.remark(.debug, "Ignored a hello for \(hello.group) from \(hello.sender.short)… at \(hello.senderEndpoint): \(why).")
        return false
    }

    /// Adds the sender where it is new, and follows it where it has moved (as Sentinel does).
    private mutating func introduceSender(of hello: Hello) {
        let (id, endpoint, name) = (hello.sender, hello.senderEndpoint, hello.group)
        guard let index = groups.index(of: name), !groups[at: index].knows(id, at: endpoint, monitor) else { return }
        let group = groups[at: index]
        let hasMoved = group.peers[id] != nil
        if hasMoved {
            monitor.notify(.peerMoved, group.primarySubject(monitor), .peerMoved(id, to: monitor.announced(endpoint)))
        } else if let loser = group.peers.values.first(where: { monitor.isSame($0.endpoint, endpoint) }) {
            monitor.notify(.peerAddressTaken, group.subject(loser, monitor))
            forgetEverywhere(loser.id)
        } else if group.peers.count >= Limits.peersPerGroup {
            monitor.remark(.warning, "\(name) has \(Limits.peersPerGroup) monitors already; the one at \(endpoint) is ignored.")
            return
        }
        groups[name]?.peers[id] = Peer(id: id, endpoint: endpoint, at: monitor.now)
        monitor.record(.peerAdded(name, id, endpoint))
        monitor.attach(id, at: endpoint, to: name, downAfter: group.settings.downAfter)
        if !hasMoved, let peer = groups[name]?.peers[id], let group = groups[name] {
            monitor.notify(.peerFound, group.subject(peer, monitor))
            groups[name]?.noteReturn(of: .monitor(id), &monitor)
            // Where the connection is new, too, it is told once that is open.
            tellPowers(of: [name], to: id)
        }
        correctElsewhere(id, endpoint)
        groups[name]?.greet(id, &monitor)
    }

    private mutating func forgetEverywhere(_ id: MonitorID) {
        for name in monitor.peers[id]?.groups ?? [] {
            groups[name]?.peers.removeValue(forKey: id)
            monitor.record(.peerRemoved(name, id))
            monitor.detach(id, from: name)
        }
    }

    /// One monitor has one address: the other groups that know it learn the new one too.
    private mutating func correctElsewhere(_ id: MonitorID, _ endpoint: Endpoint) {
        var corrected = 0
        for name in monitor.peers[id]?.groups ?? [] {
            guard let known = groups[name]?.peers[id], !monitor.isSame(known.endpoint, endpoint) else { continue }
            groups[name]?.peers[id]?.endpoint = endpoint
            monitor.record(.peerAdded(name, id, endpoint))
            corrected += 1
        }
        if corrected > 0, let name = monitor.peers[id]?.groups.first, let group = groups[name], let peer = group.peers[id] {
            monitor.notify(.peersCorrected, group.subject(peer, monitor), .peersCorrected(corrected))
        }
    }
}

extension ReplicationGroup {
    fileprivate func knows(_ id: MonitorID, at endpoint: Endpoint, _ monitor: Monitor) -> Bool {
        peers.index(of: id).map { monitor.isSame(peers[at: $0].endpoint, endpoint) } ?? false
    }

    mutating func consider(_ hello: Hello, _ monitor: inout Monitor) {
        guard let index = peers.index(of: hello.sender) else { return }
        let isNewer = hello.configEpoch > configEpoch || monitor.isMutated(.adoptOlderConfiguration)
        let isKnown =
            !isNewer && peers[at: index].believed.map { $0.epoch == hello.configEpoch && $0.primary == hello.primary } ?? false
        if isNewer, !monitor.isMutated(.ignoreNewerConfiguration) { adopt(hello, from: peers[at: index], &monitor) }
        peers[at: index].lastHello = monitor.now
        peers[at: index].believed = (hello.primary, hello.configEpoch)
        // By far the most hellos say what was known, and mean nothing for a group in which all is in its place.
        if isKnown, isQuiet, !instances.indices.contains(where: { needsRepair(at: $0, monitor) }) { return }
        evaluate(&monitor)
    }

    /// The epoch and the address are adopted together or not at all: half of it would be believed for ever.
    private mutating func adopt(_ hello: Hello, from peer: Peer, _ monitor: inout Monitor) {
        // Somebody was told to be a primary in a newer epoch yet. What comes of it is known soon; hellos come again.
        if let attempt, attempt.phase == .awaitingPromotion, attempt.epoch > hello.configEpoch { return }
        guard hello.primary.hasNumericHost || monitor.addresses[hello.primary.host] != nil else {
            // The next hello comes in two seconds at most; by then the name may be known.
            monitor.emit(.resolve(host: hello.primary.host))
            return
        }
        let known = instance(at: hello.primary, monitor)
        recordConfiguration(primary: known?.endpoint ?? hello.primary, epoch: hello.configEpoch, &monitor)
        if known?.id == primaryID { return }
        monitor.notifyWhenDurable(.configurationAdopted, subject(peer, monitor))
        if attempt != nil {
            answer(
                attempt?.ticket, .refused(.other("ABORTED Another monitor has moved the primary to \(monitor.announced(hello.primary))")),
                &monitor)
            closeTrace(.failed("another monitor's newer configuration was adopted"), &monitor)
        }
        attempt = nil
        let successor = known ?? Instance(id: monitor.newInstanceID(), endpoint: hello.primary, role: .primary, at: monitor.now)
        if known == nil {
            instances[successor.id] = successor
            noteReturn(of: .replica(successor.endpoint), &monitor)
        }
        switchPrimary(to: successor.id, isLeader: false, &monitor)
    }
}
