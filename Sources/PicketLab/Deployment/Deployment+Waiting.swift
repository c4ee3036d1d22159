/// Waiting for what a deployment is to come to. Monitors that do not run are left out.
extension Deployment {
    package func group(_ name: String? = nil) throws -> Group {
        guard let group = name.map({ name in groups.first { $0.name == name } }) ?? groups.first else {
            throw LabError.unexpected("there is no group '\(name ?? "")' in this deployment")
        }
        return group
    }

    package func instance(atPort port: Int) throws -> RedisInstance {
        guard let instance = groups.flatMap(\.instances).first(where: { $0.port == port }) else {
            throw LabError.unexpected("no instance of this deployment has port \(port)")
        }
        return instance
    }

    package var runningMonitors: [MonitorNode] { monitors.filter(\.isRunning) }

    /// Every monitor sees the primary, all its replicas and all other monitors, and all of them well.
    package func waitUntilSettled(within limit: Duration = .seconds(15)) async throws {
        for group in groups {
            for monitor in runningMonitors {
                try await wait(until: "\(monitor.name) sees all of '\(group.name)' and its peers, and all well", within: limit) {
                    try await self.checkView(of: monitor, group)
                    return true
                }
            }
        }
    }

    private func checkView(of monitor: MonitorNode, _ group: Group) async throws {
        let primary = try await monitor.primary(of: group.name)
        guard primary["flags"] == "master" else { throw NotYet("primary: \(primary["flags"] ?? "")") }
        let replicas = try await monitor.replicas(of: group.name)
        let wellReplicas = replicas.count { $0["flags"] == "slave" && $0["master-link-status"] == "ok" }
        let running = group.instances.count(where: \.node.isRunning) - 1
        guard wellReplicas >= running else {
            throw NotYet("\(wellReplicas) of \(running) replicas well: \(replicas.map { $0["flags"] ?? "" })")
        }
        let peers = try await monitor.peers(in: group.name)
        let wellPeers = peers.count { $0["flags"] == "sentinel" }
        guard wellPeers == runningMonitors.count - 1 else {
            throw NotYet("\(wellPeers) of \(runningMonitors.count - 1) peers well: \(peers.map { $0["flags"] ?? "" })")
        }
    }

    /// All running monitors tell the same address, other than the given one, and the instance there says that it is a primary.
    @discardableResult
    package func waitForFailover(of group: String? = nil, from old: Int, within limit: Duration = .seconds(15)) async throws
        -> RedisInstance
    {
        let group = try self.group(group)
        return try await wait(for: "all monitors agree on a new primary of '\(group.name)'", within: limit) {
            let port = try await self.agreedPort(of: group.name)
            guard port != old else { throw NotYet("all still name \(old)") }
            let instance = try self.instance(atPort: port)
            guard try await instance.role() == .primary else { throw NotYet("\(instance.name) is no primary") }
            return instance
        }
    }

    /// The primary's port that all running monitors tell.
    package func agreedPort(of group: String) async throws -> Int {
        var ports: [Int] = []
        for monitor in runningMonitors { ports.append(try await monitor.primaryPort(of: group)) }
        guard let first = ports.first else { throw NotYet("no monitor runs") }
        guard ports.allSatisfy({ $0 == first }) else { throw NotYet("they name \(ports)") }
        return first
    }

    /// Every other running instance of the group replicates from this one.
    package func waitUntilAllFollow(_ primary: RedisInstance, within limit: Duration = .seconds(15)) async throws {
        guard let group = groups.first(where: { $0.instances.contains { $0.port == primary.port } }) else { return }
        for instance in group.instances where instance.port != primary.port && instance.node.isRunning {
            try await wait(until: "\(instance.name) follows \(primary.name)", within: limit) {
                let role = try await instance.role()
                guard role == .replica(ofPort: primary.port, isConnected: true) else { throw NotYet("\(role)") }
                return true
            }
        }
    }

    /// The primary's port that all running monitors tell, where that instance says that it is the primary and all others say that they
    /// follow it and have its data; throws where it is otherwise.
    ///
    /// - Parameter absent: The port of an instance that need not.
    func wholePort(of group: Group, except absent: Int? = nil) async throws -> Int {
        let primary = try instance(atPort: try await agreedPort(of: group.name))
        guard try await primary.role() == .primary else { throw NotYet("\(primary.name) is no primary") }
        for instance in group.instances where instance.port != primary.port && instance.port != absent {
            let role = try await instance.role()
            guard role == .replica(ofPort: primary.port, isConnected: true) else { throw NotYet("\(instance.name): \(role)") }
        }
        return primary.port
    }
}
