import Glibc

/// Making a playground.
extension Playground {
    package struct Plan: Sendable {
        package var deployment: DeploymentPlan
        /// Each process in a network of its own, so that it can be cut off.
        package var isCuttable = false
        /// The program, and its first arguments, that passes connections on.
        package var relay: [String] = []
        package var firstPort: Int?

        package init(_ deployment: DeploymentPlan) { self.deployment = deployment }
    }

    /// Everything runs, replicates and is watched when it returns. Where that fails nothing runs; the files stay, to be looked at.
    package static func up(_ plan: Plan, in directory: String) async throws -> Playground {
        try plan.deployment.checkPrograms()
        guard !exists(at: directory) else {
            throw PlaygroundError(
                .refused, "A lab is up in \(directory) already.",
                "picket lab status shows it, picket lab down ends it; --dir makes another.")
        }
        try TemporaryDirectory.makeDirectory(directory)
        var playground = try laidOut(plan, in: directory)
        do {
            if plan.isCuttable { try await playground.openNetworks(plan.relay) }
            try await playground.startAll(plan.deployment)
        } catch {
            try? await playground.endAll()
            unlink("\(directory)/state")
            throw error is CancellationError ? error : LabError.unexpected("\(error)\nThe files are in \(directory).")
        }
        try playground.save()
        return playground
    }

    /// Ports are found and files written; nothing runs.
    private static func laidOut(_ plan: Plan, in directory: String) throws -> Playground {
        let deployment = plan.deployment
        let count = deployment.groups.reduce(deployment.monitors.count) { $0 + $1.replicas + 1 }
        var ports = try FreePorts.find(count, from: plan.firstPort)[...]
        let redisServer = try deployment.executables.requireRedisServer()
        var entries: [PlaygroundState.Entry] = []
        var primaryPorts: [(group: String, port: Int)] = []
        for group in deployment.groups {
            for number in 0...group.replicas {
                let entry = PlaygroundState.Entry(
                    name: "\(group.name)-redis-\(number + 1)", kind: .redis, group: group.name, port: ports.removeFirst(),
                    executable: redisServer)
                let files = NodeFiles(name: entry.name, port: entry.port, laboratory: directory)
                if number == 0 { primaryPorts.append((group.name, entry.port)) }
                try TemporaryDirectory.makeDirectory(files.directory)
                try TextFile.write(
                    RedisInstance.configuration(
                        files, replicaOf: number == 0 ? nil : primaryPorts.last?.port, lines: deployment.instanceLines),
                    to: files.configurationPath)
                entries.append(entry)
            }
        }
        for (number, monitor) in deployment.monitors.enumerated() {
            let entry = PlaygroundState.Entry(
                name: "monitor-\(number + 1)", kind: monitor.kind == .picketd ? .picketd : .redisSentinel, group: nil,
                port: ports.removeFirst(),
                executable: try deployment.executables.require(monitor.kind))
            let files = NodeFiles(name: entry.name, port: entry.port, laboratory: directory)
            try TemporaryDirectory.makeDirectory(files.directory)
            try TextFile.write(
                MonitorNode.configuration(files, monitor, deployment, primaryPorts: primaryPorts), to: files.configurationPath)
            entries.append(entry)
        }
        let playground = Playground(directory: directory, state: PlaygroundState(quorum: deployment.quorum, entries: entries))
        // For those who would rather name a context than addresses.
        try TextFile.write(
            "current lab\n\ncontext lab\n    sentinels \(playground.state.monitors.map { "127.0.0.1:\($0.port)" }.joined(separator: " "))\n",
            to: "\(directory)/context")
        return playground
    }

    // MARK: Networks

    private func socketPath(_ port: Int) -> String { "\(directory)/\(port).sock" }

