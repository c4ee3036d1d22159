/// All that is told of one run. Times are in milliseconds since the load began.
package struct RunRecord: Codable, Hashable, Sendable {
    package let fault: String
    package let category: ChaosFault.Category
    package let supervisor: MonitorKind
    package let seed: UInt64
    /// Prints the same schedule again.
    package var command = ""
    /// Why the run could not be carried out; nothing below is told then.
    package var failure: String?
    package var steps: [Step] = []
    package var findings: [ChaosFinding] = []
    package var phases = Phases()
    package var outage: Double?
    package var twoPrimaries: Double?
    package var heal: Double?
    package var failovers: [String] = []
    package var fullResyncs: Int?
    package var partialResyncs: Int?
    package var clients: [Client] = []
    package var lanes: [Lane] = []
    package var events: [Event] = []
    package var length: Double = 0
    /// Of a bin in `Client.rate` and `Client.latency`.
    package static let bin: Double = 100

    package init(_ plan: ChaosPlan, _ supervisor: MonitorKind) {
        fault = plan.fault
        category = ChaosFault.named(plan.fault)?.category ?? .combined
        self.supervisor = supervisor
        seed = plan.seed
    }

    package struct Step: Codable, Hashable, Sendable {
        package let at: Double
        package let words: String
        package let isTroubled: Bool
    }

    /// From the first step to the first event of each kind.
    package struct Phases: Codable, Hashable, Sendable {
        /// `+odown`: a quorum holds the primary down.
        package var detect: Double?
        /// `+elected-leader`
        package var elect: Double?
        /// `+promoted-slave`
        package var promote: Double?
        /// `+switch-master`
        package var announce: Double?
    }

    package struct Client: Codable, Hashable, Sendable {
        package let name: String
        package let words: String
        /// What was acknowledged is on more than one Redis server.
        package var isConfirmed: Bool { name.hasSuffix("wait1") || name == "keys" }
        package var attempted = 0
        package var acknowledged = 0
        /// nil: could not be determined, or does not apply.
        package var lost: Int?
        package var unacknowledged: Int?
        /// The longest time without an answer from the first step on.
        package var silence: Double?
        /// From the moment in which a request was due, not from that in which it was sent.
        package var latencyMedian: Double?
        package var latencyP99: Double?
        package var latencyMax: Double?
        /// Acknowledged in each bin; the greatest latency in each.
        package var rate: [Int] = []
        package var latency: [Double] = []
    }

    /// What a Redis server was for writers, or what a monitor held, over time.
    package struct Lane: Codable, Hashable, Sendable {
        package struct Segment: Codable, Hashable, Sendable {
            package let from: Double
            package var to: Double
            package let state: String
        }
        package let name: String
        package let segments: [Segment]
    }

    package struct Event: Codable, Hashable, Sendable {
        package let at: Double
        package let monitor: String
        package let name: String
        package let text: String
    }

    package var verdict: ChaosVerdict { failure == nil ? ChaosJudge.verdict(findings) : .unknown }

    package func finding(_ check: ChaosCheck) -> ChaosFinding? { findings.first { $0.check == check } }

    package var acknowledged: Int { clients.filter { $0.lost != nil }.reduce(0) { $0 + $1.acknowledged } }
    package var lost: Int? {
        let counts = clients.compactMap(\.lost)
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    /// One line for a person who waits.
    package var summary: String {
        if let failure { return "not carried out: \(failure.split(separator: "\n").first ?? "")" }
        var parts: [String] = []
        if let outage { parts.append("\(FigureText.milliseconds(outage)) ms without a write") }
        if let lost { parts.append("\(lost.grouped) of \(acknowledged.grouped) lost") }
        if let twoPrimaries, twoPrimaries > 0 { parts.append("two primaries for \(FigureText.milliseconds(twoPrimaries)) ms") }
        parts.append(failovers.count == 1 ? "1 failover" : "\(failovers.count) failovers")
        parts += findings.filter { $0.verdict == .fail || $0.verdict == .unknown }.map {
            "\($0.check.rawValue) \($0.verdict.rawValue): \($0.words)"
        }
        return parts.joined(separator: ", ")
    }
}
