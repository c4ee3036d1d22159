import Glibc
import Synchronization

/// Real processes on the loopback interface: Redis servers in groups, and monitors that watch them all.
///
/// They live as long as the closure of `run`, and end with it however it ends: by returning, by an error, by cancellation, and,
/// thanks to a watchdog, by the death of this process.
package final class Deployment: Sendable {
    package let directory: String
    package let plan: DeploymentPlan
    package let groups: [Group]
    package let monitors: [MonitorNode]

    private let watchdog: Watchdog
    private let keepsFiles = Mutex(false)
    private let companions = Mutex(Companions())

    /// What else lives as long as the deployment.
    private struct Companions {
        var processes: [ChildProcess] = []
        var relays: [Relay] = []
    }

    package struct Group: Sendable {
        package let name: String
        /// The first began as the primary.
        package let instances: [RedisInstance]
    }

    /// Runs the deployment for as long as the closure does. Redis' replication is up when it begins; `waitUntilSettled` waits for the
    /// monitors too. Where the closure throws, the error tells where the logs are and how they end.
    ///
    /// - Parameter prepare: What is to be there before the first process starts: networks, above all.
    package static func run<Result: Sendable>(
        _ plan: DeploymentPlan, prepare: (Deployment) async throws -> Void = { _ in }, _ body: (Deployment) async throws -> Result
    ) async throws -> Result {
        let deployment = try Deployment(plan)
        do {
            try await prepare(deployment)
            try await deployment.start()
            let result = try await body(deployment)
            await deployment.end()
            return result
        } catch {
            let isWish = error is CancellationError
            if !isWish { deployment.keepFiles() }
            await deployment.end()
            throw isWish ? error : DeploymentFailure(cause: error, deployment)
        }
    }

    private init(_ plan: DeploymentPlan) throws {
        let redisServer = try plan.executables.requireRedisServer()
        let programs = try plan.monitors.map { try plan.executables.require($0.kind) }
        let directory = try TemporaryDirectory.create()
        let watchdog = try Watchdog(directory: directory)
        var groups: [Group] = []
        for group in plan.groups {
            let instances = try (0...group.replicas).map { number in
                RedisInstance(
                    node: try Node(
                        name: "\(group.name)-redis-\(number + 1)", executable: redisServer, reservation: try PortReservation(),
                        deployment: directory,
                        watchdog: watchdog))
            }
            for instance in instances {
                let primaryPort = instance.port == instances[0].port ? nil : instances[0].port
                try TextFile.write(
                    RedisInstance.configuration(instance.node.files, replicaOf: primaryPort, lines: plan.instanceLines),
                    to: instance.node.configurationPath)
            }
            groups.append(Group(name: group.name, instances: instances))
        }
        let primaryPorts = groups.map { (group: $0.name, port: $0.instances[0].port) }
        monitors = try zip(plan.monitors, programs).enumerated().map { number, entry in
            let node = try Node(
                name: "monitor-\(number + 1)", executable: entry.1, reservation: try PortReservation(), deployment: directory,
                watchdog: watchdog)
            try TextFile.write(MonitorNode.configuration(node.files, entry.0, plan, primaryPorts: primaryPorts), to: node.configurationPath)
            return MonitorNode(node: node, kind: entry.0.kind)
        }
        self.plan = plan
        self.directory = directory
        self.watchdog = watchdog
        self.groups = groups
    }

    private func start() async throws {
        // A replica that finds no primary tries again only a second later.
        for group in groups { try await group.instances[0].node.start() }
        try await withThrowingTaskGroup { tasks in
            for replica in groups.flatMap({ $0.instances.dropFirst() }) { tasks.addTask { try await replica.node.start() } }
            try await tasks.waitForAll()
        }
        // Monitors that start before the replicas are there would find them only with the next INFO, ten seconds later.
        for group in groups { try await waitUntilReplicating(group) }
        guard plan.startsMonitors else { return }
        try await withThrowingTaskGroup { tasks in
            for monitor in monitors { tasks.addTask { try await monitor.node.start() } }
            try await tasks.waitForAll()
        }
    }

    /// Starts a process as root of a user namespace of its own, so that nobody needs to be root, in an empty network of its own.
    func startInOwnNetwork(_ command: [String]) async throws -> ChildProcess {
        let script = "ip link set lo up && exec \"$0\" \"$@\""
        return try await startCompanion("/usr/bin/unshare", ["--map-root-user", "--net", "/bin/sh", "-c", script] + command)
    }

    private func waitUntilReplicating(_ group: Group) async throws {
        let expected = RedisInstance.Role.replica(ofPort: group.instances[0].port, isConnected: true)
        for replica in group.instances.dropFirst() {
            try await wait(until: "\(replica.name) replicates") { try await replica.role() == expected }
        }
        try await group.instances[0].waitForReplicas(group.instances.count - 1)
    }

    /// The files stay when the deployment ends.
    package func keepFiles() { keepsFiles.withLock { $0 = true } }

    package var nodes: [Node] { groups.flatMap { $0.instances.map(\.node) } + monitors.map(\.node) }

    /// Starts a process that ends with the deployment; what it says is in `companions.txt`.
    package func startCompanion(_ executable: String, _ arguments: [String]) async throws -> ChildProcess {
        let process = try await ChildProcess.start(
            .init(
                executable: executable, arguments: arguments, directory: directory, outputPath: "\(directory)/companions.txt",
                errorPath: "\(directory)/companions.txt"),
            watchdog: watchdog)
        companions.withLock { $0.processes.append(process) }
        return process
    }

    /// Opens a relay that ends with the deployment.
    func open(_ relay: Relay) async throws {
        try await relay.open()
        companions.withLock { $0.relays.append(relay) }
    }

    /// By ids, all at once. Frozen ones die of SIGKILL too.
    private func end() async {
        let companions = companions.withLock { $0 }
        for process in companions.processes { process.signal(SIGKILL) }
        for node in nodes { node.process?.signal(SIGKILL) }
        for node in nodes { await node.kill() }
        for process in companions.processes { await process.exit() }
        for relay in companions.relays { await relay.close() }
        await watchdog.dismiss()
        if !keepsFiles.withLock({ $0 }) { TemporaryDirectory.remove(directory) }
    }
}

/// An error in the use of a deployment, with what its processes had to say.
package struct DeploymentFailure: Error, CustomStringConvertible {
    package let cause: any Error
    package let directory: String
    package let lastWords: [(name: String, words: String)]

    init(cause: any Error, _ deployment: Deployment) {
        self.cause = cause
        directory = deployment.directory
        lastWords = deployment.monitors.map { ($0.name, $0.node.lastWords) }
    }

    package var description: String {
        let logs = lastWords.map { "--- \($0.name), the end of its log:\n\($0.words)" }.joined(separator: "\n")
        return "\(cause)\n\(logs)\n--- all files are in \(directory)"
    }
}
