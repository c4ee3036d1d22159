/// Whether a replica could be promoted now, and why not: as far as any sentinel's answers tell.
package struct ReplicaVerdict: Hashable, Sendable {
    package let isChoosable: Bool
    package let reason: String

    package static func of(_ replica: InstancePicture, in group: GroupPicture) -> ReplicaVerdict {
        if replica.isDown { return .init(isChoosable: false, reason: "it is down") }
        if replica.isInMaintenance { return .init(isChoosable: false, reason: "it is in maintenance") }
        if replica.priority == 0 { return .init(isChoosable: false, reason: "its replica-priority is 0: never to be promoted") }
        if replica.isLinkUp == nil, replica.report == nil { return .init(isChoosable: false, reason: "nothing was heard from it yet") }
        // What it says itself just now is newer than what a monitor heard.
        let isLinkUp = replica.report.flatMap { $0.source == .asked ? !$0.isPrimary && $0.isLinkUp : nil } ?? replica.isLinkUp
        if group.primary?.isDown == false, isLinkUp == false {
            return .init(isChoosable: false, reason: "its link to the primary is down while the primary is up")
        }
        return .init(isChoosable: true, reason: "it could be promoted")
    }
}
