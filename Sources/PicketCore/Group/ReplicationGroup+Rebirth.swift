/// A primary that comes back without its data is not the primary any more.
///
/// Left alone its replicas would follow it and throw away what they have. So it is held down as if it were dead, until one of
/// them is promoted, or none is left that has the old data.
extension ReplicationGroup {
    /// The primary's process was replaced by another one. What it had, its replicas know: they are asked at once.
    mutating func noteRebirth(from old: InstanceReport, _ monitor: inout Monitor) {
        guard settings.guardsAgainstEmptyPrimary, old.role == .primary, let history = old.replicationID,
            !monitor.isMutated(.trustEmptyPrimary)
        else { return }
        if instances[primaryID]?.formerLife == nil {
            instances[primaryID]?.formerLife = FormerLife(replicationID: history, since: monitor.now)
        }
        for id in instances.keys where id != primaryID {
            guard var replica = instances[id], replica.reachability.link.isOpen else { continue }
            askInfo(of: &replica, &monitor)
            instances[id] = replica
        }
    }

    /// Looks at a primary that restarted, with every report of its own or of a replica.
    mutating func judgeRebirth(_ monitor: inout Monitor) {
        guard let primary = instances[primaryID], let former = primary.formerLife, let report = primary.report, !report.isLoading else {
            return
        }
        let isLost = primary.claimedRole == .primary && instances.values.contains { keeps(former, $0) && isLoss(report, former, $0) }
        if isLost {
            guard primary.lostDataSince == nil else { return }
            instances[primaryID]?.lostDataSince = monitor.now
            monitor.remark(
                .warning,
                "The primary \(monitor.announced(primary.endpoint)) of \(name) came back without data that a replica has (\(report.keyCount) keys, offset \(report.offset)). A replica takes its place before it is overwritten."
            )
            judge(primaryID, &monitor)
        } else if haveAllTold(since: former.since) || monitor.now - former.since > Limits.rebirthDoubtAtMost {
            instances[primaryID]?.lostDataSince = nil
            instances[primaryID]?.formerLife = nil
            judge(primaryID, &monitor)
        }
    }

    private func haveAllTold(since: Instant) -> Bool {
        instances.values.allSatisfy {
            $0.id == primaryID || $0.isDown || !$0.reachability.link.isOpen || ($0.reportedAt.map { $0 >= since } ?? false)
        }
    }

    /// A replica that has the data of before, and has said so since.
    func keeps(_ former: FormerLife, _ replica: Instance) -> Bool {
        guard !isPrimary(replica.id), !replica.isDown, replica.reachability.link.isOpen, let report = replica.report,
            report.role == .replica, report.keyCount > 0, let reportedAt = replica.reportedAt, reportedAt >= former.since
        else { return false }
        return report.replicationID == former.replicationID
    }

    /// The history does not go on, or went back behind what the replica has.
    private func isLoss(_ report: InstanceReport, _ former: FormerLife, _ replica: Instance) -> Bool {
        if report.keyCount == 0 { return true }
        guard report.replicationID == former.replicationID || report.previousReplicationID == former.replicationID else { return true }
        return report.offset < replica.replication.offset
    }

    /// The history that a new primary has to continue.
    var history: String? {
        if let primary = instances[primaryID], primary.lostDataSince != nil, let former = primary.formerLife?.replicationID {
            return former
        }
        return instances[primaryID]?.report?.replicationID
    }
}

/// What was known of a primary before its process was replaced by another one, and since when it is.
struct FormerLife: Hashable, Sendable, Codable {
    let replicationID: String
    let since: Instant
}
