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
    private var activeFaults = 0
    private var twoPrimaries: [(total: Microseconds, unfaulted: Microseconds)] = []

    package init(seed: UInt64, shape: Shape, traces: Bool = false) {
        self.shape = shape
        let failoverBound = shape.failoverTimeout * 3 + .seconds(20)
        world = World(
            seed: seed,
            deployment: Deployment(
                monitorCount: shape.monitorCount, failoverBound: failoverBound,
                twoPrimariesBound: .seconds(20) + shape.downAfter + shape.failoverTimeout))
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
            let first = Self.instanceEndpoint(number, 0)
            for member in 0...shape.replicaCount {
                var settings = FakeRedis.Settings()
                settings.minReplicasToWrite = shape.minReplicasToWrite
                settings.fullSyncTime = shape.fullSyncTime
                settings.loadingTime = shape.loadingTime
                let name = groups.count == 1 ? "r\(member)" : "r\(number).\(member)"
                instances.append(
                    world.add(zone: member % shape.zoneCount, latency: latency) { index in
                        FakeRedis(
                            world: world, index: index, name: name, endpoint: Self.instanceEndpoint(number, member), group: group,
                            origin: number,
                            follows: member == 0 ? nil : first, settings: settings)
                    })
            }
        }
    }

    private func addMonitors() {
        var state = DurableState()
        for (number, group) in groups.enumerated() {
            var settings = GroupSettings(quorum: shape.quorum)
            settings.downAfter = shape.downAfter
            settings.failoverTimeout = shape.failoverTimeout
            settings.parallelSyncs = shape.parallelSyncs
            state.groups[group] = DurableGroup(settings: settings, primary: Self.instanceEndpoint(number, 0))
        }
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

    static func instanceEndpoint(_ group: Int, _ member: Int) -> Endpoint { Endpoint(host: "10.1.\(group).\(member + 1)", port: 6379) }

    package func start() {
        for instance in instances { instance.start() }
        for monitor in monitors { monitor.start() }
        for client in clients { client.start() }
    }

    // MARK: Faults

    package func begin(_ fault: Fault.Kind) {
        activeFaults += 1
        world.trace("fault", "begins: \(fault)")
        switch fault {
        case .monitorCrashes(let number): monitors[number].crash()
        case .monitorFreezes(let number): monitors[number].freeze()
        case .monitorVanishes(let number): vanish(monitors[number])
        case .instanceCrashes(let number): instances[number].crash()
        case .instanceFreezes(let number): instances[number].freeze()
        case .instanceVanishes(let number): vanish(instances[number])
        case .instanceLosesData(let number):
            instances[number].crash()
            destroyData(of: instances[number])
        case .monitorRestartsAfterVotes(let number): (monitors[number] as? PicketMonitor)?.restartsAfterVotes = true
        case .diskFails(let number): (monitors[number] as? PicketMonitor)?.disk.isFailing = true
        case .diskSlow(let number): (monitors[number] as? PicketMonitor)?.disk.slowness = 500 * .millisecond
        case .clockJumps(let number, let span): (monitors[number] as? PicketMonitor)?.jump(by: span)
        case .clockDrifts: break
        case .operatorFailsOver(let monitor, let group):
            if monitors[monitor].isRunning, !monitors[monitor].isFrozen { monitors[monitor].orderFailover(of: groups[group]) }
        case .isolated, .mute, .deaf, .split, .bridge, .zoneCut, .slow, .lossy: changeNetwork(fault, by: 1)
        }
    }

    package func end(_ fault: Fault.Kind) {
        activeFaults -= 1
        world.trace("fault", "ends: \(fault)")
        switch fault {
        case .monitorCrashes(let number): monitors[number].start()
        case .monitorFreezes(let number): monitors[number].thaw()
        case .monitorVanishes(let number): reappear(monitors[number])
        case .instanceCrashes(let number), .instanceLosesData(let number): instances[number].start()
        case .instanceFreezes(let number): instances[number].thaw()
        case .instanceVanishes(let number): reappear(instances[number])
        case .monitorRestartsAfterVotes(let number): (monitors[number] as? PicketMonitor)?.restartsAfterVotes = false
        case .diskFails(let number): (monitors[number] as? PicketMonitor)?.disk.isFailing = false
        case .diskSlow(let number): (monitors[number] as? PicketMonitor)?.disk.slowness = 2 * .millisecond
        case .clockJumps, .clockDrifts, .operatorFailsOver: break
        case .isolated, .mute, .deaf, .split, .bridge, .zoneCut, .slow, .lossy: changeNetwork(fault, by: -1)
        }
    }

    private func destroyData(of instance: FakeRedis) {
        let others = instances.filter { $0.group == instance.group && $0 !== instance }
        let kept = Set(others.flatMap(\.data.writes))
        world.tell(.copiesDestroyed(group: instance.group, writes: instance.data.writes.filter { !kept.contains($0) }))
        instance.loseData()
        // Where nobody has anything, whoever is there begins anew.
        if others.allSatisfy({ $0.data.origin != $0.origin }) {
            for member in others + [instance] { member.beginAnew() }
        }
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

    private func vanish(_ process: Process) {
        world.network.setPower(false, of: process.host)
        process.crash(silently: true)
    }

    private func reappear(_ process: Process) {
        world.network.setPower(true, of: process.host)
        process.start()
        world.resumeStalled()
    }

    private func changeNetwork(_ fault: Fault.Kind, by step: Int) {
        let count = world.processes.count
        for source in 0..<count {
            for target in 0..<count where source != target && affects(fault, source, target) {
                switch fault {
                case .slow: world.network.changeSlowdowns(from: source, to: target, by: step)
                case .lossy: world.network.changeLoss(from: source, to: target, byPerMille: 150 * step)
                default: world.network.changeCuts(from: source, to: target, by: step)
                }
            }
        }
        if step < 0 { world.resumeStalled() }
    }

    private func affects(_ fault: Fault.Kind, _ source: Int, _ target: Int) -> Bool {
        func host(_ who: Fault.Target) -> Int {
            switch who {
            case .monitor(let number): monitors[number].host
            case .instance(let number): instances[number].host
            }
        }
        func side(_ bits: UInt64, _ host: Int) -> Bool { bits >> UInt64(host % 60) & 1 == 1 }
        switch fault {
        case .isolated(let who), .slow(let who), .lossy(let who): return host(who) == source || host(who) == target
        case .mute(let who): return host(who) == source
        case .deaf(let who): return host(who) == target
        case .split(let bits): return side(bits, source) != side(bits, target)
        case .bridge(let bits):
            let bridge = monitors[0].host
            return source != bridge && target != bridge && side(bits, source) != side(bits, target)
        case .zoneCut(let zone): return (world.network.hosts[source].zone == zone) != (world.network.hosts[target].zone == zone)
        default: return false
        }
    }

    /// Everything that a fault may have left behind is put right.
    package func heal() {
        for process in world.processes {
            world.network.setPower(true, of: process.host)
            process.thaw()
            process.start()
        }
        world.resumeStalled()
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
        groups.allSatisfy { group in
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
