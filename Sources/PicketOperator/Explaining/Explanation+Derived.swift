extension Explanation {
    /// What can be concluded without a picketd's word, from what every sentinel shows.
    package init(derivedFrom group: GroupPicture, survey: Survey, because reason: String) {
        self.init(
            group: group.name, source: .derived(reason), verdict: Self.verdict(group), state: group.state.rawValue,
            primary: group.primary.map { "\($0.address)" } ?? "?", quorum: group.quorum, majority: group.majority,
            alive: group.usableMonitors,
            known: group.knownMonitors)
        pause = group.pause
        maintenance = group.instances.filter(\.isInMaintenance).map { "\($0.address)" }
        let sightings = survey.answering.compactMap { monitor in monitor.sighting(of: group.name) }
        downSinceMilliseconds = sightings.compactMap { $0.primary.integer("s-down-time") }.max()
        witnesses = group.monitors.map { monitor in
            Witness(
                id: monitor.id ?? "", address: "\(monitor.address)", kind: monitor.software?.name ?? "unknown",
                opinion: monitor.sight.map { $0.isPrimaryDown ? "down" : "up" } ?? "unknown", ageMilliseconds: nil)
        }
        var seen: Set<String> = []
        for peer in sightings.flatMap(\.peers) {
            guard let leader = peer["voted-leader"], leader != "?", let epoch = peer.integer("voted-leader-epoch"), epoch > 0,
                seen.insert("\(peer.runID) \(epoch)").inserted
            else { continue }
            votes.append(Vote(voter: peer.runID, epoch: epoch, candidate: leader))
        }
        // Of the latest election only.
        let latest = votes.map(\.epoch).max()
        votes = votes.filter { $0.epoch == latest }.sorted { $0.voter < $1.voter }
        let ranked = group.candidates
        candidates = (ranked + group.replicas.filter { replica in !ranked.contains { $0.address == replica.address } }).map { replica in
            let verdict = ReplicaVerdict.of(replica, in: group)
            let reason =
                verdict.isChoosable
                ? (replica.address == ranked.first?.address ? "it comes first" : "it comes after \(ranked[0].address)") : verdict.reason
            return Candidate(
                address: "\(replica.address)", isChoosable: verdict.isChoosable, reason: reason, offset: replica.report?.offset,
                priority: replica.priority.map { Int64($0) })
        }
    }

    private static func verdict(_ group: GroupPicture) -> String {
        let (holding, asked) = (group.holdingDown.count, group.answering.count)
        if let leader = group.answering.first(where: { $0.sight?.failoverState != nil }), let phase = leader.sight?.failoverState {
            return "A failover is under way: \(leader.address) leads it, in the phase \(phase)."
        }
        guard holding > 0 else {
            if !group.hasMajority {
                return "No failover: no monitor holds the primary down. If it died there could be none either: "
                    + "\(group.usableMonitors) of \(group.knownMonitors) monitors can be reached; \(max(group.majority, group.quorum)) are needed."
            }
            return "No failover: none of \(FigureText.count(asked, "monitor")) holds the primary down. "
                + "For one, \(group.quorum) would have to, and \(group.majority) to vote for one leader."
        }
        if let pause = group.pause { return "No automatic failover: the group is \(pause.text)." }
        if holding < group.quorum {
            return "No failover: \(holding) of \(asked) monitors hold the primary down, and the quorum is \(group.quorum). "
                + "\(group.quorum - holding) more would have to, or the primary answers again."
        }
        if group.usableMonitors < group.majority {
            return
                "No failover: a quorum holds the primary down, but only \(group.usableMonitors) of \(group.knownMonitors) monitors can be reached, "
                + "and a leader needs the votes of \(group.majority). Start the others."
        }
        if group.candidates.isEmpty {
            return "No failover: a quorum holds the primary down, but no replica could be promoted; see each one's reason."
        }
        return "A failover is due: a quorum holds the primary down, a majority can be reached and a replica could be promoted. "
            + "If none begins, an earlier attempt failed: redis-sentinel tries again after twice the failover-timeout, "
            + "\(DurationText.brief(.milliseconds(2 * group.failoverTimeoutMilliseconds)))."
    }
}
