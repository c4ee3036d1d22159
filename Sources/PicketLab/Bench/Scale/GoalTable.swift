/// What is to be reached with many groups and many clients, and what was: one row each.
package struct GoalTable: Codable, Hashable, Sendable {
    package struct Row: Codable, Hashable, Sendable {
        package let title: String
        /// Medians, as shown; nil where there is no figure.
        package let picketd: String?
        package let rival: String?
        package let ratio: String?
        package let goal: String
        /// Nil where that cannot be said.
        package let isReached: Bool?
    }

    package private(set) var rows: [Row] = []
    package private(set) var notes: [String]
    private let rival: String

    /// What the rows are taken from.
    package struct Reports: Sendable {
        package let scale: [ScaleReport]
        /// The same as the first, of picketd alone, with crash-down-after-milliseconds 0.
        package let withoutCrashPath: ScaleReport?
        package let query: QueryReport?

        package init(scale: [ScaleReport], withoutCrashPath: ScaleReport? = nil, query: QueryReport? = nil) {
            self.scale = scale
            self.withoutCrashPath = withoutCrashPath
            self.query = query
        }

        func find(_ groups: Int, _ kind: MonitorKind, _ figure: ScaleFigure) -> Double? { Self.find(scale, groups, kind, figure) }

        static func find(_ reports: [ScaleReport], _ groups: Int, _ kind: MonitorKind, _ figure: ScaleFigure) -> Double? {
            for report in reports {
                for size in report.sizes where size.groups == groups {
                    if let value = report.median(figure, size, kind) { return value }
                }
            }
            return nil
        }
    }

    /// - Parameter base: the number of groups that the rows are about; the others are twice and four times as many.
    package init(_ reports: Reports, base: Int, rival: MonitorKind = .redisSentinel) {
        self.rival = rival.rawValue
        var seen = Set<String>()
        notes = ((reports.scale + [reports.withoutCrashPath].compactMap { $0 }).flatMap(\.notes) + (reports.query?.notes ?? []))
            .filter { seen.insert($0).inserted }
        for (groups, limit) in [(base, 3.0), (2 * base, 6.0)] {
            add(
                "discovery complete, \(groups.grouped) groups, s", reports.find(groups, .picketd, .discovery),
                reports.find(groups, rival, .discovery), Self.seconds, atMost: limit)
        }
        addCrash("\((base / 2).grouped) of \(base.grouped) primaries crash", base, reports.scale, rival: reports.scale, rival, atMost: 2)
        if let patient = reports.withoutCrashPath {
            addCrash("the same without the crash path", base, [patient], rival: reports.scale, rival, atMost: 7)
        }
        addCrash(
            "\((2 * base).grouped) of \((4 * base).grouped) primaries crash", 4 * base, reports.scale, rival: reports.scale, rival,
            atMost: 5)
        addRatio(
            "CPU per instance and second, \((3 * base).grouped) instances, µs", reports.find(base, .picketd, .rest),
            reports.find(base, rival, .rest), ScaleFigure.rest.show, atMost: 0.7)
        addRatio(
            "memory at \((2 * base).grouped) groups, MiB", reports.find(2 * base, .picketd, .memory),
            reports.find(2 * base, rival, .memory),
            ScaleFigure.memory.show, atMost: 1.5)
        if let query = reports.query { addClients(query, rival) }
    }

    // MARK: Rows

    private static func seconds(_ value: Double) -> String { FigureText.number(value, decimals: 2) }
    private static func count(_ value: Double) -> String { FigureText.number(value, decimals: 0) }

    private mutating func add(
        _ title: String, _ ours: Double?, _ theirs: Double?, _ show: (Double) -> String, goal: String, _ isReached: Bool?
    ) {
        let ratio = ours.flatMap { ours in theirs.map { FigureText.ratio(ours, to: $0) } }
        rows.append(Row(title: title, picketd: ours.map(show), rival: theirs.map(show), ratio: ratio, goal: goal, isReached: isReached))
    }

    private mutating func add(_ title: String, _ ours: Double?, _ theirs: Double?, _ show: (Double) -> String, atMost limit: Double) {
        add(title, ours, theirs, show, goal: "≤ \(Self.count(limit))", ours.map { $0 <= limit })
    }

    private mutating func addRatio(_ title: String, _ ours: Double?, _ theirs: Double?, _ show: (Double) -> String, atMost factor: Double) {
        let isReached = ours.flatMap { ours in theirs.map { ours <= $0 * factor } }
        add(title, ours, theirs, show, goal: "≤ \(FigureText.number(factor, decimals: 1)) ×", isReached)
    }

    /// Where some did not move, the time of the last that did says little, and the goal is missed.
    private mutating func addCrash(
        _ title: String, _ groups: Int, _ ours: [ScaleReport], rival theirs: [ScaleReport], _ rival: MonitorKind, atMost limit: Double
    ) {
        func both(_ figure: ScaleFigure) -> (Double?, Double?) {
            (Reports.find(ours, groups, .picketd, figure), Reports.find(theirs, groups, rival, figure))
        }
        let (last, median, unmoved, second) = (both(.movedMaximum), both(.movedMedian), both(.unmoved), both(.secondFailovers))
        func seconds(_ milliseconds: Double) -> String { Self.seconds(milliseconds / 1_000) }
        add(
            "\(title): all moved, s", last.0, last.1, seconds, goal: "≤ \(Self.count(limit))",
            last.0.map { $0 <= limit * 1_000 && unmoved.0 == 0 })
        add("– median, s", median.0, median.1, seconds, goal: "", nil)
        add("– not moved in time", unmoved.0, unmoved.1, Self.count, atMost: 0)
        add("– failed over more than once", second.0, second.1, Self.count, atMost: 0)
    }

    private mutating func addClients(_ query: QueryReport, _ rival: MonitorKind) {
        for (pipeline, least) in [(1, 1.0), (16, 0.8)] {
            let figure = QueryReport.rate(pipeline: pipeline)
            let (ours, theirs) = (query.median(figure, .picketd), query.median(figure, rival))
            add(
                figure.title, ours, theirs, figure.show, goal: "≥ \(FigureText.number(least, decimals: 1)) ×",
                ours.flatMap { ours in theirs.map { ours >= $0 * least } })
        }
        for (figure, factor) in [(QueryReport.cost(pipeline: 1), 1.2), (QueryReport.cost(pipeline: 16), 1.2), (QueryReport.spread, 1)] {
            addRatio(figure.title, query.median(figure, .picketd), query.median(figure, rival), figure.show, atMost: factor)
        }
    }

    // MARK: Shown

    package var table: TextTable {
        var table = TextTable([
            .init("what"), .init("picketd", .right), .init(rival, .right), .init("ratio", .right), .init("to reach", .right),
            .init("reached"),
        ])
        for row in rows {
            table.append([
                row.title, row.picketd ?? "–", row.rival ?? "–", row.ratio ?? "–", row.goal, row.isReached.map { $0 ? "yes" : "no" } ?? "",
            ])
        }
        return table
    }

    package var markdown: String {
        table.markdown + "\n" + notes.map { "- \($0.split(separator: "\n").first ?? "")" }.joined(separator: "\n") + "\n"
    }

    package var text: String { table.text + "\n" + notes.joined(separator: "\n") + "\n" }
}
