import Glibc
import Testing

@testable import PicketLab

@Suite("The tables of sizes and clients")
struct ScaleReportTests {
    private static let surroundings = Surroundings(
        processor: "Abacus", cores: 2, kernel: "6.1", versions: ["picketd: 1"], loadBefore: 0.25, loadAfter: 1)

    private static func report(_ sizes: [ScaleBench.Size], _ results: [ScaleResult]) -> ScaleReport {
        var report = ScaleReport(
            bench: ScaleBench(sizes: sizes, supervisors: [.picketd, .redisSentinel], runs: 3, fleet: []), surroundings: surroundings)
        for result in results { report.append(result) }
        return report
    }

    private static func result(
        _ kind: MonitorKind, _ groups: Int, _ mass: Int, _ number: Int, discovery: Double? = nil, rest: [Double] = [], moved: [Double] = [],
        unmoved: Int? = nil
    ) -> ScaleResult {
        var result = ScaleResult(kind, groups: groups, mass: mass, number: number)
        result.discovery = discovery
        result.restMicroseconds = rest
        result.allTold = moved
        result.unmoved = unmoved
        return result
    }

    @Test("each figure is the median of the runs, with the ratio of the medians; what nobody has is left out")
    func medians() {
        let report = Self.report(
            [.init(groups: 10, mass: 4)],
            [
                Self.result(.picketd, 10, 4, 1, discovery: 1_000, moved: [40, 80]),
                Self.result(.redisSentinel, 10, 4, 1, discovery: 60_000),
                Self.result(.picketd, 10, 4, 2, discovery: 3_000, moved: [60, 100]),
                Self.result(.redisSentinel, 10, 4, 2, discovery: 80_000),
                Self.result(.picketd, 10, 4, 3, discovery: 1_400, moved: [50, 60]), Self.result(.redisSentinel, 10, 4, 3),
            ])
        let rows = report.table.rows
        #expect(rows[0] == ["10", "4", "discovered, s", "1.40", "70.00", "0.020"])
        #expect(rows.map { $0[2] } == ["discovered, s", "moved: median, ms", "moved: p95, ms", "moved: last, ms"])
        #expect(rows[1] == ["", "", "moved: median, ms", "60", "–", "–"])
        #expect(rows[3][3] == "80")
    }

    @Test("the cost of a monitor follows from that of an instance")
    func load() {
        let result = Self.result(.picketd, 500, 0, 1, rest: [50, 60, 70])
        #expect(ScaleFigure.rest.value(result) == 60)
        // 1,500 instances at 60 µs a second are 90 ms a second.
        #expect(ScaleFigure.load.value(result) == 9)
    }

    @Test("growth has a row for each size and supervisor that was measured")
    func growth() {
        let report = Self.report(
            [.init(groups: 100, mass: 50), .init(groups: 5_000, mass: 2_500)],
            [
                Self.result(.picketd, 100, 50, 1, discovery: 500), Self.result(.redisSentinel, 100, 50, 1, discovery: 9_000),
                Self.result(.picketd, 5_000, 2_500, 1, discovery: 20_000, unmoved: 3),
            ])
        #expect(
            report.growth.rows.map { Array($0.prefix(4)) } == [
                ["100", "50", "picketd", "0.50"], ["100", "50", "redis-sentinel", "9.00"], ["5,000", "2,500", "picketd", "20.00"],
            ])
    }

    @Test("a run that failed, or did not discover all, is told of")
    func failures() {
        var failed = Self.result(.picketd, 10, 4, 1)
        failed.failure = "the sky fell"
        var slow = Self.result(.redisSentinel, 10, 4, 1)
        slow.undiscovered = 7
        let notes = Self.report([.init(groups: 10, mass: 4)], [failed, slow]).notes
        #expect(notes.contains("picketd, 10 groups, run 1: the sky fell"))
        #expect(notes.contains("redis-sentinel, 10 groups, run 1: 7 groups were not discovered in time."))
    }

    @Test("a goal is reached, missed, or cannot be said; one that did not move misses it")
    func goals() throws {
        var missed = Self.result(.picketd, 500, 250, 1, discovery: 2_900, rest: [40], moved: [1_000, 1_900], unmoved: 1)
        missed.secondFailovers = 0
        let scale = Self.report(
            [.init(groups: 500, mass: 250), .init(groups: 1_000, mass: 0)],
            [
                missed, Self.result(.redisSentinel, 500, 250, 1, discovery: 67_000, rest: [60], moved: [136_000], unmoved: 13),
                Self.result(.picketd, 1_000, 0, 1, discovery: 6_100),
            ])
        var query = QueryReport(
            bench: QueryBench(parts: [.queries], supervisors: [.picketd, .redisSentinel], runs: 1, program: ""),
            surroundings: Self.surroundings)
        for (kind, rate, cost) in [(MonitorKind.picketd, 90_000.0, 8.0), (.redisSentinel, 100_000, 7)] {
            var result = QueryResult(kind, number: 1)
            result.loads = [.init(pipeline: 1, queriesPerSecond: rate, processorMicroseconds: cost, clientLoad: 0.5, wrong: 0)]
            query.append(result)
        }
        let table = GoalTable(.init(scale: [scale], query: query), base: 500)
        func row(_ title: String) throws -> GoalTable.Row { try #require(table.rows.first { $0.title == title }) }
        #expect(
            try row("discovery complete, 500 groups, s")
                == .init(
                    title: "discovery complete, 500 groups, s", picketd: "2.90", rival: "67.00", ratio: "0.043", goal: "≤ 3",
                    isReached: true))
        #expect(try row("discovery complete, 1,000 groups, s").isReached == false)
        #expect(try row("250 of 500 primaries crash: all moved, s").isReached == false)
        #expect(try row("CPU per instance and second, 1,500 instances, µs").isReached == true)
        #expect(try row("memory at 1,000 groups, MiB").isReached == nil)
        #expect(try row("queries a second, pipeline 1").isReached == false)
        #expect(try row("CPU per query, pipeline 1, µs").isReached == true)
        #expect(try row("queries a second, pipeline 16").isReached == nil)
    }

    @Test("clients' figures are medians of all runs, storms' of all freezes")
    func clients() {
        var report = QueryReport(
            bench: QueryBench(parts: [.storm], supervisors: [.picketd], runs: 2, program: ""), surroundings: Self.surroundings)
        for (number, stormy) in [(1, [1_010.0, 1_030]), (2, [1_020, 1_500, 1_000])] {
            var result = QueryResult(.picketd, number: number)
            result.storm = .init(calm: [1_000], stormy: stormy, queriesPerSecond: 100_000, falseAlarms: number - 1)
            report.append(result)
        }
        let rows = report.table.rows
        #expect(rows.contains(["the same in a storm of queries: median, ms", "1,020"]))
        #expect(rows.contains(["the same: last, ms", "1,265"]))
        #expect(rows.contains(["a frozen primary is held down: median, ms", "1,000"]))
    }
}

