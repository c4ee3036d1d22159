/// What one trial came to. Times are in milliseconds; what does not apply, or did not happen, is nil.
package struct FailoverResult: Codable, Hashable, Sendable {
    package let fault: FailoverFault
    package let supervisor: MonitorKind
    /// From 1.
    package let number: Int
    /// Why there are no figures: the trial could not be carried out.
    package var failure: String?
    /// False: no write was acknowledged by a new primary in the time allowed; `outage` is then what was waited.
    package var isRecovered = true
    /// The longest time without an acknowledged write, from the fault until all was well again, the old primary's return included.
    package var outage: Double?
    /// The longest time without one in the second before the fault: what the machine does by itself.
    package var noise: Double?
    /// From the fault to the first `+switch-master` that a subscriber got.
    package var firstSwitch: Double?
    /// From the return of the old primary (it can be connected to; SIGCONT) to its saying that it is a replica.
    package var demotion: Double?
    /// From SHUTDOWN to the end of the process, which first lets its replicas catch up, and refuses writes meanwhile.
    package var shutdown: Double?
    /// From the end of that process to the first acknowledged write.
    package var afterShutdown: Double?
    /// From the moment in which all monitors answered again to the first acknowledged write.
    package var afterMonitorsReturned: Double?
    /// Different changes of address that were told.
    package var failovers = 0
    package var acknowledged = 0
    /// Of these, not there any more when all was well again.
    package var lost: Int?
    /// Of the keys that were written before, and were on all instances.
    package var keysLost: Int?
    /// What cannot be seen in the figures: who led, what was answered.
    package var remarks: [String] = []

    package init(_ fault: FailoverFault, _ supervisor: MonitorKind, number: Int) {
        self.fault = fault
        self.supervisor = supervisor
        self.number = number
    }

    /// One line for a person who waits.
    package var summary: String {
        if let failure { return "not carried out: \(failure.split(separator: "\n").first ?? "")" }
        var parts: [String] = []
        if let outage { parts.append("\(isRecovered ? "" : "never again; ")\(FigureText.milliseconds(outage)) ms without a write") }
        if let firstSwitch { parts.append("+switch-master after \(FigureText.milliseconds(firstSwitch))") }
        if let demotion { parts.append("demoted after \(FigureText.milliseconds(demotion))") }
        if let shutdown, let afterShutdown {
            parts.append(
                "\(FigureText.milliseconds(shutdown)) for the shutdown itself and \(FigureText.milliseconds(afterShutdown)) from its end")
        }
        if let afterMonitorsReturned { parts.append("\(FigureText.milliseconds(afterMonitorsReturned)) after the monitors' return") }
        if let lost { parts.append("\(lost.grouped) of \(acknowledged.grouped) lost") }
        if failovers > 1 { parts.append("\(failovers) failovers") }
        if let keysLost { parts.append("\(keysLost.grouped) keys lost") }
        return (parts + remarks).joined(separator: ", ")
    }
}

extension MonitorKind: Codable {}

extension Duration {
    /// With fractions.
    var inMilliseconds: Double { Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15 }
}
