/// Leading instances to where the configuration says they belong.
extension ReplicationGroup {
    // MARK: As the leader of a failover

    /// Leads the replicas to the new primary, `parallel-syncs` at a time.
    mutating func reattach(_ monitor: inout Monitor) {
        guard let attempt, attempt.phase == .reattaching else { return }
        if monitor.now - attempt.phaseSince >= settings.failoverTimeout {
            endReattaching(&monitor)
            return
        }
        timeOutReattachments(&monitor)
        var underWay = instances.values.count { $0.reattachment.isUnderWay }
        for replica in replicas where replica.reattachment == .none && !replica.isDown && replica.reachability.link.isOpen {
            if replica.claimedRole == .replica, isFollowing(replica, monitor),
                replica.reportedAt ?? .init(sinceStart: .zero) >= attempt.phaseSince
            {
                instances[replica.id]?.reattachment = .done
                traceReattached(replica.id, monitor)
            } else if replica.wasPromoted {
                // A newer failover's doing, of which we are to hear soon; if not, it is repaired with patience.
                instances[replica.id]?.reattachment = .done
            } else if replica.id == formerPrimary || replica.claimedRole == .primary {
                // Two primaries: this one first, and whatever else is going on.
                lead(replica.id, .converted, &monitor)
                instances[replica.id]?.reattachment = .done
            } else if underWay < settings.parallelSyncs || attempt.isRescue {
                // Waiting for the others it would be emptied by the old primary meanwhile.
                lead(replica.id, .reattachSent, &monitor)
                instances[replica.id]?.reattachment = .sent(monitor.now)
                underWay += 1
            }
        }
        let isOver = replicas.allSatisfy { $0.isDown || $0.reattachment == .done }
        if isOver, !primary.isDown { finish(.failoverEnded, &monitor) }
    }

    private mutating func timeOutReattachments(_ monitor: inout Monitor) {
        for replica in replicas {
            guard case .sent(let sentAt) = replica.reattachment, monitor.now - sentAt > monitor.tuning.duration(.reattachTimeout) else {
                continue
            }
            instances[replica.id]?.reattachment = .done
            monitor.notify(.reattachTimedOut, subject(replica, monitor))
        }
    }

    /// Out of time: tell all that are left at once, and leave the rest to the usual repair.
    private mutating func endReattaching(_ monitor: inout Monitor) {
        monitor.notify(.failoverEndedByTimeout, primarySubject(monitor))
        for replica in replicas where replica.reattachment == .none && replica.reachability.link.isOpen {
            lead(replica.id, .reattachSentAnyway, &monitor)
        }
        finish(.failoverEnded, &monitor)
    }

    /// A report came from a replica that is being re-attached.
    mutating func noteReattachment(of id: InstanceID, _ monitor: inout Monitor) {
        guard let replica = instances[id], !isPrimary(id), isFollowing(replica, monitor) else { return }
        if case .sent = replica.reattachment {
            instances[id]?.reattachment = .inProgress
            monitor.notify(.reattachInProgress, subject(replica, monitor))
        }
        if instances[id]?.reattachment == .inProgress, replica.replication.isLinkUp {
            instances[id]?.reattachment = .done
            traceReattached(id, monitor)
            monitor.notify(.reattachDone, subject(replica, monitor))
        }
    }

    private func isFollowing(_ replica: Instance, _ monitor: Monitor) -> Bool {
        replica.replication.primary.map { monitor.isSame($0, primary.endpoint) } ?? false
    }

    // MARK: At any time

