import PicketRESP
import Testing

@testable import PicketOperator

@Suite("What is shown")
struct RenderingTests {
    private static let formats: [OutputFormat] = [.table, .wide, .json]

    private func check(_ report: some Report, _ name: String, formats: [OutputFormat] = Self.formats) throws {
        for format in formats { try Golden.check(report.text(format, palette: .plain), "\(name).\(format.rawValue)") }
    }

    @Test("of all groups, of one, and of each process", arguments: Scene.named.map(\.name))
    func pictures(_ name: String) throws {
        let scene = try #require(Scene.named.first { $0.name == name }?.scene)
        let picture = scene.picture
        try check(StatusReport(scene.survey, [picture]), "status-\(name)")
        try check(TopologyReport(picture), "topology-\(name)")
        try check(ListReport([picture]), "list-\(name)")
        try check(CheckReport(picture), "check-\(name)")
        try check(ExplainReport(Explanation(derivedFrom: picture, survey: scene.survey, because: "no picketd answers")), "explain-\(name)")
    }

    @Test("groups with problems come before those without, and as YAML it says the same")
    func severalGroups() throws {
        var other = Scene.noMajority
        other.group = "sessions"
        other.failures = [:]
        var survey = Scene.fine.survey
        for index in survey.monitors.indices { survey.monitors[index].sightings += other.survey.monitors[index].sightings }
        let pictures = GroupMerging(survey, reports: Scene.fine.reports).pictures
        #expect(pictures.map(\.name) == ["sessions", "orders"])
        try check(StatusReport(survey, pictures), "status-two-groups", formats: [.table, .yaml])
    }

