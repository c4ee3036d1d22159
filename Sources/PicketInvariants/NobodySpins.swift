import PicketCore

package struct NobodySpins: Invariant {
    package static let name = "nobody spins"
    package static let reason = "A monitor that wakes without end and for nothing takes a processor from the instances it watches."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .spun(let monitor, let count) = fact.what else { return nil }
        return "\(monitor.short) was woken \(count) times a second for seconds"
    }
}
