/// What clients may read. Nothing here changes anything.
extension Supervisor {
    package var identity: MonitorID { monitor.identity }
    package var currentEpoch: Epoch { monitor.currentEpoch }
    package var settings: MonitorSettings { monitor.settings }
    package var tuning: Tuning { monitor.tuning }
    package var groupNames: [GroupName] { Array(groups.keys) }
    package var simulatedFailures: [SimulatedFailure] { monitor.simulatedFailures }
    package var isTilted: Bool { monitor.isTilted }
    package var tiltTotal: Int { monitor.tiltTotal }
    package func tiltAge(at now: Instant) -> Duration? { monitor.tiltSince.map { now - $0 } }
    package var scriptJobs: [ScriptQueue.Job] { Array(monitor.scripts.jobs.values) }
    package var storageFault: String? { monitor.storageFault }

    package func hasGroup(_ name: GroupName) -> Bool { groups[name] != nil }

    /// Where clients of the group should go.
    package func primaryAddress(of name: GroupName) -> Endpoint? {
        groups[name].map { monitor.announced($0.primary.endpoint) }
    }

    package func primary(of name: GroupName, at now: Instant) -> InstanceView? {
        groups[name].map { $0.view($0.primary, monitor, at: now) }
    }

    package func replicas(of name: GroupName, at now: Instant) -> [InstanceView]? {
        groups[name].map { group in group.replicas.map { group.view($0, monitor, at: now) } }
    }

    package func peers(of name: GroupName, at now: Instant) -> [InstanceView]? {
        groups[name].map { group in group.peers.values.map { group.view($0, monitor, at: now) } }
    }

    /// True while this monitor leads a forced failover without a majority's votes.
    package func leadsAlone(_ name: GroupName) -> Bool { groups[name]?.attempt?.isAlone ?? false }

    package func summary(of name: GroupName) -> GroupSummary? {
        groups[name].map { group in
            GroupSummary(
                name: name,
                status: group.objectivelyDownSince != nil ? .objectivelyDown : group.primary.isDown ? .subjectivelyDown : .ok,
                primary: monitor.announced(group.primary.endpoint), replicaCount: group.replicas.count, monitorCount: group.knownVoters)
        }
    }

    /// The primary's report first, then the replicas'.
    package func cachedReports(of name: GroupName, at now: Instant) -> [CachedReport]? {
        groups[name].map { group in
            ([group.primary] + group.replicas).map { instance in
                CachedReport(age: instance.reportedAt.map { (now - $0).wholeMilliseconds } ?? 0, text: instance.report?.text)
            }
        }
    }

    /// The latest failovers that this monitor led, the newest first, as many as are kept.
    package func failoverTraces(of name: GroupName) -> [FailoverTrace]? { groups[name].map { $0.traces.reversed() } }

    /// The groups that an optional peer credential check or a command by pattern concerns.
    package func groupNames(matching isMatch: (String) -> Bool) -> [GroupName] { groups.keys.filter { isMatch($0.text) } }
}

extension ReplicationGroup {
    func view(_ instance: Instance, _ monitor: Monitor, at now: Instant) -> InstanceView {
        func age(_ instant: Instant?) -> Int64 { instant.map { max(0, (now - $0).wholeMilliseconds) } ?? 0 }
        let endpoint = monitor.announced(instance.endpoint)
        let report = ReportDetails(
            infoAge: age(instance.reportedAt), claimedRole: instance.claimedRole, claimedRoleFor: age(instance.claimedRoleSince),
            offset: instance.report?.offset ?? 0)
        let isShownInFailover = isPrimary(instance.id) && attempt?.phase.isBeforeSwitch == true
        return InstanceView(
            name: isPrimary(instance.id) ? name.text : endpoint.description,
            endpoint: endpoint, runID: instance.runID?.text ?? "", flags: flags(of: instance, monitor, at: now),
            pendingCommands: instance.reachability.link.pendingCommands, linkReferences: 1,
            failoverPhase: isShownInFailover ? attempt?.phase : nil,
            unansweredPingAge: age(instance.reachability.oldestUnansweredPing),
            lastValidReplyAge: age(instance.reachability.lastValidReply),
            lastReplyAge: age(instance.reachability.lastReply), subjectivelyDownFor: instance.downSince.map { age($0) },
            objectivelyDownFor: isPrimary(instance.id) ? objectivelyDownSince.map { age($0) } : nil,
            downAfter: settings.downAfter.wholeMilliseconds,
            kind: isPrimary(instance.id) ? .primary(primaryDetails(report, at: now)) : .replica(replicaDetails(instance, report, monitor)),
            roundTrip: instance.reachability.roundTrip, commandLinkAge: instance.reachability.link.openSince.map { age($0) },
            subscriptionAge: instance.subscription.openSince.map { age($0) }, denial: instance.reachability.denial)
    }

