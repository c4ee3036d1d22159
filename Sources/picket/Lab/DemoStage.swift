import PicketLab

/// Who takes part in the demonstration, and how they are shown.
struct DemoStage: Sendable {
    let deployment: Deployment
    let recorder: EventRecorder
    let terminal: Terminal
    /// Of the monitors, in their order.
    private let identities: [String]

    static func set(_ deployment: Deployment, _ terminal: Terminal) async throws -> DemoStage {
        var identities: [String] = []
        for monitor in deployment.monitors { identities.append(try await monitor.identity()) }
        return DemoStage(
            deployment: deployment, recorder: try await .attached(to: deployment), terminal: terminal, identities: identities)
    }

    func address(_ port: some CustomStringConvertible) -> String { "127.0.0.1:\(port)" }

    func monitorName(_ index: Int) -> String { "monitor \(index + 1)" }

    /// Of the monitor with this id.
    func monitor(withIdentity id: some StringProtocol) -> Int? { identities.firstIndex { $0 == id } }

    // MARK: The tree

    /// As the monitors and the instances tell it now.
    func showTopology(leader: Int?) async throws {
        let group = try deployment.group()
        let primaryPort = try await wait(for: "the monitors agree") { try await deployment.agreedPort(of: group.name) }
        terminal.say("\(terminal.style(group.name, .bold)), quorum \(deployment.plan.quorum)")
        for line in try await instanceLines(group, primaryPort: primaryPort) { terminal.say(line) }
        for (index, monitor) in deployment.monitors.enumerated() {
            let branch = index == deployment.monitors.count - 1 ? "└─" : "├─"
            let note = index == leader ? terminal.style("led the failover", .cyan) : "watches"
            let id = terminal.style(String(identities[index].prefix(8)), .dim)
            terminal.say("\(branch) \(monitorName(index).left(10)) \(address(monitor.port).left(16)) \(id)  \(note)")
        }
    }

    private func instanceLines(_ group: Deployment.Group, primaryPort: Int) async throws -> [String] {
        var lines: [String] = []
        for instance in group.instances {
            let (role, note) = try await describe(instance, primaryPort: primaryPort)
            lines.append("├─ \(role) \(address(instance.port).left(16)) \(note)")
        }
        return lines
    }

    private func describe(_ instance: RedisInstance, primaryPort: Int) async throws -> (role: String, note: String) {
        guard instance.node.isRunning else { return (terminal.style("dead".left(10), .red), "does not run") }
        switch try await instance.role() {
        case .primary where instance.port == primaryPort: return (terminal.style("primary".left(10), .green, .bold), "takes writes")
        case .primary: return (terminal.style("primary".left(10), .red), "but not the one that the monitors name")
        case .replica(primaryPort, isConnected: true): return ("replica".left(10), "in step")
        case .replica(primaryPort, isConnected: false): return ("replica".left(10), "not in step yet")
        case .replica(let other, _): return ("replica".left(10), "of \(address(other))")
        }
    }
}
