/// A primary that comes back without its data is not the primary any more.
///
/// Left alone its replicas would follow it and throw away what they have. So it is held down as if it were dead, until one of
/// them is promoted, or none is left that has the old data.
extension ReplicationGroup {
    func noteRebirth(of instance: inout Instance, from old: InstanceReport, _ monitor: inout Monitor) {
        guard isPrimary(instance.id), settings.guardsAgainstEmptyPrimary, old.role == .primary, instance.formerLife == nil,
            !monitor.isMutated(.trustEmptyPrimary)
        else { return }
        instance.formerLife = FormerLife(replicationID: old.replicationID, offset: old.offset, keyCount: old.keyCount)
    }

    /// Looks at a primary that restarted, with every report of its own or of a replica.
    mutating func judgeRebirth(_ monitor: inout Monitor) {
        guard var primary = instances[primaryID], let former = primary.formerLife, let report = primary.report else { return }
        guard !report.isLoading else { return }
        let isLost = primary.claimedRole == .primary && hasLost(former, report) && instances.values.contains { keeps(former, $0) }
        if isLost, primary.lostDataSince == nil {
            primary.lostDataSince = monitor.now
            instances[primaryID] = primary
            monitor.remark(
                .warning,
                "The primary \(monitor.announced(primary.endpoint)) of \(name) came back without its data (\(report.keyCount) keys, before \(former.keyCount)). A replica takes its place before it is overwritten."
            )
            judge(primaryID, &monitor)
        } else if !isLost {
            primary.lostDataSince = nil
            primary.formerLife = nil
            instances[primaryID] = primary
            judge(primaryID, &monitor)
        }
    }

    /// Its history does not go on, or went back.
    private func hasLost(_ former: FormerLife, _ report: InstanceReport) -> Bool {
        if former.keyCount > 0, report.keyCount == 0 { return true }
        guard former.keyCount > 0, let history = former.replicationID else { return false }
        guard report.replicationID == history || report.previousReplicationID == history else { return true }
        return report.offset < (instances.values.lazy.filter { keeps(former, $0) }.map(\.replication.offset).max() ?? 0)
    }

    /// A replica that still has the old data.
    func keeps(_ former: FormerLife, _ replica: Instance) -> Bool {
        guard !isPrimary(replica.id), !replica.isDown, replica.reachability.link.isOpen, let report = replica.report,
            report.role == .replica, report.keyCount > 0, let history = former.replicationID
        else { return false }
        return report.replicationID == history
    }

    /// The history that a new primary has to continue.
    var history: String? {
        if let primary = instances[primaryID], primary.lostDataSince != nil, let former = primary.formerLife?.replicationID {
            return former
        }
        return instances[primaryID]?.report?.replicationID
    }
}

/// What was known of a primary before its process was replaced by another one.
struct FormerLife: Hashable, Sendable, Codable {
    let replicationID: String?
    let offset: Int64
    let keyCount: Int64
}
