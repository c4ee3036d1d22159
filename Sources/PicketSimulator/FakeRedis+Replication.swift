import PicketCore
import PicketInvariants

/// Roles, and what replicas and their primaries say to each other.
extension FakeRedis {
    // MARK: Roles

    func becomePrimary() {
        guard followed != nil else { return }
        dropPrimaryLink()
        previousReplicationID = replicationID
        previousValidOffset = offset + 1
        replicationID = world.newHexadecimalID()
        followed = nil
        linkDownSince = nil
        disconnectReplicas()
        hasBacklog = true
    }

    /// Its own replicas stay: they learn of a new history when it has one.
    func follow(_ primary: Endpoint) {
        guard followed != primary else { return }
        dropPrimaryLink()
        // Its own history is as good as a former primary's, for a partial resynchronisation.
        canContinue = canContinue || (isPrimary && hasBacklog)
        followed = primary
        linkDownSince = nil
        connectToPrimary()
    }

    private func disconnectReplicas() {
        for connection in replicas.keys { world.close(connection, by: self) }
        replicas = [:]
    }

    var linkConnection: Int? {
        switch link {
        case .none: nil
        case .connecting(let connection), .shakingHands(let connection), .transferring(let connection), .up(let connection): connection
        }
    }

    private func dropPrimaryLink() {
        if let linkConnection { world.close(linkConnection, by: self) }
        link = .none
    }

    func connectToPrimary() {
        guard let followed else { return }
        link = .connecting(world.open(.replication, from: self, to: followed, timeout: Self.replicationTimeout))
    }

    func primaryLost() {
        let wasUp = isLinkUp
        link = .none
        if wasUp {
            linkDownSince = world.now
            connectToPrimary()
        } else if handOver != nil {
            planWake()
        }
    }

    // MARK: A replica's side

    func introduceToPrimary(_ connection: Int) {
        guard case .connecting(connection) = link else { return }
        link = .shakingHands(connection)
        let order = handOver.flatMap { $0.isUnderWay ? $0.order : nil }
        let request = ReplicationMessage.synchronise(
            replicationID: canContinue ? replicationID : "?", offset: offset, from: endpoint, handOver: order)
        world.send(.replication(request), over: connection, by: self)
    }

    func receivedReplication(_ message: ReplicationMessage, over connection: Int) {
        switch message {
        case .synchronise(let id, let from, let endpoint, let order): synchronise(connection, id, from, endpoint, order)
        case .acknowledged(let reached): acknowledged(reached, by: connection)
        case .continued(let id):
            guard linkConnection == connection else { return }
            if id != replicationID {
                previousReplicationID = replicationID
                previousValidOffset = offset + 1
                replicationID = id
                disconnectReplicas()
            }
            attached(connection)
            handedOver()
        case .beginsAnew:
            guard linkConnection == connection else { return }
            canContinue = false
            link = .transferring(connection)
            syncingSince = world.now
            handedOver()
        case .dataSet(let new, let id, let reached): load(new, id, reached, over: connection)
        case .stream(let piece, let reached):
            guard case .up(connection) = link else { return }
            link = .up(connection)
            apply(piece, reached)
        case .refusedHandOver(let text):
            guard linkConnection == connection else { return }
            abortHandOver("its target said: \(text)")
        }
    }

    /// Everything anew has arrived: only now what was there is thrown away.
    private func load(_ new: DataSet, _ id: String, _ reached: Int64, over connection: Int) {
        guard linkConnection == connection else { return }
        world.willOverwrite(self, with: new)
        data = new
        offset = reached
        replicationID = id
        previousReplicationID = nil
        previousValidOffset = -1
        forgetBacklog()
        disconnectReplicas()
        world.didOverwrite(self)
        attached(connection)
    }

    private func attached(_ connection: Int) {
        link = .up(connection)
        linkDownSince = nil
        canContinue = true
        hasBacklog = true
        world.send(.replication(.acknowledged(offset)), over: connection, by: self)
    }

    // MARK: A primary's side

