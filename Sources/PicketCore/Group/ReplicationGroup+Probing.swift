/// Keeping links open and asking over them what is due.
extension ReplicationGroup {
    /// Does for one instance whatever is due, and plans the next look at it.
    mutating func tend(_ id: InstanceID, _ monitor: inout Monitor) {
        guard let index = instances.index(of: id) else { return }
        // One copy to look at: calls that are given a part of the group would copy the whole of it.
        var instance = instances[at: index]
        if hasWork(at: instance, monitor) {
            openLinks(of: &instance, &monitor)
            replaceDeadLinks(of: &instance, &monitor)
            if isPingDue(instance, monitor) { ping(&instance, &monitor) }
            if isInfoDue(instance, monitor) { askInfo(of: &instance, &monitor) }
            if isHelloDue(instance, monitor) { publishHello(to: &instance, &monitor) }
            instances[at: index] = instance
        }
        if judge(instance, at: index, &monitor) { instance = instances[at: index] }
        if let due = nextDue(of: instance, monitor) { monitor.agenda.schedule(.instance(name, id), at: max(due, monitor.now)) }
    }

    /// Mostly there is none.
    private func hasWork(at instance: Instance, _ monitor: Monitor) -> Bool {
        isOpeningDue(instance.reachability.link, monitor) || isOpeningDue(instance.subscription, monitor)
            || isCommandLinkDead(instance, monitor) || isSubscriptionDead(instance, monitor)
            || isPingDue(instance, monitor) || isInfoDue(instance, monitor) || isHelloDue(instance, monitor)
    }

    private func isOpeningDue(_ link: Link, _ monitor: Monitor) -> Bool { link.retryAt.map { $0 <= monitor.now } ?? false }

    private func openLinks(of instance: inout Instance, _ monitor: inout Monitor) {
        if isOpeningDue(instance.reachability.link, monitor) {
            let link = monitor.newLink(for: .commands(name, instance.id))
            instance.reachability.link.beginOpening(link)
            monitor.emit(.openLink(link, target(of: instance, .commands, suffix: "cmd", monitor)))
        }
        if isOpeningDue(instance.subscription, monitor) {
            let link = monitor.newLink(for: .subscription(name, instance.id))
            instance.subscription.beginOpening(link)
            monitor.emit(.openLink(link, target(of: instance, .subscription, suffix: "pubsub", monitor)))
        }
    }

    private func target(of instance: Instance, _ purpose: LinkTarget.Purpose, suffix: String, _ monitor: Monitor) -> LinkTarget {
        LinkTarget(
            endpoint: instance.endpoint, purpose: purpose, credentials: settings.credentials, clientName: monitor.clientName(suffix),
            names: names)
    }

    /// A link may look open long after the other side is gone. One that stays silent is given up, so that a new one can tell.
    private func replaceDeadLinks(of instance: inout Instance, _ monitor: inout Monitor) {
        if isCommandLinkDead(instance, monitor) {
            monitor.close(&instance.reachability.link, reason: .timedOut)
            instance.isInfoPending = false
        }
        if isSubscriptionDead(instance, monitor) { monitor.close(&instance.subscription, reason: .timedOut) }
    }

    private func isCommandLinkDead(_ instance: Instance, _ monitor: Monitor) -> Bool {
        guard let unanswered = instance.reachability.oldestUnansweredPing, let since = instance.reachability.link.openSince else {
            return false
        }
        return monitor.now - since > monitor.tuning.duration(.minLinkReconnectPeriod) && monitor.now - unanswered > settings.downAfter / 2
            && monitor.now - instance.reachability.lastReply > settings.downAfter / 2
    }

    private func isSubscriptionDead(_ instance: Instance, _ monitor: Monitor) -> Bool {
        guard let since = instance.subscription.openSince else { return false }
        return monitor.now - since > monitor.tuning.duration(.minLinkReconnectPeriod)
            && monitor.now - instance.lastHeard > monitor.tuning.duration(.publishPeriod) * 3
    }

