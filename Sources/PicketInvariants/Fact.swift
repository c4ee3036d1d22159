import PicketCore

/// One thing that truly happened in a deployment, seen from outside of everybody. Simulated and real deployments tell the same facts.
package struct Fact: Hashable, Sendable {
    /// Since the start of the run.
    package let at: Duration
    package let what: What

    package init(at: Duration, _ what: What) {
        self.at = at
        self.what = what
    }

    package enum What: Hashable, Sendable {
        /// A monitor knows this epoch, and has that one on disk.
        case epochs(monitor: MonitorID, known: Epoch, onDisk: Epoch)
        /// A monitor decided to vote; whether anybody hears of it is another matter.
        case voted(monitor: MonitorID, group: GroupName, Vote)
        /// A vote left the monitor. `onDisk` is what it would remember if it died now.
        case voteAnswered(monitor: MonitorID, group: GroupName, Vote, onDisk: Vote?)
        /// `isAutomatic`: a picketd stands by itself, and not because an operator told it to.
        case failoverBegan(monitor: MonitorID, group: GroupName, epoch: Epoch, isForced: Bool, isAutomatic: Bool = false)
        case elected(monitor: MonitorID, group: GroupName, epoch: Epoch, isForced: Bool)
        case failoverEnded(monitor: MonitorID, group: GroupName)
        /// An instance did what SLAVEOF NO ONE asks for. `epoch` is the attempt's whose leader sent it.
        case promoted(group: GroupName, Endpoint, epoch: Epoch, by: MonitorID, Suitability)
        case madeReplica(group: GroupName, Endpoint, of: Endpoint)
        /// A monitor tells an instance that is a primary to be a replica. `knowing` is the version of its configuration.
        case demotes(monitor: MonitorID, group: GroupName, Endpoint, knowing: Epoch)
        /// A monitor holds this for the group's configuration. `wasPrimary` is false where the instance was none lately.
        case configured(monitor: MonitorID, group: GroupName, primary: Endpoint, epoch: Epoch, wasPrimary: Bool = true)
        /// A monitor holds a primary down that lives, and of which it heard last so long ago.
        case heldDown(monitor: MonitorID, group: GroupName, Endpoint, silentFor: Duration, downAfter: Duration)
        /// An operator made the monitor forget the group.
        case groupForgotten(monitor: MonitorID, group: GroupName)
        /// A monitor knows the group to be paused, or not any more.
        case paused(monitor: MonitorID, group: GroupName, Bool)
        /// A monitor knows an instance to be in maintenance, or not any more.
        case maintained(monitor: MonitorID, group: GroupName, Endpoint, isOn: Bool)
        /// A monitor has forgotten somebody for good, and has that on disk.
        case forgotten(monitor: MonitorID, group: GroupName, Member)
        /// A monitor counts somebody among a group's members: it was discovered, or was on disk at a start.
        case found(monitor: MonitorID, group: GroupName, Member, isRunning: Bool, startedAt: Duration)
        /// A process ended; what it had begun ended with it.
        case monitorStopped(MonitorID)
        /// A full resynchronisation replaced a group's data by something else.
        case overwritten(group: GroupName, Endpoint, with: Replacement)
        /// Faults destroyed every copy of these; nobody can be blamed for their loss.
        case copiesDestroyed(group: GroupName, writes: [Int])
        /// A fault destroyed one copy of these; others have them still.
        case copyDestroyed(group: GroupName, writes: [Int])
        /// Nobody that the leader of a failover could reach had these.
        case copiesOutOfReach(group: GroupName, writes: [Int])
        /// WAIT said that a majority of the group's replicas, or all of them, have it.
        case writeConfirmed(group: GroupName, write: Int, byAll: Bool = true)
        /// A healthy primary was replaced as an operator wished. `lacking` was acknowledged, and the new one has it not.
        case switchedOver(group: GroupName, Endpoint, lacking: [Int])
        /// More than one instance of the group has been taking writes, for so long since the last fault.
        case twoPrimaries(group: GroupName, unfaultedFor: Duration)
        /// A monitor wants to be woken without end, with nothing to do.
        case spun(MonitorID, wakesPerSecond: Int)
        /// A primary is dead, a majority of the monitors and a good replica live, and that did not change in this time.
        case notReplaced(group: GroupName, Endpoint, after: Duration)
        /// Faults are over; from here on everything has to settle.
        case healed
        /// The end of the run, as everybody sees it.
        case settled(group: GroupName, FinalState)
    }

    package enum Member: Hashable, Sendable, CustomStringConvertible {
        case replica(Endpoint)
        case monitor(MonitorID)

        package var description: String {
            switch self {
            case .replica(let endpoint): "the replica \(endpoint)"
            case .monitor(let id): "the monitor \(id.short)"
            }
        }
    }

    package enum Replacement: Hashable, Sendable {
        case nothing
    }

    /// What is known from outside about an instance in the moment of its promotion.
    package struct Suitability: Hashable, Sendable {
        package var isSyncing: Bool
        package var wasEverInSync: Bool
        package var sharesHistory: Bool
        /// Led by something else than a picketd.
        package var isLedByOthers = false
        /// Confirmed writes that it has not, and that another had which the leader could have promoted.
        package var missed: [Int]

        package init(isSyncing: Bool, wasEverInSync: Bool, sharesHistory: Bool, missed: [Int] = []) {
            self.isSyncing = isSyncing
            self.wasEverInSync = wasEverInSync
            self.sharesHistory = sharesHistory
            self.missed = missed
        }
    }

    /// How a group stands at the end.
    package struct FinalState: Hashable, Sendable {
        /// What the monitors hold: by monitor, primary and epoch.
        package var views: [View]
        /// The instances that run.
        package var instances: [InstanceState]
        /// Writes that the primary of the majority holds.
        package var writes: [Int]

        package struct View: Hashable, Sendable {
            package var monitor: MonitorID
            package var primary: Endpoint
            package var epoch: Epoch?
            package init(monitor: MonitorID, primary: Endpoint, epoch: Epoch?) {
                self.monitor = monitor
                self.primary = primary
                self.epoch = epoch
            }
        }

        package struct InstanceState: Hashable, Sendable {
            package var endpoint: Endpoint
            package var role: Role
            package var follows: Endpoint?
            package var isLinkUp: Bool
            package init(endpoint: Endpoint, role: Role, follows: Endpoint?, isLinkUp: Bool) {
                self.endpoint = endpoint
                self.role = role
                self.follows = follows
                self.isLinkUp = isLinkUp
            }
        }

        package init(views: [View], instances: [InstanceState], writes: [Int]) {
            self.views = views
            self.instances = instances
            self.writes = writes
        }
    }
}
