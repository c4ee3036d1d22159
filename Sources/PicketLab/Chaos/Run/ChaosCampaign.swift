import Subprocess
import Synchronization

/// Many runs, some at the same time.
package struct ChaosCampaign: Sendable {
    package struct Item: Sendable {
        package let plan: ChaosPlan
        package let supervisor: MonitorKind
    }

    package var items: [Item]
    package var jobs: Int
    package var executables: Executables
    package var relay: [String]
    package var keepsFiles = false

    /// - Parameters:
    ///   - seed: Of the first run of each fault; the runs that follow have the numbers that follow.
    ///   - runs: Of each fault and supervisor, which take turns.
    package init(
        faults: [ChaosFault], supervisors: [MonitorKind], seed: UInt64, runs: Int, jobs: Int, executables: Executables, relay: [String],
        keepsFiles: Bool = false
    ) {
        items = (0..<UInt64(runs)).flatMap { number in
            faults.flatMap { fault in supervisors.map { Item(plan: fault.plan(seed: seed &+ number), supervisor: $0) } }
        }
        self.jobs = jobs
        self.executables = executables
        self.relay = relay
        self.keepsFiles = keepsFiles
    }

    package enum Progress: Sendable {
        case began(Item)
        case ended(RunRecord)
    }

    package func checkPrograms() throws(LabError) {
        _ = try executables.requireRedisServer()
        for kind in Set(items.map(\.supervisor)) { _ = try executables.require(kind) }
    }

    /// - Parameters:
    ///   - suite: What the report calls it.
    ///   - tell: Told from several tasks, but one at a time.
    package func run(suite: String, command: String, _ tell: @escaping @Sendable (Progress, ChaosReport) -> Void) async throws
        -> ChaosReport
    {
        let kinds = [MonitorKind.picketd, .redisSentinel].filter { kind in items.contains { $0.supervisor == kind } }
        var initial = ChaosReport(suite: suite, supervisors: kinds, surroundings: await .found(executables, kinds))
        initial.command = command
        initial.startedAt = CalendarText.now
        let report = Ledger(initial)
        let canIsolate = items.contains { $0.plan.needsNamespaces } ? await Self.canIsolate : true
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (index, item) in items.enumerated() {
                if index >= max(1, jobs) { try await tasks.next() }
                tasks.addTask {
                    report.update { tell(.began(item), $0) }
                    var record = try await execute(item, canIsolate: canIsolate)
                    record.command =
                        "picket-chaos run --fault \(item.plan.fault) --seed \(item.plan.seed) --supervisor \(item.supervisor.word)"
                    report.update { [record] report in
                        report.runs.append(record)
                        tell(.ended(record), report)
                    }
                }
            }
            try await tasks.waitForAll()
        }
        return report.update { report in
            report.surroundings.end()
            // As they were asked for, and not as they happened to end.
            report.runs.sort { one, other in order(one) < order(other) }
            return report
        }
    }

    /// One at a time.
    private final class Ledger: Sendable {
        private let report: Mutex<ChaosReport>

        init(_ report: ChaosReport) { self.report = Mutex(report) }

        func update<Result: Sendable>(_ body: @Sendable (inout ChaosReport) -> Result) -> Result { report.withLock { body(&$0) } }
    }

    private func order(_ record: RunRecord) -> Int {
        items.firstIndex { $0.plan.fault == record.fault && $0.plan.seed == record.seed && $0.supervisor == record.supervisor }
            ?? items.count
    }

    private func execute(_ item: Item, canIsolate: Bool) async throws -> RunRecord {
        guard canIsolate || !item.plan.needsNamespaces else {
            var record = RunRecord(item.plan, item.supervisor)
            record.failure = "it takes namespaces, and unshare --map-root-user --net --mount is not permitted here"
            return record
        }
        var run = ChaosRun(item.plan, item.supervisor, executables: executables, relay: relay)
        run.keepsFiles = keepsFiles
        return try await run.run()
    }

    /// Whether processes can be given networks and disks of their own here.
    private static var canIsolate: Bool {
        get async {
            let result = try? await Subprocess.run(
                .path("/usr/bin/unshare"), arguments: ["--map-root-user", "--net", "--mount", "/bin/true"], output: .discarded,
                error: .discarded)
            return result?.terminationStatus.isSuccess ?? false
        }
    }
}

extension MonitorKind {
    /// As users of the suite say it.
    package var word: String { self == .picketd ? "picket" : "redis-sentinel" }
}