@Suite("Tallies of switches")
struct SwitchTallyTests {
    private let begin = ContinuousClock.now

    private func entry(_ monitor: Int, _ group: String, _ text: String, _ milliseconds: Int) -> EventLedger.Entry {
        .init(monitor: monitor, group: group, text: "\(group) \(text)", at: begin + .milliseconds(milliseconds))
    }

    @Test("a group has moved when every monitor told; the first to tell counts apart")
    func moved() {
        var tally = SwitchTally(["a", "b"], monitors: 2)
        var entries = [entry(0, "a", "1 2", 10), entry(1, "a", "1 2", 30), entry(1, "b", "3 4", 20)]
        tally.count(entries)
        #expect(tally.movedEverywhere == 1)
        #expect(tally.firstTold(since: begin) == [10, 20])
        #expect(tally.allTold(since: begin) == [30])
        entries.append(entry(0, "b", "3 4", 50))
        tally.count(entries)
        #expect(tally.movedEverywhere == 2)
        #expect(tally.allTold(since: begin) == [30, 50])
        #expect(tally.counted == 4)
        #expect(tally.secondFailovers == 0)
        #expect(tally.falseFailovers == 0)
    }

    @Test("another change of the same group is a second failover, a change of another group a false one")
    func secondAndFalse() {
        var tally = SwitchTally(["a"], monitors: 2)
        tally.count([entry(0, "a", "1 2", 10), entry(1, "a", "1 2", 11), entry(0, "a", "2 3", 900), entry(0, "c", "8 9", 20)])
        #expect(tally.secondFailovers == 1)
        #expect(tally.falseFailovers == 1)
        #expect(tally.allTold(since: begin) == [11])
    }
}

@Suite("What processes tell")
struct ProcessWordsTests {
    @Test("a monitor's summaries are read from INFO, whatever else stands there")
    func summaries() throws {
        let text = """
            # Sentinel\r
            sentinel_masters:2\r
            master0:name=a b,status=ok,address=127.0.0.1:6379,slaves=2,sentinels=3\r
            master1:name=c,status=odown,address=127.0.0.1:6380,slaves=0,sentinels=1\r
            """
        #expect(
            try FleetDeployment.summaries(text) == [
                .init(name: "a b", port: 6_379, replicas: 2, monitors: 3), .init(name: "c", port: 6_380, replicas: 0, monitors: 1),
            ])
        #expect(throws: LabError.self) { try FleetDeployment.summaries("master0:name=a,status=ok\r\n") }
    }

    @Test("reports of clients are read as they were written, and nothing else is")
    func reports() {
        let load = LoadReport(queries: 1_000, wrong: 2, seconds: 1.5, processorSeconds: 0.25)
        #expect(LoadReport("\(load)\n") == load)
        #expect(LoadReport("Error: no") == nil)
        let listening = ListeningReport(told: 9, of: 10, spread: 12.5, processorSeconds: 0.5)
        #expect(ListeningReport(listening.description) == listening)
        #expect(ListeningReport("ready") == nil)
    }

    @Test("processor time, memory and descriptors of a process are told")
    func figures() throws {
        let own = ProcessFigures.self
        let process = getpid()
        #expect(try own.processorTime(of: process) > .zero)
        let memory = try own.memory(of: process)
        #expect(memory.resident > 1_000 && memory.peak >= memory.resident)
        #expect(own.descriptors(of: process) > 2)
        #expect(throws: (any Error).self) { try own.memory(of: 0) }
    }
}
