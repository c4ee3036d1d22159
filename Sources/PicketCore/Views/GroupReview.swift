/// Everything about one group that is shown beside Sentinel's own answers: metrics, health routes, pages.
///
/// Made whole in one go, so that its parts fit together; a value, so that whoever shows it needs nothing more of the core.
package struct GroupReview: Hashable, Sendable {
    package var name: GroupName
    package var primary: InstanceView
    package var replicas: [InstanceView]
    package var peers: [InstanceView]
    package var explanation: Explanation
    /// Votes that an election takes here, the own one included.
    package var votesNeeded: Int
    /// The latest failovers that this monitor led, the newest first.
    package var traces: [FailoverTrace]

    package init(
        name: GroupName, primary: InstanceView, replicas: [InstanceView], peers: [InstanceView], explanation: Explanation,
        votesNeeded: Int, traces: [FailoverTrace]
    ) {
        self.name = name
        self.primary = primary
        self.replicas = replicas
        self.peers = peers
        self.explanation = explanation
        self.votesNeeded = votesNeeded
        self.traces = traces
    }

    package var quorumHoldsDown: Bool { primary.flags.contains(.objectivelyDown) }
    /// Whether what is believed here is what a majority can have agreed on: without one, another primary may have been elected.
    package var seesMajority: Bool { explanation.monitorsAlive >= votesNeeded && explanation.state != .tilt }
}

extension Supervisor {
    package func review(of name: GroupName, at now: Instant) -> GroupReview? {
        guard let group = groups[name], let explanation = explanation(of: name, at: now) else { return nil }
        return GroupReview(
            name: name, primary: group.view(group.primary, monitor, at: now),
            replicas: group.replicas.map { group.view($0, monitor, at: now) },
            peers: group.peers.values.map { group.view($0, monitor, at: now) }, explanation: explanation, votesNeeded: group.votesNeeded,
            traces: group.traces.reversed())
    }
}

extension FailoverTrace.Candidate {
    /// It was not weighed at all, because of something that forbids its promotion.
    package var isRefused: Bool { ReplicationGroup.Objection(rawValue: verdict) != nil }
}
