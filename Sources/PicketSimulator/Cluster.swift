import OrderedCollections
import PicketCore
import PicketInvariants

/// A deployment as an operator sees it: monitors, groups of instances, clients; and what can go wrong with them.
package final class Cluster {
    package let world: World
    let shape: Shape
    private(set) var monitors: [any SimulatedMonitor] = []
    /// Group by group, the first of each is the primary at the start.
    private(set) var instances: [FakeRedis] = []
    private var clients: [WriterClient] = []
    package let groups: [GroupName]
    var activeFaults = 0
    /// Replicas that died and were not to come back, until everything is healed; and in which of their lives.
    var lostForGood: OrderedDictionary<Int, Int> = [:]
    /// Monitors whose disks keep them from taking orders when all that was ordered is withdrawn.
    var deafToOrders: [Int] = []
    /// How often instances have moved to other addresses.
    var moves = 0
    private var twoPrimaries: [(total: Microseconds, unfaulted: Microseconds)] = []

    package init(seed: UInt64, shape: Shape, traces: Bool = false) {
        self.shape = shape
        let failoverBound = shape.failoverTimeout * 3 + .seconds(20)
        var deployment = Deployment(
            monitorCount: shape.monitorCount, failoverBound: failoverBound,
            twoPrimariesBound: .seconds(20) + shape.downAfter + shape.failoverTimeout)
        deployment.areDisksHonest = shape.areDisksHonest
        world = World(seed: seed, deployment: deployment)
        world.votesNeeded = max(deployment.majority, shape.quorum)
        if traces { world.traceLines = [] }
        groups = (0..<shape.groupCount).map { GroupName(shape.groupCount == 1 ? "cache" : "cache-\($0)") }
        addInstances()
        addMonitors()
        addClients()
    }

    deinit { world.end() }

    private var latency: (within: Microseconds, across: Microseconds) { (200, shape.latencyAcrossZones) }

    private func addInstances() {
        for (number, group) in groups.enumerated() {
            let first = endpoint(number, 0)
            for member in 0...shape.replicaCount {
                var settings = FakeRedis.Settings()
                settings.minReplicasToWrite = shape.minReplicasToWrite
                settings.fullSyncTime = shape.fullSyncTime
                settings.loadingTime = shape.loadingTime
                settings.fullSyncDelay = shape.fullSyncDelay
                if shape.usesNames { world.addressOf[endpoint(number, member).host] = Self.instanceEndpoint(number, member).host }
                let name = groups.count == 1 ? "r\(member)" : "r\(number).\(member)"
                instances.append(
                    world.add(zone: member % shape.zoneCount, latency: latency) { index in
                        FakeRedis(
                            world: world, index: index, name: name, endpoint: endpoint(number, member), group: group,
                            origin: number,
                            follows: member == 0 ? nil : first, settings: settings)
                    })
            }
        }
    }

    private var initialState: DurableState {
        var state = DurableState()
        state.settings.resolveHostnames = shape.usesNames
        state.settings.announceHostnames = shape.usesNames
        for (number, group) in groups.enumerated() {
            var settings = GroupSettings(quorum: shape.quorum)
            settings.downAfter = shape.downAfter
            settings.failoverTimeout = shape.failoverTimeout
            settings.parallelSyncs = shape.parallelSyncs
            state.groups[group] = DurableGroup(settings: settings, primary: endpoint(number, 0))
        }
        return state
    }

    private func addMonitors() {
        var state = initialState
        for number in 0..<shape.monitorCount {
            let id = MonitorID(world.newHexadecimalID())!
            let endpoint = Endpoint(host: "10.0.1.\(number + 1)", port: 26379)
            state.identity = id
            let isStock = number < shape.stockCount
            if isStock {
                monitors.append(
                    world.add(zone: number % shape.zoneCount, latency: latency) { index in
                        StockSentinel(world: world, index: index, name: "s\(number)", endpoint: endpoint, id: id, state: state)
                    })
            } else {
                monitors.append(
                    world.add(zone: number % shape.zoneCount, latency: latency) { index in
                        PicketMonitor(world: world, index: index, name: "m\(number)", endpoint: endpoint, id: id, state: state)
                    })
            }
        }
    }

    /// A new monitor in the place of an old one: same address, nothing of its memory, and so another id.
    func replaceMonitor(_ number: Int) {
        let old = monitors[number]
        old.crash()
        var state = initialState
        let id = MonitorID(world.newHexadecimalID())!
        state.identity = id
        let new = world.add(zone: number % shape.zoneCount, latency: latency) { index in
            PicketMonitor(world: world, index: index, name: old.name, endpoint: old.endpoint, id: id, state: state)
        }
        monitors[number] = new
        new.start()
    }

    private func addClients() {
        guard let period = shape.writePeriod else { return }
        for (number, group) in groups.enumerated() {
            let name = groups.count == 1 ? "client" : "client-\(number)"
            clients.append(
                world.add(zone: number % shape.zoneCount, latency: latency) { index in
                    WriterClient(
                        world: world, index: index, name: name, endpoint: Endpoint(host: "10.0.2.\(number + 1)", port: 1), group: group,
                        monitors: monitors.map(\.endpoint), replicaCount: shape.replicaCount, period: period, waitsEvery: shape.waitsEvery)
                })
        }
    }

    private func endpoint(_ group: Int, _ member: Int) -> Endpoint {
        shape.usesNames ? Endpoint(host: "r\(member).cache-\(group)", port: 6379) : Self.instanceEndpoint(group, member)
    }

    static func instanceEndpoint(_ group: Int, _ member: Int) -> Endpoint { Endpoint(host: "10.1.\(group).\(member + 1)", port: 6379) }

    package func start() {
        for instance in instances { instance.start() }
        for monitor in monitors { monitor.start() }
        for client in clients { client.start() }
    }

    /// How long more than one instance of a group has been taking writes.
    func sampleTwoPrimaries(every period: Microseconds) {
        for (number, group) in groups.enumerated() {
            if twoPrimaries.count <= number { twoPrimaries.append((0, 0)) }
            let areTwo = primaryCount(of: group) > 1
            twoPrimaries[number].total = areTwo ? twoPrimaries[number].total + period : 0
            twoPrimaries[number].unfaulted = areTwo && activeFaults == 0 ? twoPrimaries[number].unfaulted + period : 0
            if areTwo, activeFaults == 0 {
                world.tell(.twoPrimaries(group: group, unfaultedFor: twoPrimaries[number].unfaulted.duration))
            }
            world.figures.longestTwoPrimaries = max(world.figures.longestTwoPrimaries, twoPrimaries[number].total)
            world.figures.longestTwoPrimariesUnfaulted = max(world.figures.longestTwoPrimariesUnfaulted, twoPrimaries[number].unfaulted)
        }
    }

    /// Everything that a fault may have left behind is put right.
    package func heal() {
        for process in world.processes {
            world.network.setPower(true, of: process.host)
            process.thaw()
            process.start()
        }
        for monitor in monitors { (monitor as? PicketMonitor)?.run(fasterBy: 0) }
        world.resumeStalled()
        withdrawPowers()
        world.tell(.healed)
    }

    // MARK: The state of things

    package func finalState(of group: GroupName) -> Fact.FinalState {
        let views = monitors.compactMap { monitor in
            monitor.view(of: group).map { Fact.FinalState.View(monitor: monitor.id, primary: $0.primary, epoch: $0.epoch) }
        }
        let members = instances.filter { $0.group == group && $0.isRunning }
        let primary = members.first { $0.endpoint == views.first?.primary }
        return Fact.FinalState(
            views: views,
            instances: members.map {
                Fact.FinalState.InstanceState(
                    endpoint: $0.endpoint, role: $0.isPrimary ? .primary : .replica, follows: $0.followed, isLinkUp: $0.isLinkUp)
            }, writes: primary?.data.writes ?? [])
    }

    /// Cheap enough to be asked often.
    package var isSettled: Bool {
        areLostOnesBack
            && groups.allSatisfy { group in
                guard let agreed = monitors.first?.view(of: group)?.primary, monitors.allSatisfy({ $0.view(of: group)?.primary == agreed })
                else { return false }
                return instances.allSatisfy { instance in
                    guard instance.group == group else { return true }
                    return instance.endpoint == agreed ? instance.isPrimary : instance.followed == agreed && instance.isLinkUp
                }
            }
    }

    /// Instances of one group that would take writes.
    func primaryCount(of group: GroupName) -> Int {
        instances.count { $0.group == group && $0.isRunning && !$0.isFrozen && $0.isPrimary && !$0.isLoading }
    }
}