    /// Makes a returned primary a replica, and brings back replicas that follow somebody else.
    mutating func repair(_ id: InstanceID, _ monitor: inout Monitor) {
        // Nothing is judged by what an instance said before it was away.
        guard !monitor.isMutated(.neverRepair), !monitor.isTilted, !isPrimary(id), attempt == nil, let instance = instances[id],
            !instance.isDown,
            let openSince = instance.reachability.link.openSince, let reportedAt = instance.reportedAt, reportedAt >= openSince,
            isPrimarySane(monitor)
        else { return }
        // Nor by what it said long ago: it may be what it should be by now.
        if monitor.now - reportedAt > Limits.hastyInfoPeriod * 2 { return }
        // What was sent has to show first.
        if let repairedAt = instance.repairedAt, monitor.now - repairedAt < Limits.hastyInfoPeriod || reportedAt <= repairedAt { return }
        if instance.claimedRole == .primary {
            if isRepairDue(instance, since: instance.claimedRoleSince, patience: monitor.tuning.duration(.publishPeriod) * 4, monitor) {
                lead(id, .converted, &monitor)
            }
        } else if let followed = instance.replication.primary, !monitor.isSame(followed, primary.endpoint) {
            let patience = settings.failoverTimeout
            let mayHurry =
                isLatecomer(instance, following: followed, monitor)
                && isConfirmed(since: max(instance.followedSince, settledSince(instance)), asOf: instance.reportIsAsOf, monitor)
            if mayHurry || isPatienceOver(instance, since: instance.followedSince, patience, monitor) {
                lead(id, .replicationFixed, &monitor)
            }
        }
    }

    /// It was away during the switch and still follows a primary from before, the last one or an older one. Whoever was there then is
    /// led over by the failover's leader, a few at a time, and is none of our business for the length of a failover.
    private func isLatecomer(_ instance: Instance, following followed: Endpoint, _ monitor: Monitor) -> Bool {
        guard let former = self.instance(at: followed, monitor), !isPrimary(former.id), let switchedAt else { return false }
        return settledSince(instance) > switchedAt + .seconds(1)
    }

    private func isRepairDue(_ instance: Instance, since: Instant, patience: Duration, _ monitor: Monitor) -> Bool {
        // One that turned primary before our eyes was promoted by somebody, who may not have come round to telling us.
        !instance.wasPromoted && isConfirmed(since: max(since, settledSince(instance)), asOf: instance.reportIsAsOf, monitor)
            || isPatienceOver(instance, since: since, patience, monitor)
    }

    /// Sentinel's rule: long enough for any newer configuration to have reached us.
    private func isPatienceOver(_ instance: Instance, since: Instant, _ patience: Duration, _ monitor: Monitor) -> Bool {
        // Whom it followed was right until the switch: what leads it over takes its time, and is not to be overtaken.
        let since = max(since, settledSince(instance), switchedAt ?? since, monitor.tiltEndedAt ?? since)
        let wasDownLately = instance.lastDownAt.map { monitor.now - $0 <= patience } ?? false
        return !wasDownLately && monitor.now - since > patience
    }

    /// Since when we have been hearing of the instance without a break.
    private func settledSince(_ instance: Instance) -> Instant { instance.reachability.link.openSince ?? .init(sinceStart: .zero) }

    /// Every monitor that is not down, and a majority at least, has told after `since` that our primary is theirs, and that nobody is
    /// about to change that.
    ///
    /// A majority would do against an elected leader, but redis-sentinel, and an operator by force, promote without election.
    /// - Parameters:
    ///   - since: the instance has been what it is.
    ///   - report: when it said so last. Who can be asked has to have been asked after that.
    private func isConfirmed(since: Instant, asOf report: Instant?, _ monitor: Monitor) -> Bool {
        if monitor.isMutated(.demoteTooSoon) { return true }
        guard !peers.isEmpty, usableVoters >= majority, !mayHavePromoted(monitor), isHarmless(vote, since: since, monitor) else {
            return false
        }
        return peers.values.allSatisfy { peer in
            if peer.downSince != nil { return true }
            let isPicket = monitor.peers[peer.id]?.comparesStandings == true
            return isPicket
                ? isConfirmedByStanding(of: peer, since: max(since, report ?? since), monitor)
                : isConfirmedByHello(of: peer, since: since, monitor)
        }
    }

    /// Another picketd was asked, and answered.
    private func isConfirmedByStanding(of peer: Peer, since: Instant, _ monitor: Monitor) -> Bool {
        guard let (standing, at) = peer.standing, at >= since, standing.configEpoch == configEpoch,
            monitor.isSame(standing.primary, primary.endpoint)
        else { return false }
        return !standing.isLeading && isHarmless(standing.vote, since: since, monitor)
    }

