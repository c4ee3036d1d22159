import PicketStatus

/// Whether the process is alive, and whether it can do its work.
enum MonitorHealth {
    /// Only what a restart would mend.
    static func isAlive(_ status: MonitorStatus?) -> HealthVerdict {
        status == nil ? .bad("the control loop has not answered within 2 seconds") : .good("the control loop answers")
    }

    /// What keeps this monitor from voting and leading. Other monitors, and the state of groups, play no part in it: monitors that wait
    /// for each other's readiness would wait for ever.
    static func isReady(_ status: MonitorStatus?) -> HealthVerdict {
        guard let status else { return isAlive(nil) }
        if let fault = status.storageFault { return .bad("the state cannot be written: \(fault)") }
        if status.isTilted { return .bad("this monitor stood still a moment ago, and awaits a fresh round of answers") }
        return .good("\(status.groups.count) \(status.groups.count == 1 ? "group is" : "groups are") watched")
    }
}
