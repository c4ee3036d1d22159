import OrderedCollections

/// Everything about a monitor that must survive its end, however sudden.
///
/// The core changes it by `DurableChange` only; the journal, Sentinel's configuration file and the simulator's disk
/// are three ways to keep it.
package struct DurableState: Hashable, Sendable, Codable {
    package var identity: MonitorID?
    package var currentEpoch: Epoch = .zero
    package var settings = MonitorSettings()
    package var groups: OrderedDictionary<GroupName, DurableGroup> = [:]

    package init() {}
}

package struct DurableGroup: Hashable, Sendable, Codable {
    package var settings: GroupSettings
    package var primary: Endpoint
    /// Version of the statement "`primary` is the primary".
    package var configEpoch: Epoch = .zero
    /// The latest vote given in this group.
    package var vote: Vote?
    package var replicas: OrderedSet<Endpoint> = []
    package var peers: OrderedDictionary<MonitorID, Endpoint> = [:]
    /// What operators have ordered beside the settings.
    package var powers: OrderedDictionary<PowerSubject, PowerStatement> = [:]

    package init(settings: GroupSettings, primary: Endpoint) {
        self.settings = settings
        self.primary = primary
    }
}

/// A vote that was given. Sentinel's file keeps only the epoch, so the leader may have been forgotten.
package struct Vote: Hashable, Sendable, Codable {
    package let epoch: Epoch
    package let leader: MonitorID?

    package init(epoch: Epoch, leader: MonitorID?) {
        self.epoch = epoch
        self.leader = leader
    }
}

/// One step from one durable state to the next. Small: its size does not depend on the number of groups.
package enum DurableChange: Hashable, Sendable, Codable {
    case identified(MonitorID)
    case epochRaised(Epoch)
    case settingsChanged(MonitorSettings)
    /// A group was added; one of that name must not exist.
    case groupAdded(GroupName, DurableGroup)
    case groupRemoved(GroupName)
    case groupSettingsChanged(GroupName, GroupSettings)
    case voted(GroupName, Vote)
    case configured(GroupName, primary: Endpoint, epoch: Epoch)
    case replicaAdded(GroupName, Endpoint)
    case replicaRemoved(GroupName, Endpoint)
    case peerAdded(GroupName, MonitorID, Endpoint)
    case peerRemoved(GroupName, MonitorID)
    /// The latest about its subject; before it is written it is `stamped`.
    case powerStated(GroupName, PowerStatement)
    case powerDropped(GroupName, PowerSubject)
}

extension DurableState {
    /// A change that names an unknown group changes nothing: a journal may hold one that raced with the group's removal.
    package mutating func apply(_ change: DurableChange) {
        switch change {
        case .identified(let id): identity = id
        case .epochRaised(let epoch): currentEpoch = max(currentEpoch, epoch)
        case .settingsChanged(let changed): settings = changed
        case .groupAdded(let name, let group): groups[name] = group
        case .groupRemoved(let name): groups.removeValue(forKey: name)
        case .groupSettingsChanged(let name, let settings): groups[name]?.settings = settings
        case .voted(let name, let vote): groups[name]?.vote = vote
        case .configured(let name, let primary, let epoch):
            groups[name]?.primary = primary
            groups[name]?.configEpoch = epoch
        case .replicaAdded(let name, let endpoint): groups[name]?.replicas.append(endpoint)
        case .replicaRemoved(let name, let endpoint): groups[name]?.replicas.remove(endpoint)
        case .peerAdded(let name, let id, let endpoint): groups[name]?.peers[id] = endpoint
        case .peerRemoved(let name, let id): groups[name]?.peers.removeValue(forKey: id)
        case .powerStated(let name, let statement): groups[name]?.powers[statement.subject] = statement
        case .powerDropped(let name, let subject): groups[name]?.powers.removeValue(forKey: subject)
        }
    }
}
