import PicketCore
import PicketStatus
import PicketWire

/// Looks → answers.
struct AnswerMaking {
    let settings: HTTPSettings

    func topology(_ status: MonitorStatus, _ source: any MonitorSource) -> TopologyAnswer {
        let lines = status.groups.map(line)
        return TopologyAnswer(
            monitor: monitor(status, source), groups: lines.sorted { ($1.severity, $0.name) < ($0.severity, $1.name) })
    }

    func monitor(_ status: MonitorStatus, _ source: any MonitorSource) -> MonitorAnswer {
        MonitorAnswer(
            id: status.identity.text, version: source.version, port: source.listenPort, epoch: status.currentEpoch,
            tilted: status.isTilted, storageFault: status.storageFault, takenAtMs: status.takenAt,
            startedAtMs: Int64(source.process().startedAt * 1000), lastEventId: source.events.lastID)
    }

    // MARK: Groups

    func line(_ group: GroupReview) -> GroupLine {
        let explanation = group.explanation
        let (severity, problems) = judgement(group)
        return GroupLine(
            name: group.name.text, state: explanation.state.rawValue, severity: severity, problems: problems,
            primary: "\(group.primary.endpoint)", zone: settings.zone(of: group.primary.endpoint), epoch: group.configEpoch.number,
            replicas: group.replicas.count, replicasUp: group.replicas.count { $0.isFit },
            maxLagBytes: group.replicas.compactMap { $0.replica?.lag }.max(), monitorsAlive: explanation.monitorsAlive,
            monitorsKnown: explanation.monitorsKnown, quorum: explanation.quorum,
            holdingDown: explanation.witnesses.count { $0.opinion == .down }, pausedForS: explanation.pause?.secondsLeft)
    }

    private func judgement(_ group: GroupReview) -> (severity: Int, problems: [String]) {
        let explanation = group.explanation
        var grave: [String] = []
        var slight: [String] = []
        switch explanation.state {
        case .ok: break
        case .suspected: slight.append("primary suspected")
        case .down: grave.append("primary down")
        case .failover: grave.append("failover in progress")
        case .paused: slight.append("failovers paused")
        case .noMajority: grave.append("no majority of monitors")
        case .noQuorum: grave.append("quorum cannot be reached")
        case .noReplica: grave.append(group.replicas.isEmpty ? "no replica" : "no replica can be promoted")
        case .tilt: slight.append("this monitor stood still")
        case .disk: slight.append("this monitor cannot write its state")
        }
        if group.quorumHoldsDown, explanation.state != .down, explanation.state != .failover { grave.append("primary down") }
        if group.primary.denial != nil { slight.append("primary refuses our credentials") }
        for replica in group.replicas where !replica.isFit {
            let what =
                replica.flags.contains(.subjectivelyDown) ? "is down" : replica.isUnlinked ? "has lost its primary" : "is not connected"
            slight.append("replica \(replica.endpoint) \(what)")
        }
        let lost = group.peers.count { $0.flags.contains(.subjectivelyDown) }
        if lost > 0 { slight.append("\(lost) \(lost == 1 ? "monitor" : "monitors") down") }
        let drifting = group.peers.count { $0.disagrees(with: group) }
        if drifting > 0 { slight.append("\(drifting) \(drifting == 1 ? "monitor believes" : "monitors believe") in another primary") }
        if !explanation.maintenance.isEmpty { slight.append("\(explanation.maintenance.count) in maintenance") }
        return (grave.isEmpty ? (slight.isEmpty ? 0 : 1) : 2, grave + slight)
    }

    func group(_ group: GroupReview, ledBy monitor: MonitorID) -> GroupAnswer {
        let choices = Dictionary(group.explanation.replicas.map { ($0.endpoint, $0) }, uniquingKeysWith: { first, _ in first })
        return GroupAnswer(
            line: line(group), verdict: group.explanation.verdict, votesNeeded: group.votesNeeded,
            instances: [instance(group.primary, nil)] + group.replicas.map { instance($0, choices[$0.endpoint]) },
            monitors: group.explanation.witnesses.map { self.monitor($0, group) },
            failovers: group.traces.map { FailoverRecord($0, ledBy: monitor) })
    }

