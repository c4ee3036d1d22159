import PicketCore
import PicketInvariants
import Testing

/// Each checker is shown a history that breaks what it guards, and one that does not.
@Suite("Invariants")
struct InvariantTests {
    private let deployment = Deployment(monitorCount: 3, failoverBound: .seconds(60))
    private let group = GroupName("cache")
    private let one = MonitorID(String(repeating: "1", count: 40))!
    private let two = MonitorID(String(repeating: "2", count: 40))!
    private let first = Endpoint(host: "10.0.0.1", port: 6379)
    private let second = Endpoint(host: "10.0.0.2", port: 6379)
    private let fit = Fact.Suitability(isSyncing: false, wasEverInSync: true, sharesHistory: true)

    private func violations(_ facts: Fact.What...) -> [String] {
        var suite = InvariantSuite(deployment)
        for (second, fact) in facts.enumerated() { suite.observe(Fact(at: .seconds(second), fact)) }
        return suite.violations.map(\.invariant)
    }

    private func elected(_ monitor: MonitorID, _ epoch: UInt64, isForced: Bool = true) -> Fact.What {
        .elected(monitor: monitor, group: group, epoch: Epoch(epoch), isForced: isForced)
    }

    private func voted(_ voter: MonitorID, _ leader: MonitorID, _ epoch: UInt64) -> Fact.What {
        .voted(monitor: voter, group: group, Vote(epoch: Epoch(epoch), leader: leader))
    }

    @Test("two leaders of one epoch are seen, of two epochs are fine")
    func leaders() {
        #expect(violations(elected(one, 1), elected(two, 1)) == [OneLeaderPerEpoch.name])
        #expect(violations(elected(one, 1), elected(two, 2), elected(two, 2)).isEmpty)
    }

    @Test("a leader without a majority's votes is seen")
    func majority() {
        #expect(violations(voted(one, one, 1), elected(one, 1, isForced: false)) == [NoFailoverWithoutMajority.name])
        #expect(violations(voted(one, one, 1), voted(two, one, 1), elected(one, 1, isForced: false)).isEmpty)
        #expect(violations(voted(one, one, 1), voted(two, one, 2), elected(one, 1, isForced: false)) == [NoFailoverWithoutMajority.name])
    }

    @Test("two promotions, or two configurations, of one epoch are seen")
    func promotions() {
        func promoted(_ endpoint: Endpoint, _ epoch: UInt64) -> Fact.What {
            .promoted(group: group, endpoint, epoch: Epoch(epoch), by: one, fit)
        }
        #expect(violations(promoted(first, 3), promoted(second, 3)) == [OnePromotionPerEpoch.name])
        #expect(violations(promoted(first, 3), promoted(second, 4), promoted(second, 4)).isEmpty)
        func configured(_ monitor: MonitorID, _ endpoint: Endpoint, _ epoch: UInt64) -> Fact.What {
            .configured(monitor: monitor, group: group, primary: endpoint, epoch: Epoch(epoch))
        }
        #expect(violations(configured(one, first, 3), configured(two, second, 3)) == [OneConfigurationPerEpoch.name])
        #expect(violations(configured(one, first, 3), configured(two, first, 3), configured(two, second, 4)).isEmpty)
    }

    @Test("an unfit replica's promotion is seen")
    func unfit() {
        for unfit in [
            Fact.Suitability(isSyncing: true, wasEverInSync: true, sharesHistory: true),
            Fact.Suitability(isSyncing: false, wasEverInSync: false, sharesHistory: true),
            Fact.Suitability(isSyncing: false, wasEverInSync: true, sharesHistory: false),
        ] {
            #expect(violations(.promoted(group: group, first, epoch: Epoch(1), by: one, unfit)) == [NobodyUnfitIsPromoted.name])
        }
    }

