extension Notice {
    /// Sentinel runs the notification script for the events that it logs as warnings.
    static func runsScript(_ kind: Kind) -> Bool {
        switch kind {
        case .monitored, .unmonitored, .settingChanged, .groupReset, .subjectivelyDown, .subjectivelyUp, .objectivelyDown, .objectivelyUp,
            .failoverTried, .elected, .selecting, .selected, .promoted, .reattaching, .failoverEndedByTimeout, .failoverEnded, .switched,
            .configurationAdopted, .abortedNotElected, .abortedNoGoodReplica, .abortedReplicaTimeout, .paused, .resumed, .maintenanceBegan,
            .maintenanceEnded, .forgotten:
            true
        case .replicaFound, .peerFound, .peerMoved, .peersCorrected, .peerAddressTaken, .rebooted, .roleAsConfigured, .roleNotAsConfigured,
            .epochRaised, .voted, .promoting, .awaitingPromotion, .reattachSent, .reattachInProgress, .reattachDone, .reattachTimedOut,
            .reattachSentAnyway, .converted, .replicationFixed, .tiltEntered, .tiltLeft, .scriptFailed, .scriptTimedOut, .remembered:
            false
        }
    }
}

extension Monitor {
    mutating func enqueueScript(_ call: ScriptCall) {
        scripts.enqueue(call, at: now)
        agenda.schedule(.scripts, at: now)
    }

    /// Starts what may start, kills what has run for too long.
    mutating func tendScripts() {
        // A script tells the world: what it tells must be on disk.
        for job in scripts.startable(at: now) { emitWhenDurable(.startScript(job.id, job.call)) }
        for job in scripts.overdue(at: now, bound: tuning.duration(.scriptMaxRuntime)) {
            emit(.killScript(job.id))
            if case .running(_, let processID?, _) = job.state {
                notify(.scriptTimedOut, nil, .scriptTimeout(path: job.call.path, processID: processID))
            }
        }
        scheduleScripts()
    }

    mutating func scriptStarted(_ id: ScriptID, processID: Int) {
        scripts.started(id, processID: processID)
        tendScripts()
    }

    mutating func scriptEnded(_ id: ScriptID, _ outcome: ScriptOutcome) {
        let retryDelay = tuning.duration(.scriptRetryDelay)
        if let (job, hasFailed) = scripts.ended(id, outcome, at: now, retryDelay: retryDelay), hasFailed {
            let path = job.call.path
            switch outcome {
            case .exited(let status): notify(.scriptFailed, nil, .script(path: path, signal: 0, exitStatus: status))
            case .killed(let signal): notify(.scriptFailed, nil, .script(path: path, signal: signal, exitStatus: 0))
            case .notStarted(let reason):
                notify(.scriptFailed, nil, .script(path: path, signal: 99, exitStatus: 0))
                remark(.warning, "The script \(path) could not be started: \(reason)")
            }
        }
        tendScripts()
    }

    private mutating func scheduleScripts() {
        if let due = scripts.nextDue(bound: tuning.duration(.scriptMaxRuntime)) {
            agenda.schedule(.scripts, at: max(due, now))
        } else {
            agenda.cancel(.scripts)
        }
    }
}
