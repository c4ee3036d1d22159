import PicketCore
import PicketRESP
import PicketWire

/// The commands that a monitor or a client of the simulation may send, with Redis' replies.
extension FakeRedis {
    func execute(_ words: [String], over connection: Int, epoch: Epoch) -> RESPValue {
        let name = words[0].uppercased()
        if clients[connection]?.transaction != nil, name != "EXEC", name != "MULTI" {
            if let refusal = refusal(of: name) {
                clients[connection]?.isTransactionBad = true
                return refusal
            }
            clients[connection]?.transaction?.append(words)
            return .simple("QUEUED")
        }
        if let refusal = refusal(of: name) { return refusal }
        switch name {
        case "MULTI":
            clients[connection]?.transaction = []
            clients[connection]?.isTransactionBad = false
            return .simple("OK")
        case "EXEC": return executeTransaction(over: connection, epoch: epoch)
        default: return perform(name, words, over: connection, epoch: epoch)
        }
    }

    private func executeTransaction(over connection: Int, epoch: Epoch) -> RESPValue {
        guard let queued = clients[connection]?.transaction else { return .error("ERR EXEC without MULTI") }
        let isBad = clients[connection]?.isTransactionBad == true
        clients[connection]?.transaction = nil
        if isBad { return .error("EXECABORT Transaction discarded because of previous errors.") }
        return .array(queued.map { perform($0[0].uppercased(), $0, over: connection, epoch: epoch) })
    }

    private func refusal(of name: String) -> RESPValue? {
        if isLoading {
            switch name {
            case "INFO", "ROLE", "PUBLISH", "MULTI", "EXEC", "CLIENT": break
            default: return .error("LOADING Redis is loading the dataset in memory")
            }
        }
        if name == "SET" {
            if !isPrimary { return .error("READONLY You can't write against a read only replica.") }
            if settings.minReplicasToWrite > 0 {
                let good = replicas.values.count { $0.isOnline && world.now - $0.acknowledgedAt <= 10 * .second }
                if good < settings.minReplicasToWrite { return .error("NOREPLICAS Not enough good replicas to write.") }
            }
        }
        if settings.refusesRoleChange, name == "SLAVEOF" || name == "REPLICAOF" {
            return .error("NOPERM this user has no permissions to run the '\(name.lowercased())' command")
        }
        return nil
    }

    private func perform(_ name: String, _ words: [String], over connection: Int, epoch: Epoch) -> RESPValue {
        switch name {
        case "PING": return .simple("PONG")
        case "INFO": return .bulk(info)
        case "ROLE": return role
        case "PUBLISH": return publishCommand(words[2])
        case "SLAVEOF", "REPLICAOF": return changeRole(words, epoch, over: connection)
        case "CONFIG":
            rewriteConfiguration()
            return .simple("OK")
        case "CLIENT": return killClients(words, except: connection)
        case "SCRIPT": return .error("NOTBUSY No scripts in execution right now.")
        case "SET":
            let number = Int(words[1].drop { !$0.isNumber }) ?? 0
            append(.write(number), bytes: 40)
            clients[connection]?.lastWriteOffset = offset
            return .simple("OK")
        case "GET":
            let number = Int(words[1].drop { !$0.isNumber }) ?? 0
            return data.entries.contains { $0.write == number } ? .bulk(String(number)) : .null
        default: return .error("ERR unknown command '\(words[0])', with args beginning with: ")
        }
    }

    private func publishCommand(_ text: String) -> RESPValue {
        publish(text)
        if isPrimary { append(.hello(text), bytes: 120) }
        return .integer(Int64(clients.values.count { $0.isSubscriber }))
    }

    private func changeRole(_ words: [String], _ epoch: Epoch, over connection: Int) -> RESPValue {
        if words[1].uppercased() == "NO" {
            if !isPrimary {
                world.promoted(self, epoch: epoch, over: connection)
                becomePrimary()
                world.trace(name, "becomes a primary")
            }
            return .simple("OK")
        }
        let target = Endpoint(host: words[1], port: Int(words[2]) ?? 0)
        world.madeReplica(self, of: target)
        if followed == target { return .simple("OK Already connected to specified master") }
        world.trace(name, "becomes a replica of \(target)")
        follow(target)
        return .simple("OK")
    }