    /// The link is open and not clogged.
    private func mayAsk(_ instance: Instance) -> Bool {
        instance.reachability.link.isOpen && instance.reachability.link.pendingCommands < Limits.pendingCommandsPerLink
    }

    private func isPingDue(_ instance: Instance, _ monitor: Monitor) -> Bool {
        mayAsk(instance) && nextPing(of: instance, monitor) <= monitor.now
    }

    private func isInfoDue(_ instance: Instance, _ monitor: Monitor) -> Bool {
        mayAsk(instance) && nextInfo(of: instance, monitor) <= monitor.now
    }

    private func isHelloDue(_ instance: Instance, _ monitor: Monitor) -> Bool {
        mayAsk(instance) && !mayBlockPublishing(instance) && hasJustSpoken(instance, monitor)
            && nextHello(to: instance, monitor) <= monitor.now
    }

    /// A primary that was told to end keeps PUBLISH waiting, and all that was sent behind it: hellos leave when it has just said that
    /// it goes on.
    private func hasJustSpoken(_ instance: Instance, _ monitor: Monitor) -> Bool {
        !isProbed(instance) || instance.reachability.lastValidReply == monitor.now && instance.shuttingDownSince == nil
    }

    private func ping(_ instance: inout Instance, _ monitor: inout Monitor) {
        send(isProbed(instance) ? .probe : .ping, to: &instance, &monitor)
        instance.reachability.pinged(at: monitor.now)
    }

    private func nextPing(of instance: Instance, _ monitor: Monitor) -> Instant {
        guard let last = instance.reachability.lastPingSent else { return monitor.now }
        let regular = last + pingPeriod(of: instance, monitor)
        // A hello waits for the answer to a probe.
        guard isProbed(instance), instance.reachability.oldestUnansweredPing == nil, instance.shuttingDownSince == nil,
            !mayBlockPublishing(instance)
        else { return regular }
        return min(regular, max(nextHello(to: instance, monitor), last + Limits.crashProbePeriod))
    }

    /// A frozen primary is to be noticed soon after down-after; of the others nobody waits for it.
    private func pingPeriod(of instance: Instance, _ monitor: Monitor) -> Duration {
        min(monitor.tuning.duration(.pingPeriod), isPrimary(instance.id) ? pace.primary : pace.others)
    }

    func askInfo(of instance: inout Instance, _ monitor: inout Monitor) {
        send(.info(sentAt: monitor.now), to: &instance, &monitor)
        instance.infoAskedAt = monitor.now
        instance.isInfoPending = true
    }

    private func nextInfo(of instance: Instance, _ monitor: Monitor) -> Instant {
        guard let asked = instance.infoAskedAt else { return monitor.now }
        return asked + infoPeriod(of: instance, monitor)
    }

    private func infoPeriod(of instance: Instance, _ monitor: Monitor) -> Duration {
        let usual = monitor.tuning.duration(.infoPeriod)
        guard !isPrimary(instance.id) else {
            if instance.formerLife != nil { return min(usual, Limits.rebirthLookPeriod) }
            if let watchedUntil, watchedUntil > monitor.now, !instance.isDown { return min(usual, Limits.handOverWatchPeriod) }
            return instance.reportedAt == nil ? min(usual, Limits.hastyInfoPeriod) : usual
        }
        switch instance.reattachment {
        case .sent, .inProgress: return min(usual, reattachPollPeriod(monitor))
        case .none, .done: break
        }
        let isUnsettled =
            objectivelyDownSince != nil || phase != nil || !instance.isReplicationLinkUp || instance.claimedRole == .primary
            || instance.reportedAt == nil
        return isUnsettled ? min(usual, Limits.hastyInfoPeriod) : usual
    }

