import Glibc
import Synchronization

/// Does to a deployment what a plan says, and remembers when.
final class FaultInjector: Sendable {
    struct Done: Sendable {
        let action: ChaosAction
        let words: String
        let at: ContinuousClock.Instant
        /// An event that was waited for did not come, or what was to be done could not be.
        var trouble: String?
    }

    let deployment: Deployment
    let network: ZoneNetwork?
    let events: EventRecorder
    let load: ChaosLoad
    let plan: ChaosPlan
    /// At the beginning.
    let primary: RedisInstance
    private let replicas: [RedisInstance]
    private let state = Mutex(State())

    private struct State {
        var done: [Done] = []
        var leader = 0
        /// By process id.
        var endedByUs: Set<Int32> = []
        /// Monitors that ended otherwise.
        var died: [String] = []
        var isCrashArmed = false
        var loops: [ChildProcess] = []
        var answers: [Task<Void, Never>] = []
    }

    init(_ deployment: Deployment, _ network: ZoneNetwork?, _ events: EventRecorder, _ load: ChaosLoad, _ plan: ChaosPlan) throws {
        self.deployment = deployment
        self.network = network
        self.events = events
        self.load = load
        self.plan = plan
        primary = try deployment.group().instances[0]
        replicas = try Array(deployment.group().instances.dropFirst())
    }

    var done: [Done] { state.withLock { $0.done } }

    /// Carries out all steps, in order.
    func run() async throws {
        var last = ContinuousClock.now
        // An event may come before the step is over that brought it about; each is waited for once.
        var lastEvent = last
        for step in plan.steps {
            var trouble: String?
            switch step.moment {
            case .after(let pause): try await Task.sleep(until: last + .milliseconds(pause))
            case .upon(let name, let limit): trouble = try await awaitEvent(name, &lastEvent, within: .milliseconds(limit))
            }
            // The moment in which it begins; the next one counts from its end.
            let at = ContinuousClock.now
            do {
                try await perform(step.action)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                trouble = "\(error)"
            }
            last = .now
            state.withLock { $0.done.append(Done(action: step.action, words: step.words, at: at, trouble: trouble)) }
        }
    }

    private func awaitEvent(_ name: String, _ since: inout ContinuousClock.Instant, within limit: Duration) async throws -> String? {
        do {
            let event = try await wait(for: "a monitor tells of \(name)", within: limit, every: .milliseconds(1)) { [since] in
                events.events.first { $0.name == name && $0.at > since }
            }
            since = event.at
            state.withLock { $0.leader = event.monitor }
            return nil
        } catch let error as LabError {
            return "\(error)"
        }
    }

    // MARK: Who is meant

    func monitors(_ target: ChaosTarget) -> [MonitorNode] {
        switch target {
        case .monitor(let number): Array(deployment.monitors.dropFirst(number).prefix(1))
        case .leader: [deployment.monitors[state.withLock { $0.leader }]]
        case .everyMonitor: deployment.monitors
        case .zone(let zone): deployment.monitors.enumerated().filter { $0.offset % plan.shape.zones == zone }.map(\.element)
        case .primary, .replica, .successor, .everyInstance, .clients: []
        }
    }

    func instances(_ target: ChaosTarget) -> [RedisInstance] {
        switch target {
        case .primary: [primary]
        case .replica(let number): Array(replicas.dropFirst(number).prefix(1))
        case .successor: [successor]
        case .everyInstance: [primary] + replicas
        case .zone(let zone): ([primary] + replicas).enumerated().filter { $0.offset % plan.shape.zones == zone }.map(\.element)
        case .monitor, .leader, .everyMonitor, .clients: []
        }
    }

    private var successor: RedisInstance {
        let port = events.events.last { $0.name == "+switch-master" }?.words.last.flatMap { Int($0) }
        return port.flatMap { try? deployment.instance(atPort: $0) } ?? primary
    }

    private func nodes(_ targets: [ChaosTarget]) -> [Node] {
        var nodes: [Node] = []
        for node in targets.flatMap({ instances($0).map(\.node) + monitors($0).map(\.node) })
        where !nodes.contains(where: { $0.port == node.port }) { nodes.append(node) }
        return nodes
    }

