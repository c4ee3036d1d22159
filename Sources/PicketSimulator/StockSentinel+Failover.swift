import OrderedCollections
import PicketCore
import PicketInvariants
import PicketRESP
import PicketWire

/// From the candidacy to the last replica.
extension StockSentinel {
    // MARK: Failover

    func stand(_ name: GroupName) {
        guard let group = groups[name], group.isObjectivelyDown, group.phase == nil,
            world.now - group.lastStart >= 2 * group.failoverTimeout
        else { return }
        raise(to: currentEpoch.next)
        group.phase = .electing
        group.epoch = currentEpoch
        group.isForced = false
        group.lastStart = world.now + Microseconds(world.random.next() % 1_000_000)
        group.phaseSince = world.now
        group.isAskForced = true
        world.tell(.failoverBegan(monitor: id, group: name, epoch: currentEpoch, isForced: false))
        world.trace(self.name, "+try-failover \(name) epoch \(currentEpoch)")
    }

    /// The original knows one manner only, and takes no wishes.
    func orderFailover(of name: GroupName, _ order: FailoverOrder) {
        guard isRunning, groups[name]?.phase == nil, choose(name) != nil else { return }
        raise(to: currentEpoch.next)
        groups[name]!.phase = .electing
        groups[name]!.epoch = currentEpoch
        groups[name]!.isForced = true
        groups[name]!.phaseSince = world.now
        world.tell(.failoverBegan(monitor: id, group: name, epoch: currentEpoch, isForced: true))
    }

    func advance(_ name: GroupName) {
        guard let group = groups[name], let phase = group.phase else { return }
        switch phase {
        case .electing: count(name, group)
        case .selecting:
            guard let chosen = choose(name) else { return abort(name) }
            groups[name]!.chosen = chosen
            move(name, .promoting)
        case .promoting:
            guard let chosen = group.chosen else { return abort(name) }
            if group.instances[chosen]?.link.isOpen == true {
                send(.promote, to: name, chosen, epoch: group.epoch)
                send(.rewriteConfiguration, to: name, chosen)
                move(name, .awaitingPromotion)
            } else if world.now - group.phaseSince > group.failoverTimeout {
                abort(name)
            }
        case .awaitingPromotion: if world.now - group.phaseSince > group.failoverTimeout { abort(name) }
        case .reattaching: reattach(name)
        }
    }

    func move(_ name: GroupName, _ phase: StockPhase) {
        groups[name]!.phase = phase
        groups[name]!.phaseSince = world.now
    }

    func abort(_ name: GroupName) {
        groups[name]!.phase = nil
        groups[name]!.chosen = nil
        world.tell(.failoverEnded(monitor: id, group: name))
        world.trace(self.name, "-failover-abort \(name)")
    }

    func count(_ name: GroupName, _ group: StockGroup) {
        if group.isForced { return elected(name) }
        var tally: OrderedDictionary<MonitorID, Int> = [:]
        for peer in group.peers.values {
            if let vote = peer.vote, let leader = vote.leader, vote.epoch == currentEpoch { tally[leader, default: 0] += 1 }
        }
        let favourite = tally.max { $0.value < $1.value }?.key ?? id
        if let own = castVote(name, favourite, group.epoch), own.epoch == group.epoch, let leader = own.leader {
            tally[leader, default: 0] += 1
        }
        let majority = (group.peers.count + 1) / 2 + 1
        if tally[id] ?? 0 >= max(majority, group.quorum) { return elected(name) }
        if world.now - group.phaseSince > min(10 * .second, group.failoverTimeout) { abort(name) }
    }

    func elected(_ name: GroupName) {
        world.figures.elections += 1
        // Not told as a fact to be judged: the original adds its own vote of the attempt's epoch to its peers' votes of the present one.
        world.trace(self.name, "+elected-leader \(name)")
        move(name, .selecting)
    }

    func choose(_ name: GroupName) -> Endpoint? {
        guard let group = groups[name] else { return nil }
        let primaryDownFor = group.instances[group.primary]?.downSince.map { world.now - $0 } ?? 0
        return group.instances.elements.filter { endpoint, instance in
            guard endpoint != group.primary, instance.downSince == nil, instance.link.isOpen, let status = instance.report?.replication,
                status.priority > 0, world.now - instance.link.provedAt < 5 * .second, world.now - instance.reportedAt < 30 * .second
            else { return false }
            return (status.linkDownFor?.microsecondsRoundedUp ?? 0) <= primaryDownFor + 10 * group.downAfter
        }.min { left, right in
            let (one, other) = (left.value.report!.replication!, right.value.report!.replication!)
            if one.priority != other.priority { return one.priority < other.priority }
            if one.offset != other.offset { return one.offset > other.offset }
            return left.value.report!.runID?.text ?? "" < right.value.report!.runID?.text ?? ""
        }?.key
    }

    func confirm(_ name: GroupName) {
        guard let chosen = groups[name]?.chosen else { return }
        groups[name]!.configEpoch = groups[name]!.epoch
        move(name, .reattaching)
        groups[name]!.announced = chosen
        groups[name]!.nextHelloAt = world.now
        world.tell(.configured(monitor: id, group: name, primary: chosen, epoch: groups[name]!.configEpoch))
        world.trace(self.name, "+promoted-slave \(chosen)")
    }

    func reattach(_ name: GroupName) {
        guard let group = groups[name], let chosen = group.chosen else { return }
        var isOver = true
        for (endpoint, instance) in group.instances where endpoint != chosen && endpoint != group.primary && instance.downSince == nil {
            if instance.report?.replication?.primary == chosen { continue }
            isOver = false
            if world.now - instance.toldAt > 10 * .second {
                groups[name]!.instances[endpoint]!.toldAt = world.now
                send(.follow(chosen), to: name, endpoint)
            }
        }
        guard isOver || world.now - group.phaseSince > group.failoverTimeout, group.instances[chosen]?.downSince == nil else { return }
        world.tell(.failoverEnded(monitor: id, group: name))
        switchPrimary(name, to: chosen)
    }

    func switchPrimary(_ name: GroupName, to new: Endpoint) {
        world.trace(self.name, "+switch-master \(name) \(groups[name]!.primary) \(new)")
        groups[name]!.reset(to: new, at: world.now)
    }
}
