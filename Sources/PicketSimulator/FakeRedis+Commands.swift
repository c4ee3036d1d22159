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

    func refusal(of name: String) -> RESPValue? {
        if isLoading {
            switch name {
            case "INFO", "ROLE", "PUBLISH", "MULTI", "EXEC", "CLIENT": break
            default: return .error("LOADING Redis is loading the dataset in memory")
            }
        }
        if name == "SET" {
            if !isPrimary { return .error("READONLY You can't write against a read only replica.") }
            if settings.minReplicasToWrite > 0 {
                let good = replicas.values.count {
                    $0.isOnline && (world.now - $0.acknowledgedAt) / .second <= settings.minReplicasMaxLag / .second
                }
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
        case "INFO": return .bulk(words.dropFirst().first == "server" ? serverInfo : info)
        case "ROLE": return role
        case "PUBLISH": return publishCommand(words[2])
        case "SLAVEOF", "REPLICAOF": return changeRole(words, epoch, over: connection)
        case "CONFIG": return configure(words)
        case "CLIENT": return client(words, over: connection)
        case "FAILOVER": return handOverCommand(words, epoch, over: connection)
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
        if handOver != nil { return .error("ERR REPLICAOF not allowed while failing over.") }
        if words[1].uppercased() == "NO" {
            if !isPrimary {
                world.promoted(self, epoch: epoch, by: world.opener(of: connection).index, isHandOver: false)
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

    private func configure(_ words: [String]) -> RESPValue {
        guard words.count == 4, words[1].uppercased() == "SET", let value = Microseconds(words[3]) else {
            rewriteConfiguration()
            return .simple("OK")
        }
        switch words[2].lowercased() {
        case "min-replicas-to-write": settings.minReplicasToWrite = Int(value)
        case "min-replicas-max-lag": settings.minReplicasMaxLag = value * .second
        case "repl-diskless-sync-delay": settings.fullSyncDelay = value * .second
        case "slave-priority", "replica-priority": settings.priority = Int(value)
        default: return .error("ERR Unknown option or number of arguments for CONFIG SET - '\(words[2])'")
        }
        return .simple("OK")
    }

    private func client(_ words: [String], over connection: Int) -> RESPValue {
        switch words.dropFirst().first?.uppercased() {
        case "KILL": return killClients(words, except: connection)
        case "PAUSE": return pauseClients(words)
        case "UNPAUSE":
            pause = nil
            releaseClients()
            return .simple("OK")
        default: return .simple("OK")
        }
    }

    private func killClients(_ words: [String], except caller: Int) -> RESPValue {
        guard words.count == 4 else { return .simple("OK") }
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
}
