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
            instances[primaryID]?.formerLife = FormerLife(replicationID: history, keyCount: old.keyCount, since: monitor.now)
        }
        for id in instances.keys where id != primaryID {
            guard var replica = instances[id], replica.reachability.link.isOpen else { continue }
            askInfo(of: &replica, &monitor)
            instances[id] = replica
        }
    }

    /// Looks at a primary that restarted, with every report of its own or of a replica.
    mutating func judgeRebirth(_ monitor: inout Monitor) {
        guard let primary = instances[primaryID], let report = primary.report, !report.isLoading, var former = primary.formerLife else {
            return
        }
        // Clients may have written again before it was first looked at.
        if report.keyCount == 0 || report.keyCount < former.keyCount / 2 && !continues(former, report) {
            former.leftNothing = true
            instances[primaryID]?.formerLife = former
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
        } else if haveAllTold(former) || monitor.now - former.since > Limits.rebirthDoubtAtMost {
            instances[primaryID]?.lostDataSince = nil
            instances[primaryID]?.formerLife = nil
            judge(primaryID, &monitor)
        }
    }

    /// Where nothing is left, those that cannot be reached now may come back with the last copy. One that is loading cannot tell yet
    /// what it will have.
    private func haveAllTold(_ former: FormerLife) -> Bool {
        let mayMiss = !(former.leftNothing && former.hadKeys)
        return instances.values.allSatisfy {
            if $0.id == primaryID { return true }
            if $0.isDown || !$0.reachability.link.isOpen { return mayMiss }
            return $0.report?.isLoading == false && $0.reportIsAsOf.map { $0 >= former.since } ?? false
        }
    }

    /// A replica that has the data of before, and has said so since. So may a former primary that comes back, and would be made an empty
    /// replica next.
    func keeps(_ former: FormerLife, _ replica: Instance) -> Bool {
        guard !isPrimary(replica.id), !replica.isDown, replica.reachability.link.isOpen, let report = replica.report,
            report.keyCount > 0, let toldAt = replica.reportIsAsOf, toldAt >= former.since
        else { return false }
        if report.role == .primary { return former.leftNothing && former.hadKeys }
        return report.replicationID == former.replicationID || isLastCopy(report, former)
    }

    /// One that was restarted too and has not reached the primary since has forgotten its history, but not its data.
    private func isLastCopy(_ report: InstanceReport, _ former: FormerLife) -> Bool {
        guard former.leftNothing, let status = report.replication, !status.isLinkUp else { return false }
        // One that lost its primary has what that had, though nobody here may have been told that it had anything.
        return former.hadKeys || status.linkDownFor != nil
    }

    /// The history does not go on, or went back behind what the replica has.
    private func isLoss(_ report: InstanceReport, _ former: FormerLife, _ replica: Instance) -> Bool {
        if report.keyCount == 0 || former.leftNothing { return true }
        return !continues(former, report) || report.offset < replica.replication.offset
    }

    private func continues(_ former: FormerLife, _ report: InstanceReport) -> Bool {
        report.replicationID == former.replicationID || report.previousReplicationID == former.replicationID
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
    let keyCount: Int64
    let since: Instant
    /// The new process was seen without any data, or with little of another history: what it has since got is no sign that it lost
    /// nothing.
    var leftNothing = false

    var hadKeys: Bool { keyCount > 0 }

    init(replicationID: String, keyCount: Int64, since: Instant) {
        self.replicationID = replicationID
        self.keyCount = keyCount
        self.since = since
    }
}