    /// Of a redis-sentinel there are only hellos, and when they were sent is not known: one that came a whole period later is newer.
    ///
    /// Its leader tells the new configuration only when the promotion is confirmed, so that all that confirm the old one is not
    /// enough. But a leader has raised the epoch before it promoted, and so have all that voted for it: as long as the epoch was
    /// raised beyond the configuration's a short time ago, Sentinel's patience is needed.
    private func isConfirmedByHello(of peer: Peer, since: Instant, _ monitor: Monitor) -> Bool {
        let isQuiet = monitor.epochRaisedAt.map { monitor.now - $0 > monitor.tuning.duration(.publishPeriod) * 4 } ?? true
        guard monitor.currentEpoch <= configEpoch || isQuiet, peer.lastHello > since + monitor.tuning.duration(.publishPeriod),
            let believed = peer.believed
        else { return false }
        return believed.epoch == configEpoch && monitor.isSame(believed.primary, primary.endpoint)
    }

    /// The vote was for the configuration that we have, or for somebody who says that it leads nothing.
    private func isHarmless(_ vote: Vote?, since: Instant, _ monitor: Monitor) -> Bool {
        guard let vote, vote.epoch > configEpoch else { return true }
        guard let leader = vote.leader else { return false }
        if leader == monitor.identity { return attempt == nil && !mayHavePromoted(monitor) }
        guard let (standing, at) = peers[leader]?.standing else { return false }
        return at >= since && !standing.isLeading && standing.configEpoch == configEpoch
    }

    /// It may have been this monitor's own doing, before it was restarted.
    func mayHavePromoted(_ monitor: Monitor) -> Bool { mayHavePromotedUntil.map { $0 > monitor.now } ?? false }

    private func isPrimarySane(_ monitor: Monitor) -> Bool {
        let period = monitor.tuning.duration(.infoPeriod)
        guard let reportedAt = primary.reportedAt else { return false }
        return primary.claimedRole == .primary && !primary.isDown && objectivelyDownSince == nil && monitor.now - reportedAt < period * 2
    }

    /// True while something is to be repaired as soon as it may.
    func needsRepair(at index: Int, _ monitor: Monitor) -> Bool {
        guard !isPrimary(instances.keys[index]), instances[at: index].reachability.link.isOpen, instances[at: index].hasReported else {
            return false
        }
        if instances[at: index].claimedRole == .primary { return true }
        return instances[at: index].followed.map { !monitor.isSame($0, primary.endpoint) } ?? false
    }

    /// REPLICAOF the primary, but never of itself.
    private mutating func lead(_ id: InstanceID, _ kind: Notice.Kind, _ monitor: inout Monitor) {
        guard var instance = instances[id], !monitor.isSame(instance.endpoint, primary.endpoint) else { return }
        let target = monitor.isMutated(.followItself) ? instance.endpoint : primary.endpoint
        if kind == .converted, let surplus = surplus(of: instance), surplus > 0 {
            monitor.remark(
                .warning,
                "\(monitor.announced(instance.endpoint)) of \(name) went on for \(surplus) bytes after its place was taken. They are discarded now that it follows \(monitor.announced(primary.endpoint))."
            )
        }
        send(.follow(monitor.announced(target)), to: &instance, &monitor, whenDurable: true)
        instance.repairedAt = monitor.now
        // See the effect soon.
        instance.infoAskedAt = nil
        instances[id] = instance
        monitor.notifyWhenDurable(kind, subject(instance, monitor))
        monitor.agenda.schedule(.instance(name, id), at: monitor.now + .milliseconds(50))
    }
}

extension ReplicationGroup {
    /// How much of the replication stream a former primary wrote beyond the point where the new one took over; nil where unknown.
    private func surplus(of former: Instance) -> Int64? {
        guard former.claimedRole == .primary, let old = former.report, let new = primary.report, let end = new.previousHistoryEnd,
            old.replicationID != nil, old.replicationID == new.previousReplicationID
        else { return nil }
        return max(0, old.offset - (end - 1))
    }
}

extension Instance.Reattachment {
    var isUnderWay: Bool {
        switch self {
        case .sent, .inProgress: true
        case .none, .done: false
        }
    }
}
