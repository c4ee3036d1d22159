/// All runs of a bench of clients, and the table that is made of them.
package struct QueryReport: Codable, Hashable, Sendable {
    package let supervisors: [MonitorKind]
    package let runs: Int
    package let connections: Int
    package let seconds: Double
    package let stormRate: Int
    /// In milliseconds.
    package let downAfter: Int64
    package internal(set) var surroundings: Surroundings
    package internal(set) var results: [QueryResult] = []

    package init(bench: QueryBench, surroundings: Surroundings) {
        supervisors = bench.supervisors
        runs = bench.runs
        connections = bench.connections
        seconds = bench.seconds
        stormRate = bench.stormRate
        downAfter = bench.downAfter.milliseconds
        self.surroundings = surroundings
    }

    package mutating func append(_ result: QueryResult) { results.append(result) }
    package mutating func end() { surroundings.end() }

    /// A figure of the table: how it is called, found and shown.
    package struct Figure: Sendable {
        package let title: String
        let decimals: Int
        let values: @Sendable (QueryResult) -> [Double]

        package func show(_ value: Double) -> String { FigureText.number(value, decimals: decimals) }
    }

    package static func rate(pipeline: Int) -> Figure {
        Figure(title: "queries a second, pipeline \(pipeline)", decimals: 0) { result in
            result.loads.filter { $0.pipeline == pipeline }.map(\.queriesPerSecond)
        }
    }

    package static func cost(pipeline: Int) -> Figure {
        Figure(title: "CPU per query, pipeline \(pipeline), µs", decimals: 2) { result in
            result.loads.filter { $0.pipeline == pipeline }.map(\.processorMicroseconds)
        }
    }

    static func client(pipeline: Int) -> Figure {
        Figure(title: "the client's own CPU, pipeline \(pipeline), % of a core", decimals: 0) { result in
            result.loads.filter { $0.pipeline == pipeline }.map { $0.clientLoad * 100 }
        }
    }

    package static let spread = Figure(title: "a switch is told: first to last subscriber, ms", decimals: 1) { result in
        result.subscribers.map { [$0.spread] } ?? []
    }

    package static let memory = Figure(title: "memory per subscriber, KiB", decimals: 1) { result in
        result.subscribers.map { [$0.memory] } ?? []
    }

    private static let others: [Figure] = [
        Figure(title: "subscribers that were told", decimals: 0) { $0.subscribers.map { [Double($0.told)] } ?? [] },
        Figure(title: "a frozen primary is held down: median, ms", decimals: 0) { $0.storm?.calm ?? [] },
        Figure(title: "the same in a storm of queries: median, ms", decimals: 0) { $0.storm?.stormy ?? [] },
        Figure(title: "the same: last, ms", decimals: 0) { $0.storm.flatMap { $0.stormy.max().map { [$0] } } ?? [] },
        Figure(title: "queries a second in the storm", decimals: 0) { $0.storm.map { [$0.queriesPerSecond] } ?? [] },
        Figure(title: "false alarms", decimals: 0) { $0.storm.map { [Double($0.falseAlarms)] } ?? [] },
        Figure(title: "answers other than expected", decimals: 0) {
            $0.loads.isEmpty ? [] : [Double($0.loads.reduce(0) { $0 + $1.wrong })]
        },
    ]

    /// Of all runs.
    package func median(_ figure: Figure, _ kind: MonitorKind) -> Double? {
        Distribution(results.filter { $0.supervisor == kind }.flatMap(figure.values))?.median
    }

    package var figures: [Figure] {
        var pipelines: [Int] = []
        for load in results.flatMap(\.loads) where !pipelines.contains(load.pipeline) { pipelines.append(load.pipeline) }
        return pipelines.flatMap { [Self.rate(pipeline: $0), Self.cost(pipeline: $0), Self.client(pipeline: $0)] }
            + [Self.spread, Self.memory] + Self.others
    }

    package var table: TextTable {
        var columns = [TextTable.Column("figure")] + supervisors.map { .init($0.rawValue, .right) }
        if supervisors.count == 2 { columns.append(.init("ratio", .right)) }
        var table = TextTable(columns)
        for figure in figures {
            let medians = supervisors.map { median(figure, $0) }
            guard medians.contains(where: { $0 != nil }) else { continue }
            var cells = [figure.title] + medians.map { $0.map(figure.show) ?? "–" }
            if medians.count == 2 {
                cells.append(medians[0].flatMap { first in medians[1].map { FigureText.ratio(first, to: $0) } } ?? "–")
            }
            table.append(cells)
        }
        return table
    }

    package var notes: [String] {
        var notes = [
            "Median of \(runs == 1 ? "1 run" : "\(runs) runs") of each, in turn, on a small make-believe fleet with three monitors."
        ]
        if results.contains(where: { !$0.loads.isEmpty }) {
            notes.append(
                "SENTINEL GET-MASTER-ADDR-BY-NAME, asked of one monitor over \(connections) connections for"
                    + " \(FigureText.number(seconds, decimals: 0)) s, by a process of its own on the same machine; each answer is compared with"
                    + " the first.")
        }
        let counts = Set(results.compactMap { $0.subscribers?.count }).sorted().map(\.grouped).joined(separator: ", ")
        if !counts.isEmpty { notes.append("\(counts) subscribers of +switch-master of one monitor; then a primary crashes.") }
        if results.contains(where: { $0.storm != nil }) {
            notes.append(
                "Storm: \(stormRate.grouped) queries a second are wanted, pipelined by 16; a primary is frozen, down-after"
                    + " \(downAfter.grouped) ms, and held down by the monitor that is asked; quorum 3 of 3.")
        }
        return notes + surroundings.lines
            + results.compactMap { result in result.failure.map { "\(result.supervisor.rawValue), run \(result.number): \($0)" } }
    }

    package var markdown: String {
        table.markdown + "\n" + notes.map { "- \($0.split(separator: "\n").first ?? "")" }.joined(separator: "\n") + "\n"
    }

    package var text: String { table.text + "\n" + notes.joined(separator: "\n") + "\n" }
}