    private func primaryDetails(_ report: ReportDetails, at now: Instant) -> PrimaryDetails {
        PrimaryDetails(
            report: report, configEpoch: configEpoch, replicaCount: replicas.count, peerCount: peers.count, quorum: settings.quorum,
            failoverTimeout: settings.failoverTimeout.wholeMilliseconds, parallelSyncs: settings.parallelSyncs,
            notificationScript: settings.notificationScript, clientReconfigScript: settings.clientReconfigScript, pause: pauseView(at: now))
    }

    private func replicaDetails(_ instance: Instance, _ report: ReportDetails, _ monitor: Monitor) -> ReplicaDetails {
        let status = instance.replication
        return ReplicaDetails(
            report: report, linkDownFor: status.linkDownFor?.wholeMilliseconds ?? 0, isLinkUp: status.isLinkUp,
            primary: status.primary, priority: status.priority, offset: status.offset, isAnnounced: status.isAnnounced,
            lag: lag(of: instance, monitor), isSyncing: status.isSyncing)
    }

    /// Both numbers are of one moment, so that what was written between two reports does not look like lag.
    private func lag(of replica: Instance, _ monitor: Monitor) -> Int64? {
        guard let report = primary.report,
            let place = report.replicas.firstIndex(where: { monitor.isSame($0, replica.endpoint) }),
            place < report.acknowledgedOffsets.count
        else { return nil }
        return max(0, report.offset - report.acknowledgedOffsets[place])
    }

    private func flags(of instance: Instance, _ monitor: Monitor, at now: Instant) -> [InstanceView.Flag] {
        var flags: [InstanceView.Flag] = []
        let isPrimary = isPrimary(instance.id)
        if instance.isDown { flags.append(.subjectivelyDown) }
        if isPrimary, objectivelyDownSince != nil { flags.append(.objectivelyDown) }
        flags.append(isPrimary ? .primary : .replica)
        if !(instances.index(of: instance.id).map { isConnected(at: $0, monitor) } ?? false) { flags.append(.disconnected) }
        if isPrimary, attempt?.phase.isBeforeSwitch == true { flags.append(.failoverInProgress) }
        if !isPrimary, attempt?.candidate == instance.id, attempt?.phase.isBeforeSwitch == true { flags.append(.promoted) }
        switch instance.reattachment {
        case .none: break
        case .sent: flags.append(.reattachSent)
        case .inProgress: flags.append(.reattachInProgress)
        case .done: flags.append(.reattachDone)
        }
        if isPrimary, attempt?.kind == .forced, attempt?.phase.isBeforeSwitch == true { flags.append(.forcedFailover) }
        if instance.isScriptKillSent { flags.append(.scriptKillSent) }
        if instance.restartedAt != nil { flags.append(.restarted) }
        if isPrimary, powers.isPaused(at: now) { flags.append(.paused) }
        if isInMaintenance(instance, monitor) { flags.append(.maintenance) }
        return flags
    }

    func view(_ peer: Peer, _ monitor: Monitor, at now: Instant) -> InstanceView {
        func age(_ instant: Instant?) -> Int64 { instant.map { max(0, (now - $0).wholeMilliseconds) } ?? 0 }
        let connection = monitor.peers[peer.id]
        let reachability = connection?.reachability
        var flags: [InstanceView.Flag] = []
        if peer.downSince != nil { flags.append(.subjectivelyDown) }
        flags.append(.peer)
        if reachability?.link.isOpen != true { flags.append(.disconnected) }
        if saysPrimaryIsDown(peer, monitor, at: now) { flags.append(.saysPrimaryIsDown) }
        return InstanceView(
            name: peer.id.text, endpoint: monitor.announced(peer.endpoint), runID: peer.id.text, flags: flags,
            pendingCommands: reachability?.link.pendingCommands ?? 0, linkReferences: connection?.groups.count ?? 0, failoverPhase: nil,
            unansweredPingAge: age(reachability?.oldestUnansweredPing), lastValidReplyAge: age(reachability?.lastValidReply),
            lastReplyAge: age(reachability?.lastReply), subjectivelyDownFor: peer.downSince.map { age($0) }, objectivelyDownFor: nil,
            downAfter: settings.downAfter.wholeMilliseconds,
            kind: .peer(
                PeerDetails(
                    helloAge: age(peer.lastHello), votedLeader: peer.vote?.leader, votedEpoch: peer.vote?.epoch ?? .zero,
                    believedPrimary: peer.believed.map { monitor.announced($0.primary) }, believedEpoch: peer.believed?.epoch ?? .zero)),
            roundTrip: reachability?.roundTrip ?? .zero, commandLinkAge: reachability?.link.openSince.map { age($0) },
            denial: reachability?.denial)
    }
}
