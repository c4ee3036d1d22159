import PicketCore
import PicketInvariants
import PicketWire

/// What processes tell the world, for invariants and figures.
extension World {
    func newHexadecimalID() -> String {
        var text = ""
        for _ in 0..<3 {
            let part = String(random.next(), radix: 16)
            text += String(repeating: "0", count: 16 - part.count) + part
        }
        return String(text.prefix(MonitorID.length))
    }

    func newWrite() -> Int {
        lastWrite += 1
        return lastWrite
    }

    func acknowledged(_ write: Int, of group: GroupName, by primary: Endpoint) {
        figures.acknowledgedWrites += 1
        acknowledgements[group, default: []].append(Acknowledgement(write: write, at: now, by: primary))
    }

    func confirmed(_ write: Int, of group: GroupName, by primary: Endpoint, byAll: Bool) {
        figures.confirmedWrites += 1
        // A deposed primary may have kept a majority of the replicas on its side of a cut: no supervisor can help that.
        if !byAll, let promoted = lastPromoted[group], promoted != primary { return }
        confirmedWrites[group, default: []].append(write)
        tell(.writeConfirmed(group: group, write: write, byAll: byAll))
    }

    /// `index` is the process that wanted it.
    func promoted(_ instance: FakeRedis, epoch: Epoch, by index: Int, isHandOver: Bool) {
        figures.promotions += 1
        let former = instance.followed.flatMap { process(at: $0) } as? FakeRedis
        guard let leader = processes[index] as? any SimulatedMonitor else { return }
        let present = Set(instance.data.writes)
        var suitability = Fact.Suitability(isSyncing: false, wasEverInSync: true, sharesHistory: true)
        suitability.isLedByOthers = !(leader is PicketMonitor)
        // redis-sentinel looks at none of this.
        if let picket = leader as? PicketMonitor {
            // Its data are replaced only at the end: while a primary that was born again sends its own, they are the best there is.
            let isReborn = former.map { $0.startedAt > now - 60 * .second } ?? false
            suitability.isSyncing = instance.syncingFor > 2 * .second && !(isReborn && instance.data.origin == instance.origin)
            // A replica of a primary that has nothing has all there is.
            let isAllGone = former.map { $0.data.origin != $0.origin } ?? false
            suitability.wasEverInSync = instance.wasEverInSync || isAllGone
            suitability.sharesHistory = instance.data.origin == instance.origin || isAllGone
            suitability.missed = missed(by: instance, promotedBy: picket, present)
            if isHandOver || picket.isSwitchingOver(instance.group), let former {
                let lacking = (acknowledgements[instance.group] ?? []).filter {
                    $0.by == former.endpoint && !present.contains($0.write) && former.data.contains($0.write)
                }
                tell(.switchedOver(group: instance.group, instance.endpoint, lacking: lacking.map(\.write)))
            }
        }
        let missed = suitability.missed
        let outOfReach = (confirmedWrites[instance.group] ?? []).filter { !present.contains($0) && !missed.contains($0) }
        if !outOfReach.isEmpty { tell(.copiesOutOfReach(group: instance.group, writes: outOfReach)) }
        lastPromoted[instance.group] = instance.endpoint
        tell(.promoted(group: instance.group, instance.endpoint, epoch: epoch, by: leader.id, suitability))
    }

    /// Of the writes that were acknowledged before any choice was made, those that another replica has.
    private func missed(by chosen: FakeRedis, promotedBy leader: PicketMonitor, _ present: Set<Int>) -> [Int] {
        guard !leader.isForcedTo(promote: chosen) else { return [] }
        let old = (acknowledgements[chosen.group] ?? []).filter {
            $0.at < now - 2 * .second && $0.by == chosen.followed && !present.contains($0.write)
        }
        guard !old.isEmpty else { return [] }
        let others = atHand(of: leader, beside: chosen)
        return old.map(\.write).filter { write in others.contains { $0.data.contains(write) } }
    }

    /// The other replicas that this leader could have promoted as well.
    private func atHand(of leader: PicketMonitor, beside chosen: FakeRedis) -> [FakeRedis] {
        processes.compactMap { process in
            guard let other = process as? FakeRedis, other.group == chosen.group, other !== chosen, other.isRunning, !other.isFrozen,
                !other.isPrimary, other.followed == chosen.followed, !other.isLoading, !other.isSyncing, other.wasEverInSync,
                // After a restart it cannot tell how much it has.
                other.canContinue,
                // It may still hold what was given up before, waiting to be synchronised.
                other.replicationID == chosen.replicationID,
                !leader.isInMaintenance(other),
                other.data.origin == other.origin, !other.settings.refusesRoleChange, other.settings.priority > 0,
                leader.hasLink(to: other.endpoint, since: now - 3 * .second), network.isCalm(from: leader.host, to: other.host),
                network.isCalm(from: other.host, to: leader.host)
            else { return nil }
            return other
        }
    }

