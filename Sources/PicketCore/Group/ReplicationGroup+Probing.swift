/// Keeping links open and asking over them what is due.
extension ReplicationGroup {
    /// Does for one instance whatever is due, and plans the next look at it.
    ///
    /// By far the most often called function of all, and an instance is large: so what is asked on the way goes by the place of the
    /// instance, and looks at it where it is.
    mutating func tend(_ id: InstanceID, _ monitor: inout Monitor) {
        guard let index = instances.index(of: id) else { return }
        if isLinkWorkDue(at: index, monitor) {
            var instance = instances[at: index]
            openLinks(of: &instance, at: index, &monitor)
            replaceDeadLinks(of: &instance, at: index, &monitor)
            instances[at: index] = instance
        }
        if isPingDue(at: index, monitor) { ping(at: index, &monitor) }
        if isInfoDue(at: index, monitor) {
            var instance = instances[at: index]
            askInfo(of: &instance, &monitor)
            instances[at: index] = instance
        }
        if isHelloDue(at: index, monitor) {
            var instance = instances[at: index]
            publishHello(to: &instance, &monitor)
            instances[at: index] = instance
        }
        judge(at: index, &monitor)
        monitor.agenda.schedule(.instance(name, id), at: max(nextDue(at: index, monitor), monitor.now))
    }

    private func isLinkWorkDue(at index: Int, _ monitor: Monitor) -> Bool {
        isDue(instances[at: index].reachability.link.retryAt, monitor)
            || isDue(instances[at: index].subscription.retryAt, monitor) && wantsSubscription(at: index, monitor)
            || isCommandLinkDead(at: index, monitor) || isSubscriptionDead(at: index, monitor)
            || isSubscriptionSuperfluous(at: index, monitor)
    }

    private func isDue(_ instant: Instant?, _ monitor: Monitor) -> Bool { instant.map { $0 <= monitor.now } ?? false }

