import OrderedCollections
import PicketCore

package struct NobodyIsAnnouncedTooSoon: Invariant {
    package static let name = "nobody is announced before its promotion"
    package static let reason = "Clients that are sent to a replica write nowhere, and peers undo what they do not find confirmed."
    /// Those whose promotion was seen; only looked up.
    private var promoted: Set<Key> = []
    private var known: Set<GroupEpoch> = []
    private struct Key: Hashable, Sendable {
        let of: GroupEpoch
        let endpoint: Endpoint
    }

    package mutating func observe(_ fact: Fact) -> String? {
        switch fact.what {
        case .promoted(let group, let endpoint, let epoch, _, _):
            promoted.insert(Key(of: GroupEpoch(group: group, epoch: epoch), endpoint: endpoint))
            return nil
        case .configured(let monitor, let group, let primary, let epoch, wasPrimary: let wasPrimary):
            let of = GroupEpoch(group: group, epoch: epoch)
            // Whoever tells of it first has led the failover; the others believe it.
            guard known.insert(of).inserted, !wasPrimary, !promoted.contains(Key(of: of, endpoint: primary)) else { return nil }
            return "\(monitor.short) announces \(primary) for the primary of \(group) by epoch \(epoch), and it is a replica"
        default: return nil
        }
    }
}

package struct NewPrimariesAreLeftInPeace: Invariant {
    package static let name = "a new primary is not demoted by an older configuration"
    package static let reason = "Who has not heard of a failover yet would undo it, and take with it what clients wrote meanwhile."
    private var latest: OrderedDictionary<GroupName, (endpoint: Endpoint, epoch: Epoch, at: Duration)> = [:]
    /// Where an operator did without a majority, others may rightly believe something else.
    private var forced: Set<GroupEpoch> = []
    /// Sentinel's rule lets a monitor demote what it knows nothing of after four hello periods.
    private static let patience: Duration = .seconds(7)

    /// Nobody can have heard of what happened so lately.
    private static let underWay: Duration = .milliseconds(20)

    package mutating func observe(_ fact: Fact) -> String? {
        switch fact.what {
        case .elected(_, let group, let epoch, isForced: true):
            forced.insert(GroupEpoch(group: group, epoch: epoch))
            return nil
        case .promoted(let group, _, let epoch, _, _) where forced.contains(GroupEpoch(group: group, epoch: epoch)):
            latest[group] = nil
            return nil
        case .promoted(let group, let endpoint, let epoch, _, _):
            if epoch >= latest[group]?.epoch ?? .zero { latest[group] = (endpoint, epoch, fact.at) }
            return nil
        case .demotes(let monitor, let group, let endpoint, knowing: let known):
            guard let latest = latest[group], latest.endpoint == endpoint, known < latest.epoch, fact.at - latest.at < Self.patience,
                fact.at - latest.at > Self.underWay
            else { return nil }
            return "\(monitor.short), who knows the configuration \(known) of \(group), demotes \(endpoint), promoted in epoch "
                + "\(latest.epoch) \(fact.at - latest.at) ago"
        default: return nil
        }
    }
}

package struct NobodyFollowsItself: Invariant {
    package static let name = "no instance is made a replica of itself"
    package static let reason = "It would never have data again, and its group no primary."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .madeReplica(let group, let endpoint, let target) = fact.what, endpoint == target else { return nil }
        return "\(endpoint) of \(group) was told to follow itself"
    }
}

package struct TwoPrimariesOnlyWhilePartitioned: Invariant {
    package static let name = "two primaries at once only while partitioned"
    package static let reason = "What the one that loses took meanwhile is thrown away, acknowledged or not."
    private let bound: Duration

    init(bound: Duration) { self.bound = bound }

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .twoPrimaries(let group, unfaultedFor: let span) = fact.what, span > bound else { return nil }
        return "two instances of \(group) have been taking writes for \(span), with nothing between them and their monitors"
    }
}

package struct DeadPrimariesAreReplaced: Invariant {
    package static let name = "a dead primary is replaced"
    package static let reason = "It is what all of this is for."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .notReplaced(let group, let endpoint, let span) = fact.what else { return nil }
        return "\(endpoint) of \(group) is dead, and the living monitors have not agreed on another primary after \(span)"
    }
}

package struct LivingPrimariesAreNotHeldDownInHaste: Invariant {
    package static let name = "a living primary is held down only after down-after"
    package static let reason = "Down-after is the operator's word for how long a silence may be; who lives has that long to answer."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .heldDown(let monitor, let group, let endpoint, silentFor: let silence, downAfter: let downAfter) = fact.what,
            silence < downAfter
        else { return nil }
        return "\(monitor.short) holds \(endpoint) of \(group) down, which lives and was silent for \(silence) only"
    }
}