    /// Each process gets a network in which every other one's port is there under its own number, thanks to relays over sockets in the
    /// file system; one relay outside makes the ports for everybody else.
    private mutating func openNetworks(_ relay: [String]) async throws {
        guard let program = relay.first else { throw LabError.unexpected("there is no program for relays") }
        func start(_ words: [String], _ executable: String) async throws -> DetachedProcess {
            try await DetachedProcess.start(
                executable, words, directory: directory, outputPath: "\(directory)/relays.txt", errorPath: "\(directory)/relays.txt")
        }
        let ports = state.entries.map(\.port)
        for index in state.entries.indices {
            let own = state.entries[index].port
            let pairs = ["~\(socketPath(own))=\(own)"] + ports.filter { $0 != own }.map { "~\($0)=\(socketPath($0))" }
            // As root in a user namespace of its own, so that nobody needs to be root.
            let script = "ip link set lo up && exec \"$0\" \"$@\""
            let inside = try await start(
                ["--map-root-user", "--net", "/bin/sh", "-c", script, program] + relay.dropFirst() + pairs, "/usr/bin/unshare")
            state.entries[index].relay = inside
            try await wait(until: "the network of \(state.entries[index].name) is there") {
                inside.state == .gone || access(socketPath(own), F_OK) == 0
            }
            guard inside.state != .gone else {
                throw PlaygroundError(
                    .refused, "A network of its own could not be made for \(state.entries[index].name); see \(directory)/relays.txt.",
                    "It takes unshare, ip and user namespaces. Without --cuttable all but 'lab cut' works.")
            }
        }
        state.outerRelay = try await start(Array(relay.dropFirst()) + ports.map { "\($0)=\(socketPath($0))" }, program)
    }

    // MARK: Processes

    private mutating func startAll(_ plan: DeploymentPlan) async throws {
        for (index, entry) in state.entries.enumerated() where !entry.isMonitor { try await start(index) }
        for group in state.groups { try await waitUntilReplicating(group) }
        // Monitors that start before the replicas are there would find them only with the next INFO, ten seconds later.
        for (index, entry) in state.entries.enumerated() where entry.isMonitor { try await start(index) }
        for group in plan.groups { for monitor in state.monitors { try await waitUntilWatching(monitor, group) } }
    }

    /// Starts one process and waits until it answers.
    mutating func start(_ index: Int) async throws {
        let entry = state.entries[index]
        let files = files(entry)
        var (executable, arguments) = (entry.executable, [files.configurationPath])
        if let relay = entry.relay {
            arguments = ["--preserve-credentials", "--user", "--net", "--target", "\(relay.processID)", "--", executable] + arguments
            executable = "/usr/bin/nsenter"
        }
        let process = try await DetachedProcess.start(
            executable, arguments, directory: files.directory, outputPath: files.outputPath, errorPath: files.errorPath)
        state.entries[index].process = process
        // Nobody reaches one that is cut off.
        guard !entry.isCut else { return }
        try await wait(until: "\(entry.name) answers on port \(entry.port)") {
            if process.state == .gone { return true }
            _ = try await call(entry, "PING")
            return true
        }
        guard process.state != .gone else {
            throw LabError.processEnded("\(entry.name) ended instead of listening on port \(entry.port):\n\(files.lastWords)")
        }
    }

    private func waitUntilReplicating(_ group: String) async throws {
        for replica in state.instances.filter({ $0.group == group }).dropFirst() {
            try await wait(until: "\(replica.name) replicates") {
                let role = try await call(replica, "ROLE")
                guard role.count > 3, role[3] == "connected" else { throw NotYet("\(role.prefix(4))") }
                return true
            }
        }
    }

    private func waitUntilWatching(_ monitor: PlaygroundState.Entry, _ group: GroupPlan) async throws {
        try await wait(until: "\(monitor.name) sees all of '\(group.name)' and the other monitors", within: .seconds(20)) {
            let connection = try await LabConnection.open(port: monitor.port)
            defer { connection.close() }
            let fields = try await connection.call("SENTINEL", "MASTER", group.name).fields ?? [:]
            guard fields["flags"] == "master", fields["num-other-sentinels"] == "\(state.monitors.count - 1)",
                fields["num-slaves"] == "\(group.replicas)"
            else { throw NotYet("\(fields["num-other-sentinels"] ?? "?") monitors, \(fields["num-slaves"] ?? "?") replicas") }
            let replicas = try await connection.call("SENTINEL", "SLAVES", group.name).elements ?? []
            guard replicas.allSatisfy({ $0.fields?["master-link-status"] == "ok" }) else { throw NotYet("replicas are not in step yet") }
            return true
        }
    }
}