    private func synchronise(_ connection: Int, _ id: String, _ reached: Int64, _ endpoint: Endpoint, _ order: HandOverOrder?) {
        if let order {
            let refusal: String? =
                if isPrimary { "ERR PSYNC FAILOVER can't be sent to a master." } else if id != replicationID {
                    "ERR PSYNC FAILOVER replid must match my replid."
                } else { nil }
            if let refusal {
                world.send(.replication(.refusedHandOver(refusal)), over: connection, by: self)
                return
            }
            world.promoted(self, epoch: order.epoch, by: order.leader, isHandOver: true)
            becomePrimary()
            world.trace(name, "becomes a primary: \(endpoint) hands its role over")
        }
        // A replica that is not in sync itself has nothing to give.
        if isLoading || (!isPrimary && !isLinkUp) {
            world.close(connection, by: self)
            return
        }
        var replica = AttachedReplica(endpoint: endpoint, acknowledged: 0, acknowledgedAt: world.now, state: .online)
        let sharesHistory = id == replicationID || (id == previousReplicationID && reached + 1 <= previousValidOffset)
        if sharesHistory, hasBacklog, reached >= recentStart, reached <= offset {
            world.send(.replication(.continued(replicationID: replicationID)), over: connection, by: self)
            for (piece, end) in recentStream where end > reached {
                world.send(.replication(.stream(piece, offset: end)), over: connection, by: self)
            }
            replica.acknowledged = reached
            replicas[connection] = replica
            return
        }
        if replicas.isEmpty, !hasBacklog {
            // Redis begins a new history with its first replica.
            replicationID = world.newHexadecimalID()
            previousReplicationID = nil
            recentStart = offset
        }
        hasBacklog = true
        // All that wait begin together, when the first of them has waited long enough.
        var until = world.now + settings.fullSyncDelay
        for other in replicas.values { if case .waiting(let others) = other.state { until = min(until, others) } }
        replica.state = .waiting(until: until)
        replicas[connection] = replica
        beginTransfers()
        planWake()
    }

    /// To all replicas that have waited long enough: everything as it is now, and then the stream.
    func beginTransfers() {
        for (connection, replica) in replicas {
            guard case .waiting(let until) = replica.state, until <= world.now else { continue }
            replicas[connection]!.state = .receiving
            world.send(.replication(.beginsAnew), over: connection, by: self)
            let all = ReplicationMessage.dataSet(data, replicationID: replicationID, offset: offset)
            world.send(.replication(all), over: connection, by: self, after: settings.fullSyncTime)
        }
    }

    private func acknowledged(_ reached: Int64, by connection: Int) {
        guard replicas[connection] != nil else { return }
        replicas[connection]!.acknowledged = reached
        replicas[connection]!.acknowledgedAt = world.now
        replicas[connection]!.state = .online
        settleWaiters()
        tendHandOver()
    }

    func forgetBacklog() {
        recentStream = []
        recentStart = offset
        hasBacklog = false
    }

    // MARK: The stream

    /// A primary's own addition to the stream.
    func append(_ piece: StreamPiece, bytes: Int64) {
        // Without a replica ever seen, Redis does not count; writes have to be told apart all the same.
        offset += bytes
        apply(piece, offset)
    }

    private func apply(_ piece: StreamPiece, _ reached: Int64) {
        let before = offset
        offset = reached
        switch piece {
        case .write(let number): data.entries.append(DataSet.Entry(write: number, offset: reached, at: world.now))
        case .hello(let text) where !isPrimary: publish(text)
        case .acknowledgementWanted where !isPrimary:
            // The request itself does not count yet.
            if let linkConnection { world.send(.replication(.acknowledged(before)), over: linkConnection, by: self) }
        case .hello, .ping, .acknowledgementWanted: break
        }
        if hasBacklog {
            recentStream.append((piece, reached))
            if recentStream.count > 2 * settings.backlogEntries {
                recentStream.removeFirst(settings.backlogEntries)
                recentStart = recentStream[0].1
            }
        }
        for (connection, replica) in replicas where !replica.isWaiting {
            world.send(.replication(.stream(piece, offset: reached)), over: connection, by: self)
        }
    }

    func publish(_ text: String) {
        for (connection, client) in clients where client.isSubscriber { world.send(.published(text), over: connection, by: self) }
    }
}
