import ArgumentParser
import FoundationEssentials
import Testing

@testable import PicketLab
@testable import picket_chaos

@Suite("Reports of the chaos suite")
struct ChaosReportTests {
    private static func run(_ fault: String, _ kind: MonitorKind, _ findings: [ChaosFinding]) -> RunRecord {
        var run = RunRecord(ChaosFault.named(fault)!.plan(seed: 7), kind)
        run.findings = findings
        run.outage = 1_234
        run.twoPrimaries = 40
        run.length = 5_000
        run.command = "picket-chaos run --fault \(fault)"
        run.steps = [.init(at: 1_000, words: "SIGKILL to <nobody>", isTroubled: false), .init(at: 2_000, words: "back", isTroubled: true)]
        run.lanes = [
            .init(
                name: "cache-redis-1", segments: [.init(from: 0, to: 900, state: "accepts"), .init(from: 900, to: 5_000, state: "MISCONF")])
        ]
        run.events = [.init(at: 1_100, monitor: "monitor-1", name: "+switch-master", text: "cache 1 & 2")]
        var client = RunRecord.Client(name: "writer-follow-wait1", words: "SET")
        (client.acknowledged, client.lost, client.rate, client.latency) = (100, 2, [10, 0, 20], [1, 0, 900])
        run.clients = [client]
        return run
    }

    private static let pass = ChaosFinding(check: .outage, verdict: .pass, words: "12 ms")
    private static let fail = ChaosFinding(check: .epochs, verdict: .fail, words: "<two> \"leaders\" & more\u{1}")
    private static let unknown = ChaosFinding(check: .counter, verdict: .unknown, words: "not read")

    private static func report(_ runs: [RunRecord]) -> ChaosReport {
        var report = ChaosReport(
            suite: "ci", supervisors: [.picketd, .redisSentinel],
            surroundings: Surroundings(processor: "P", cores: 2, kernel: "6", versions: ["v"], loadBefore: 1))
        for run in runs { report.append(run) }
        return report
    }

    @Test("a supervisor is as good as its worst run, and picketd's verdict is the suite's")
    func verdicts() {
        let report = Self.report([
            Self.run("primary-kill", .picketd, [Self.pass]), Self.run("primary-kill", .redisSentinel, [Self.fail]),
        ])
        #expect(report.verdict(of: .picketd) == .pass)
        #expect(report.verdict(of: .redisSentinel) == .fail)
        #expect(report.verdict == .pass)
        #expect(Self.report([Self.run("primary-kill", .picketd, [Self.pass, Self.unknown])]).verdict == .unknown)
        #expect(Self.report([]).verdict == .unknown, "nothing was run")
        var broken = Self.run("zone-cut", .picketd, [])
        broken.failure = "no namespaces"
        #expect(broken.verdict == .unknown)
    }

    @Test("only a pass ends with status 0")
    func status() {
        #expect(ChaosVerdict.pass.exitCode == nil)
        #expect(ChaosVerdict.fail.exitCode == 1)
        #expect(ChaosVerdict.unknown.exitCode == 3)
    }

    @Test("the XML escapes what it tells, and tells the unknown as errors")
    func xml() {
        let document = JUnitReport(Self.report([Self.run("primary-kill", .picketd, [Self.pass, Self.fail, Self.unknown])])).document
        #expect(document.contains(#"<testsuites name="picket-chaos" tests="3" failures="1" errors="1">"#))
        #expect(document.contains("&lt;two&gt; &quot;leaders&quot; &amp; more\""))
        #expect(document.contains(#"<testcase classname="primary-kill.picketd" name="outage, seed 7" time="5.000">"#))
        #expect(!document.unicodeScalars.contains("\u{1}"))
    }

