import PicketRESP

/// A monitor of a deployment, of either kind.
package struct MonitorNode: Sendable {
    package let node: Node
    package let kind: MonitorKind

    package var port: Int { node.port }
    package var name: String { node.name }
    package var isRunning: Bool { node.isRunning }

    /// The port of the primary it tells clients about. All addresses of a deployment are on 127.0.0.1.
    package func primaryPort(of group: String) async throws -> Int {
        let reply = try await node.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", group)
        guard let port = reply.elements?.last?.text.flatMap({ Int($0) }) else {
            throw LabError.unexpected("\(name) does not know '\(group)': \(reply)")
        }
        return port
    }

    /// SENTINEL MASTER.
    package func primary(of group: String) async throws -> [String: String] {
        try Self.fields(try await node.call("SENTINEL", "MASTER", group))
    }

    /// SENTINEL SLAVES, which all versions know.
    package func replicas(of group: String) async throws -> [[String: String]] {
        try Self.list(try await node.call("SENTINEL", "SLAVES", group))
    }

    /// SENTINEL SENTINELS: the others.
    package func peers(in group: String) async throws -> [[String: String]] {
        try Self.list(try await node.call("SENTINEL", "SENTINELS", group))
    }

    package func identity() async throws -> String {
        guard let id = try await node.call("SENTINEL", "MYID").text else { throw LabError.unexpected("\(name) has no id") }
        return id
    }

    /// What it answers a peer that asks about the primary at `port` and, with a candidate, for its vote.
    package func opinion(ofPrimaryAt port: Int, epoch: Int, candidate: String = "*") async throws -> Opinion {
        let reply = try await node.call("SENTINEL", "IS-MASTER-DOWN-BY-ADDR", "127.0.0.1", String(port), String(epoch), candidate)
        guard let words = reply.elements, words.count == 3, case .integer(let isDown) = words[0], let leader = words[1].text,
            case .integer(let epoch) = words[2]
        else { throw LabError.unexpected("\(name) answered \(reply)") }
        return Opinion(isDown: isDown == 1, leader: leader == "*" ? nil : leader, epoch: Int(epoch))
    }

    package struct Opinion: Hashable, Sendable {
        package let isDown: Bool
        package let leader: String?
        package let epoch: Int
    }

    private static func fields(_ value: RESPValue) throws -> [String: String] {
        guard let fields = value.fields else { throw LabError.unexpected("not a description of an instance: \(value)") }
        return fields
    }

    private static func list(_ value: RESPValue) throws -> [[String: String]] {
        guard let elements = value.elements else { throw LabError.unexpected("not a list of instances: \(value)") }
        return try elements.map(fields)
    }

    static func configuration(
        _ node: NodeFiles, _ plan: MonitorPlan, _ deployment: DeploymentPlan, primaryPorts: [(group: String, port: Int)]
    )
        -> String
    {
        var lines = [
            "port \(node.port)", "bind 127.0.0.1", "dir \(node.directory)", "logfile \(node.logPath)", "loglevel verbose", "daemonize no",
        ]
        for (index, entry) in primaryPorts.enumerated() {
            let (group, port) = entry
            lines.append("sentinel monitor \(group) 127.0.0.1 \(port) \(deployment.quorum)")
            lines.append("sentinel down-after-milliseconds \(group) \((plan.downAfter ?? deployment.downAfter).milliseconds)")
            lines.append("sentinel failover-timeout \(group) \(deployment.failoverTimeout.milliseconds)")
            lines.append("sentinel parallel-syncs \(group) \(deployment.parallelSyncs)")
            lines += deployment.groups[index].settings.map { "sentinel \($0.directive) \(group) \($0.value)" }
        }
        return (lines + deployment.monitorLines + plan.lines).joined(separator: "\n") + "\n"
    }
}
