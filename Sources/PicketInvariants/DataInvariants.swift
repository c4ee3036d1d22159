import OrderedCollections
import PicketCore

package struct NobodyUnfitIsPromoted: Invariant {
    package static let name = "nobody promotes a replica that was never in sync or has another history"
    package static let reason = "Its data replaces everybody else's: an empty or foreign replica empties the group."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .promoted(let group, let endpoint, let epoch, let leader, let suitability) = fact.what else { return nil }
        let why: String
        if !suitability.wasEverInSync {
            why = "was never in sync"
        } else if suitability.isSyncing {
            why = "is in the middle of a synchronisation"
        } else if !suitability.sharesHistory {
            why = "has another history"
        } else {
            return nil
        }
        return "\(leader.short) promoted \(endpoint) of \(group) in epoch \(epoch), which \(why)"
    }
}

package struct TheMostAdvancedIsPromoted: Invariant {
    package static let name = "nobody is promoted while a replica at hand has more"
    package static let reason = "What only the others have is thrown away when they follow the new primary."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .promoted(let group, let endpoint, let epoch, let leader, let suitability) = fact.what,
            let write = suitability.missed.first
        else { return nil }
        return
            "\(leader.short) promoted \(endpoint) of \(group) in epoch \(epoch), which lacks \(suitability.missed.count) confirmed "
            + "writes that a replica at hand has; the first is \(write)"
    }
}

package struct ConfirmedWritesSurvive: Invariant {
    package static let name = "a write confirmed by WAIT on a majority of replicas survives"
    package static let reason = "A client that waited for its replicas has done all that Redis offers to keep a write."
    private var confirmed: OrderedDictionary<GroupName, [(write: Int, byAll: Bool)]> = [:]

    package mutating func observe(_ fact: Fact) -> String? {
        switch fact.what {
        case .writeConfirmed(let group, let write, byAll: let byAll):
            confirmed[group, default: []].append((write, byAll))
            return nil
        case .copiesDestroyed(let group, let writes):
            let destroyed = Set(writes)
            confirmed[group]?.removeAll { destroyed.contains($0.write) }
            return nil
        case .copyDestroyed(let group, let writes):
            let destroyed = Set(writes)
            for index in (confirmed[group] ?? []).indices where destroyed.contains(confirmed[group]![index].write) {
                confirmed[group]![index].byAll = false
            }
            return nil
        case .copiesOutOfReach(let group, let writes):
            // A majority of the replicas may be out of reach when one of the rest is promoted; all of them cannot.
            let lacking = Set(writes)
            confirmed[group]?.removeAll { !$0.byAll && lacking.contains($0.write) }
            return nil
        case .settled(let group, let state):
            let present = Set(state.writes)
            let lost = (confirmed[group] ?? []).filter { !present.contains($0.write) }
            guard let first = lost.first else { return nil }
            return "\(lost.count) confirmed writes of \(group) are gone, the first is \(first.write)"
        default: return nil
        }
    }
}

package struct PlannedSwitchoversLoseNothing: Invariant {
    package static let name = "an operator's planned switchover loses nothing"
    package static let reason = "Who moves a healthy primary has chosen the moment, and has no loss to put up with."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .switchedOver(let group, let endpoint, lacking: let writes) = fact.what, let first = writes.first else { return nil }
        return
            "\(endpoint) became the primary of \(group) by a planned switchover without \(writes.count) acknowledged writes, "
            + "the first is \(first)"
    }
}

package struct EmptyPrimariesEatNobody: Invariant {
    package static let name = "an empty primary never eats its replicas"
    package static let reason = "A primary that restarts without its data would have every copy of it thrown away, in seconds."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .overwritten(let group, let endpoint, with: .nothing) = fact.what else { return nil }
        return "\(endpoint) of \(group) had the group's data and lost it to a primary that has none"
    }
}

package struct ConfigurationsConverge: Invariant {
    package static let name = "configurations converge"
    package static let reason = "Monitors that go on disagreeing send clients to different primaries."

    package mutating func observe(_ fact: Fact) -> String? {
        guard case .settled(let group, let state) = fact.what, let first = state.views.first else { return nil }
        for view in state.views where view.primary != first.primary {
            return
                "\(first.monitor.short) holds \(first.primary) (epoch \(text(first.epoch))), \(view.monitor.short) holds \(view.primary) "
                + "(epoch \(text(view.epoch))) for the primary of \(group)"
        }
        for instance in state.instances {
            if instance.endpoint == first.primary {
                if instance.role != .primary { return "\(instance.endpoint), the agreed primary of \(group), is a replica" }
            } else if instance.role == .primary {
                return "\(instance.endpoint) of \(group) is a second primary beside \(first.primary)"
            } else if instance.follows != first.primary {
                return
                    "\(instance.endpoint) of \(group) follows \(instance.follows.map(\.description) ?? "nobody") and not \(first.primary)"
            } else if !instance.isLinkUp {
                return "\(instance.endpoint) of \(group) has no link to \(first.primary)"
            }
        }
        return state.instances.contains { $0.endpoint == first.primary }
            ? nil : "the agreed primary \(first.primary) of \(group) does not run"
    }

    private func text(_ epoch: Epoch?) -> String { epoch.map(\.description) ?? "?" }
}
