/// All runs of a bench of sizes, and the tables that are made of them.
package struct ScaleReport: Codable, Hashable, Sendable {
    package let supervisors: [MonitorKind]
    package let sizes: [ScaleBench.Size]
    package let runs: Int
    /// In milliseconds.
    package let downAfter: Int64
    package let failoverTimeout: Int64
    package let usesCrashPath: Bool
    package let limit: Int64
    package let rest: Int64
    package internal(set) var surroundings: Surroundings
    package internal(set) var results: [ScaleResult] = []

    package init(bench: ScaleBench, surroundings: Surroundings) {
        supervisors = bench.supervisors
        sizes = bench.sizes
        runs = bench.runs
        downAfter = bench.downAfter.milliseconds
        failoverTimeout = bench.failoverTimeout.milliseconds
        usesCrashPath = bench.usesCrashPath
        limit = bench.limit.milliseconds
        rest = bench.rest.milliseconds
        self.surroundings = surroundings
    }

    package mutating func append(_ result: ScaleResult) { results.append(result) }
    package mutating func end() { surroundings.end() }

    package func results(_ size: ScaleBench.Size, _ kind: MonitorKind) -> [ScaleResult] {
        results.filter { $0.groups == size.groups && $0.mass == size.mass && $0.supervisor == kind }
    }

    /// The median of the runs; nil where there is no figure.
    package func median(_ figure: ScaleFigure, _ size: ScaleBench.Size, _ kind: MonitorKind) -> Double? {
        Distribution(results(size, kind).compactMap(figure.value))?.median
    }

    // MARK: Tables

    /// A row for each figure, a column for each supervisor.
    package var table: TextTable {
        var columns = [TextTable.Column("groups"), .init("crash"), .init("figure")] + supervisors.map { .init($0.rawValue, .right) }
        if supervisors.count == 2 { columns.append(.init("ratio", .right)) }
        var table = TextTable(columns)
        for size in sizes {
            var head = [size.groups.grouped, size.mass.grouped]
            for figure in ScaleFigure.allCases {
                let medians = supervisors.map { median(figure, size, $0) }
                guard medians.contains(where: { $0 != nil }) else { continue }
                var cells = head + [figure.title] + medians.map { $0.map(figure.show) ?? "–" }
                if medians.count == 2 {
                    cells.append(medians[0].flatMap { first in medians[1].map { FigureText.ratio(first, to: $0) } } ?? "–")
                }
                table.append(cells)
                head = ["", ""]
            }
            let leaders = supervisors.map { kind in
                results(size, kind).last.map { $0.leaders.map(String.init).joined(separator: "/") } ?? ""
            }
            if leaders.contains(where: { !$0.isEmpty }) { table.append(head + ["elections won, by monitor (last run)"] + leaders) }
        }
        return table
    }

    /// A row for each size and supervisor: how the cost grows.
    package var growth: TextTable {
        let figures: [ScaleFigure] = [
            .discovery, .rest, .load, .memory, .descriptors, .movedMedian, .movedMaximum, .unmoved, .secondFailovers, .failoverCost,
            .fleetLoad,
        ]
        var table = TextTable(
            [.init("groups", .right), .init("crash", .right), .init("supervisor")] + figures.map { .init($0.title, .right) })
        for size in sizes {
            for kind in supervisors where !results(size, kind).isEmpty {
                table.append(
                    [size.groups.grouped, size.mass.grouped, kind.rawValue]
                        + figures.map { figure in median(figure, size, kind).map(figure.show) ?? "–" })
            }
        }
        return table
    }

    // MARK: Words

    package var notes: [String] {
        let path = usesCrashPath ? "" : "; picketd with crash-down-after-milliseconds 0"
        return [
            "Median of \(runs == 1 ? "1 run" : "\(runs) runs") of each, in turn. Each group: a primary and two replicas, make-believe (picket-bench"
                + " fleet), watched by three monitors with quorum 2, down-after \(downAfter.grouped) ms, failover-timeout"
                + " \(failoverTimeout.grouped) ms, otherwise as delivered\(path). Fleet, monitors and bench share the machine.",
            "discovered: from the start of the three monitors until each knows all replicas and peers of all groups. At rest: over"
                + " \(FigureText.number(Double(rest) / 1_000, decimals: 0)) s; user and system time of a monitor, for each of its instances.",
            "moved: from the crash of all those primaries at once until every monitor has told the group's new address; waited for:"
                + " \(FigureText.number(Double(limit) / 1_000, decimals: 0)) s. First told: until one of them has.",
        ] + surroundings.lines
            + results.compactMap { result in
                result.failure.map { "\(result.supervisor.rawValue), \(result.groups) groups, run \(result.number): \($0)" }
            }
            + results.filter { $0.undiscovered > 0 }.map {
                "\($0.supervisor.rawValue), \($0.groups) groups, run \($0.number): \($0.undiscovered) groups were not discovered in time."
            }
    }

    package func markdown(_ table: TextTable) -> String {
        table.markdown + "\n" + notes.map { "- \($0.split(separator: "\n").first ?? "")" }.joined(separator: "\n") + "\n"
    }

    package func text(_ table: TextTable) -> String { table.text + "\n" + notes.joined(separator: "\n") + "\n" }
}