    /// Often at first, when a partial resynchronisation may be over in no time; later as usual.
    private func reattachPollPeriod(_ monitor: Monitor) -> Duration {
        guard let attempt, monitor.now - attempt.phaseSince < .seconds(5) else { return Limits.hastyInfoPeriod }
        return .milliseconds(100)
    }

    private func publishHello(to instance: inout Instance, _ monitor: inout Monitor) {
        send(.publish(hello(from: instance.reachability.localHost, monitor)), to: &instance, &monitor, whenDurable: true)
        instance.helloSentAt = monitor.now
    }

    /// While a primary keeps writes waiting for a switch, PUBLISH waits too, and everything that was sent behind it.
    private func mayBlockPublishing(_ instance: Instance) -> Bool {
        isPrimary(instance.id) && (phase == .handingOver || phase == .awaitingPromotion && attempt?.handOver != nil || deferral != nil)
            || instance.shuttingDownSince != nil
    }

    private func nextHello(to instance: Instance, _ monitor: Monitor) -> Instant {
        guard let sent = instance.helloSentAt else { return monitor.now }
        return sent + monitor.tuning.duration(.publishPeriod)
    }

    func hello(from localHost: String, _ monitor: Monitor) -> Hello {
        Hello(
            sender: monitor.identity,
            senderEndpoint: Endpoint(
                host: monitor.settings.announceHost.isEmpty ? localHost : monitor.settings.announceHost,
                port: monitor.settings.announcePort == 0 ? monitor.listenPort : monitor.settings.announcePort),
            currentEpoch: monitor.currentEpoch, group: name, primary: monitor.announced(primary.endpoint), configEpoch: configEpoch)
    }

    func send(_ request: Request, to instance: inout Instance, _ monitor: inout Monitor, whenDurable: Bool = false) {
        guard let link = instance.reachability.link.id else { return }
        instance.reachability.link.sent()
        let action = Action.send(link, request, names: names)
        if whenDurable { monitor.emitWhenDurable(action) } else { monitor.emit(action) }
    }

    private func nextDue(of instance: Instance, _ monitor: Monitor) -> Instant? {
        var due: Instant?
        func consider(_ instant: Instant?) {
            guard let instant else { return }
            due = due.map { min($0, instant) } ?? instant
        }
        consider(instance.reachability.link.retryAt)
        consider(instance.subscription.retryAt)
        if mayAsk(instance) {
            consider(nextPing(of: instance, monitor))
            if !mayBlockPublishing(instance), !isProbed(instance) { consider(nextHello(to: instance, monitor)) }
            consider(nextInfo(of: instance, monitor))
        }
        // In tilt nobody is judged; who is down already stays so until something is heard.
        if instance.downSince == nil { consider(nextJudgement(of: instance, monitor).map { max($0, monitor.tiltUntil ?? $0) }) }
        // Silent links are looked at in passing: at each ping, and at least this often.
        consider(monitor.now + monitor.tuning.duration(.pingPeriod))
        return due
    }

    // MARK: What the links say

    mutating func commandsOpened(_ id: InstanceID, localHost: String, isAnswering: Bool, _ monitor: inout Monitor) {
        instances[id]?.reachability.opened(localHost: localHost, at: monitor.now)
        // The handshake was a question too. Where somebody cuts every connection off, there may be no time for another.
        if isAnswering { instances[id]?.reachability.proved(at: monitor.now) }
        instances[id]?.hasComplained = !isAnswering
        instances[id]?.hasServed = true
        instances[id]?.shuttingDownSince = nil
        instances[id]?.forgetWhatItSaid()
        instances[id]?.refusedSince = nil
        instances[id]?.lastRefusedAt = nil
        // A new connection may lead to a new process: ask for everything at once.
        instances[id]?.isInfoPending = false
        instances[id]?.infoAskedAt = nil
        instances[id]?.helloSentAt = nil
        guard var instance = instances[id] else { return }
        send(.ping, to: &instance, &monitor)
        instance.reachability.pinged(at: monitor.now)
        instances[id] = instance
        tend(id, &monitor)
    }

