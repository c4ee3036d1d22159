/// All runs, and the figures that are made of them.
package struct ChaosReport: Codable, Hashable, Sendable {
    package let suite: String
    package let supervisors: [MonitorKind]
    package internal(set) var surroundings: Surroundings
    /// Local time, as the calendar has it.
    package var startedAt = ""
    package var command = ""
    package internal(set) var runs: [RunRecord] = []

    package init(suite: String, supervisors: [MonitorKind], surroundings: Surroundings) {
        self.suite = suite
        self.supervisors = supervisors
        self.surroundings = surroundings
    }

    package mutating func append(_ run: RunRecord) { runs.append(run) }

    /// Of one supervisor: as good as the worst of its runs; one that could not be carried out is unknown.
    package func verdict(of kind: MonitorKind) -> ChaosVerdict {
        let verdicts = runs.filter { $0.supervisor == kind }.map(\.verdict)
        if verdicts.contains(.fail) { return .fail }
        return verdicts.isEmpty || verdicts.contains(.unknown) ? .unknown : .pass
    }

    /// Of the supervisor that is on trial: picketd, and redis-sentinel only where it is alone.
    package var verdict: ChaosVerdict { verdict(of: supervisors.first ?? .picketd) }

    package func count(_ verdict: ChaosVerdict, _ kind: MonitorKind) -> Int {
        runs.count { $0.supervisor == kind && $0.verdict == verdict }
    }

    /// Failovers in runs in which nobody was to fail over, and how many hours those took.
    package func falseFailovers(_ kind: MonitorKind) -> (count: Int, hours: Double) {
        let calm = runs.filter { run in
            run.supervisor == kind && run.failure == nil && ChaosFault.named(run.fault)?.plan(seed: run.seed).expectation.failovers == 0...0
        }
        return (calm.reduce(0) { $0 + $1.failovers.count }, calm.reduce(0) { $0 + $1.length } / 3_600_000)
    }

    /// In the order in which they first came up.
    package var faults: [String] {
        var faults: [String] = []
        for run in runs where !faults.contains(run.fault) { faults.append(run.fault) }
        return faults
    }

    package func runs(_ fault: String, _ kind: MonitorKind) -> [RunRecord] {
        runs.filter { $0.fault == fault && $0.supervisor == kind }
    }

    // MARK: Figures

    /// What is told of the runs of one fault and supervisor.
    package struct Row: Sendable {
        package let fault: String
        package let supervisor: MonitorKind
        package let runs: Int
        package let verdict: ChaosVerdict
        package let detect: Distribution?
        package let elect: Distribution?
        package let promote: Distribution?
        package let announce: Distribution?
        package let outage: Distribution?
        package let twoPrimaries: Distribution?
        package let heal: Distribution?
        package let acknowledged: Int
        package let lost: Int?
        package let confirmedLost: Int?
        package let failovers: Int
        package let fullResyncs: Int
        package let partialResyncs: Int
    }

    package var rows: [Row] {
        faults.flatMap { fault in supervisors.compactMap { row(fault, $0) } }
    }

    private func row(_ fault: String, _ kind: MonitorKind) -> Row? {
        let all = runs(fault, kind)
        guard !all.isEmpty else { return nil }
        let runs = all.filter { $0.failure == nil }
        func distribution(_ value: (RunRecord) -> Double?) -> Distribution? { Distribution(runs.compactMap(value)) }
        func sum(_ values: [Int]) -> Int? { values.isEmpty ? nil : values.reduce(0, +) }
        let verdicts = all.map(\.verdict)
        return Row(
            fault: fault, supervisor: kind, runs: all.count,
            verdict: verdicts.contains(.fail) ? .fail : verdicts.contains(.unknown) ? .unknown : .pass,
            detect: distribution(\.phases.detect), elect: distribution(\.phases.elect), promote: distribution(\.phases.promote),
            announce: distribution(\.phases.announce), outage: distribution(\.outage), twoPrimaries: distribution(\.twoPrimaries),
            heal: distribution(\.heal), acknowledged: runs.reduce(0) { $0 + $1.acknowledged }, lost: sum(runs.compactMap(\.lost)),
            confirmedLost: sum(runs.flatMap { run in run.clients.filter(\.isConfirmed).compactMap(\.lost) }),
            failovers: runs.reduce(0) { $0 + $1.failovers.count }, fullResyncs: runs.reduce(0) { $0 + ($1.fullResyncs ?? 0) },
            partialResyncs: runs.reduce(0) { $0 + ($1.partialResyncs ?? 0) })
    }

    package var table: TextTable {
        var table = TextTable([
            .init("fault"), .init("supervisor"), .init("verdict"), .init("n", .right), .init("outage, ms", .right), .init("max", .right),
            .init("lost", .right), .init("of", .right), .init("WAIT 1 lost", .right), .init("two primaries, ms", .right),
            .init("failovers", .right), .init("heal, ms", .right), .init("full / partial resyncs", .right),
        ])
        var last = ""
        for row in rows {
            table.append([
                row.fault == last ? "" : row.fault, row.supervisor.rawValue, row.verdict.rawValue, "\(row.runs)",
                row.outage.map { FigureText.milliseconds($0.median) } ?? "–", row.outage.map { FigureText.milliseconds($0.maximum) } ?? "–",
                row.lost?.grouped ?? "–", row.acknowledged.grouped, row.confirmedLost?.grouped ?? "–",
                row.twoPrimaries.map { FigureText.milliseconds($0.maximum) } ?? "–", "\(row.failovers)",
                row.heal.map { FigureText.milliseconds($0.median) } ?? "–", "\(row.fullResyncs) / \(row.partialResyncs)",
            ])
            last = row.fault
        }
        return table
    }

    /// What was found wrong or could not be determined, one line each.
    package var complaints: [String] {
        runs.flatMap { run -> [String] in
            let head = "\(run.fault), \(run.supervisor.rawValue), seed \(run.seed)"
            if let failure = run.failure { return ["\(head): not carried out: \(failure.split(separator: "\n").first ?? "")"] }
            return run.findings.filter { $0.verdict == .fail || $0.verdict == .unknown }.map {
                "\(head): \($0.check.rawValue) \($0.verdict.rawValue): \($0.words)"
            }
        }
    }

    package var verdictWords: String { supervisors.map(verdictWords(of:)).joined(separator: ". ") }

    private func verdictWords(of kind: MonitorKind) -> String {
        let counts = [ChaosVerdict.pass, .fail, .unknown].map { "\(count($0, kind)) \($0.rawValue)" }.joined(separator: ", ")
        let noise = falseFailovers(kind)
        let minutes = FigureText.number(noise.hours * 60, decimals: 1)
        return "\(kind.rawValue): \(verdict(of: kind).rawValue) (\(counts)); \(noise.count) false failovers in \(minutes) minutes of noise"
    }

    package var text: String {
        (["", table.text] + worse.map { "worse: \($0)" } + complaints + [""] + surroundings.lines + [verdictWords]).joined(separator: "\n")
            + "\n"
    }

    package var markdown: String {
        let table = supervisors.count > 1 ? comparison : table
        return table.markdown + "\n"
            + (worse.map { "Worse: \($0)" } + surroundings.lines + complaints + [verdictWords]).map { "- \($0)" }.joined(separator: "\n")
            + "\n"
    }

    /// A row for each fault, the supervisors side by side; medians, and sums of what was lost.
    package var comparison: TextTable {
        var columns = [TextTable.Column("fault")]
        for kind in supervisors {
            columns += [.init(kind.rawValue), .init("outage, ms", .right), .init("lost (of them confirmed)", .right)]
            columns += [.init("two primaries, ms", .right), .init("whole again, ms", .right)]
        }
        var table = TextTable(columns)
        let rows = rows
        for fault in faults {
            table.append(
                [fault]
                    + supervisors.flatMap { kind -> [String] in
                        guard let row = rows.first(where: { $0.fault == fault && $0.supervisor == kind }) else {
                            return ["–", "", "", "", ""]
                        }
                        func median(_ distribution: Distribution?) -> String {
                            distribution.map { FigureText.milliseconds($0.median) } ?? "–"
                        }
                        let confirmed = row.confirmedLost.map { $0 > 0 ? " (\($0.grouped))" : "" } ?? ""
                        return [
                            row.verdict.rawValue, median(row.outage), (row.lost?.grouped ?? "–") + confirmed, median(row.twoPrimaries),
                            median(row.heal),
                        ]
                    })
        }
        return table
    }
}

extension ChaosReport {
    /// Several campaigns as one, in the order given; nil where there is none.
    package init?(merging reports: [ChaosReport]) {
        guard var merged = reports.first else { return nil }
        let kinds = [MonitorKind.picketd, .redisSentinel].filter { kind in reports.contains { $0.supervisors.contains(kind) } }
        if reports.count > 1 || kinds != merged.supervisors {
            let commands = reports.map(\.command)
            merged = ChaosReport(suite: merged.suite, supervisors: kinds, surroundings: merged.surroundings)
            merged.startedAt = reports[0].startedAt
            merged.command = commands.joined(separator: " && ")
            merged.runs = reports.flatMap(\.runs)
        }
        self = merged
    }
}
