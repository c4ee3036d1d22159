import OrderedCollections
import PicketCore

/// A group and one epoch of it.
struct GroupEpoch: Hashable, Sendable {
    let group: GroupName
    let epoch: Epoch
}

/// What was said first of each key, and must not be said otherwise. Only looked up.
private struct FirstWords<Key: Hashable & Sendable, Value: Equatable & Sendable>: Sendable {
    private var said: [Key: Value] = [:]

    /// The other value that the key had before; nil where there is none.
    mutating func contradicted(by value: Value, for key: Key) -> Value? {
        guard let other = said[key] else {
            said[key] = value
            return nil
        }
        return other == value ? nil : other
    }
}

package struct OneLeaderPerEpoch: Invariant {
    package static let name = "one leader per group and epoch"
    package static let reason = "Two leaders of one epoch promote two replicas, and nothing later tells which of them counts."
    private var leaders = FirstWords<GroupEpoch, MonitorID>()

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .elected(let monitor, let group, let epoch, _) = fact.what,
            let other = leaders.contradicted(by: monitor, for: GroupEpoch(group: group, epoch: epoch))
        else { return nil }
        return "\(monitor.short) and \(other.short) both lead epoch \(epoch) of \(group)"
    }
}

package struct OnePromotionPerEpoch: Invariant {
    package static let name = "one promotion per group and epoch"
    package static let reason = "Two promoted replicas with configurations of the same epoch are never reconciled."
    private var promoted = FirstWords<GroupEpoch, Endpoint>()

    package mutating func observe(_ fact: Fact) -> String? {
        // Two redis-sentinels can win one epoch: they ask for votes, and count them, by the epoch that all groups share.
        guard case .promoted(let group, let endpoint, let epoch, let leader, let suitability) = fact.what, !suitability.isLedByOthers,
            let other = promoted.contradicted(by: endpoint, for: GroupEpoch(group: group, epoch: epoch))
        else { return nil }
        return "\(other) and \(endpoint) were both promoted in epoch \(epoch) of \(group), the second by \(leader.short)"
    }
}

package struct OneConfigurationPerEpoch: Invariant {
    package static let name = "one configuration per group and epoch"
    package static let reason = "An epoch is the version of a configuration; two contents of one version divide the monitors for good."
    private var known = FirstWords<GroupEpoch, Endpoint>()
    /// What redis-sentinels led: two of them can win one epoch.
    private var ledByOthers: Set<GroupEpoch> = []

    package mutating func observe(_ fact: Fact) -> String? {
        if case .promoted(let group, _, let epoch, _, let suitability) = fact.what, suitability.isLedByOthers {
            ledByOthers.insert(GroupEpoch(group: group, epoch: epoch))
        }
        guard case .configured(let monitor, let group, let primary, let epoch, _) = fact.what, epoch > .zero,
            !ledByOthers.contains(GroupEpoch(group: group, epoch: epoch)),
            let other = known.contradicted(by: primary, for: GroupEpoch(group: group, epoch: epoch))
        else { return nil }
        return "\(monitor.short) holds \(primary) for the primary of \(group) by epoch \(epoch), others hold \(other)"
    }
}

package struct OneVotePerEpoch: Invariant {
    package static let name = "one vote per monitor, group and epoch"
    package static let reason = "Who votes twice can make two majorities out of one."
    private struct Key: Hashable, Sendable {
        let monitor: MonitorID
        let of: GroupEpoch
    }
    private var given = FirstWords<Key, MonitorID>()

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .voteAnswered(let monitor, let group, let vote, _) = fact.what, let leader = vote.leader,
            let other = given.contradicted(
                by: leader, for: Key(monitor: monitor, of: GroupEpoch(group: group, epoch: vote.epoch)))
        else { return nil }
        return "\(monitor.short) voted for \(other.short) and for \(leader.short) in epoch \(vote.epoch) of \(group)"
    }
}

