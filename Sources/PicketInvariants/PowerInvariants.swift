import OrderedCollections
import PicketCore

private struct MonitoredGroup: Hashable, Sendable {
    let monitor: MonitorID
    let group: GroupName
}

package struct PausesAreKept: Invariant {
    package static let name = "no automatic failover of a group that a majority has paused"
    package static let reason = "Who pauses a group works on it, and what is moved under their hands is lost or broken."
    private let deployment: Deployment
    private var pausedSince: OrderedDictionary<MonitoredGroup, Duration> = [:]
    /// The latest attempt of each, where it is an automatic one; only looked up.
    private var began: [MonitoredGroup: (epoch: Epoch, at: Duration)] = [:]

    init(_ deployment: Deployment) { self.deployment = deployment }

    package mutating func observe(_ fact: Fact) -> String? {
        switch fact.what {
        case .paused(let monitor, let group, let isPaused):
            let key = MonitoredGroup(monitor: monitor, group: group)
            pausedSince[key] = isPaused ? pausedSince[key] ?? fact.at : nil
            return nil
        case .monitorStopped(let monitor):
            pausedSince.removeAll { $0.key.monitor == monitor }
            return nil
        case .groupForgotten(let monitor, let group):
            pausedSince.removeValue(forKey: MonitoredGroup(monitor: monitor, group: group))
            return nil
        case .failoverBegan(let monitor, let group, let epoch, _, isAutomatic: let isAutomatic):
            let key = MonitoredGroup(monitor: monitor, group: group)
            began[key] = isAutomatic ? (epoch, fact.at) : nil
            guard isAutomatic, let since = pausedSince[key], since < fact.at else { return nil }
            return "\(monitor.short) stands by itself in epoch \(epoch) of \(group), which it has known to be paused for \(fact.at - since)"
        case .elected(let monitor, let group, let epoch, _):
            guard let attempt = began[MonitoredGroup(monitor: monitor, group: group)], attempt.epoch == epoch else { return nil }
            let paused = pausedSince.count { $0.key.group == group && $0.value < attempt.at }
            guard deployment.monitorCount - paused < deployment.majority else { return nil }
            return
                "\(monitor.short) was elected in epoch \(epoch) of \(group), which \(paused) of \(deployment.monitorCount) had paused before"
        default: return nil
        }
    }
}

package struct NobodyInMaintenanceIsPromoted: Invariant {
    package static let name = "nobody in maintenance is promoted"
    package static let reason = "Its owner is about to shut it down, or does not trust it with the data."
    private struct Key: Hashable, Sendable {
        let of: MonitoredGroup
        let endpoint: Endpoint
    }
    private var since: OrderedDictionary<Key, Duration> = [:]
    /// Only looked up.
    private var began: [MonitoredGroup: (epoch: Epoch, at: Duration)] = [:]

    package mutating func observe(_ fact: Fact) -> String? {
        switch fact.what {
        case .maintained(let monitor, let group, let endpoint, let isOn):
            let key = Key(of: MonitoredGroup(monitor: monitor, group: group), endpoint: endpoint)
            since[key] = isOn ? since[key] ?? fact.at : nil
            return nil
        case .monitorStopped(let monitor):
            since.removeAll { $0.key.of.monitor == monitor }
            return nil
        case .failoverBegan(let monitor, let group, let epoch, _, _):
            began[MonitoredGroup(monitor: monitor, group: group)] = (epoch, fact.at)
            return nil
        case .promoted(let group, let endpoint, let epoch, let leader, _):
            let of = MonitoredGroup(monitor: leader, group: group)
            guard let attempt = began[of], attempt.epoch == epoch, let since = since[Key(of: of, endpoint: endpoint)], since < attempt.at
            else { return nil }
            return "\(leader.short) promoted \(endpoint) of \(group), which it has known to be in maintenance for \(fact.at - since)"
        default: return nil
        }
    }
}

package struct ForgottenOnesStayAway: Invariant {
    package static let name = "who was forgotten stays away until it lives again"
    package static let reason = "A dead monitor that comes back into the count makes a majority impossible, a dead replica never heals."
    private struct Key: Hashable, Sendable {
        let of: MonitoredGroup
        let member: Fact.Member
    }
    private var forgotten: OrderedDictionary<Key, Duration> = [:]
    /// What the primary said of its replicas before may be on its way yet.
    private static let underWay: Duration = .seconds(2)

    package mutating func observe(_ fact: Fact) -> String? {
        switch fact.what {
        case .forgotten(let monitor, let group, let member):
            forgotten[Key(of: MonitoredGroup(monitor: monitor, group: group), member: member)] = fact.at
            return nil
        case .found(let monitor, let group, let member, isRunning: let isRunning, startedAt: let startedAt):
            let key = Key(of: MonitoredGroup(monitor: monitor, group: group), member: member)
            guard let since = forgotten.removeValue(forKey: key), !isRunning, startedAt < since, fact.at - since > Self.underWay else {
                return nil
            }
            return
                "\(monitor.short) knows \(member) of \(group) again, which it forgot \(fact.at - since) ago and which has not lived since"
        case .groupForgotten(let monitor, let group):
            forgotten.removeAll { $0.key.of == MonitoredGroup(monitor: monitor, group: group) }
            return nil
        default: return nil
        }
    }
}