    private func places(_ target: ChaosTarget) -> [ZoneNetwork.Place] {
        switch target {
        case .clients: return ChaosLoad.clientPlaces(zones: plan.shape.zones).map { .client($0) }
        case .zone(let zone): return nodes([target]).map { .node(port: $0.port) } + [.client("client-\(zone)")]
        default: return nodes([target]).map { .node(port: $0.port) }
        }
    }

    private func eachPair(_ one: ChaosTarget, _ other: ChaosTarget, _ body: (ZoneNetwork, ZoneNetwork.Place, ZoneNetwork.Place) -> Void)
        throws
    {
        guard let network else { throw LabError.unexpected("this deployment has no links that can be broken") }
        for first in places(one) { for second in places(other) where first != second { body(network, first, second) } }
    }

    // MARK: What is done

    private func perform(_ action: ChaosAction) async throws {
        switch action {
        case .nothing: break
        case .kill(let targets): await kill(nodes(targets))
        case .freeze(let targets): for node in nodes(targets) { node.freeze() }
        case .thaw(let targets): for node in nodes(targets) { node.thaw() }
        case .terminate(let target):
            for node in nodes([target]) {
                note(endOf: node)
                _ = try await node.terminate(within: .seconds(20))
                node.disconnect()
            }
        case .start(let targets, let how): for node in nodes(targets) { try await start(node, how) }
        case .command(let target, let words): for node in nodes([target]) { send(node, words) }
        case .occupy(let target, let time):
            for node in nodes([target]) { send(node, ["EVAL", CalmRun.busyScript, "0", String(time * 1_000)]) }
        case .closeConnections(let target):
            for node in nodes([target]) { try await node.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes") }
        case .failSaves(let target, let isFailing): for instance in instances(target) { try await failSaves(instance.node, isFailing) }
        case .fillDisk(let target, let isFull): for node in nodes([target]) { try fillDisk(node, isFull) }
        case .changePassword: try await changePassword()
        case .tellMonitorsThePassword:
            for monitor in deployment.monitors {
                try await monitor.node.call("SENTINEL", "SET", deployment.group().name, "auth-pass", Self.newPassword)
            }
        case .switchOver: try await deployment.monitors[0].node.call("SENTINEL", "FAILOVER", deployment.group().name)
        case .crashNextLeader(let moment): try await crashNextLeader(moment)
        case .occupyProcessors(let factor): try await occupyProcessors(factor)
        case .cut(let one, let other):
            try eachPair(one, other) { network, one, other in
                network.shape(from: one, to: other, .held)
                network.shape(from: other, to: one, .held)
            }
        case .deafen(let to, let from): try eachPair(from, to) { network, from, to in network.shape(from: from, to: to, .held) }
        case .slow(let one, let other, let delay, let jitter, let rate):
            let flow = LinkCondition.Flow.shaped(
                delay: .milliseconds(delay), jitter: .milliseconds(jitter), bytesPerSecond: rate > 0 ? rate : nil)
            try eachPair(one, other) { network, one, other in
                network.shape(from: one, to: other, flow)
                network.shape(from: other, to: one, flow)
            }
        case .reset(let one, let other): try eachPair(one, other) { network, one, other in network.reset(one, other) }
        case .strand(let one, let other): try eachPair(one, other) { network, one, other in network.strand(one, other) }
        case .mendLinks: network?.healAll()
        }
    }

    /// Signals first, waiting afterwards: within microseconds of each other.
    private func kill(_ nodes: [Node]) async {
        for node in nodes { note(endOf: node) }
        for node in nodes { node.process?.signal(SIGKILL) }
        for node in nodes { await node.kill() }
    }

    private func note(endOf node: Node) {
        guard let process = node.process, !process.isOver else { return }
        state.withLock { _ = $0.endedByUs.insert(process.processID) }
    }

    private func start(_ node: Node, _ how: ChaosAction.Return) async throws {
        node.thaw()
        guard !node.isRunning else { return }
        let monitor = deployment.monitors.firstIndex { $0.port == node.port }
        if let monitor { await note(deathOf: deployment.monitors[monitor]) }
        switch how {
        case .withItsFiles: try await node.start()
        case .empty:
            TextFile.remove("\(node.directory)/dump.rdb")
            try await node.launch()
        case .slowly:
            try await node.launch(arguments: ["--key-load-delay", "1500", "--loading-process-events-interval-bytes", "1024"])
        }
        if let monitor { try await events.attach(to: deployment.monitors[monitor], index: monitor) }
    }

    private func send(_ node: Node, _ words: [String]) {
        let answer = Task {
            // On a connection of its own: others must not wait for it.
            guard let connection = try? await LabConnection.open(port: node.port) else { return }
            defer { connection.close() }
            _ = try? await connection.send(words, within: .seconds(30))
        }
        state.withLock { $0.answers.append(answer) }
    }

    // MARK: Monitors

    private func note(deathOf monitor: MonitorNode) async {
        guard let process = monitor.node.process, process.isOver else { return }
        let exit = await process.exit()
        state.withLock { state in
            guard !state.endedByUs.contains(process.processID) else { return }
            // What SENTINEL SIMULATE-FAILURE ends with.
            guard !(state.isCrashArmed && exit == .status(99)) else { return }
            state.endedByUs.insert(process.processID)
            state.died.append("\(monitor.name) ended by itself: \(exit)")
        }
    }

    /// Monitors that ended without our doing, and have not been started since or have.
    func deaths() async -> [String] {
        for monitor in deployment.monitors { await note(deathOf: monitor) }
        return state.withLock { $0.died }
    }

    /// All are told to crash; as soon as one has, the others are told not to.
    private func crashNextLeader(_ moment: String) async throws {
        state.withLock { $0.isCrashArmed = true }
        for monitor in deployment.monitors { try await monitor.node.call("SENTINEL", "SIMULATE-FAILURE", moment) }
        let watching = Task {
            let crashed = try? await wait(for: "a monitor crashes", within: .seconds(30), every: .milliseconds(1)) {
                deployment.monitors.firstIndex { !$0.isRunning }
            }
            if let crashed { state.withLock { $0.leader = crashed } }
            // Whatever the words: the point that was set before is forgotten.
            for monitor in deployment.runningMonitors { _ = try? await monitor.node.send("SENTINEL", "SIMULATE-FAILURE", "HELP") }
        }
        state.withLock { $0.answers.append(watching) }
    }

    func end() async {
        let (loops, answers) = state.withLock { ($0.loops, $0.answers) }
        for answer in answers { answer.cancel() }
        for loop in loops { loop.signal(SIGKILL) }
        for loop in loops { await loop.exit() }
    }

    // MARK: Resources

    private static let newPassword = "another-word"

    private func changePassword() async throws {
        for instance in [primary] + replicas {
            try await instance.node.call("CONFIG", "SET", "masterauth", Self.newPassword)
            try await instance.node.call("CONFIG", "SET", "requirepass", Self.newPassword)
            instance.node.usePassword(Self.newPassword)
        }
        load.password.withLock { $0 = Self.newPassword }
        for instance in [primary] + replicas {
            for kind in ["normal", "pubsub"] { _ = try await instance.node.send("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes") }
        }
    }

    /// A directory where the file is to be: what is written beside it cannot take its place.
    private func failSaves(_ node: Node, _ isFailing: Bool) async throws {
        let path = "\(node.directory)/dump.rdb"
        if isFailing {
            TextFile.remove(path)
            try TemporaryDirectory.makeDirectory(path)
            try await node.call("CONFIG", "SET", "save", "3600 1000000")
            try await node.call("BGSAVE")
        } else {
            rmdir(path)
            try await node.call("BGSAVE")
        }
    }

    private func fillDisk(_ node: Node, _ isFull: Bool) throws {
        let path = node.visible("\(node.directory)/filler")
        guard isFull else {
            TextFile.remove(path)
            return
        }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw LabError.system("cannot fill the disk of \(node.name)", errno) }
        defer { close(file) }
        for size in [64 << 10, 512] {
            let page = [UInt8](repeating: 0, count: size)
            while write(file, page, page.count) > 0 {}
        }
        guard errno == ENOSPC else { throw LabError.system("cannot fill the disk of \(node.name)", errno) }
    }

    private func occupyProcessors(_ factor: Int) async throws {
        let running = state.withLock { state in
            defer { state.loops = [] }
            return state.loops
        }
        for loop in running { loop.signal(SIGKILL) }
        guard factor > 0 else { return }
        for _ in 0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) * factor {
            let loop = try await deployment.startCompanion("/bin/sh", ["-c", "while :; do :; done"])
            state.withLock { $0.loops.append(loop) }
        }
    }
}
