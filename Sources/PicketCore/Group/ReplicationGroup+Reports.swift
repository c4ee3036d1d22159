/// What the instances answer.
extension ReplicationGroup {
    mutating func replied(_ id: InstanceID, to request: Request, _ reply: Reply, _ monitor: inout Monitor) {
        guard let index = instances.index(of: id) else { return }
        instances[at: index].reachability.link.answered()
        let wasQuiet = isQuiet && !instances[at: index].isDown
        switch request {
        case .ping: pingAnswered(by: id, reply, &monitor)
        case .probe:
            if case .probed(let vitality, let isShuttingDown) = reply {
                noteShutdown(of: index, isShuttingDown, &monitor)
                pingAnswered(by: id, .alive(vitality), &monitor)
            } else {
                pingAnswered(by: id, reply, &monitor)
            }
        case .info(let sentAt):
            instances[at: index].isInfoPending = false
            if case .report(let report) = reply {
                reportReceived(from: id, report, asOf: sentAt, &monitor)
            } else {
                noteRefusal(by: id, "INFO", reply, &monitor)
            }
        case .role:
            if case .role(let report) = reply {
                roleReceived(from: id, report, &monitor)
            } else {
                roleRefused(by: id, reply, &monitor)
            }
        case .publish:
            // Retried at once where it was refused, but not faster than a ping period.
            if case .refused = reply {
                noteRefusal(by: id, "PUBLISH", reply, &monitor)
                let pause = monitor.tuning.duration(.publishPeriod) - monitor.pingPeriod(downAfter: settings.downAfter)
                instances[id]?.helloSentAt = monitor.now - max(pause, .zero)
            }
        case .promote: promotionAnswered(by: id, reply, &monitor)
        case .follow: noteRefusal(by: id, "REPLICAOF", reply, &monitor)
        case .rewriteConfiguration: noteRefusal(by: id, "CONFIG REWRITE", reply, &monitor)
        case .handOver, .abortHandOver, .pauseWrites, .resumeWrites, .stepBack: handOverAnswered(by: id, request, reply, &monitor)
        case .killScript, .askDown, .compareStandings, .tellPowers: break
        }
        // By far the most replies say that all is as it was.
        let isQuiet = wasQuiet && self.isQuiet
        if isQuiet, request.isPing, !owesHello(toInstanceAt: index, monitor) { return }
        tend(id, &monitor)
        if isQuiet, request.isRoutine { return }
        evaluate(&monitor)
    }

    /// Nothing is going on that a sign of life, or the lack of one, could bring forward; what is due at a time is on the agenda.
    var isQuiet: Bool {
        phase == nil && objectivelyDownSince == nil && postponedOrder == nil && !instances[at: primaryIndex].isDown
            && instances[at: primaryIndex].shuttingDownSince == nil
    }

    private mutating func pingAnswered(by id: InstanceID, _ reply: Reply, _ monitor: inout Monitor) {
        guard let index = instances.index(of: id) else { return }
        if case .alive(let vitality) = reply {
            if instances[at: index].reachability.denial != nil {
                monitor.remark(.notice, "\(monitor.announced(instances[at: index].endpoint)) of \(name) accepts our credentials again.")
            }
            instances[at: index].reachability.proved(at: monitor.now)
            if vitality == .serving { instances[at: index].restartedAt = nil }
            return
        }
        var instance = instances[at: index]
        switch reply {
        case .refused(let code, let text):
            if reply.isDenial {
                noteDenial(of: &instance, text, &monitor)
            } else {
                instance.reachability.answeredInvalidly(at: monitor.now)
                if code == "BUSY", instance.isDown, !instance.isScriptKillSent {
                    instance.isScriptKillSent = true
                    send(.killScript, to: &instance, &monitor)
                }
            }
        case .alive, .probed, .report, .role, .opinion, .standings, .accepted, .unintelligible:
            instance.reachability.answeredInvalidly(at: monitor.now)
        }
        instances[at: index] = instance
    }

    /// An error where none should be is an operator's business; it never passes silently.
    mutating func noteRefusal(by id: InstanceID, _ command: String, _ reply: Reply, _ monitor: inout Monitor) {
        guard let endpoint = instances[id]?.endpoint else { return }
        switch reply {
        // NOTSENT is our own disk's fault, which is told elsewhere.
        case .refused(let code, let text) where !["LOADING", "BUSY", "MASTERDOWN", "NOTSENT"].contains(code):
            if reply.isDenial, var instance = instances[id] {
                noteDenial(of: &instance, text, &monitor)
                instances[id] = instance
            }
            monitor.remark(.warning, "\(monitor.announced(endpoint)) of \(name) refused \(command): \(text)")
        case .unintelligible(let text):
            monitor.remark(.warning, "\(monitor.announced(endpoint)) of \(name) answered \(command) with what is not understood: \(text)")
        case .refused, .alive, .probed, .report, .role, .opinion, .standings, .accepted: break
        }
    }

    // MARK: INFO

