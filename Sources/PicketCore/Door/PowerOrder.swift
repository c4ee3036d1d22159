/// What an operator asks for beyond Sentinel's commands: SENTINEL PAUSE, RESUME, MAINTENANCE, FORGET.
package enum PowerOrder: Hashable, Sendable, Codable {
    /// No automatic failover for so long: between `PowerStatement.shortestPause` and `longestPause`.
    case pause(for: Duration, reason: String)
    case resume
    case maintenance(Endpoint, isOn: Bool, reason: String)
    case forgetReplica(Endpoint)
    case forgetMonitor(MonitorID)
    case forgetMonitorAt(Endpoint)
}

/// One message between two picketd about what operators have ordered: of many groups at once, but never more than so much.
package struct PowersReport: Hashable, Sendable, Codable {
    package enum Entry: Hashable, Sendable, Codable {
        case statement(GroupName, PowerStatement)
        /// The sender stands in this epoch because an operator has ordered it. Not kept.
        case ordered(GroupName, Epoch)

        package var group: GroupName {
            switch self {
            case .statement(let group, _), .ordered(let group, _): group
            }
        }
    }

    package var sender: MonitorID
    package var entries: [Entry]

    package init(sender: MonitorID, entries: [Entry]) {
        self.sender = sender
        self.entries = entries
    }

    /// Entries of one message.
    package static let mostEntries = 500
}
