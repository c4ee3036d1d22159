/// What an operator asks of one group.
extension ReplicationGroup {
    /// SENTINEL RESET: forgets everything that was discovered.
    mutating func reset(_ monitor: inout Monitor) {
        for replica in replicas {
            drop(replica.id, &monitor)
            monitor.record(.replicaRemoved(name, replica.endpoint))
        }
        for peer in peers.values {
            monitor.detach(peer.id, from: name)
            monitor.record(.peerRemoved(name, peer.id))
        }
        peers = Roster()
        forgetAttempt("the group was reset", &monitor)
        objectivelyDownSince = nil
        deferral = nil
        deferralEndedAt = nil
        watchedUntil = nil
        mayStandAt = nil
        lostElections = 0
        formerPrimary = nil
        var renewed = Instance(id: primaryID, endpoint: primary.endpoint, role: .primary, at: monitor.now)
        swap(&renewed, &primary)
        monitor.close(&renewed.reachability.link)
        monitor.close(&renewed.subscription)
        monitor.notify(.groupReset, primarySubject(monitor))
        tend(primaryID, &monitor)
        evaluate(&monitor)
    }

    /// Whoever waits for the end of a switch hears that there will be none.
    private mutating func forgetAttempt(_ why: String, _ monitor: inout Monitor) {
        answer(attempt?.ticket ?? postponedOrder?.ticket, .refused(.other("ABORTED Half-way: \(why)")), &monitor)
        if attempt != nil { closeTrace(.failed(why), &monitor) }
        attempt = nil
        postponedOrder = nil
    }

    /// Forgets an instance and its links.
    mutating func drop(_ id: InstanceID, _ monitor: inout Monitor) {
        guard var instance = instances.removeValue(forKey: id) else { return }
        monitor.close(&instance.reachability.link)
        monitor.close(&instance.subscription)
        monitor.agenda.cancel(.instance(name, id))
    }

    /// Everything of this group that others hold: links, timers, shares in peers.
    mutating func leave(_ monitor: inout Monitor) {
        forgetAttempt("the group is not watched any more", &monitor)
        refuseAwaitedForgets(&monitor)
        for id in instances.keys { drop(id, &monitor) }
        for id in peers.keys { monitor.detach(id, from: name) }
        monitor.agenda.cancel(.group(name))
    }

    /// One option of SENTINEL SET.
    mutating func change(_ option: GroupOption, _ monitor: inout Monitor) {
        var told: (name: String, values: [String])
        var needsNewLinks = false
        switch option {
        case .downAfter(let milliseconds):
            settings.downAfter = .milliseconds(milliseconds)
            told = ("down-after-milliseconds", [String(milliseconds)])
            for id in peers.keys { monitor.shareDownAfter(settings.downAfter, with: id) }
        case .failoverTimeout(let milliseconds):
            settings.failoverTimeout = .milliseconds(milliseconds)
            told = ("failover-timeout", [String(milliseconds)])
        case .parallelSyncs(let count):
            settings.parallelSyncs = count
            told = ("parallel-syncs", [String(count)])
        case .notificationScript(let path):
            settings.notificationScript = path
            told = ("notification-script", [path ?? ""])
        case .clientReconfigScript(let path):
            settings.clientReconfigScript = path
            told = ("client-reconfig-script", [path ?? ""])
        case .password(let password):
            settings.credentials.password = password
            told = ("auth-pass", ["******"])
            needsNewLinks = true
        case .user(let user):
            settings.credentials.user = user
            told = ("auth-user", [user ?? ""])
            needsNewLinks = true
        case .quorum(let quorum):
            settings.quorum = quorum
            told = ("quorum", [String(quorum)])
        case .renameCommand(let command, let new):
            settings.renamedCommands[command.lowercased()] = command.lowercased() == new.lowercased() ? nil : new
            told = ("rename-command", [command, new])
        case .rebootDownAfter(let milliseconds):
            settings.rebootDownAfter = .milliseconds(milliseconds)
            told = ("master-reboot-down-after-period", [String(milliseconds)])
        case .crashDownAfter(let milliseconds):
            settings.crashDownAfter = .milliseconds(milliseconds)
            told = ("crash-down-after-milliseconds", [String(milliseconds)])
        case .switchoverTimeout(let milliseconds):
            settings.switchoverTimeout = .milliseconds(milliseconds)
            told = ("switchover-timeout", [String(milliseconds)])
        case .electionRetry(let atLeast, let atMost):
            settings.electionRetry = ElectionRetry(atLeast: .milliseconds(atLeast), atMost: .milliseconds(atMost))
            told = ("election-retry", [String(atLeast), String(atMost)])
        case .emptyPrimaryGuard(let isOn):
            settings.guardsAgainstEmptyPrimary = isOn
            told = ("empty-primary-guard", [isOn ? "yes" : "no"])
        }
        monitor.record(.groupSettingsChanged(name, settings))
        monitor.notify(.settingChanged, primarySubject(monitor), .option(name: told.name, values: told.values))
        if needsNewLinks { renewLinks(&monitor) }
    }

    /// New credentials: introduce ourselves anew everywhere.
    private mutating func renewLinks(_ monitor: inout Monitor) {
        for id in instances.keys {
            guard var instance = instances[id] else { continue }
            monitor.close(&instance.reachability.link)
            monitor.close(&instance.subscription)
            instance.isInfoPending = false
            instances[id] = instance
            tend(id, &monitor)
        }
    }
}
