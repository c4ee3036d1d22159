import Glibc

/// One supervisor's monitors on a small fleet; what is asked and told is the first one's.
struct QueryRun: Sendable {
    private let bench: QueryBench
    private let deployment: FleetDeployment

    init(_ bench: QueryBench, _ deployment: FleetDeployment) {
        self.bench = bench
        self.deployment = deployment
    }

    private var monitor: MonitorNode { deployment.monitors[0] }

    private var monitorProcess: pid_t {
        get throws {
            guard let process = monitor.node.process, !process.isOver else { throw LabError.processEnded("\(monitor.name) has ended") }
            return process.processID
        }
    }

    func run(_ empty: QueryResult) async throws -> QueryResult {
        var result = empty
        try await deployment.startMonitors()
        let ledger = try await EventLedger.attached(to: deployment.monitors)
        defer { ledger.detach() }
        try await settle()
        for part in bench.parts {
            switch part {
            case .queries: for pipeline in bench.pipelines { result.loads.append(try await ask(pipeline)) }
            case .subscribers: result.subscribers = try await tell(ledger)
            case .storm: result.storm = try await storm(ledger)
            }
        }
        return result
    }

    private func settle() async throws {
        try await wait(until: "all monitors know all groups", within: .seconds(120), every: .milliseconds(250)) {
            for monitor in deployment.monitors {
                let known = try await deployment.summaries(of: monitor).count {
                    $0.replicas == deployment.plan.replicas && $0.monitors == deployment.plan.monitors
                }
                guard known == deployment.plan.groups else { throw NotYet("\(monitor.name) knows \(known) wholly") }
            }
            return true
        }
        // What discovery still has to write is not the queries' cost.
        try await Task.sleep(for: .seconds(2))
    }

    // MARK: Queries

    private func ask(_ pipeline: Int) async throws -> QueryResult.Load {
        let before = try ProcessFigures.processorTime(of: monitorProcess)
        let load = try await startLoad(pipeline, seconds: bench.seconds, rate: nil)
        let report = try await load.finished(within: .seconds(bench.seconds + 30))
        let spent = try ProcessFigures.processorTime(of: monitorProcess) - before
        return .init(
            pipeline: pipeline, queriesPerSecond: Double(report.queries) / report.seconds,
            processorMicroseconds: spent.inMilliseconds * 1_000 / Double(max(1, report.queries)),
            clientLoad: report.processorSeconds / report.seconds, wrong: report.wrong)
    }

    /// A client in a process of its own.
    private struct Load: Sendable {
        let process: ChildProcess
        let outputPath: String
        let errorPath: String

        func finished(within limit: Duration) async throws -> LoadReport {
            do { _ = try await process.exit(within: limit) } catch {
                process.signal(SIGKILL)
                throw error
            }
            guard let report = LoadReport((try? TextFile.read(outputPath)) ?? "") else {
                throw LabError.processEnded("the client that asks ended without figures: \(TextFile.tail(errorPath, lines: 3))")
            }
            return report
        }
    }

    private func startLoad(_ pipeline: Int, seconds: Double, rate: Int?) async throws -> Load {
        let path = "\(deployment.directory)/load-\(Nanoseconds.now).txt"
        // None that will move: the answers must stay the same.
        let groups = deployment.fleet.groups.suffix(2).map(\.name).joined(separator: ",")
        let words =
            [
                bench.program, "load", "--port", String(monitor.port), "--groups", groups, "--connections", String(bench.connections),
                "--pipeline", String(pipeline), "--seconds", String(seconds),
            ] + (rate.map { ["--rate", String($0)] } ?? [])
        return Load(
            process: try await deployment.startCompanion(words, outputPath: path), outputPath: path,
            errorPath: "\(deployment.directory)/companions.txt")
    }

    // MARK: Subscribers

    private func tell(_ ledger: EventLedger) async throws -> QueryResult.Subscribers {
        let before = try ProcessFigures.memory(of: monitorProcess).resident
        let path = "\(deployment.directory)/listen.txt"
        let process = try await deployment.startCompanion(
            [
                bench.program, "listen", "--port", String(monitor.port), "--subscribers", String(bench.subscribers), "--channel",
                "+switch-master", "--limit", "60",
            ], outputPath: path)
        func words() -> String { (try? TextFile.read(path)) ?? "" }
        try await wait(until: "\(bench.subscribers) have subscribed", within: .seconds(60)) { process.isOver || words().contains("ready") }
        guard !process.isOver else {
            throw LabError.processEnded("the subscribers: \(TextFile.tail("\(deployment.directory)/companions.txt", lines: 3))")
        }
        let memory = Double(try ProcessFigures.memory(of: monitorProcess).resident - before) / Double(bench.subscribers)
        try await deployment.fleet.crash([deployment.fleet.groups[0].ports[0]])
        do { _ = try await process.exit(within: .seconds(70)) } catch {
            process.signal(SIGKILL)
            throw error
        }
        guard let report = words().split(separator: "\n").lazy.compactMap({ ListeningReport($0) }).first else {
            throw LabError.processEnded(
                "the subscribers ended without figures: \(TextFile.tail("\(deployment.directory)/companions.txt", lines: 3))")
        }
        return .init(count: bench.subscribers, told: report.told, spread: report.spread, memory: memory)
    }

    // MARK: The storm

    private func storm(_ ledger: EventLedger) async throws -> QueryResult.Storm {
        // The first group may have moved already, the last two are asked for.
        let groups = Array(deployment.fleet.groups.dropFirst(1).prefix(2 * bench.stormTrials))
        let downBefore = ledger.down.count
        let calm = try await freeze(groups.prefix(bench.stormTrials), ledger)
        let limit = Double(bench.stormTrials) * 60
        let load = try await startLoad(16, seconds: limit, rate: bench.stormRate)
        // Rising.
        try await Task.sleep(for: .seconds(1))
        let stormy: [Double]
        do {
            stormy = try await freeze(groups.suffix(bench.stormTrials), ledger)
            guard !load.process.isOver else {
                throw LabError.processEnded("the storm broke off: \(TextFile.tail(load.errorPath, lines: 3))")
            }
        } catch {
            load.process.signal(SIGKILL)
            throw error
        }
        // Told to end, it still says how much it asked.
        load.process.signal(SIGTERM)
        let report = try await load.finished(within: .seconds(10))
        let frozen = Set(groups.map(\.name))
        let falseAlarms = ledger.down.dropFirst(downBefore).count { !frozen.contains($0.group) }
        return .init(
            calm: calm, stormy: stormy, queriesPerSecond: Double(report.queries) / report.seconds, falseAlarms: falseAlarms)
    }

    /// One after the other.
    ///
    /// - Returns: of each, the milliseconds until the monitor held it down.
    private func freeze(_ groups: some Sequence<Fleet.Group>, _ ledger: EventLedger) async throws -> [Double] {
        var times: [Double] = []
        for group in groups {
            let frozenAt = ContinuousClock.now
            try await deployment.fleet.freeze([group.ports[0]])
            let down = try await wait(for: "\(group.name) is held down", within: .seconds(30), every: .milliseconds(5)) {
                ledger.down.first { $0.monitor == 0 && $0.group == group.name && $0.at > frozenAt }
            }
            times.append((down.at - frozenAt).inMilliseconds)
            try await wait(until: "\(group.name) has moved", within: .seconds(60), every: .milliseconds(20)) {
                ledger.switches.contains { $0.group == group.name }
            }
            // At another moment of the monitors' periods each time.
            try await Task.sleep(for: .milliseconds(Int.random(in: 500...1_500)))
        }
        return times
    }
}
