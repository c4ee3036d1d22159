/// All trials of a bench, and the table that is made of them.
package struct FailoverReport: Codable, Hashable, Sendable {
    package let supervisors: [MonitorKind]
    package let faults: [FailoverFault]
    package let trials: Int
    /// In milliseconds.
    package let downAfter: Int64
    package let failoverTimeout: Int64
    package let stockMonitors: Int
    package internal(set) var surroundings: Surroundings
    package internal(set) var results: [FailoverResult] = []

    package init(bench: FailoverBench, surroundings: Surroundings) {
        supervisors = bench.supervisors
        faults = bench.faults
        trials = bench.trials
        downAfter = bench.downAfter.milliseconds
        failoverTimeout = bench.failoverTimeout.milliseconds
        stockMonitors = bench.stockMonitors
        self.surroundings = surroundings
    }

    package mutating func append(_ result: FailoverResult) { results.append(result) }

    // MARK: Figures

    /// What is told of a fault's trials, each in a row of its own.
    private enum Figure: CaseIterable {
        case outage
        case shutdown
        case afterShutdown
        case firstSwitch
        case afterMonitorsReturned
        case demotion
        case lost
        case keysLost

        var title: String {
            switch self {
            case .outage: "longest time without an acknowledged write, ms"
            case .shutdown: "of it: SHUTDOWN until Redis' process has ended, ms"
            case .afterShutdown: "Redis' process has ended until a write is acknowledged, ms"
            case .firstSwitch: "first +switch-master, ms"
            case .afterMonitorsReturned: "monitors are back until a write is acknowledged, ms"
            case .demotion: "old primary returns until it is a replica, ms"
            case .lost: "acknowledged writes lost"
            case .keysLost: "keys of 5,000 lost"
            }
        }

        var isCount: Bool { self == .lost || self == .keysLost }

        func value(_ result: FailoverResult) -> Double? {
            switch self {
            case .outage: result.outage
            case .shutdown: result.shutdown
            case .afterShutdown: result.afterShutdown
            case .firstSwitch: result.firstSwitch
            case .afterMonitorsReturned: result.afterMonitorsReturned
            case .demotion: result.demotion
            case .lost: result.lost.map(Double.init)
            case .keysLost: result.keysLost.map(Double.init)
            }
        }
    }

    package func results(_ fault: FailoverFault, _ kind: MonitorKind) -> [FailoverResult] {
        results.filter { $0.fault == fault && $0.supervisor == kind }
    }

    /// Median, 95th percentile and maximum of each figure and supervisor; the ratio is that of the medians, for losses that of the sums.
    package var table: TextTable {
        var columns = [TextTable.Column("fault"), .init("figure")]
        for kind in supervisors {
            columns += [.init(kind.rawValue + " median", .right), .init("p95", .right), .init("max", .right)]
            columns += [.init("n", .right)]
        }
        if supervisors.count == 2 { columns.append(.init("ratio", .right)) }
        var table = TextTable(columns)
        for fault in faults {
            var title = fault.rawValue
            for figure in Figure.allCases {
                let all = supervisors.map { kind in Distribution(results(fault, kind).compactMap(figure.value)) }
                guard all.contains(where: { $0 != nil }) else { continue }
                table.append([title, figure.title] + all.flatMap { Self.cells($0, isCount: figure.isCount) } + ratio(all, figure))
                title = ""
            }
        }
        return table
    }

    private static func cells(_ distribution: Distribution?, isCount: Bool) -> [String] {
        guard let distribution else { return ["–", "", "", "0"] }
        let show = isCount ? { FigureText.number($0, decimals: 0) } : FigureText.milliseconds
        return [distribution.median, distribution.percentile(95), distribution.maximum].map(show) + [distribution.count.grouped]
    }

    private func ratio(_ all: [Distribution?], _ figure: Figure) -> [String] {
        guard supervisors.count == 2 else { return [] }
        guard let first = all[0], let second = all[1] else { return ["–"] }
        return [figure.isCount ? FigureText.ratio(first.sum, to: second.sum) : FigureText.ratio(first.median, to: second.median)]
    }

    // MARK: Words

    /// How it was measured, and what the table does not show. One remark a line.
    package var notes: [String] {
        let names = supervisors.map(\.rawValue).joined(separator: ", ")
        var notes = [
            "\(trials(self.trials)) of each fault and supervisor, in turn (\(names), and again), each on a fresh deployment of one primary, two"
                + " replicas and three monitors on one machine; quorum 2, down-after \(downAfter.grouped) ms, failover-timeout"
                + " \(failoverTimeout.grouped) ms, otherwise as delivered. A client writes each millisecond, finds the primary by way of"
                + " the monitors, and follows +switch-master."
        ]
        if stockMonitors > 0 { notes.append("Of picketd's three monitors \(stockMonitors) are redis-sentinel: a mixed quorum.") }
        notes += surroundings.lines
        notes += faults.map { "\($0.rawValue): \($0.explanation)." }
        if let noise = Distribution(results.compactMap(\.noise)) {
            notes.append(
                "Longest time without a write in the second before each fault: median \(FigureText.milliseconds(noise.median)) ms,"
                    + " max \(FigureText.milliseconds(noise.maximum)) ms.")
        }
        let (lost, all) = (results.reduce(0) { $0 + ($1.lost ?? 0) }, results.reduce(0) { $0 + ($1.lost == nil ? 0 : $1.acknowledged) })
        notes.append("Lost in all: \(lost.grouped) of \(all.grouped) acknowledged writes; where any were, it is said here.")
        for fault in faults { notes += supervisors.flatMap { lossesAndFailures(fault, $0) } }
        return notes
    }

    private func lossesAndFailures(_ fault: FailoverFault, _ kind: MonitorKind) -> [String] {
        let results = results(fault, kind)
        let name = "\(fault.rawValue), \(kind.rawValue)"
        var lines: [String] = []
        let counted = results.filter { ($0.lost ?? 0) > 0 }
        if !counted.isEmpty {
            let (lost, all) = (counted.reduce(0) { $0 + ($1.lost ?? 0) }, counted.reduce(0) { $0 + $1.acknowledged })
            lines.append("\(name): \(lost.grouped) of \(all.grouped) acknowledged writes lost, in \(trials(counted.count)).")
        }
        let repeated = results.filter { $0.failovers > 1 }
        if !repeated.isEmpty { lines.append("\(name): failed over more than once in \(trials(repeated.count)).") }
        let unrecovered = results.filter { !$0.isRecovered }
        if !unrecovered.isEmpty {
            lines.append(
                "\(name): in \(trials(unrecovered.count)) no write was acknowledged again as long as was waited; the time counts as that long."
            )
        }
        for failed in results { if let failure = failed.failure { lines.append("\(name), trial \(failed.number): \(failure)") } }
        return lines
    }

    private func trials(_ count: Int) -> String { count == 1 ? "1 trial" : "\(count) trials" }

    package var markdown: String {
        table.markdown + "\n" + notes.map { "- \($0.split(separator: "\n").first ?? "")" }.joined(separator: "\n") + "\n"
    }

    package var text: String { table.text + "\n" + notes.joined(separator: "\n") + "\n" }
}