    @Test("an epoch that goes back is seen, in memory and on disk; a crash may forget what was not on disk")
    func epochs() {
        func epochs(_ known: UInt64, _ onDisk: UInt64) -> Fact.What { .epochs(monitor: one, known: Epoch(known), onDisk: Epoch(onDisk)) }
        #expect(violations(epochs(2, 2), epochs(1, 2)) == [EpochsNeverGoBack.name])
        #expect(violations(epochs(2, 2), epochs(2, 1)) == [EpochsNeverGoBack.name])
        #expect(violations(epochs(2, 1), .monitorStopped(one), epochs(1, 1), epochs(3, 3)).isEmpty)
        #expect(violations(epochs(2, 2), .monitorStopped(one), epochs(1, 1)) == [EpochsNeverGoBack.name])
    }

    @Test("a vote that is not on disk, or that is given twice, is seen")
    func votes() {
        let vote = Vote(epoch: Epoch(2), leader: one)
        let other = Vote(epoch: Epoch(2), leader: two)
        func answered(_ vote: Vote, _ onDisk: Vote?) -> Fact.What { .voteAnswered(monitor: one, group: group, vote, onDisk: onDisk) }
        #expect(violations(answered(vote, nil)) == [AnsweredVotesAreOnDisk.name])
        #expect(violations(answered(vote, vote), answered(other, other)) == [OneVotePerEpoch.name])
        #expect(violations(answered(vote, vote), answered(vote, vote)).isEmpty)
    }

    @Test("a confirmed write that is gone is seen, unless faults destroyed every copy")
    func writes() {
        let settled = Fact.What.settled(group: group, Fact.FinalState(views: [], instances: [], writes: [1]))
        let lost = Fact.What.writeConfirmed(group: group, write: 2)
        #expect(violations(.writeConfirmed(group: group, write: 1), lost, settled) == [ConfirmedWritesSurvive.name])
        #expect(violations(lost, .copiesDestroyed(group: group, writes: [2]), settled).isEmpty)
    }

    @Test("a write that all had is as one that a majority has, once a fault has destroyed a copy of it")
    func destroyedCopies() {
        let settled = Fact.What.settled(group: group, Fact.FinalState(views: [], instances: [], writes: []))
        let confirmed = Fact.What.writeConfirmed(group: group, write: 1)
        let destroyed = Fact.What.copyDestroyed(group: group, writes: [1])
        let hidden = Fact.What.copiesOutOfReach(group: group, writes: [1])
        #expect(violations(confirmed, hidden, settled) == [ConfirmedWritesSurvive.name])
        #expect(violations(confirmed, destroyed, settled) == [ConfirmedWritesSurvive.name])
        #expect(violations(confirmed, destroyed, hidden, settled).isEmpty)
    }

    @Test("a write on a majority of replicas may be lost only where nobody with it was in reach")
    func majorityWrites() {
        let settled = Fact.What.settled(group: group, Fact.FinalState(views: [], instances: [], writes: []))
        let confirmed = Fact.What.writeConfirmed(group: group, write: 1, byAll: false)
        let hidden = Fact.What.copiesOutOfReach(group: group, writes: [1])
        #expect(violations(confirmed, settled) == [ConfirmedWritesSurvive.name])
        #expect(violations(confirmed, hidden, settled).isEmpty)
        #expect(violations(.writeConfirmed(group: group, write: 1), hidden, settled) == [ConfirmedWritesSurvive.name])
        var stale = fit
        stale.missed = [1]
        #expect(violations(.promoted(group: group, first, epoch: Epoch(1), by: one, stale)) == [TheMostAdvancedIsPromoted.name])
    }

    @Test("a planned switchover that loses a write is seen")
    func switchover() {
        #expect(violations(.switchedOver(group: group, second, lacking: [3])) == [PlannedSwitchoversLoseNothing.name])
        #expect(violations(.switchedOver(group: group, second, lacking: [])).isEmpty)
    }

    @Test("a configuration that goes back is seen, unless the monitor was made to forget the group or had not written it down")
    func configurations() {
        func configured(_ epoch: UInt64) -> Fact.What { .configured(monitor: one, group: group, primary: first, epoch: Epoch(epoch)) }
        #expect(violations(configured(2), configured(1)) == [EpochsNeverGoBack.name])
        #expect(violations(configured(2), .groupForgotten(monitor: one, group: group), configured(1)).isEmpty)
        #expect(violations(configured(2), .monitorStopped(one), configured(1)).isEmpty)
    }