    @Test("the page holds everything itself, escapes what it tells, and draws each run")
    func page() {
        let report = Self.report([
            Self.run("primary-kill", .picketd, [Self.pass, Self.fail]), Self.run("primary-kill", .redisSentinel, [Self.pass]),
        ])
        let page = HTMLReport(report).page
        for foreign in ["http://", "https://", "src=", "<link", "@import", "url("] { #expect(!page.contains(foreign), "\(foreign)") }
        #expect(page.contains("&lt;two&gt; &quot;leaders&quot; &amp; more"))
        #expect(!page.contains("<nobody>"))
        #expect(page.split(separator: "<svg class=\"timeline\"").count == 3)
        #expect(page.contains("prefers-color-scheme"))
        #expect(page.contains("1,234"))
    }

    @Test("an empty report, and a run that could not be carried out, make a page too")
    func empty() {
        #expect(HTMLReport(Self.report([])).page.contains("</html>"))
        var broken = Self.run("zone-cut", .picketd, [])
        broken.failure = "no <namespaces>"
        #expect(HTMLReport(Self.report([broken])).page.contains("no &lt;namespaces&gt;"))
    }

    @Test("a report survives being written and read, and several become one")
    func merging() throws {
        let one = Self.report([Self.run("primary-kill", .picketd, [Self.pass])])
        let other = Self.report([Self.run("zone-cut", .redisSentinel, [Self.fail])])
        let read = try JSONDecoder().decode(ChaosReport.self, from: JSONEncoder().encode(one))
        #expect(read == one)
        let merged = try #require(ChaosReport(merging: [one, other]))
        #expect(merged.runs == one.runs + other.runs)
        #expect(ChaosReport(merging: []) == nil)
    }

    @Test("the table has a row for each fault and supervisor, and the complaints name the run")
    func table() {
        let report = Self.report([
            Self.run("primary-kill", .picketd, [Self.pass]), Self.run("primary-kill", .redisSentinel, [Self.fail]),
        ])
        #expect(report.table.rows.map { $0[1] } == ["picketd", "redis-sentinel"])
        #expect(report.table.rows[1][0].isEmpty)
        #expect(report.complaints.count == 1)
        #expect(report.complaints[0].hasPrefix("primary-kill, redis-sentinel, seed 7: epochs fail: "))
    }

    @Test("where the first supervisor did worse is said, and only there")
    func worse() {
        var slow = Self.run("primary-kill", .picketd, [Self.pass])
        slow.outage = 2_000
        let report = Self.report([slow, Self.run("primary-kill", .redisSentinel, [Self.pass])])
        #expect(report.worse == ["primary-kill: outage 2,000 ms, redis-sentinel 1,234 ms"])
        #expect(HTMLReport(report).page.contains("outage 2,000 ms, redis-sentinel"))
        let even = Self.report([Self.run("primary-kill", .picketd, [Self.pass]), Self.run("primary-kill", .redisSentinel, [Self.fail])])
        #expect(even.worse.isEmpty)
        #expect(Self.report([slow]).worse.isEmpty, "there is nothing to compare it with")
    }

    @Test(
        "logarithms are good enough for a pixel",
        arguments: [(1.0, 0.0), (10, 1), (100, 2), (2, 0.30103), (0.5, -0.30103), (9.99, 0.99957)])
    func logarithms(value: Double, decades: Double) {
        #expect((TimelineDrawing.decades(value) - decades).magnitude < 0.002)
    }
}

@Suite("What picket-chaos is told")
struct ChaosCommandTests {
    @Test(
        "what cannot be meant is refused",
        arguments: [
            ["--fault", "no-such-fault"], ["--fault", "primary-kill,"], ["--suite", "everything"], ["--supervisor", "sentinel"],
            ["--runs", "0"], ["--runs", "1001"], ["--jobs", "0"], ["--jobs", "17"], ["--seed", "-1"], ["--minutes", "5"],
            ["--suite", "soak", "--minutes", "0"], ["stray"],
        ])
    func refused(arguments: [String]) {
        #expect(throws: (any Error).self) { try RunCommand.parse(arguments) }
    }

    @Test("what is meant is understood")
    func understood() throws {
        let command = try RunCommand.parse(["--fault", "primary-kill,zone-cut", "--supervisor", "both", "--seed", "18446744073709551615"])
        #expect(command.fault?.faults.map(\.name) == ["primary-kill", "zone-cut"])
        #expect(command.supervisor.kinds == [.picketd, .redisSentinel])
        #expect(command.seed == .max)
        #expect(try RunCommand.parse([]).suite == .ci)
    }
}
