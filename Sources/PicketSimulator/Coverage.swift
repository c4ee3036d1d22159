import PicketCore

/// Which notices and which steps of a failover runs have reached.
package struct Coverage: Sendable {
    private var reached = [Int](repeating: 0, count: Notice.Kind.allCases.count)
    private var walked = [Int](repeating: 0, count: FailoverPhase.edges.count)

    package init() {}

    mutating func note(_ kind: Notice.Kind) { reached[Self.index(kind)] += 1 }

    mutating func note(from: FailoverPhase, to: FailoverPhase) {
        guard let index = FailoverPhase.edges.firstIndex(where: { $0.from == from && $0.to == to }) else { return }
        walked[index] += 1
    }

    package mutating func merge(_ other: Coverage) {
        for index in reached.indices { reached[index] += other.reached[index] }
        for index in walked.indices { walked[index] += other.walked[index] }
    }

    package func count(of kind: Notice.Kind) -> Int { reached[Self.index(kind)] }
    /// How often, for everything that can be reached, in words.
    package var counts: [(what: String, count: Int)] {
        Notice.Kind.allCases.map { ("notice \($0.rawValue)", count(of: $0)) }
            + zip(FailoverPhase.edges, walked).map { ("edge \($0.from) → \($0.to): \($0.reason)", $1) }
    }
    package var missing: [String] { counts.filter { $0.count == 0 }.map(\.what) }

    private static let indices: [Notice.Kind: Int] = Dictionary(
        uniqueKeysWithValues: Notice.Kind.allCases.enumerated().map { ($1, $0) })
    private static func index(_ kind: Notice.Kind) -> Int { indices[kind]! }
}

/// Numbers that a run measures and does not judge.
package struct Figures: Sendable {
    package var elections = 0
    package var promotions = 0
    package var acknowledgedWrites = 0
    package var confirmedWrites = 0
    package var lostAcknowledgedWrites = 0
    /// Writes that two primaries accepted at the same time, by how long that went on at most.
    package var longestTwoPrimaries: Microseconds = 0
    /// The same while no fault was at work.
    package var longestTwoPrimariesUnfaulted: Microseconds = 0
    package var longestConvergence: Microseconds = 0
    /// From a primary's death to the agreement of all living monitors on another, with a minority of them dead.
    package var longestReplacement: Microseconds = 0

    package init() {}

    package mutating func merge(_ other: Figures) {
        elections += other.elections
        promotions += other.promotions
        acknowledgedWrites += other.acknowledgedWrites
        confirmedWrites += other.confirmedWrites
        lostAcknowledgedWrites += other.lostAcknowledgedWrites
        longestTwoPrimaries = max(longestTwoPrimaries, other.longestTwoPrimaries)
        longestTwoPrimariesUnfaulted = max(longestTwoPrimariesUnfaulted, other.longestTwoPrimariesUnfaulted)
        longestConvergence = max(longestConvergence, other.longestConvergence)
        longestReplacement = max(longestReplacement, other.longestReplacement)
    }
}
