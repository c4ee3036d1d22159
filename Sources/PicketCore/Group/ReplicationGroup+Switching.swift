/// The moment in which another instance becomes the group's primary, by our own failover or by a newer configuration.
extension ReplicationGroup {
    /// The new configuration, to be made durable before anybody hears of it.
    mutating func recordConfiguration(primary new: Endpoint, epoch: Epoch, _ monitor: inout Monitor) {
        configEpoch = epoch
        monitor.record(.configured(name, primary: new, epoch: epoch))
        guard !monitor.isSame(new, primary.endpoint) else { return }
        monitor.record(.replicaRemoved(name, new))
        monitor.record(.replicaAdded(name, primary.endpoint))
    }

    /// `recordConfiguration` comes first.
    mutating func switchPrimary(to id: InstanceID, isLeader: Bool, _ monitor: inout Monitor) {
        let old = primary
        guard let new = instances[id] else { return }
        guard id != primaryID else { return reinstatePrimary(&monitor) }
        formerPrimary = primaryID
        primaryID = id
        switchedAt = monitor.now
        resetForNewPrimary(monitor)

        let from = monitor.announced(old.endpoint)
        let to = monitor.announced(new.endpoint)
        monitor.notifyWhenDurable(.switched, primarySubject(monitor), .switched(name, from: from, to: to))
        for replica in replicas {
            monitor.notifyWhenDurable(.replicaFound, subject(replica, monitor))
            if replica.isDown { monitor.notifyWhenDurable(.subjectivelyDown, subject(replica, monitor)) }
        }
        if let path = settings.clientReconfigScript {
            monitor.enqueueScript(.reconfiguration(path: path, group: name, isLeader: isLeader, from: from, to: to))
        }
        announceAtOnce(&monitor)
    }

    /// The primary was made what it should have been all along: a new configuration with the old address.
    private mutating func reinstatePrimary(_ monitor: inout Monitor) {
        resetForNewPrimary(monitor)
        announceAtOnce(&monitor)
    }

    private mutating func resetForNewPrimary(_ monitor: Monitor) {
        objectivelyDownSince = nil
        lostElections = 0
        fruitlessAttempts = 0
        mayStandAt = nil
        deferral = nil
        deferralEndedAt = nil
        watchedUntil = nil
        nextAskAt = nil
        hasToldOfNoCandidate = false
        for id in peers.keys {
            peers[id]?.opinion = nil
            peers[id]?.askedAt = nil
        }
        for id in instances.keys {
            instances[id]?.reattachment = .none
            instances[id]?.restartedAt = nil
            instances[id]?.formerLife = nil
            instances[id]?.lostDataSince = nil
            instances[id]?.repairedAt = nil
            // Every report is about the old configuration: ask again.
            instances[id]?.infoAskedAt = nil
        }
        // The new one was confirmed to live by whoever promoted it: it has a whole down-after to show itself to this monitor, too.
        instances[primaryID]?.downSince = nil
        instances[primaryID]?.reachability.startAfresh(at: monitor.now)
        // Both start afresh: what the new one claimed before does not count against it, and the old one, if it comes back and
        // still claims to be a primary, is told of as changing its role (as with Sentinel).
        instances[primaryID]?.forgetWhatItSaid()
        instances[primaryID]?.claimedRole = .primary
        instances[primaryID]?.claimedRoleSince = monitor.now
        if let formerPrimary, formerPrimary != primaryID {
            instances[formerPrimary]?.claimedRole = .replica
            instances[formerPrimary]?.claimedRoleSince = monitor.now
        }
    }

    /// Tells instances and peers, without waiting for the next regular hello.
    mutating func announceAtOnce(_ monitor: inout Monitor) {
        nextHelloToPeersAt = monitor.now
        for id in instances.keys {
            instances[id]?.helloSentAt = nil
            tend(id, &monitor)
        }
        greetPeersIfDue(&monitor)
    }

    /// Hellos go to the peers directly too: the instances may all be out of reach.
    mutating func greetPeersIfDue(_ monitor: inout Monitor) {
        guard nextHelloToPeersAt <= monitor.now else { return }
        nextHelloToPeersAt = nextRegularGreeting(monitor)
        for id in peers.keys {
            // A standing says all that a hello says, and many share a message.
            if monitor.peers.index(of: id).map({ monitor.peers[at: $0].comparesStandings == true }) == true {
                monitor.standingsToTell.append(name)
            } else {
                greet(id, &monitor)
            }
        }
    }

    mutating func greet(_ id: MonitorID, _ monitor: inout Monitor) {
        guard let index = monitor.peers.index(of: id), monitor.peers[at: index].reachability.link.isOpen,
            let link = monitor.peers[at: index].reachability.link.id
        else { return }
        monitor.peers[at: index].reachability.link.sent()
        let hello = hello(from: monitor.peers[at: index].reachability.localHost, monitor)
        monitor.emitWhenDurable(.send(link, .publish(hello), names: names))
    }
}