    @Test("a replica that is announced before it was promoted is seen")
    func announcements() {
        func configured(_ wasPrimary: Bool, by monitor: MonitorID) -> Fact.What {
            .configured(monitor: monitor, group: group, primary: second, epoch: Epoch(1), wasPrimary: wasPrimary)
        }
        let promoted = Fact.What.promoted(group: group, second, epoch: Epoch(1), by: one, fit)
        #expect(violations(configured(false, by: one)) == [NobodyIsAnnouncedTooSoon.name])
        #expect(violations(configured(true, by: one)).isEmpty)
        #expect(violations(promoted, configured(false, by: one)).isEmpty)
        #expect(violations(configured(true, by: one), configured(false, by: two)).isEmpty)
    }

    @Test("a new primary that is demoted by somebody who has not heard of it is seen")
    func demotions() {
        let promoted = Fact.What.promoted(group: group, second, epoch: Epoch(2), by: one, fit)
        func demotes(_ endpoint: Endpoint, _ known: UInt64) -> Fact.What {
            .demotes(monitor: two, group: group, endpoint, knowing: Epoch(known))
        }
        #expect(violations(promoted, demotes(second, 1)) == [NewPrimariesAreLeftInPeace.name])
        #expect(violations(promoted, demotes(second, 3)).isEmpty)
        #expect(violations(promoted, demotes(first, 1)).isEmpty)
        // After four hello periods, Sentinel's rule lets it.
        #expect(violations(promoted, .healed, .healed, .healed, .healed, .healed, .healed, demotes(second, 1)).isEmpty)
    }

    @Test("two primaries with nothing between them, and a dead one that is not replaced, are seen")
    func liveness() {
        #expect(violations(.twoPrimaries(group: group, unfaultedFor: .seconds(61))) == [TwoPrimariesOnlyWhilePartitioned.name])
        #expect(violations(.twoPrimaries(group: group, unfaultedFor: .seconds(5))).isEmpty)
        #expect(violations(.notReplaced(group: group, first, after: .seconds(60))) == [DeadPrimariesAreReplaced.name])
    }

    @Test("an automatic failover of a group that is paused by the candidate, or by a majority, is seen")
    func pauses() {
        func paused(_ monitor: MonitorID, _ isPaused: Bool = true) -> Fact.What { .paused(monitor: monitor, group: group, isPaused) }
        func began(_ isAutomatic: Bool = true) -> Fact.What {
            .failoverBegan(monitor: one, group: group, epoch: Epoch(1), isForced: false, isAutomatic: isAutomatic)
        }
        let three = MonitorID(String(repeating: "3", count: 40))!
        #expect(violations(paused(one), began()) == [PausesAreKept.name])
        #expect(violations(paused(one), began(false), elected(one, 1)).isEmpty)
        #expect(violations(paused(one), paused(one, false), began()).isEmpty)
        #expect(violations(paused(one), .monitorStopped(one), began()).isEmpty)
        #expect(violations(paused(two), paused(three), began(), elected(one, 1)) == [PausesAreKept.name])
        #expect(violations(paused(two), began(), paused(three), elected(one, 1)).isEmpty)
        #expect(violations(paused(two), paused(three), began(false), elected(one, 1)).isEmpty)
    }

    @Test("a promotion of an instance that the leader knew to be in maintenance is seen")
    func maintenance() {
        func maintained(_ isOn: Bool = true) -> Fact.What { .maintained(monitor: one, group: group, second, isOn: isOn) }
        let began = Fact.What.failoverBegan(monitor: one, group: group, epoch: Epoch(1), isForced: false)
        func promoted(by leader: MonitorID) -> Fact.What { .promoted(group: group, second, epoch: Epoch(1), by: leader, fit) }
        #expect(violations(maintained(), began, promoted(by: one)) == [NobodyInMaintenanceIsPromoted.name])
        #expect(violations(maintained(), began, promoted(by: two)).isEmpty)
        #expect(violations(maintained(), maintained(false), began, promoted(by: one)).isEmpty)
        #expect(violations(began, maintained(), promoted(by: one)).isEmpty)
    }