    private func instance(_ view: InstanceView, _ choice: Explanation.Choice?) -> InstanceAnswer {
        InstanceAnswer(
            address: "\(view.endpoint)", role: view.replica == nil ? "primary" : "replica", zone: settings.zone(of: view.endpoint),
            up: !view.flags.contains(.subjectivelyDown), flags: view.flags.map(ViewEncoding.token), connected: view.commandLinkAge != nil,
            roundTripMs: view.roundTrip.tenthsOfMilliseconds, silenceMs: view.lastValidReplyAge, downForMs: view.subjectivelyDownFor,
            pendingCommands: view.pendingCommands, reportAgeMs: view.report?.infoAge ?? 0, offset: view.report?.offset ?? 0,
            runId: view.runID, denial: view.denial, lagBytes: view.replica?.lag, linkUp: view.replica?.isLinkUp,
            follows: view.replica?.primary.map { "\($0)" }, priority: view.replica?.priority, promotable: choice?.isChoosable,
            reason: choice?.reason)
    }

    private func monitor(_ witness: Explanation.Witness, _ group: GroupReview) -> MonitorViewAnswer {
        let peer = group.peers.first { $0.name == witness.id.text }
        let vote = group.explanation.votes.first { $0.voter == witness.id }?.vote
        var answer = MonitorViewAnswer(
            id: witness.id.text, address: "\(witness.endpoint)", zone: settings.zone(of: witness.endpoint), kind: witness.kind.rawValue,
            opinion: witness.opinion.rawValue, opinionAgeMs: witness.age < 0 ? nil : witness.age,
            up: peer.map { !$0.flags.contains(.subjectivelyDown) } ?? true, connected: peer.map { $0.commandLinkAge != nil } ?? true,
            roundTripMs: peer?.roundTrip.tenthsOfMilliseconds, votedEpoch: vote?.epoch.number, votedFor: vote?.leader?.text)
        if case .peer(let details)? = peer?.kind {
            answer.helloAgeMs = details.helloAge
            answer.believesPrimary = details.believedPrimary.map { "\($0)" }
            answer.believesEpoch = details.believedPrimary == nil ? nil : details.believedEpoch.number
        }
        return answer
    }

    // MARK: Explanations

    func explanation(_ explanation: Explanation, of group: GroupName) -> ExplainAnswer {
        ExplainAnswer(
            group: group.text, verdict: explanation.verdict, state: explanation.state.rawValue, primary: "\(explanation.primary)",
            downForMs: explanation.downFor, nextRetryMs: explanation.nextRetryIn, quorum: explanation.quorum,
            majority: explanation.majority, monitorsAlive: explanation.monitorsAlive, monitorsKnown: explanation.monitorsKnown,
            pausedForS: explanation.pause?.secondsLeft, pauseReason: explanation.pause?.reason,
            maintenance: explanation.maintenance.map { "\($0)" },
            witnesses: explanation.witnesses.map {
                .init(
                    id: $0.id.text, address: "\($0.endpoint)", kind: $0.kind.rawValue, opinion: $0.opinion.rawValue,
                    ageMs: $0.age < 0 ? nil : $0.age)
            },
            votes: explanation.votes.map { .init(id: $0.voter.text, epoch: $0.vote.epoch.number, votedFor: $0.vote.leader?.text) },
            replicas: explanation.replicas.map {
                .init(
                    address: "\($0.endpoint)", choosable: $0.isChoosable, reason: $0.reason, offset: $0.offset, priority: $0.priority)
            })
    }
}

extension InstanceView {
    fileprivate var isUnlinked: Bool { replica.map { !$0.isLinkUp && $0.report.infoAge > 0 } ?? false }
    fileprivate var isFit: Bool { !flags.contains(.subjectivelyDown) && commandLinkAge != nil && !isUnlinked }

    fileprivate func disagrees(with group: GroupReview) -> Bool {
        guard case .peer(let details) = kind, let believed = details.believedPrimary else { return false }
        return details.believedEpoch == group.configEpoch && believed != group.primary.endpoint
    }
}
