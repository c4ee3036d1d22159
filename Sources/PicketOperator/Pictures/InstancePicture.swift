/// A primary or a replica, as the monitors see it and as it tells itself.
package struct InstancePicture: Hashable, Sendable {
    package let address: Address
    package let zone: String?
    package let isPrimary: Bool
    /// Monitors that see it, and those of them that hold it down.
    package let seenBy: Int
    package let heldDownBy: Int
    package let isInMaintenance: Bool
    /// A replica's, 0: never promoted.
    package let priority: Int?
    /// The monitors' word for whether a replica's link to the primary is up; nil: unknown, or a primary.
    package let isLinkUp: Bool?
    package let follows: Address?
    package let runID: String
    package let report: InstanceReport?
    package let lag: Lag?

    package struct Lag: Hashable, Sendable {
        package let bytes: Int64
        /// Since its last acknowledgement; nil: unknown.
        package let seconds: Int64?
    }

    package var isDown: Bool { heldDownBy > 0 && heldDownBy * 2 >= seenBy }

    /// `up`, `down`, `link down` … and how good that is.
    package var condition: (text: String, style: Style) {
        if isDown { return (heldDownBy == seenBy ? "down" : "down for \(heldDownBy) of \(seenBy)", .bad) }
        if heldDownBy > 0 { return ("down for \(heldDownBy) of \(seenBy)", .doubtful) }
        if let report, report.source == .asked {
            if report.isLoading { return ("loading", .doubtful) }
            if report.isPrimary != isPrimary { return (isPrimary ? "says replica" : "says primary", .bad) }
            if !isPrimary, !report.isLinkUp { return (report.info["master_sync_in_progress"] == "1" ? "copying" : "link down", .doubtful) }
        } else if isLinkUp == false {
            return ("link down", .doubtful)
        }
        if isInMaintenance { return ("maintenance", .doubtful) }
        return (isPrimary ? "up" : "in step", .good)
    }

    package var isWell: Bool { condition.style == .good || (isInMaintenance && condition.text == "maintenance") }

    /// As repmgr marks: `*` fine, `!` not as it should be, `?` out of reach.
    package var mark: String {
        isDown ? "?" : isWell ? (isPrimary ? "*" : " ") : "!"
    }

    package var version: String? { report?.version }
}
