import Glibc
import Synchronization

/// A make-believe fleet and real monitors that watch it, each with a process of its own.
///
/// Lives as long as the closure of `run`, and ends with it however it ends, as a `Deployment` does.
package final class FleetDeployment: Sendable {
    package struct Plan: Sendable {
        package var groups: Int
        package var replicas = 2
        package var kind: MonitorKind
        package var monitors = 3
        package var quorum = 2
        package var downAfter: Duration = .seconds(5)
        package var failoverTimeout: Duration = .seconds(10)
        /// False: a picketd waits for down-after where connections are refused, too.
        package var usesCrashPath = true
        /// Clients that one monitor will have at most.
        package var clients = 100
        /// A program that runs `picket-bench fleet`, with its first arguments.
        package var program: [String]
        package var executables: Executables

        package init(groups: Int, kind: MonitorKind, program: [String], executables: Executables = .find()) {
            self.groups = groups
            self.kind = kind
            self.program = program
            self.executables = executables
        }

        /// Both allow ten thousand clients, if not told otherwise, and redis-sentinel counts its own connections among them.
        fileprivate var limitLines: [String] {
            let needed = 2 * groups * (1 + replicas) + clients + 200
            return needed > 9_500 ? ["maxclients \(Fleet.descriptorLimit - 64)"] : []
        }

        fileprivate func deployment(names: [String]) -> DeploymentPlan {
            let isPatient = kind == .picketd && !usesCrashPath
            let settings = isPatient ? [GroupPlan.Setting("crash-down-after-milliseconds", "0")] : []
            return DeploymentPlan(
                groups: names.map { GroupPlan(name: $0, replicas: replicas, settings: settings) },
                monitors: Array(repeating: MonitorPlan(kind), count: monitors), quorum: quorum, downAfter: downAfter,
                failoverTimeout: failoverTimeout, monitorLines: ["loglevel notice"] + limitLines, executables: executables)
        }
    }

    package let plan: Plan
    package let fleet: Fleet
    package let monitors: [MonitorNode]
    package let directory: String
    private let watchdog: Watchdog
    private let companions = Mutex<[ChildProcess]>([])

    package static func run<Result: Sendable>(_ plan: Plan, _ body: (FleetDeployment) async throws -> Result) async throws -> Result {
        let program = try plan.executables.require(plan.kind)
        let directory = try TemporaryDirectory.create()
        let watchdog = try Watchdog(directory: directory)
        let fleet = try await Fleet.start(
            .init(groups: plan.groups, replicas: plan.replicas, monitors: plan.monitors, program: plan.program), directory: directory,
            watchdog: watchdog)
        let deployment: FleetDeployment
        do {
            deployment = try FleetDeployment(plan, fleet, program: program, directory: directory, watchdog: watchdog)
        } catch {
            await fleet.end()
            throw error
        }
        do {
            let result = try await body(deployment)
            await deployment.end()
            return result
        } catch {
            let words = deployment.monitors.map { "--- \($0.name): \(TextFile.tail($0.node.logPath, lines: 5))" }.joined(separator: "\n")
            await deployment.end()
            throw error is CancellationError ? error : LabError.unexpected("\(error)\n\(words)")
        }
    }

    private init(_ plan: Plan, _ fleet: Fleet, program: String, directory: String, watchdog: Watchdog) throws {
        let deployment = plan.deployment(names: fleet.groups.map(\.name))
        let primaryPorts = fleet.groups.map { (group: $0.name, port: $0.ports[0]) }
        monitors = try deployment.monitors.enumerated().map { number, monitor in
            let node = try Node(
                name: "monitor-\(number + 1)", executable: program, reservation: try PortReservation(), deployment: directory,
                watchdog: watchdog)
            try TextFile.write(
                MonitorNode.configuration(node.files, monitor, deployment, primaryPorts: primaryPorts), to: node.configurationPath)
            return MonitorNode(node: node, kind: monitor.kind)
        }
        self.plan = plan
        self.fleet = fleet
        self.directory = directory
        self.watchdog = watchdog
    }

    /// All at once; they answer when this returns.
    ///
    /// - Parameter limit: how long one may take to answer.
    package func startMonitors(within limit: Duration = .seconds(30)) async throws {
        for monitor in monitors { try await monitor.node.launch() }
        for monitor in monitors {
            try await wait(until: "\(monitor.name) answers", within: limit, every: .milliseconds(5)) {
                guard monitor.isRunning else { return true }
                _ = try await monitor.node.connection().callPatiently("PING", within: limit)
                return true
            }
            guard monitor.isRunning else {
                throw LabError.processEnded("\(monitor.name) ended at once:\n\(monitor.node.lastWords)")
            }
        }
    }

    /// Starts a process that ends with the deployment at the latest; what it says is in the file that is named.
    func startCompanion(_ program: [String], outputPath: String) async throws -> ChildProcess {
        guard let executable = program.first else { throw LabError.missingProgram("no program was named") }
        let process = try await ChildProcess.start(
            .init(
                executable: executable, arguments: Array(program.dropFirst()), directory: directory, outputPath: outputPath,
                errorPath: "\(directory)/companions.txt"),
            watchdog: watchdog)
        companions.withLock { $0.append(process) }
        return process
    }

    /// By ids, all at once.
    private func end() async {
        let companions = companions.withLock { $0 }
        for companion in companions { companion.signal(SIGKILL) }
        for monitor in monitors { monitor.node.process?.signal(SIGKILL) }
        for monitor in monitors { await monitor.node.kill() }
        for companion in companions { await companion.exit() }
        await fleet.end()
        await watchdog.dismiss()
        TemporaryDirectory.remove(directory)
    }

    // MARK: What the monitors say

    /// Of all monitors together, since they were started.
    func processorTimes() throws -> [Duration] {
        try monitors.map { monitor in
            guard let process = monitor.node.process, !process.isOver else {
                throw LabError.processEnded("\(monitor.name) has ended:\n\(monitor.node.lastWords)")
            }
            return try ProcessFigures.processorTime(of: process.processID)
        }
    }

    func fleetProcessorTime() throws -> Duration {
        try fleet.processIDs.reduce(Duration.zero) { $0 + (try ProcessFigures.processorTime(of: $1)) }
    }

    /// One monitor's word on all groups, by the cheapest command that there is for it.
    package func summaries(of monitor: MonitorNode, within limit: Duration = .seconds(30)) async throws -> [GroupSummary] {
        try Self.summaries(try await monitor.node.connection().callPatiently("INFO", "sentinel", within: limit).text ?? "")
    }

    package struct GroupSummary: Hashable, Sendable {
        package let name: String
        package let port: Int
        package let replicas: Int
        /// The one that says it counted.
        package let monitors: Int
    }

    /// Of INFO's lines `master0:name=a,status=ok,address=127.0.0.1:6379,slaves=2,sentinels=3`.
    static func summaries(_ text: String) throws -> [GroupSummary] {
        try text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("master") && $0.contains("name=") }.map { line in
            var fields: [Substring: Substring] = [:]
            for pair in line.drop(while: { $0 != ":" }).dropFirst().split(separator: ",") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2 { fields[parts[0]] = parts[1] }
            }
            guard let name = fields["name"], let port = fields["address"]?.split(separator: ":").last.flatMap({ Int($0) }),
                let replicas = fields["slaves"].flatMap({ Int($0) }), let monitors = fields["sentinels"].flatMap({ Int($0) })
            else { throw LabError.unexpected("a monitor says of a group: \(line)") }
            return GroupSummary(name: String(name), port: port, replicas: replicas, monitors: monitors)
        }
    }
}
