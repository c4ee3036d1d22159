import PicketCore
import PicketInvariants

extension Mutation {
    /// How a mutation is hunted, and what must find it.
    package struct Trial: Sendable {
        /// The invariants that are meant to see it. Another one that sees it first is no success.
        package let invariants: [String]
        package let families: [FaultFamily]
        package let minutes: Int
        /// Without look-alikes of redis-sentinel, which do some of these things by their nature.
        let isPicketsOnly = true
        /// The number of seeds, from 1 on, within which it must be caught.
        package let bound: Int

        init(_ invariants: [any Invariant.Type], _ families: [FaultFamily] = FaultFamily.usual, minutes: Int = 3, within bound: Int) {
            self.invariants = invariants.map { $0.name }
            self.families = families
            self.minutes = minutes
            self.bound = bound
        }

        package func plan(_ seed: UInt64, _ mutation: Mutation) -> Plan {
            var plan = Plan(seed: seed, minutes: minutes, families: families)
            plan.mutation = mutation
            if isPicketsOnly { plan.shape.stockCount = 0 }
            return plan
        }

        /// The options that repeat a run of it.
        package var words: String {
            "--minutes \(minutes) --no-stock"
                + (families == FaultFamily.usual ? "" : " --faults \(families.map(\.rawValue).joined(separator: ","))")
        }
    }

    package var trial: Trial {
        switch self {
        // Two votes of one epoch have one place on disk.
        case .voteTwice:
            Trial(
                [OneVotePerEpoch.self, OneLeaderPerEpoch.self, AnsweredVotesAreOnDisk.self], [.restartAfterVote, .crash, .freeze, .slow],
                within: 100)
        case .forgetVoteOnRestart:
            Trial([OneVotePerEpoch.self, OneLeaderPerEpoch.self], [.restartAfterVote, .slow], within: 100)
        case .answerBeforeDurable: Trial([AnsweredVotesAreOnDisk.self], within: 10)
        case .countOldVotes: Trial([NoFailoverWithoutMajority.self], within: 50)
        case .skipMajority: Trial([NoFailoverWithoutMajority.self], within: 10)
        case .promoteStalest: Trial([TheMostAdvancedIsPromoted.self], [.replication, .crash, .vanish], within: 100)
        case .promoteUnsynced: Trial([NobodyUnfitIsPromoted.self], [.crash, .vanish, .replication, .shutdown], minutes: 10, within: 50)
        case .ignoreNewerConfiguration: Trial([ConfigurationsConverge.self, DeadPrimariesAreReplaced.self], within: 10)
        case .adoptOlderConfiguration: Trial([EpochsNeverGoBack.self], within: 10)
        case .publishBeforePromotion: Trial([NobodyIsAnnouncedTooSoon.self], within: 10)
        case .keepEpoch: Trial([DeadPrimariesAreReplaced.self], within: 10)
        case .followItself: Trial([NobodyFollowsItself.self], within: 10)
        case .neverRepair: Trial([ConfigurationsConverge.self, TwoPrimariesOnlyWhilePartitioned.self], within: 10)
        case .neverEnd: Trial([EveryFailoverEnds.self], within: 10)
        case .demoteTooSoon: Trial([NewPrimariesAreLeftInPeace.self], within: 100)
        case .believeRefusals: Trial([LivingPrimariesAreNotHeldDownInHaste.self], [.refusal, .crash, .isolation], within: 100)
        case .trustEmptyPrimary: Trial([EmptyPrimariesEatNobody.self], [.emptyRestart, .crash], within: 100)
        case .handOverUnlevel: Trial([PlannedSwitchoversLoseNothing.self], [.planned, .slow, .replication], within: 100)
        case .ignoreOffset: Trial([TheMostAdvancedIsPromoted.self], [.replication, .crash, .vanish, .freeze], minutes: 10, within: 150)
        case .ignorePause: Trial([PausesAreKept.self], [.powers, .crash], within: 20)
        case .promoteInMaintenance: Trial([NobodyInMaintenanceIsPromoted.self], [.powers, .crash, .vanish], within: 50)
        case .forgetInMemoryOnly: Trial([ForgottenOnesStayAway.self], [.powers, .crash], within: 100)
        }
    }
}
