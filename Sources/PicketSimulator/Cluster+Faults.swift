import PicketCore
import PicketInvariants

/// What can go wrong with a deployment, and how it ends.
extension Cluster {
    package func begin(_ fault: Fault.Kind) {
        activeFaults += 1
        world.trace("fault", "begins: \(fault)")
        switch fault {
        case .monitorCrashes(let number): monitors[number].crash()
        case .monitorFreezes(let number): monitors[number].freeze()
        case .monitorVanishes(let number): vanish(monitors[number])
        case .instanceCrashes(let number): instances[number].crash()
        case .instanceFreezes(let number): instances[number].freeze()
        case .instanceShutsDown(let number): instances[number].shutDown()
        case .instanceVanishes(let number): vanish(instances[number])
        case .instanceLosesData(let number):
            instances[number].crash()
            destroyData(of: instances[number])
        case .instanceLosesTail(let number, let span):
            vanish(instances[number])
            destroyTail(of: instances[number], since: world.now - span)
        case .refusesMonitors(let number): world.refuseMonitors(instances[number], true)
        case .monitorRestartsAfterVotes(let number): picket(number)?.restartsAfterVotes = true
        case .instanceMoves(let number): move(instances[number])
        case .resolverDown: world.isResolverDown = true
        case .diskFails(let number): picket(number)?.disk.isFailing = true
        case .diskSlow(let number): picket(number)?.disk.slowness = 500 * .millisecond
        case .diskLies(let number): picket(number)?.disk.isLying = true
        case .clockJumps(let number, let span): picket(number)?.jump(by: span)
        case .clockDrifts(let number, let perMillion): picket(number)?.run(fasterBy: perMillion)
        case .operatorFailsOver(let monitor, let group): order(FailoverOrder(.forced), monitor, group)
        case .operatorSwitches(let monitor, let group, let member, let isCoordinated):
            let target = member.map { instances[group * (shape.replicaCount + 1) + $0].endpoint }
            order(FailoverOrder(isCoordinated ? .coordinated : .usual, target: target), monitor, group)
        case .contestedElection(let number, let group):
            picket(number)?.restartsAfterVotes = true
            for monitor in monitors.indices where picket(monitor) != nil { order(FailoverOrder(.coordinated), monitor, group) }
        case .operatorsFailOver(let group, let manner):
            for monitor in monitors.indices where monitors[monitor] is PicketMonitor { order(FailoverOrder(manner), monitor, group) }
        case .operatorPauses(let monitor, let group, let seconds):
            order(.pause(for: .seconds(seconds), reason: ""), monitor, group)
        case .operatorMaintains(let monitor, let number): maintain(number, isOn: true, monitor)
        case .operatorForgets(_, let number): loseForGood(instances[number])
        case .reset(let who): world.resetConnections(of: process(who))
        case .isolated, .mute, .deaf, .split, .oneWaySplit, .ring, .bridge, .zoneCut, .slow, .lossy, .partedFromGroup:
            changeNetwork(fault, by: 1)
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
        case .instanceShutsDown(let number):
            if instances[number].isRunning { instances[number].crash() }
            instances[number].start()
        case .instanceVanishes(let number), .instanceLosesTail(let number, _): reappear(instances[number])
        case .refusesMonitors(let number): world.refuseMonitors(instances[number], false)
        case .monitorRestartsAfterVotes(let number): picket(number)?.restartsAfterVotes = false
        case .instanceMoves(let number): publishAddress(of: instances[number])
        case .resolverDown: world.isResolverDown = false
        case .diskFails(let number): picket(number)?.disk.isFailing = false
        case .diskSlow(let number): picket(number)?.disk.slowness = 2 * .millisecond
        case .diskLies(let number): picket(number)?.disk.isLying = false
        case .clockDrifts(let number, _): picket(number)?.run(fasterBy: 0)
        case .contestedElection(let number, _): picket(number)?.restartsAfterVotes = false
        case .operatorPauses(let monitor, let group, _): order(.resume, monitor, group)
        case .operatorMaintains(let monitor, let number): maintain(number, isOn: false, monitor)
        case .operatorForgets(let monitor, let number):
            if isLostForGood(instances[number]) { order(.forgetReplica(instances[number].endpoint), monitor, groupIndex(of: number)) }
        case .clockJumps, .operatorFailsOver, .operatorSwitches, .operatorsFailOver: break
        case .reset(let who): world.resetConnections(of: process(who))
        case .isolated, .mute, .deaf, .split, .oneWaySplit, .ring, .bridge, .zoneCut, .slow, .lossy, .partedFromGroup:
            changeNetwork(fault, by: -1)
        }
    }