    @Test("a dead one that is found again after it was forgotten is seen; one that has lived since is welcome")
    func forgotten() {
        func found(isRunning: Bool = false, startedAt: Duration = .zero) -> Fact.What {
            .found(monitor: one, group: group, .replica(second), isRunning: isRunning, startedAt: startedAt)
        }
        let forgot = Fact.What.forgotten(monitor: one, group: group, .replica(second))
        #expect(violations(.healed, forgot, .healed, .healed, found()) == [ForgottenOnesStayAway.name])
        // The primary's word of it may be on its way yet.
        #expect(violations(.healed, forgot, found()).isEmpty)
        #expect(violations(.healed, forgot, .healed, .healed, found(isRunning: true)).isEmpty)
        #expect(violations(.healed, forgot, .healed, .healed, found(startedAt: .seconds(2))).isEmpty)
        #expect(violations(.healed, forgot, .healed, .healed, found(isRunning: true), found()).isEmpty)
        #expect(violations(found()).isEmpty)
        // Who was forgotten counts no more for a majority.
        let five = Deployment(monitorCount: 5, failoverBound: .seconds(60))
        var suite = InvariantSuite(five)
        for number in 3...4 {
            let id = MonitorID(String(repeating: String(number), count: 40))!
            suite.observe(Fact(at: .zero, .forgotten(monitor: one, group: group, .monitor(id))))
        }
        for fact in [voted(one, one, 1), voted(two, one, 1), elected(one, 1, isForced: false)] {
            suite.observe(Fact(at: .seconds(1), fact))
        }
        #expect(suite.violations.isEmpty)
    }

    @Test("every invariant has a name and a reason of its own")
    func catalogue() {
        #expect(Set(InvariantSuite.catalogue.map(\.name)).count == InvariantSuite.catalogue.count)
        #expect(InvariantSuite.catalogue.allSatisfy { $0.reason.hasSuffix(".") })
    }

    @Test("a deployment that has not settled is seen")
    func convergence() {
        func settled(_ views: [(MonitorID, Endpoint)], _ instances: [(Endpoint, Role, Endpoint?, Bool)]) -> [String] {
            violations(
                .settled(
                    group: group,
                    Fact.FinalState(
                        views: views.map { Fact.FinalState.View(monitor: $0.0, primary: $0.1, epoch: Epoch(1)) },
                        instances: instances.map {
                            Fact.FinalState.InstanceState(endpoint: $0.0, role: $0.1, follows: $0.2, isLinkUp: $0.3)
                        }, writes: [])))
        }
        let good: [(Endpoint, Role, Endpoint?, Bool)] = [(first, .primary, nil, false), (second, .replica, first, true)]
        #expect(settled([(one, first), (two, first)], good).isEmpty)
        #expect(settled([(one, first), (two, second)], good) == [ConfigurationsConverge.name])
        #expect(settled([(one, first)], [(first, .primary, nil, false), (second, .primary, nil, true)]) == [ConfigurationsConverge.name])
        #expect(
            settled([(one, first)], [(first, .primary, nil, false), (second, .replica, first, false)]) == [ConfigurationsConverge.name])
        #expect(
            settled([(one, first)], [(first, .replica, second, true), (second, .replica, first, true)]) == [ConfigurationsConverge.name])
    }

    @Test("following oneself, spinning, an empty primary's meal and an endless failover are seen")
    func others() {
        #expect(violations(.madeReplica(group: group, first, of: first)) == [NobodyFollowsItself.name])
        #expect(violations(.spun(one, wakesPerSecond: 500)) == [NobodySpins.name])
        #expect(violations(.overwritten(group: group, first, with: .nothing)) == [EmptyPrimariesEatNobody.name])
        var suite = InvariantSuite(deployment)
        suite.observe(Fact(at: .zero, .failoverBegan(monitor: one, group: group, epoch: Epoch(1), isForced: true)))
        suite.observe(Fact(at: .seconds(100), .settled(group: group, Fact.FinalState(views: [], instances: [], writes: []))))
        #expect(suite.violations.map(\.invariant) == [EveryFailoverEnds.name])
    }
}
