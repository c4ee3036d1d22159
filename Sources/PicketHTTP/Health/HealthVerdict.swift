/// Whether something is as a load balancer, or whoever else asks, wants it to be: yes or no, and why in words.
struct HealthVerdict: Hashable {
    let isGood: Bool
    let reason: String

    static func good(_ reason: String) -> HealthVerdict { HealthVerdict(isGood: true, reason: reason) }
    static func bad(_ reason: String) -> HealthVerdict { HealthVerdict(isGood: false, reason: reason) }
}