    private func picket(_ number: Int) -> PicketMonitor? { monitors[number] as? PicketMonitor }

    private func process(_ who: Fault.Target) -> Process {
        switch who {
        case .monitor(let number): monitors[number]
        case .instance(let number): instances[number]
        }
    }

    private func order(_ order: FailoverOrder, _ monitor: Int, _ group: Int) {
        guard monitors[monitor].isRunning, !monitors[monitor].isFrozen else { return }
        monitors[monitor].orderFailover(of: groups[group], order)
    }

    // MARK: Data and addresses

    private func destroyData(of instance: FakeRedis) {
        destroy(instance.data.writes, of: instance)
        instance.loseData()
        let others = instances.filter { $0.group == instance.group && $0 !== instance }
        // Where nobody has anything, whoever is there begins anew.
        if others.allSatisfy({ $0.data.origin != $0.origin || $0.data.entries.isEmpty }) {
            for member in others + [instance] { member.beginAnew() }
        }
    }

    private func destroyTail(of instance: FakeRedis, since time: Microseconds) {
        destroy(instance.data.entries.filter { $0.at > time }.map(\.write), of: instance)
        instance.loseTail(since: time)
    }

    private func destroy(_ writes: [Int], of instance: FakeRedis) {
        let others = instances.filter { $0.group == instance.group && $0 !== instance }
        let kept = Set(others.flatMap(\.data.writes))
        world.tell(.copiesDestroyed(group: instance.group, writes: writes.filter { !kept.contains($0) }))
        world.tell(.copyDestroyed(group: instance.group, writes: writes.filter(kept.contains)))
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

    /// To a new host; the name goes on leading to the old one for a while.
    private func move(_ instance: FakeRedis) {
        guard shape.usesNames, instance.isRunning else { return }
        moves += 1
        instance.newAddress = "10.2.\(moves / 250).\(moves % 250 + 1)"
        world.move(instance, to: instance.newAddress!)
        instance.crash(silently: true)
        instance.start()
    }

    private func publishAddress(of instance: FakeRedis) {
        guard let address = instance.newAddress else { return }
        world.addressOf[instance.endpoint.host] = address
    }

    // MARK: The network

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
        func host(_ who: Fault.Target) -> Int { process(who).host }
        func side(_ bits: UInt64, _ host: Int) -> Bool { bits >> UInt64(host % 60) & 1 == 1 }
        let count = world.processes.count
        switch fault {
        case .isolated(let who), .slow(let who), .lossy(let who): return host(who) == source || host(who) == target
        case .mute(let who): return host(who) == source
        case .deaf(let who): return host(who) == target
        case .split(let bits): return side(bits, source) != side(bits, target)
        case .oneWaySplit(let bits): return side(bits, source) && !side(bits, target)
        case .ring(let bits):
            // An order of its own, for each such fault.
            let start = Int(bits % UInt64(count))
            let step = (0..<count).lazy.map { (start + $0) % count }.first { $0 > 0 && Self.areCoprime($0, count) } ?? 1
            let distance = abs(source * step % count - target * step % count)
            return min(distance, count - distance) > (count + 2) / 4
        case .bridge(let bits):
            let bridge = Int((bits >> 8) % UInt64(count))
            return source != bridge && target != bridge && side(bits, source) != side(bits, target)
        case .partedFromGroup(let number):
            let parted = instances[number]
            let other = source == parted.host ? target : source
            guard source == parted.host || target == parted.host else { return false }
            return instances.contains { $0.host == other && $0.group == parted.group }
        case .zoneCut(let zone): return (world.network.hosts[source].zone == zone) != (world.network.hosts[target].zone == zone)
        default: return false
        }
    }

    private static func areCoprime(_ one: Int, _ other: Int) -> Bool {
        var (left, right) = (one, other)
        while right != 0 { (left, right) = (right, left % right) }
        return left == 1
    }
}
