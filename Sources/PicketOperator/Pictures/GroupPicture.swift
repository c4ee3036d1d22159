/// One group, as all monitors together see it: what the majority says, and who differs.
package struct GroupPicture: Hashable, Sendable {
    package let name: String
    /// What most of those that answer say; of several, the one with the highest configuration epoch.
    package let primary: InstancePicture?
    package let replicas: [InstancePicture]
    package let monitors: [MonitorOpinion]
    /// What most monitors have.
    package let quorum: Int
    package let configEpoch: Int64
    /// All that any monitor knows, itself included.
    package let knownMonitors: Int
    /// The most that one monitor can count on, itself included.
    package let usableMonitors: Int
    package let downAfterMilliseconds: Int64
    package let failoverTimeoutMilliseconds: Int64
    package let drift: [Drift]
    package let pause: Pause?
    package internal(set) var state = GroupState.ok
    /// In sentences, the worst first.
    package internal(set) var problems: [String] = []

    package var majority: Int { knownMonitors / 2 + 1 }
    package var answering: [MonitorOpinion] { monitors.filter { $0.sight != nil } }
    package var picketds: [MonitorOpinion] { answering.filter(\.isPicketd) }
    package var others: [MonitorOpinion] { answering.filter { !$0.isPicketd } }
    package var wellReplicas: Int { replicas.count(where: \.isWell) }
    package var holdingDown: [MonitorOpinion] { answering.filter { $0.sight?.isPrimaryDown == true } }
    package var hasMajority: Bool { usableMonitors >= majority && usableMonitors >= quorum }
    package var isPrimaryHeldDown: Bool { holdingDown.count >= max(1, min(quorum, answering.count)) }
    package var instances: [InstancePicture] { (primary.map { [$0] } ?? []) + replicas }

    package func instance(_ address: Address) -> InstancePicture? { instances.first { $0.address == address } }
    package func replica(_ address: Address) -> InstancePicture? { replicas.first { $0.address == address } }

    /// The largest of the replicas that are up.
    package var largestLag: Int64? { replicas.filter { !$0.isDown }.compactMap { $0.lag?.bytes }.max() }

    /// Replicas that a failover would consider, the likeliest first: what the monitors' rules come to as far as they show it.
    package var candidates: [InstancePicture] {
        replicas.filter { ReplicaVerdict.of($0, in: self).isChoosable }.sorted { first, second in
            let (one, other) = (first.priority ?? 100, second.priority ?? 100)
            if one != other { return one < other }
            let (most, more) = (first.report?.offset ?? 0, second.report?.offset ?? 0)
            return most != more ? most > more : first.runID < second.runID
        }
    }
}