    /// A replica that is in sync with the primary and can tell the monitor so.
    func hasWitness(of primary: FakeRedis, for monitor: PicketMonitor) -> Bool {
        processes.contains { process in
            guard let replica = process as? FakeRedis, replica.isRunning, !replica.isFrozen, replica.isLinkUp,
                replica.followed == primary.endpoint, replica.linkSince < now - .second
            else { return false }
            return monitor.hasClearLink(to: replica.endpoint, since: now - 3 * .second)
                && monitor.hasHeard(of: replica.endpoint, since: now - 3 * .second)
                && network.isCalm(from: monitor.host, to: replica.host) && network.isCalm(from: replica.host, to: monitor.host)
        }
    }

    /// A full resynchronisation is about to replace what the instance has.
    func willOverwrite(_ instance: FakeRedis, with new: DataSet) {
        guard let source = instance.followed.flatMap({ process(at: $0) }) as? FakeRedis else { return }
        let isEmptied = instance.data.origin == instance.origin && new.origin != instance.origin
        let hasRestarted = source.startedAt > now - 30 * .second
        guard isEmptied || hasRestarted else { return }
        if couldSupervisorsAct(on: source, for: instance) {
            if isEmptied { tell(.overwritten(group: instance.group, instance.endpoint, with: .nothing)) }
            return
        }
        // Too few of them were there, or they had no time: what is lost here nobody could have kept.
        let others = processes.compactMap { $0 as? FakeRedis }.filter { $0.group == instance.group && $0 !== instance }
        let kept = Set(new.writes + others.flatMap(\.data.writes))
        let lost = instance.data.writes.filter { !kept.contains($0) }
        if !lost.isEmpty { tell(.copiesDestroyed(group: instance.group, writes: lost)) }
    }

    /// Where nobody of the group has anything any more, what there is counts as the group's data from now on.
    func didOverwrite(_ instance: FakeRedis) {
        let members = processes.compactMap { $0 as? FakeRedis }.filter { $0.group == instance.group }
        guard members.allSatisfy({ $0.data.origin != $0.origin }) else { return }
        for member in members { member.beginAnew() }
    }

    /// True where enough pickets saw both, and each other, for as long as it takes to replace a primary that came back without its data.
    private func couldSupervisorsAct(on primary: FakeRedis, for replica: FakeRedis) -> Bool {
        guard primary.startedAt < now - 1_500 * .millisecond else { return false }
        let able = processes.compactMap { $0 as? PicketMonitor }.filter { monitor in
            monitor.isRunning && !monitor.isFrozen && !monitor.disk.isFailing && monitor.startedAt < now - 10 * .second
                && !monitor.isHeldBack(from: replica)
                && monitor.hasLink(to: replica.endpoint, since: now - 5 * .second)
                && monitor.hasLink(to: primary.endpoint, since: now - .second)
        }
        let calm = able.filter { monitor in
            ([primary, replica] as [Process] + able).allSatisfy { other in
                other === monitor
                    || (network.isCalm(from: monitor.host, to: other.host) && network.isCalm(from: other.host, to: monitor.host))
            }
        }
        return calm.count >= votesNeeded
    }

    /// A monitor holds this for a group's configuration.
    func configured(_ monitor: MonitorID, _ group: GroupName, _ primary: Endpoint, _ epoch: Epoch) {
        tell(.configured(monitor: monitor, group: group, primary: primary, epoch: epoch, wasPrimary: wasPrimaryLately(primary)))
    }

    private func wasPrimaryLately(_ endpoint: Endpoint) -> Bool {
        guard let instance = process(at: endpoint) as? FakeRedis else { return true }
        let lately = now - 10 * .second
        return instance.isPrimary || instance.startedAt > lately || demotedAt[endpoint].map { $0 > lately } == true
    }

    func madeReplica(_ instance: FakeRedis, of target: Endpoint) {
        if instance.isPrimary { demotedAt[instance.endpoint] = now }
        tell(.madeReplica(group: instance.group, instance.endpoint, of: target))
    }

    /// The same hello reaches many, again and again: each text is read once.
    func hello(_ text: String) -> Hello? {
        if let known = hellos[text] { return known }
        let hello = HelloText.decode(text)
        if hellos.count >= 256 { hellos = [:] }
        hellos[text] = .some(hello)
        return hello
    }

    /// The group that an instance belongs to.
    func group(of endpoint: Endpoint) -> GroupName? { (process(at: endpoint) as? FakeRedis)?.group }
}
