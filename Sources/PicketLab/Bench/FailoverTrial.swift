import Glibc
import Synchronization

/// One fault, and what a client, a subscriber and the data say of it.
struct FailoverTrial: Sendable {
    /// Keys that are there before a primary comes back without them.
    static let dataSet = 5_000
    /// How long the two monitors stay away.
    private static let monitorsAway: Duration = .seconds(2)
    /// How long all must have been well for it to be over.
    private static let calm: Duration = .seconds(1)

    let bench: FailoverBench
    let fault: FailoverFault
    let kind: MonitorKind
    let number: Int

    init(_ bench: FailoverBench, _ fault: FailoverFault, _ kind: MonitorKind, number: Int) {
        self.bench = bench
        self.fault = fault
        self.kind = kind
        self.number = number
    }

    private var limit: Duration { bench.limit }

    func run(on deployment: Deployment) async throws -> FailoverResult {
        var result = FailoverResult(fault, kind, number: number)
        if bench.keepsFiles {
            deployment.keepFiles()
            result.remarks.append("files in \(deployment.directory)")
        }
        try await settle(deployment)
        let victims = try await chooseMonitors(deployment, &result)
        let primary = try deployment.instance(atPort: try await deployment.agreedPort(of: deployment.group().name))
        if fault.isRebirth { try await fill(primary) }
        try await primary.waitForReplicas(2)
        let events = try await EventRecorder.attached(to: deployment)
        defer { events.detach() }
        let scene = FailoverScene(deployment: deployment, old: primary, monitors: victims, events: events, limit: limit)
        let writer = try await Writer.start(
            group: deployment.group().name, monitorPorts: deployment.monitors.map(\.port), confirmedBy: fault.confirmation)
        do {
            // Any moment of the monitors' periods is as likely as any other.
            try await Task.sleep(for: .milliseconds(1_200 + Int.random(in: 0..<1_000)))
            let begin = ContinuousClock.now
            try await strike(scene, writer, begin, &result)
            let report = await writer.stop()
            result.acknowledged = report.acknowledged.count
            result.outage = report.longestSilence(endingIn: begin...report.endedAt).inMilliseconds
            result.noise = report.longestSilence(endingIn: begin - .seconds(1)...begin).inMilliseconds
            let switches = events.events.filter { $0.name == "+switch-master" && $0.at >= begin }
            result.firstSwitch = switches.first.map { ($0.at - begin).inMilliseconds }
            // Each is told by all monitors.
            result.failovers = Set(switches.map(\.text)).count
            if result.isRecovered { try await count(report, deployment, &result) }
        } catch {
            _ = await writer.stop()
            throw error
        }
        return result
    }

    // MARK: Before

    private func settle(_ deployment: Deployment) async throws {
        try await deployment.waitUntilSettled(within: .seconds(30))
    }

    /// The monitors that go with the primary.
    private func chooseMonitors(_ deployment: Deployment, _ result: inout FailoverResult) async throws -> [MonitorNode] {
        let turn = (number - 1) % deployment.monitors.count
        switch fault {
        case .kill, .freeze, .shutdown, .planned, .rebornEmpty, .rebornStale, .wait1: return []
        case .twoMonitors: return deployment.monitors.indices.filter { $0 != turn }.map { deployment.monitors[$0] }
        case .primaryAndLeader:
            let leader = kind == .picketd ? try await leaderOfRehearsal(deployment) : turn
            result.remarks.append("with monitor \(leader + 1)")
            return [deployment.monitors[leader]]
        }
    }

    /// The monitor that leads a failover in this deployment; all is well again when it returns.
    private func leaderOfRehearsal(_ deployment: Deployment) async throws -> Int {
        let events = try await EventRecorder.attached(to: deployment)
        defer { events.detach() }
        let old = try deployment.group().instances[0]
        await old.node.kill()
        let new = try await deployment.waitForFailover(from: old.port, within: limit)
        let leader = try await events.first("+elected-leader").monitor
        try await old.node.start()
        try await deployment.waitUntilAllFollow(new, within: limit)
        try await deployment.waitUntilSettled(within: .seconds(30))
        return leader
    }

    private func fill(_ primary: RedisInstance) async throws {
        for start in stride(from: 0, to: Self.dataSet, by: 500) {
            let pairs = (start..<min(start + 500, Self.dataSet)).flatMap { [Self.key($0), String($0)] }
            _ = try await primary.node.connection().call(["MSET"] + pairs)
        }
    }

    static func key(_ number: Int) -> String { "picket:bench:\(number)" }

    // MARK: The fault

    private func strike(_ scene: FailoverScene, _ writer: Writer, _ begin: ContinuousClock.Instant, _ result: inout FailoverResult)
        async throws
    {
        var monitorsBackAt: ContinuousClock.Instant?
        var ended: ContinuousClock.Instant?
        switch fault {
        case .kill, .wait1, .primaryAndLeader:
            await scene.killTogether()
        case .freeze:
            scene.old.node.freeze()
        case .shutdown:
            try await scene.old.node.shutDown(within: limit)
            ended = .now
        case .planned:
            try await scene.deployment.monitors[0].node.call("SENTINEL", "FAILOVER", scene.deployment.group().name, within: limit)
        case .rebornEmpty, .rebornStale:
            try await scene.reincarnate(withFile: fault == .rebornStale, writer, begin, &result)
            return
        case .twoMonitors:
            await scene.killTogether()
            try await Task.sleep(until: begin + Self.monitorsAway)
            monitorsBackAt = try await scene.returnMonitors()
        }
        guard let recovered = try await scene.firstWriteElsewhere(writer) else {
            result.isRecovered = false
            return
        }
        if let ended {
            result.shutdown = (ended - begin).inMilliseconds
            result.afterShutdown = max(0, (recovered - ended).inMilliseconds)
        }
        if let monitorsBackAt { result.afterMonitorsReturned = max(0, (recovered - monitorsBackAt).inMilliseconds) }
        try await scene.waitUntilStable(for: Self.calm, exceptOld: fault.takesPrimaryAway)
        guard fault.takesPrimaryAway else { return }
        result.demotion = try await scene.timeToDemotion { try await scene.bringBackOld(isFrozen: fault == .freeze) }
        if result.demotion == nil { result.remarks.append("the old primary was not demoted") }
        try await scene.waitUntilStable(for: Self.calm)
    }

    // MARK: After

    private func count(_ report: WriterReport, _ deployment: Deployment, _ result: inout FailoverResult) async throws {
        let primary = try deployment.instance(atPort: try await deployment.agreedPort(of: deployment.group().name))
        result.lost = try await report.missing(on: primary).count
        guard fault.isRebirth else { return }
        var found = 0
        for start in stride(from: 0, to: Self.dataSet, by: 500) {
            let keys = (start..<min(start + 500, Self.dataSet)).map(Self.key)
            guard case .integer(let count) = try await primary.node.connection().call(["EXISTS"] + keys) else { continue }
            found += Int(count)
        }
        result.keysLost = Self.dataSet - found
    }
}