    mutating func commandsClosed(_ id: InstanceID, _ failure: LinkFailure, _ monitor: inout Monitor) {
        guard var instance = instances[id] else { return }
        if case .accessDenied(let reason) = failure {
            noteDenial(of: &instance, reason, &monitor)
        }
        instance.reachability.link.closed(failure, at: monitor.now, longestDelay: monitor.pingPeriod(downAfter: settings.downAfter))
        instance.isInfoPending = false
        if failure != .refused {
            instance.refusedSince = nil
            instance.lastRefusedAt = nil
        }
        instance.hungUpAt = failure == .closedByPeer && !instance.hasComplained ? monitor.now : nil
        instance.hasComplained = false
        instances[id] = instance
        hurryIfInDoubt(id, failure, &monitor)
        if failure == .refused { noteRefusal(of: id, &monitor) }
        if attempt?.candidate == id { attempt?.isPollPending = false }
        tend(id, &monitor)
    }

    /// A primary that hangs up on us lives, or somebody else does it in its name. Before it is held down for its silence it is tried
    /// more often than the usual pauses allow, and its replicas are asked whether they see it.
    private mutating func hurryIfInDoubt(_ id: InstanceID, _ failure: LinkFailure, _ monitor: inout Monitor) {
        guard isPrimary(id), failure == .closedByPeer, let primary = instances[id], !primary.isDown,
            let since = primary.reachability.silentSince, monitor.now - since > settings.downAfter / 4
        else { return }
        instances[id]?.reachability.link.retry(at: monitor.now + Limits.firstReconnectDelay)
        for id in instances.keys where id != primaryID {
            guard var replica = instances[id], replica.reachability.link.isOpen, !replica.isInfoPending,
                replica.reportedAt.map({ monitor.now - $0 > settings.downAfter / 4 }) ?? true
            else { continue }
            askInfo(of: &replica, &monitor)
            instances[id] = replica
        }
    }

    /// It hangs up on us and goes on serving its replicas: cut off from us, but not dead, and not frozen either.
    func isBusyHangingUp(_ primary: Instance, _ monitor: Monitor) -> Bool {
        guard let hungUpAt = primary.hungUpAt, monitor.now - hungUpAt <= settings.downAfter else { return false }
        let lately = monitor.now - settings.downAfter
        return instances.values.contains { $0.id != primary.id && isWitnessOfLife($0, since: lately, monitor) }
    }

    mutating func subscriptionOpened(_ id: InstanceID, _ monitor: inout Monitor) {
        instances[id]?.subscription.opened(at: monitor.now)
        instances[id]?.lastHeard = monitor.now
        tend(id, &monitor)
    }

    /// Something came over the subscription.
    mutating func heard(_ id: InstanceID, _ monitor: Monitor) {
        if let index = instances.index(of: id) { instances[at: index].lastHeard = monitor.now }
    }

    mutating func subscriptionClosed(_ id: InstanceID, _ failure: LinkFailure, _ monitor: inout Monitor) {
        instances[id]?.subscription.closed(failure, at: monitor.now, longestDelay: monitor.pingPeriod(downAfter: settings.downAfter))
        tend(id, &monitor)
    }

    /// Somebody lives there and says no. That is an operator's mistake, not a death: said once, and no ground for a failover.
    func noteDenial(of instance: inout Instance, _ reason: String, _ monitor: inout Monitor) {
        if instance.reachability.denial == nil {
            let what = isPrimary(instance.id) ? "primary" : "replica"
            monitor.remark(
                .warning,
                "The \(what) \(monitor.announced(instance.endpoint)) of \(name) refuses our credentials (\(reason)). It is alive but cannot be "
                    + "supervised. Correct them with SENTINEL SET \(name) auth-user … auth-pass …, or on the instance.")
        }
        instance.reachability.denied(reason, at: monitor.now)
    }
}