    @Test("colours mark what is wrong, and change no text")
    func colours() throws {
        let report = TopologyReport(Scene.primaryDown.picture)
        let coloured = report.text(.table, palette: Palette(isColoured: true))
        try Golden.check(coloured.replacing("\u{1b}", with: "␛"), "topology-primary-down.coloured")
        let bare = coloured.replacing(/\u{1b}\[[0-9;]*m/, with: "")
        #expect(bare == report.text(.table, palette: .plain))
    }

    @Test("why: as a picketd tells it, in RESP2 and in RESP3", arguments: [RESPVersion.two, .three])
    func told(_ version: RESPVersion) throws {
        let value = Telling.explanation(version)
        var explanation = try #require(Explanation(value, of: "orders", by: Address(host: "10.0.0.11", port: 26_379)))
        explanation.dissent = [
            .init(monitor: Address(host: "10.0.0.13", port: 26_379), state: "ok", verdict: "No failover: I see nothing wrong.")
        ]
        try check(ExplainReport(explanation), "explain-told")
    }

    @Test("what was")
    func history() throws {
        let leader = Address(host: "10.0.0.11", port: 26_379)
        let records = Telling.traces.compactMap { FailoverRecord($0, leader: leader) }
        #expect(records.count == 2)
        try check(
            HistoryReport(
                records, silent: [.init(monitor: Address(host: "10.0.0.13", port: 26_379), reason: "redis-sentinel keeps no history")]),
            "history")
        try check(HistoryReport([], silent: []), "history-none", formats: [.table, .json])
    }

    @Test("what became of an order")
    func order() throws {
        let scene = Scene.troubled
        let lines = scene.survey.monitors.enumerated().map { index, monitor in
            OrderReport.Line(
                monitor: monitor.address, software: monitor.software, isDone: index < 2, text: index < 2 ? "done" : "ERR Unknown option")
        }
        try check(
            OrderReport("orders: election-retry 250 2000", lines: lines, notes: ["the monitors differ now"], status: .failed), "order")
    }

    @Test("settings of the monitors: passwords are hidden, drift is marked")
    func config() throws {
        let monitors = Scene.fine.monitors
        func row(_ name: String, _ values: [String]) -> ConfigReport.Row {
            .init(name: name, values: zip(monitors, values).map { .init(monitor: $0, value: $1) })
        }
        let rows = [
            row("loglevel", ["notice", "notice", "debug"]), row("sentinel-pass", ["secret", "secret", "secret"]),
            row("announce-ip", ["10.0.0.11", "", ""]),
        ]
        let report = ConfigReport(rows: rows, silent: [(Address(host: "10.0.0.14", port: 26_379), "connection refused")])
        try check(report, "config")
        #expect(!report.text(.json, palette: .plain).contains("secret\""))
        #expect(ConfigReport(rows: rows, silent: [], showsSecrets: true).text(.table, palette: .plain).contains("secret"))
    }

    @Test("versions")
    func version() throws {
        try check(VersionReport(Scene.troubled.survey), "version")
        try check(VersionReport(nil), "version-client", formats: [.table, .json])
    }

    @Test("a switch, before and after")
    func switching() throws {
        let scene = Scene.fine
        let plan = try SwitchPlan(SwitchWish("orders", .switchover, to: scene.replicas[1]), scene.picture)
        try Golden.check(plan.lines(Page()).joined(separator: "\n"), "plan-switchover.table")
        try Golden.check(plan.document.json, "plan-switchover.json")
        let forced = try SwitchPlan(SwitchWish("orders", .forced), Scene.noMajority.picture)
        try Golden.check(forced.lines(Page()).joined(separator: "\n"), "plan-forced.table")
        let record = try #require(FailoverRecord(Telling.traces[0], leader: scene.monitors[0]))
        func outcome(_ status: VerbStatus, _ to: Address?, _ reason: String?, _ advice: String?) -> SwitchOutcome {
            SwitchOutcome(
                group: "orders", status: status, from: scene.primary, to: to, milliseconds: 78.94, record: status == .done ? record : nil,
                reason: reason,
                advice: advice, notes: [], after: scene.picture)
        }
        try check(outcome(.done, scene.replicas[1], nil, nil), "outcome-done")
        try check(outcome(.doneWithPossibleLoss, scene.replicas[1], nil, nil), "outcome-loss", formats: [.table])
        try check(
            outcome(.refused, nil, "NOGOODSLAVE No suitable replica to promote", "picket explain orders"), "outcome-refused",
            formats: [.table, .json])
        try check(outcome(.timedOutChanged, nil, "the monitors did not agree", nil), "outcome-timeout", formats: [.table])
    }

    @Test("the page of watch, in small and in large windows", arguments: [(80, 24), (200, 50), (60, 16), (40, 8), (20, 5)])
    func watch(width: Int, height: Int) throws {
        let scene = Scene.primaryDown
        let at = ContinuousClock.now
        let events = [
            ("+sdown", "master orders 10.0.0.1 6379"), ("+odown", "master orders 10.0.0.1 6379 #quorum 2/2"), ("+new-epoch", "8"),
            ("+try-failover", "master orders 10.0.0.1 6379"), ("+vote-for-leader", "\(Scene.id(0)) 8"),
            ("+switch-master", "orders 10.0.0.1 6379 10.0.0.2 6379"), ("+unheard-of", "something new"),
        ].enumerated().map { index, event in
            WatchPage.Line(
                time: "12:00:0\(index).000", news: MonitorNews(monitor: scene.monitors[index % 3], name: event.0, text: event.1, at: at))
        }
        let page = WatchPage(
            origin: "context production", time: "12:00:07", survey: scene.survey, groups: [scene.picture], chosen: nil, events: events)
        for palette in [Palette.plain, Palette(isColoured: true)] {
            let lines = page.lines(width: width, height: height, palette: palette)
            #expect(lines.count == height)
            #expect(lines.allSatisfy { AnsiText.length($0) <= width })
        }
        try Golden.check(
            page.lines(width: width, height: height, palette: .plain).joined(separator: "\n"), "watch-\(width)x\(height).table")
    }

    @Test("of many groups watch shows those around the chosen one")
    func watchMany() throws {
        var survey = Scene.fine.survey
        for index in survey.monitors.indices { survey.monitors[index].sightings = [] }
        for number in 10..<60 {
            var scene = Scene.fine
            scene.group = "group-\(number)"
            for index in survey.monitors.indices { survey.monitors[index].sightings += scene.survey.monitors[index].sightings }
        }
        let page = WatchPage(
            origin: "--sentinels", time: "12:00:00", survey: survey, groups: GroupMerging(survey).pictures, chosen: "group-40", events: [])
        let lines = page.lines(width: 100, height: 30, palette: .plain)
        #expect(lines.contains { $0.hasPrefix("> group-40") })
        try Golden.check(lines.joined(separator: "\n"), "watch-many.table")
    }
}
