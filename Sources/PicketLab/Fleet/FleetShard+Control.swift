import PicketRESP

/// What the control port is told: life and death of instances, named by their ports.
///
/// * `LAYOUT`: of each group its name and its ports, the first primary's first.
/// * `ROLES`: of each group its name, and of each instance port, condition, role.
/// * `CRASH`, `FREEZE`, `REVIVE` and ports: answered when it is done.
/// * `COUNTS`: names and numbers of what was served.
/// * `PING`, `SHUTDOWN`.
extension FleetShard {
    func control(_ words: [String], on connection: FleetConnection) throws(LabError) {
        switch words[0].uppercased() {
        case "PING": reply(.simple("PONG"), to: connection)
        case "LAYOUT":
            reply(
                .array(groups.map { group in .array([.bulk(group.name)] + group.replication.members.map { .integer(Int64($0.port)) }) }),
                to: connection)
        case "ROLES": reply(roles, to: connection)
        case "COUNTS": reply(countsTold, to: connection)
        case "CRASH": try change(words, connection) { instance throws(LabError) in try crash(instance) }
        case "FREEZE": try change(words, connection) { instance throws(LabError) in try freeze(instance) }
        case "REVIVE": try change(words, connection) { instance throws(LabError) in try revive(instance) }
        case "SHUTDOWN":
            reply(.simple("OK"), to: connection)
            isEnding = true
        default:
            reply(
                .error("ERR there is no '\(words[0])' here: LAYOUT, ROLES, COUNTS, CRASH, FREEZE, REVIVE, PING, SHUTDOWN"), to: connection)
        }
    }

    private var roles: RESPValue {
        .array(
            groups.map { group in
                group.replication.settle(at: now)
                return .array(
                    [.bulk(group.name)]
                        + group.replication.members.flatMap { instance in
                            [
                                RESPValue.integer(Int64(instance.port)), .bulk(instance.condition.rawValue),
                                .bulk(instance.isPrimary ? "primary" : "replica"),
                            ]
                        })
            })
    }

    private var countsTold: RESPValue {
        let counted = [
            ("pings", counts.pings), ("infos", counts.infos), ("publications", counts.publications), ("deliveries", counts.deliveries),
            ("others", counts.others), ("accepted", counts.accepted), ("open", instances.reduce(0) { $0 + $1.clients.count }),
        ]
        return .array(counted.flatMap { [.bulk($0.0), .integer(Int64($0.1))] })
    }

    private func change(_ words: [String], _ connection: FleetConnection, _ body: (FleetInstance) throws(LabError) -> Void) throws(LabError)
    {
        var found: [FleetInstance] = []
        for word in words.dropFirst() {
            guard let port = Int(word), let instance = instancesByPort[port] else {
                return reply(.error("ERR no instance has port '\(word)'"), to: connection)
            }
            found.append(instance)
        }
        for instance in found { try body(instance) }
        reply(.integer(Int64(found.count)), to: connection)
    }

    /// As when its process is killed: the system ends its connections, and refuses new ones.
    private func crash(_ instance: FleetInstance) throws(LabError) {
        guard instance.condition != .crashed else { return }
        if instance.condition == .frozen { try poller.add(instance.listener) }
        replication(of: instance).crash(instance, at: now)
        LoopbackSocket.stopListening(instance.listener)
        // Told as ended for as long as it does not listen.
        try poller.remove(instance.listener)
        for client in instance.clients { end(client) }
    }

    /// As when its process is stopped: the system still accepts connections and bytes, and nobody takes them.
    private func freeze(_ instance: FleetInstance) throws(LabError) {
        guard instance.condition == .alive else { return }
        replication(of: instance).freeze(instance, at: now)
        try poller.remove(instance.listener)
        for client in instance.clients { try poller.remove(client.descriptor) }
    }

    private func revive(_ instance: FleetInstance) throws(LabError) {
        guard instance.condition != .alive else { return }
        if instance.condition == .crashed { try LoopbackSocket.listenAgain(instance.listener) }
        replication(of: instance).revive(instance, at: now)
        try poller.add(instance.listener)
        for client in instance.clients {
            try poller.add(client.descriptor)
            if client.awaitsRoom { try poller.change(client.descriptor, writing: true) }
            noteOutput(client)
        }
    }
}
