import PicketCore
import PicketStatus

/// Per group, instance and peer.
extension MonitorMetrics {
    func writeGroups(_ text: inout MetricsText) {
        func each(_ name: String, _ help: String, _ value: (GroupReview) -> Int) {
            text.family(name, .gauge, help)
            for group in status.groups { text.sample([("group", group.name.text)], value(group)) }
        }
        text.family("picket_group_state", .gauge, "1 for the state that the group is in: what SENTINEL EXPLAIN says.")
        for group in status.groups {
            text.sample([("group", group.name.text), ("state", group.explanation.state.rawValue)], true)
        }
        text.family("picket_group_primary_info", .gauge, "Always 1; where the group's primary is.")
        for group in status.groups {
            text.sample([("group", group.name.text), ("address", "\(group.primary.endpoint)")], true)
        }
        each("picket_group_config_epoch", "Version of the group's configuration: the election that it comes from.") {
            Int(clamping: $0.configEpoch.number)
        }
        each("picket_group_primary_held_down", "1 while a quorum holds the primary down.") { $0.quorumHoldsDown ? 1 : 0 }
        each("picket_group_quorum", "Monitors that must hold the primary down.") { $0.explanation.quorum }
        each("picket_group_votes_needed", "Votes that an election takes.") { $0.votesNeeded }
        each("picket_group_monitors_known", "Monitors of the group, this one included.") { $0.explanation.monitorsKnown }
        each("picket_group_monitors_reachable", "Those of them that can vote now, as far as this one knows.") {
            $0.explanation.monitorsAlive
        }
        each("picket_group_monitors_holding_down", "Monitors that hold the primary down, this one included.") {
            $0.explanation.witnesses.count { $0.opinion == .down }
        }
        each("picket_group_replicas", "Replicas that are known.") { $0.replicas.count }
        each("picket_group_promotable_replicas", "Replicas that could be promoted now.") {
            $0.explanation.replicas.count(where: \.isChoosable)
        }
        each("picket_group_paused", "1 while automatic failovers are paused.") { $0.explanation.pause == nil ? 0 : 1 }
        each("picket_group_failover_in_progress", "1 while this monitor leads a failover.") { $0.explanation.state == .failover ? 1 : 0 }
    }

    /// Not inlined: the optimizer of Swift 6.3 ends itself over a dozen of these in one function.
    @inline(never)
    private func gauge(
        _ text: inout MetricsText, _ name: String, _ help: String, replicasOnly: Bool = false, _ value: (InstanceView) -> Double?
    ) {
        text.family(name, .gauge, help)
        for group in status.groups {
            for instance in (replicasOnly ? [] : [group.primary]) + group.replicas {
                guard let value = value(instance) else { continue }
                text.sample(instance.labels(in: group), value)
            }
        }
    }

    func writeInstances(_ text: inout MetricsText) {
        func flag(_ value: Bool) -> Double { value ? 1 : 0 }
        gauge(&text, "picket_instance_up", "0 while this monitor holds the instance down.") { flag(!$0.flags.contains(.subjectivelyDown)) }
        gauge(&text, "picket_instance_link_up", "1 while the connection for commands is open.") { flag($0.commandLinkAge != nil) }
        gauge(&text, "picket_instance_subscription_up", "1 while the connection for messages is open.") { flag($0.subscriptionAge != nil) }
        gauge(&text, "picket_instance_round_trip_seconds", "From the latest ping that was answered to its answer, in seconds.") {
            $0.roundTrip.seconds
        }
        gauge(&text, "picket_instance_silence_seconds", "Since the last answer that counts as alive, in seconds.") {
            Double($0.lastValidReplyAge) / 1000
        }
        gauge(&text, "picket_instance_report_age_seconds", "Age of the last INFO, in seconds.") {
            $0.report.map { Double($0.infoAge) / 1000 }
        }
        gauge(&text, "picket_instance_pending_commands", "Commands whose answers have not come.") { Double($0.pendingCommands) }
        gauge(&text, "picket_instance_access_denied", "1 while the instance refuses our credentials.") { flag($0.denial != nil) }
        gauge(&text, "picket_instance_in_maintenance", "1 while an operator keeps the instance from being promoted.") {
            flag($0.flags.contains(.maintenance))
        }
        gauge(&text, "picket_instance_replication_offset_bytes", "How much of the replication stream the instance has, by its last INFO.") {
            $0.report.map { Double($0.offset) }
        }
        gauge(
            &text, "picket_replica_lag_bytes", "What the replica had not acknowledged when its primary reported last.", replicasOnly: true
        ) {
            $0.replica?.lag.map(Double.init)
        }
        gauge(&text, "picket_replica_link_up", "1 while the replica says that its link to the primary is up.", replicasOnly: true) {
            $0.replica.map { flag($0.isLinkUp) }
        }
        gauge(&text, "picket_replica_priority", "The replica's priority; 0 is never promoted.", replicasOnly: true) {
            $0.replica.map { Double($0.priority) }
        }
        text.family("picket_replica_refused", .gauge, "1 for each replica that could not be promoted now, and why.")
        for group in status.groups {
            for choice in group.explanation.replicas {
                guard let reason = choice.objection else { continue }
                text.sample([("group", group.name.text), ("address", "\(choice.endpoint)"), ("reason", reason)], true)
            }
        }
    }

    func writePeers(_ text: inout MetricsText) {
        // The connection is one, whatever the number of groups; the group that comes first tells of it.
        var seen: Set<String> = []
        var peers: [InstanceView] = []
        for group in status.groups { for peer in group.peers where seen.insert(peer.name).inserted { peers.append(peer) } }
        func each(_ name: String, _ help: String, _ value: (InstanceView) -> Double) {
            text.family(name, .gauge, help)
            for peer in peers { text.sample([("monitor", peer.name), ("address", "\(peer.endpoint)")], value(peer)) }
        }
        each("picket_peer_link_up", "1 while the connection to the other monitor is open.") { $0.commandLinkAge == nil ? 0 : 1 }
        each("picket_peer_round_trip_seconds", "From the latest ping that the monitor answered to its answer, in seconds.") {
            $0.roundTrip.seconds
        }
        each("picket_peer_pending_commands", "Commands that the monitor has not answered yet.") { Double($0.pendingCommands) }
        text.family("picket_peer_up", .gauge, "0 while this monitor holds the other one down, by group.")
        for group in status.groups {
            for peer in group.peers {
                text.sample([("group", group.name.text), ("monitor", peer.name)], !peer.flags.contains(.subjectivelyDown))
            }
        }
        text.family("picket_peer_hello_age_seconds", .gauge, "Since the monitor's last hello of the group, in seconds.")
        for group in status.groups {
            for peer in group.peers {
                guard case .peer(let details) = peer.kind else { continue }
                text.sample([("group", group.name.text), ("monitor", peer.name)], Double(details.helloAge) / 1000)
            }
        }
    }
}

extension GroupReview {
    var configEpoch: Epoch {
        if case .primary(let details) = primary.kind { details.configEpoch } else { .zero }
    }
}

extension InstanceView {
    var report: ReportDetails? {
        switch kind {
        case .primary(let details): details.report
        case .replica(let details): details.report
        case .peer: nil
        }
    }

    var replica: ReplicaDetails? {
        if case .replica(let details) = kind { details } else { nil }
    }

    fileprivate func labels(in group: GroupReview) -> [(String, String)] {
        [("group", group.name.text), ("address", "\(endpoint)"), ("role", replica == nil ? "primary" : "replica")]
    }
}