    private func openLinks(of instance: inout Instance, at index: Int, _ monitor: inout Monitor) {
        if isDue(instance.reachability.link.retryAt, monitor) {
            let link = monitor.newLink(for: .commands(name, instance.id))
            instance.reachability.link.beginOpening(link)
            monitor.emit(.openLink(link, target(of: instance, .commands, suffix: "cmd", monitor)))
        }
        if isDue(instance.subscription.retryAt, monitor), wantsSubscription(at: index, monitor) {
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
    private func replaceDeadLinks(of instance: inout Instance, at index: Int, _ monitor: inout Monitor) {
        if isCommandLinkDead(at: index, monitor) {
            monitor.close(&instance.reachability.link, reason: .timedOut)
            instance.isInfoPending = false
        }
        if isSubscriptionDead(at: index, monitor) {
            monitor.close(&instance.subscription, reason: .timedOut)
        } else if isSubscriptionSuperfluous(at: index, monitor) {
            monitor.close(&instance.subscription)
        }
    }

    private func isCommandLinkDead(at index: Int, _ monitor: Monitor) -> Bool {
        guard let unanswered = instances[at: index].reachability.oldestUnansweredPing,
            let since = instances[at: index].reachability.link.openSince
        else { return false }
        return monitor.now - since > monitor.tuning.duration(.minLinkReconnectPeriod) && monitor.now - unanswered > settings.downAfter / 2
            && monitor.now - instances[at: index].reachability.lastReply > settings.downAfter / 2
    }

    private func isSubscriptionDead(at index: Int, _ monitor: Monitor) -> Bool {
        guard let since = instances[at: index].subscription.openSince else { return false }
        return monitor.now - instances[at: index].lastHeard > monitor.tuning.duration(.publishPeriod) * 3
            && monitor.now - since > monitor.tuning.duration(.minLinkReconnectPeriod)
    }

    /// The link is open and not clogged.
    private func mayAsk(at index: Int) -> Bool {
        instances[at: index].reachability.link.isOpen
            && instances[at: index].reachability.link.pendingCommands < Limits.pendingCommandsPerLink
    }

    private func isPingDue(at index: Int, _ monitor: Monitor) -> Bool { mayAsk(at: index) && nextPing(at: index, monitor) <= monitor.now }

    private func isInfoDue(at index: Int, _ monitor: Monitor) -> Bool { mayAsk(at: index) && nextInfo(at: index, monitor) <= monitor.now }

    private func isHelloDue(at index: Int, _ monitor: Monitor) -> Bool {
        mayAsk(at: index) && isDue(nextHello(at: index, monitor), monitor) && !mayBlockPublishing(at: index)
            && hasJustSpoken(at: index, monitor)
    }

    /// A primary that was told to end keeps PUBLISH waiting, and all that was sent behind it: hellos leave when it has just said that
    /// it goes on.
    private func hasJustSpoken(at index: Int, _ monitor: Monitor) -> Bool {
        !isProbed(at: index)
            || instances[at: index].reachability.lastValidReply == monitor.now && instances[at: index].shuttingDownSince == nil
    }

    /// A hello to the primary waits for the answer to a ping, this one or one that is sent for its sake before the next regular one.
    func owesHello(toInstanceAt index: Int, _ monitor: Monitor) -> Bool {
        guard isProbed(at: index), let due = nextHello(at: index, monitor) else { return false }
        return due < monitor.now + pingPeriod(at: index, monitor)
    }

    private mutating func ping(at index: Int, _ monitor: inout Monitor) {
        guard let link = instances[at: index].reachability.link.id else { return }
        monitor.emit(.send(link, isProbed(at: index) ? .probe : .ping, names: names))
        instances[at: index].reachability.link.sent()
        instances[at: index].reachability.pinged(at: monitor.now)
    }

    private func nextPing(at index: Int, _ monitor: Monitor) -> Instant {
        guard let last = instances[at: index].reachability.lastPingSent else { return monitor.now }
        let regular = last + pingPeriod(at: index, monitor)
        // A hello waits for the answer to a probe.
        guard isProbed(at: index), instances[at: index].reachability.oldestUnansweredPing == nil, !mayBlockPublishing(at: index),
            let hello = nextHello(at: index, monitor)
        else { return regular }
        return min(regular, max(hello, last + Limits.crashProbePeriod))
    }

    /// A frozen primary is to be noticed soon after down-after; of the others nobody waits for it.
    private func pingPeriod(at index: Int, _ monitor: Monitor) -> Duration {
        min(monitor.tuning.duration(.pingPeriod), isPrimary(instances.keys[index]) ? pace.primary : pace.others)
    }

    func askInfo(of instance: inout Instance, _ monitor: inout Monitor) {
        send(.info(sentAt: monitor.now), to: &instance, &monitor)
        instance.infoAskedAt = monitor.now
        instance.isInfoPending = true
    }

    private func nextInfo(at index: Int, _ monitor: Monitor) -> Instant {
        guard let asked = instances[at: index].infoAskedAt else { return monitor.now }
        return asked + infoPeriod(at: index, monitor)
    }

    private func infoPeriod(at index: Int, _ monitor: Monitor) -> Duration {
        let usual = monitor.tuning.duration(.infoPeriod)
        guard !isPrimary(instances.keys[index]) else {
            if instances[at: index].formerLife != nil { return min(usual, Limits.rebirthLookPeriod) }
            if let watchedUntil, watchedUntil > monitor.now, !instances[at: index].isDown { return min(usual, Limits.handOverWatchPeriod) }
            return instances[at: index].reportedAt == nil ? min(usual, Limits.hastyInfoPeriod) : usual
        }
        switch instances[at: index].reattachment {
        case .sent, .inProgress: return min(usual, reattachPollPeriod(monitor))
        case .none, .done: break
        }
        let isUnsettled =
            objectivelyDownSince != nil || phase != nil || !instances[at: index].isReplicationLinkUp
            || instances[at: index].claimedRole == .primary || instances[at: index].reportedAt == nil
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
    private func mayBlockPublishing(at index: Int) -> Bool {
        if instances[at: index].shuttingDownSince != nil { return true }
        guard phase != nil || deferral != nil, isPrimary(instances.keys[index]) else { return false }
        return phase == .handingOver || phase == .awaitingPromotion && attempt?.handOver != nil || deferral != nil
    }

    /// Nil where one was sent and nobody needs another.
    private func nextHello(at index: Int, _ monitor: Monitor) -> Instant? {
        guard let sent = instances[at: index].helloSentAt else { return monitor.now }
        guard wantsSubscription(at: index, monitor) else { return nil }
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

    private func nextDue(at index: Int, _ monitor: Monitor) -> Instant {
        // Silent links are looked at in passing: at each ping, and at least this often.
        var due = monitor.now + monitor.tuning.duration(.pingPeriod)
        func consider(_ instant: Instant?) {
            if let instant { due = min(due, instant) }
        }
        consider(instances[at: index].reachability.link.retryAt)
        if let retryAt = instances[at: index].subscription.retryAt, wantsSubscription(at: index, monitor) { consider(retryAt) }
        if mayAsk(at: index) {
            consider(nextPing(at: index, monitor))
            if !mayBlockPublishing(at: index), !isProbed(at: index) { consider(nextHello(at: index, monitor)) }
            consider(nextInfo(at: index, monitor))
        }
        // In tilt nobody is judged; who is down already stays so until something is heard.
        if instances[at: index].downSince == nil {
            consider(nextJudgement(at: index, monitor).map { max($0, monitor.tiltUntil ?? $0) })
        }
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