package struct EpochsNeverGoBack: Invariant {
    package static let name = "epochs never go back, on disk neither"
    package static let reason = "A monitor that forgets an epoch can vote in it a second time."
    private var known: [MonitorID: (known: Epoch, onDisk: Epoch)] = [:]
    private var configured: [Key: Epoch] = [:]
    private struct Key: Hashable, Sendable {
        let monitor: MonitorID
        let group: GroupName
    }

    package mutating func observe(_ fact: Fact) -> String? {
        switch fact.what {
        case .configured(let monitor, let group, _, let epoch, _):
            let before = configured.updateValue(epoch, forKey: Key(monitor: monitor, group: group))
            guard let before, epoch < before else { return nil }
            return "\(monitor.short) went from configuration \(before) of \(group) to \(epoch)"
        case .epochs(let monitor, let epoch, let onDisk):
            defer { known[monitor] = (epoch, onDisk) }
            guard let before = known[monitor] else { return nil }
            if epoch < before.known { return "\(monitor.short) went from epoch \(before.known) to \(epoch)" }
            if onDisk < before.onDisk { return "the disk of \(monitor.short) went from epoch \(before.onDisk) to \(onDisk)" }
            return nil
        case .monitorStopped(let monitor):
            // What was not on disk was told to nobody, and may be forgotten.
            if let before = known[monitor] { known[monitor] = (before.onDisk, before.onDisk) }
            configured = configured.filter { $0.key.monitor != monitor }
            return nil
        case .groupForgotten(let monitor, let group):
            configured.removeValue(forKey: Key(monitor: monitor, group: group))
            return nil
        default: return nil
        }
    }
}

package struct AnsweredVotesAreOnDisk: Invariant {
    package static let name = "a vote that was answered is on disk"
    package static let reason = "A vote that a restart forgets can be given again, to somebody else."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .voteAnswered(let monitor, let group, let vote, let onDisk) = fact.what, vote.epoch > .zero else { return nil }
        if let onDisk, onDisk.epoch > vote.epoch || onDisk == vote { return nil }
        return "\(monitor.short) answered a vote of epoch \(vote.epoch) in \(group) that is not on its disk"
    }
}

package struct NoFailoverWithoutMajority: Invariant {
    package static let name = "no failover without a majority"
    package static let reason = "A minority that promotes makes a second primary on its side of a partition."
    private let deployment: Deployment
    private var votes: [GroupEpoch: OrderedDictionary<MonitorID, MonitorID>] = [:]
    /// Who an operator made each monitor forget, by the forgetful one's id and the group: they count no more.
    private var forgotten: [String: OrderedSet<MonitorID>] = [:]

    init(_ deployment: Deployment) { self.deployment = deployment }

    package mutating func observe(_ fact: Fact) -> String? {
        switch fact.what {
        case .voted(let monitor, let group, let vote):
            if let leader = vote.leader { votes[GroupEpoch(group: group, epoch: vote.epoch), default: [:]][monitor] = leader }
            return nil
        case .forgotten(let monitor, let group, .monitor(let id)):
            forgotten["\(monitor) \(group)", default: []].append(id)
            return nil
        case .found(let monitor, let group, .monitor(let id), _, _):
            forgotten["\(monitor) \(group)"]?.remove(id)
            return nil
        case .elected(let monitor, let group, let epoch, isForced: false):
            let count = votes[GroupEpoch(group: group, epoch: epoch)]?.values.count { $0 == monitor } ?? 0
            let left = deployment.monitorCount - (forgotten["\(monitor) \(group)"]?.count ?? 0)
            guard count < left / 2 + 1 else { return nil }
            return "\(monitor.short) leads epoch \(epoch) of \(group) by \(count) votes of \(deployment.monitorCount)"
        default: return nil
        }
    }
}

package struct EveryFailoverEnds: Invariant {
    package static let name = "every failover ends"
    package static let reason = "An attempt that hangs keeps all others from trying, and its group without a primary."
    private let bound: Duration
    private var began: OrderedDictionary<String, (at: Duration, text: String)> = [:]

    init(bound: Duration) { self.bound = bound }

    package mutating func observe(_ fact: Fact) -> String? {
        switch fact.what {
        case .failoverBegan(let monitor, let group, let epoch, _, _):
            began["\(monitor) \(group)"] = (fact.at, "the failover of \(group) that \(monitor.short) began in epoch \(epoch)")
        case .failoverEnded(let monitor, let group): began.removeValue(forKey: "\(monitor) \(group)")
        case .monitorStopped(let monitor): began = began.filter { !$0.key.hasPrefix(monitor.text) }
        case .settled(let group, _):
            for (key, attempt) in began where key.hasSuffix(" \(group)") && fact.at - attempt.at > bound {
                return "\(attempt.text) has not ended after \(fact.at - attempt.at)"
            }
        default: break
        }
        return nil
    }
}
