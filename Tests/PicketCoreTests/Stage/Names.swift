@testable import PicketCore

extension MonitorID {
    /// 40 times the same digit.
    static func made(of digit: Character) -> MonitorID { MonitorID(String(repeating: digit, count: length))! }
}

extension Endpoint {
    static let primary = Endpoint(host: "10.0.0.1", port: 6379)
    static func replica(_ number: Int) -> Endpoint { Endpoint(host: "10.0.0.\(1 + number)", port: 6379) }
    static func peer(_ number: Int) -> Endpoint { Endpoint(host: "10.0.1.\(number)", port: 26379) }
}

extension GroupName {
    static let cache = GroupName("cache")
}

extension [Notice] {
    var kinds: [Notice.Kind] { map(\.kind) }
    func first(_ kind: Notice.Kind) -> Notice? { first { $0.kind == kind } }
    func contains(_ kind: Notice.Kind) -> Bool { contains { $0.kind == kind } }
    func count(_ kind: Notice.Kind) -> Int { count { $0.kind == kind } }
}

/// Which steps of a failover were taken, as notices tell them and, where none does, as the attempt itself shows.
struct PhaseTracker {
    private(set) var walked: Set<FailoverPhase.Edge> = []
    private(set) var illegal: [String] = []
    private var phase: FailoverPhase?

    mutating func note(_ kind: Notice.Kind) {
        switch kind {
        case .failoverTried: step(to: .electing)
        case .selecting: step(to: .selecting)
        case .awaitingPromotion: step(to: .awaitingPromotion)
        case .reattaching: step(to: .reattaching)
        default: break
        }
    }

    mutating func note(_ next: FailoverPhase) {
        if phase != next { step(to: next) }
    }

    private mutating func step(to next: FailoverPhase) {
        defer { phase = next }
        guard next != .electing else { return }
        if let edge = FailoverPhase.edges.first(where: { $0.from == phase && $0.to == next }) {
            walked.insert(edge)
        } else {
            illegal.append("\(phase?.rawValue ?? "nothing") → \(next)")
        }
    }
}

/// Guards against a core that asks for its deadline again and again without getting anywhere.
struct StepCounter {
    static let bound = 2_000
    /// Of events of any kind, where those who are asked answer in no time.
    static let eventBound = 50_000
    let bound: Int
    private var second: Int64 = -1
    private var steps = 0

    init(bound: Int = Self.bound) { self.bound = bound }

    /// True when the bound was just exceeded.
    mutating func note(_ now: Instant) -> Bool {
        let current = now.sinceStart.components.seconds
        if current != second { (second, steps) = (current, 0) }
        steps += 1
        return steps > bound
    }
}