    private func killClients(_ words: [String], except caller: Int) -> RESPValue {
        guard words.count == 4, words[1].uppercased() == "KILL" else { return .simple("OK") }
        let wantsSubscribers = words[3].lowercased() == "pubsub"
        var killed: Int64 = 0
        for (connection, client) in clients where client.isSubscriber == wantsSubscribers && connection != caller {
            world.close(connection, by: self)
            clients.removeValue(forKey: connection)
            waiters.removeAll { $0.connection == connection }
            killed += 1
        }
        return .integer(killed)
    }

    /// WAIT: its reply may come later, from `settleWaiters`.
    func wait(_ count: Int, milliseconds: Int, over connection: Int) {
        let reached = clients[connection]?.lastWriteOffset ?? 0
        let now = acknowledgements(of: reached)
        if !isPrimary {
            world.send(.replies([.error("ERR WAIT cannot be used with replica instances.")]), over: connection, by: self)
        } else if now >= count {
            world.send(.replies([.integer(Int64(now))]), over: connection, by: self)
        } else {
            let until = world.now + Microseconds(milliseconds) * .millisecond
            waiters.append(Waiter(connection: connection, offset: reached, count: count, until: until))
            for replica in replicas.keys { world.send(.replication(.acknowledge), over: replica, by: self) }
        }
    }

    // MARK: INFO and ROLE

    var role: RESPValue {
        guard let followed else {
            return .array([
                .bulk("master"), .integer(offset),
                .array(
                    replicas.values.filter(\.isOnline).map { replica in
                        .array([.bulk(replica.endpoint.host), .bulk(String(replica.endpoint.port)), .bulk(String(replica.acknowledged))])
                    }),
            ])
        }
        let state =
            switch link {
            case .none, .connecting: "connect"
            case .transferring: "sync"
            case .up: "connected"
            }
        return .array([
            .bulk("slave"), .bulk(followed.host), .integer(Int64(followed.port)), .bulk(state), .integer(isLinkUp ? offset : -1),
        ])
    }

    var info: String {
        var lines = [
            "# Server", "run_id:\(runID)", "loading:\(isLoading ? 1 : 0)", "# Replication", "role:\(isPrimary ? "master" : "slave")",
        ]
        if let followed {
            lines.append("master_host:\(followed.host)")
            lines.append("master_port:\(followed.port)")
            lines.append("master_link_status:\(isLinkUp ? "up" : "down")")
            lines.append("master_sync_in_progress:\(isSyncing ? 1 : 0)")
            // A replica without a primary, present or past, says 1.
            lines.append("slave_repl_offset:\(canTellOffset ? offset : 1)")
            if !isLinkUp {
                let seconds = linkDownSince.map { (world.now - $0) / .second } ?? -1
                lines.append("master_link_down_since_seconds:\(seconds)")
            }
            lines.append("slave_priority:\(settings.priority)")
            lines.append("replica_announced:1")
        }
        lines.append("connected_slaves:\(replicas.count)")
        for (number, replica) in replicas.values.enumerated() {
            let state = replica.isOnline ? "online" : "wait_bgsave"
            let lag = (world.now - replica.acknowledgedAt) / .second
            let place = "ip=\(replica.endpoint.host),port=\(replica.endpoint.port)"
            lines.append("slave\(number):\(place),state=\(state),offset=\(replica.acknowledged),lag=\(lag)")
        }
        lines.append("master_replid:\(replicationID)")
        lines.append("master_replid2:\(previousReplicationID ?? String(repeating: "0", count: 40))")
        lines.append("master_repl_offset:\(offset)")
        lines.append("# Keyspace")
        if !data.entries.isEmpty { lines.append("db0:keys=\(data.entries.count),expires=0,avg_ttl=0") }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private var canTellOffset: Bool { isLinkUp || canContinue }
}
