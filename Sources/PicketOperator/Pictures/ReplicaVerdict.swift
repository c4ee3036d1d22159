/// Whether a replica could be promoted now, and why not: as far as any sentinel's answers tell.
package struct ReplicaVerdict: Hashable, Sendable {
    package let isChoosable: Bool
    package let reason: String

    package static func of(_ replica: InstancePicture, in group: GroupPicture) -> ReplicaVerdict {
        if replica.isDown { return .init(isChoosable: false, reason: "it is down") }
        if replica.isInMaintenance { return .init(isChoosable: false, reason: "it is in maintenance") }
        if replica.priority == 0 { return .init(isChoosable: false, reason: "its replica-priority is 0: never to be promoted") }
        if replica.isLinkUp == nil, replica.report == nil { return .init(isChoosable: false, reason: "nothing was heard from it yet") }
        if group.primary?.isDown == false, replica.isLinkUp == false {
            return .init(isChoosable: false, reason: "its link to the primary is down while the primary is up")
        }
        return .init(isChoosable: true, reason: "it could be promoted")
    }
}
