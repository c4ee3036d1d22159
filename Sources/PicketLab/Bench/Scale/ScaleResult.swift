/// What one run with one supervisor came to. Times are in milliseconds unless their names say otherwise.
package struct ScaleResult: Codable, Hashable, Sendable {
    package let supervisor: MonitorKind
    package let groups: Int
    /// How many primaries crashed at once.
    package let mass: Int
    /// From 1.
    package let number: Int
    package let usesCrashPath: Bool
    /// Why there are no further figures.
    package var failure: String?

    /// From the start of the monitors until the last of them knew all replicas and all peers of all groups.
    package var discovery: Double?
    /// Groups that some monitor did not know wholly when the time was over.
    package var undiscovered = 0
    /// Per instance and second, in microseconds, of each monitor.
    package var restMicroseconds: [Double] = []
    /// The fleet's own, as a part of one core, and what it served a second meanwhile.
    package var fleetLoad: Double?
    package var requestsPerSecond: Double?
    /// In KiB, of each monitor: after the rest, and at most until the end.
    package var memory: [Int] = []
    package var peakMemory: [Int] = []
    package var descriptors: [Int] = []

    /// Of each group that moved, from the crash until the first monitor told the new address, and until the last had.
    package var firstTold: [Double] = []
    package var allTold: [Double] = []
    /// Groups of which not every monitor had a new address when the time was over.
    package var unmoved: Int?
    package var secondFailovers: Int?
    /// Failovers of groups whose primaries lived.
    package var falseFailovers: Int?
    /// Groups without exactly one living primary at the end.
    package var orphans: Int?
    /// Elections won, by monitor.
    package var leaders: [Int] = []
    /// From the crash until all had moved, in seconds, of all monitors together; and the fleet's.
    package var failoverSeconds: Double?
    package var fleetFailoverSeconds: Double?

    package init(_ supervisor: MonitorKind, groups: Int, mass: Int, number: Int, usesCrashPath: Bool = true) {
        self.supervisor = supervisor
        self.groups = groups
        self.mass = mass
        self.number = number
        self.usesCrashPath = usesCrashPath
    }

    /// One line for a person who waits.
    package var summary: String {
        if let failure { return "not carried out: \(failure.split(separator: "\n").first ?? "")" }
        var parts: [String] = []
        if let discovery { parts.append("discovered after \(FigureText.milliseconds(discovery)) ms") }
        if undiscovered > 0 { parts.append("\(undiscovered) groups not discovered") }
        if let rest = Distribution(restMicroseconds) {
            parts.append("\(FigureText.number(rest.sum / Double(rest.count), decimals: 1)) µs per instance and second")
        }
        if let memory = memory.max() { parts.append("\(FigureText.number(Double(memory) / 1_024, decimals: 1)) MiB") }
        if let fleetLoad { parts.append("fleet \(FigureText.number(fleetLoad * 100, decimals: 0)) % of a core") }
        if mass > 0, let unmoved {
            if let moved = Distribution(allTold) {
                parts.append("moved: median \(FigureText.milliseconds(moved.median)), max \(FigureText.milliseconds(moved.maximum)) ms")
            }
            parts.append("\(unmoved) of \(mass) not moved, \(secondFailovers ?? 0) twice, \(falseFailovers ?? 0) falsely")
            parts.append("led by \(leaders.map(String.init).joined(separator: "/"))")
        }
        return parts.joined(separator: ", ")
    }
}
