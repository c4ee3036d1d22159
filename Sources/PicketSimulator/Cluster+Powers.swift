import PicketCore
import PicketInvariants

/// What operators do with their powers, and that they take it back in the end.
extension Cluster {
    func order(_ order: PowerOrder, _ monitor: Int, _ group: Int) {
        (monitors[monitor] as? PicketMonitor)?.ask(.power(groups[group], order))
    }

    func groupIndex(of instance: Int) -> Int { instance / (shape.replicaCount + 1) }

    func maintain(_ instance: Int, isOn: Bool, _ monitor: Int) {
        order(.maintenance(instances[instance].endpoint, isOn: isOn, reason: ""), monitor, groupIndex(of: instance))
    }

    // MARK: Replicas that are gone for good

    /// A primary is not given up like that.
    func loseForGood(_ instance: FakeRedis) {
        guard instance.isRunning, !instance.isPrimary, !isLostForGood(instance) else { return }
        instance.crash()
        lostForGood[instance.index] = instance.incarnation
    }

    func isLostForGood(_ instance: FakeRedis) -> Bool { lostForGood[instance.index] == instance.incarnation && !instance.isRunning }

    /// Nothing is left of what operators have ordered: every picketd is told, so that the latest order is one of these.
    func withdrawPowers() {
        for (number, monitor) in monitors.enumerated() {
            guard let picket = monitor as? PicketMonitor else { continue }
            if picket.hasDiskFailed { deafToOrders.append(number) } else { withdrawPowers(at: picket) }
        }
    }

    /// Who refused has to be told again: it may know of orders that nobody else knows, and tell of them yet.
    func withdrawRefusedPowers() {
        let ready = deafToOrders.filter { (monitors[$0] as? PicketMonitor)?.hasDiskFailed == false }
        deafToOrders.removeAll(where: ready.contains)
        for number in ready { if let picket = monitors[number] as? PicketMonitor { withdrawPowers(at: picket) } }
    }

    private func withdrawPowers(at picket: PicketMonitor) {
        for group in groups where picket.hasPowers(in: group) {
            picket.ask(.power(group, .resume))
            for instance in instances where instance.group == group {
                picket.ask(.power(group, .maintenance(instance.endpoint, isOn: false, reason: "")))
            }
        }
    }

    /// Who brings back a machine that was given up starts it as a replica of the present primary, though its own configuration may say
    /// that it is one: nobody else knows of it.
    func attachLostOnes() {
        for index in lostForGood.keys {
            guard let instance = world.processes[index] as? FakeRedis, instance.isRunning,
                !instance.isPrimary || monitors.allSatisfy({ ($0 as? PicketMonitor)?.knows(instance) != true }),
                let agreed = monitors.first?.view(of: instance.group)?.primary, agreed != instance.endpoint,
                monitors.allSatisfy({ $0.view(of: instance.group)?.primary == agreed }), instance.followed != agreed
            else { continue }
            instance.follow(agreed)
        }
    }

    /// All who were given up are known to every picketd again.
    var areLostOnesBack: Bool {
        lostForGood.keys.allSatisfy { index in
            guard let instance = world.processes[index] as? FakeRedis else { return true }
            return monitors.allSatisfy { ($0 as? PicketMonitor)?.knows(instance) != false }
        }
    }
}

extension PicketMonitor {
    private var present: Instant { Instant(sinceStart: localNow.duration) }

    func explanation(of group: GroupName) -> Explanation? { supervisor.explanation(of: group, at: present) }

    func hasPowers(in group: GroupName) -> Bool { disk.durable.groups[group]?.powers.isEmpty == false }

    func memberCounts(of group: GroupName) -> (replicas: Int, monitors: Int) {
        (supervisor.replicas(of: group, at: present)?.count ?? 0, supervisor.peers(of: group, at: present)?.count ?? 0)
    }

    func knows(_ instance: FakeRedis) -> Bool {
        let members =
            (supervisor.replicas(of: instance.group, at: present) ?? [])
            + [supervisor.primary(of: instance.group, at: present)].compactMap(\.self)
        return members.contains { $0.endpoint == instance.endpoint }
    }

    func isInMaintenance(_ instance: FakeRedis) -> Bool {
        supervisor.replicas(of: instance.group, at: present)?.contains {
            $0.endpoint == instance.endpoint && $0.flags.contains(.maintenance)
        }
            ?? false
    }

    /// An operator's order keeps it from promoting that replica.
    func isHeldBack(from replica: FakeRedis) -> Bool { supervisor.isPaused(replica.group, at: present) || isInMaintenance(replica) }

    // MARK: Facts

    /// Decided, whether or not it is on disk: it is obeyed from now on.
    func tell(_ statement: PowerStatement, of group: GroupName) {
        switch statement.subject {
        case .pause: world.tell(.paused(monitor: id, group: group, statement.isOn))
        case .maintenance(let endpoint): world.tell(.maintained(monitor: id, group: group, endpoint, isOn: statement.isOn))
        case .replica, .monitor: break
        }
    }

    func tellForgotten(_ change: DurableChange) {
        guard case .powerStated(let group, let statement) = change, statement.isOn else { return }
        switch statement.subject {
        case .replica(let endpoint): world.tell(.forgotten(monitor: id, group: group, .replica(endpoint)))
        case .monitor(let other): world.tell(.forgotten(monitor: id, group: group, .monitor(other)))
        case .pause, .maintenance: break
        }
    }

    func tellFound(_ member: Fact.Member, in group: GroupName) {
        let process: Process? =
            switch member {
            case .replica(let endpoint): world.process(at: endpoint)
            case .monitor(let other): world.processes.first { ($0 as? any SimulatedMonitor)?.id == other }
            }
        guard let process else { return }
        // A primary may not have heard that the connection of a replica has ended.
        let isListed = world.processes.contains { other in
            guard let primary = other as? FakeRedis, let listed = primary.listedAt[process.endpoint] else { return false }
            return listed > world.now - 5 * .second
        }
        world.tell(
            .found(monitor: id, group: group, member, isRunning: process.isRunning || isListed, startedAt: process.startedAt.duration))
    }

    /// What it starts with.
    func tellPowersAtStart() {
        for (name, group) in disk.durable.groups {
            for statement in group.powers.values { tell(statement, of: name) }
            for replica in group.replicas { tellFound(.replica(replica), in: name) }
            for peer in group.peers.keys { tellFound(.monitor(peer), in: name) }
        }
    }
}
