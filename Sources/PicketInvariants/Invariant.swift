import PicketCore

/// Something that must hold over every history of a deployment.
package protocol Invariant: Sendable {
    /// What is guarded, in a few words.
    static var name: String { get }
    /// Why it must hold: what a user would suffer if it did not.
    static var reason: String { get }
    /// Takes notice of a fact; tells what is wrong, where it breaks the invariant.
    mutating func observe(_ fact: Fact) -> String?
}

/// An invariant that did not hold.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package let invariant: String
    package let at: Duration
    package let text: String

    package init(invariant: String, at: Duration, text: String) {
        self.invariant = invariant
        self.at = at
        self.text = text
    }

    package var description: String { "\(invariant) at \(at): \(text)" }
}

/// The facts about the deployment that invariants need to judge.
package struct Deployment: Hashable, Sendable {
    /// Monitors that were set up to watch each group.
    package var monitorCount: Int
    /// How long a failover may take before it counts as one that never ends.
    package var failoverBound: Duration
    /// How long two instances of a group may take writes once nothing keeps them and their monitors apart any more.
    package var twoPrimariesBound: Duration
    /// False where a monitor's disk may forget what it called flushed. Nothing that rests on a vote can hold then.
    package var areDisksHonest = true

    package init(monitorCount: Int, failoverBound: Duration, twoPrimariesBound: Duration = .seconds(60)) {
        self.monitorCount = monitorCount
        self.failoverBound = failoverBound
        self.twoPrimariesBound = twoPrimariesBound
    }

    package var majority: Int { monitorCount / 2 + 1 }
}

/// All invariants, fed with one history.
package struct InvariantSuite: Sendable {
    private var invariants: [any Invariant]
    package private(set) var violations: [Violation] = []

    package init(_ deployment: Deployment) {
        let all: [any Invariant] = [
            OneLeaderPerEpoch(), OnePromotionPerEpoch(), OneConfigurationPerEpoch(), OneVotePerEpoch(), EpochsNeverGoBack(),
            AnsweredVotesAreOnDisk(), NoFailoverWithoutMajority(deployment), EveryFailoverEnds(bound: deployment.failoverBound),
            NobodyUnfitIsPromoted(), TheMostAdvancedIsPromoted(), ConfirmedWritesSurvive(), PlannedSwitchoversLoseNothing(),
            EmptyPrimariesEatNobody(), NobodyIsAnnouncedTooSoon(), NewPrimariesAreLeftInPeace(), NobodyFollowsItself(),
            TwoPrimariesOnlyWhilePartitioned(bound: deployment.twoPrimariesBound), DeadPrimariesAreReplaced(),
            LivingPrimariesAreNotHeldDownInHaste(), ConfigurationsConverge(), NobodySpins(),
            PausesAreKept(deployment), NobodyInMaintenanceIsPromoted(), ForgottenOnesStayAway(),
        ]
        invariants = deployment.areDisksHonest ? all : all.filter { !Self.restOnDisks.contains(type(of: $0).name) }
    }

    /// What a disk that lies can break, whatever the monitors do.
    private static let restOnDisks = [
        OneLeaderPerEpoch.name, OnePromotionPerEpoch.name, OneConfigurationPerEpoch.name, OneVotePerEpoch.name, EpochsNeverGoBack.name,
        AnsweredVotesAreOnDisk.name, NoFailoverWithoutMajority.name, ConfirmedWritesSurvive.name, ConfigurationsConverge.name,
        NewPrimariesAreLeftInPeace.name, ForgottenOnesStayAway.name,
    ]

    package mutating func observe(_ fact: Fact) {
        for index in invariants.indices {
            guard let text = invariants[index].observe(fact) else { continue }
            violations.append(Violation(invariant: type(of: invariants[index]).name, at: fact.at, text: text))
        }
    }

    package static let catalogue: [(name: String, reason: String)] = InvariantSuite(
        Deployment(monitorCount: 3, failoverBound: .zero, twoPrimariesBound: .zero)
    ).invariants.map { (type(of: $0).name, type(of: $0).reason) }
}
