/// Whom `forget` means: a replica or a monitor, by address, or a monitor by (the beginning of) its id.
package enum ForgetTarget {
    package static func find(_ text: String, in group: GroupPicture) throws(OperatorError) -> Power {
        if let address = try? Address(parsing: text) {
            if group.primary?.address == address {
                throw .refused(
                    "\(address) is the primary of \(group.name).",
                    advice: "picket switchover \(group.name) makes another one the primary first.")
            }
            if group.replica(address) != nil { return .forgetReplica(address) }
            if let monitor = group.monitors.first(where: { $0.address == address }) { return .forgetMonitor(address, id: monitor.id) }
        } else if text.count >= 4 {
            let matching = group.monitors.filter { $0.id?.hasPrefix(text.lowercased()) == true }
            if matching.count > 1 {
                throw .usage("'\(text.printable)' may be \(FigureText.enumeration(matching.map(\.shortID))): give more of it.")
            }
            if let monitor = matching.first { return .forgetMonitor(monitor.address, id: monitor.id) }
        }
        let known = group.replicas.map { "\($0.address)" } + group.monitors.map { "\($0.address) (\($0.shortID))" }
        throw .usage(
            "\(group.name) has neither a replica nor a monitor '\(text.printable)'.", advice: "It has \(FigureText.enumeration(known)).")
    }
}