    mutating func reportReceived(from id: InstanceID, _ report: InstanceReport, asOf time: Instant, _ monitor: inout Monitor) {
        guard var instance = instances[id] else { return }
        let former = noteRestart(of: &instance, report, &monitor)
        let followedBefore = instance.report?.replication?.primary
        instance.report = report
        instance.reportedAt = monitor.now
        instance.reportIsAsOf = time
        noteLoss(of: &instance, report)
        if followedBefore != report.replication?.primary { instance.followedSince = monitor.now }
        instances[id] = instance
        if let index = instances.index(of: id) { noteShutdown(of: index, report.isShuttingDown, &monitor) }
        if isPrimary(id), let former { noteRebirth(from: former, &monitor) }
        noteFreshReport(of: id, asOf: time, monitor)
        if report.role == .primary, isPrimary(id) { discoverReplicas(report.replicas, asOf: time, &monitor) }
        noteClaimedRole(of: id, report.role, &monitor)
        noteReattachment(of: id, &monitor)
        promotionReported(by: id, report, &monitor)
        noteHandOver(report, of: id, askedAt: time, &monitor)
        if instances[primaryID]?.formerLife != nil { judgeRebirth(&monitor) }
    }

    /// What the process before the present one last told, where it was replaced since.
    private func noteRestart(of instance: inout Instance, _ report: InstanceReport, _ monitor: inout Monitor) -> InstanceReport? {
        guard let known = instance.runID, let told = report.runID, known != told else { return nil }
        monitor.notify(.rebooted, subject(instance, monitor))
        instance.forgetWhatItSaid()
        instance.keysOfFormerLife = max(instance.keysOfFormerLife ?? 0, instance.report?.keyCount ?? 0)
        if isPrimary(instance.id), settings.rebootDownAfter > .zero { instance.restartedAt = monitor.now }
        return instance.report
    }

    /// An instance that came back with less than half of its keys is nobody to be promoted, until it has synchronised.
    private func noteLoss(of instance: inout Instance, _ report: InstanceReport) {
        // A link that is down since some time was up before, in this very process.
        if let status = report.replication, status.isLinkUp || status.linkDownFor != nil {
            instance.isBlank = false
            instance.keysOfFormerLife = nil
        } else if let former = instance.keysOfFormerLife, !report.isLoading {
            instance.isBlank = report.keyCount < former / 2
            instance.keysOfFormerLife = nil
        }
    }

    private mutating func discoverReplicas(_ endpoints: [Endpoint], asOf time: Instant, _ monitor: inout Monitor) {
        for endpoint in endpoints where instance(at: endpoint, monitor) == nil {
            if isForgotten(endpoint, reportAskedAt: time, monitor) { continue }
            guard instances.count <= Limits.replicasPerGroup else {
                monitor.remark(.warning, "\(name) has more than \(Limits.replicasPerGroup) replicas; \(endpoint) is not watched.")
                return
            }
            guard Endpoint.validPorts.contains(endpoint.port), endpoint.hasNumericHost || monitor.settings.resolveHostnames else {
                monitor.remark(
                    .debug,
                    "\(name): the primary lists a replica at \(endpoint), which is not an address (resolve-hostnames is off). Ignored.")
                continue
            }
            let replica = Instance(id: monitor.newInstanceID(), endpoint: endpoint, role: .replica, at: monitor.now)
            instances[replica.id] = replica
            monitor.record(.replicaAdded(name, endpoint))
            monitor.notify(.replicaFound, subject(replica, monitor))
            noteReturn(of: .replica(endpoint), &monitor)
            tend(replica.id, &monitor)
        }
    }

    // MARK: Role

    mutating func noteClaimedRole(of id: InstanceID, _ role: Role, _ monitor: inout Monitor) {
        guard var instance = instances[id] else { return }
        instance.said(role)
        instances[id] = instance
        if instance.claimedRole != role {
            instance.claimedRole = role
            instance.claimedRoleSince = monitor.now
            instances[id] = instance
            let expected: Role = isPrimary(id) ? .primary : .replica
            monitor.notify(role == expected ? .roleAsConfigured : .roleNotAsConfigured, subject(instance, monitor), .reportedRole(role))
        }
        if role == .primary { confirmPromotion(of: id, &monitor) }
        // It may have been away. Whether it is to be led back, the others know.
        if role == .primary, !isPrimary(id) { monitor.standingsToTell.append(name) }
    }
}

extension Request {
    fileprivate var isPing: Bool {
        switch self {
        case .ping, .probe: true
        default: false
        }
    }

    /// Asked again and again, with an answer that mostly changes nothing.
    fileprivate var isRoutine: Bool {
        switch self {
        case .ping, .probe, .publish: true
        case .info, .role, .askDown, .promote, .follow, .handOver, .abortHandOver, .pauseWrites, .resumeWrites, .stepBack,
            .compareStandings,
            .rewriteConfiguration, .killScript, .tellPowers:
            false
        }
    }
}
