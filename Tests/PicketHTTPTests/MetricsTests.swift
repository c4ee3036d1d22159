import Foundation
import PicketCore
import PicketStatus
import Testing

@testable import PicketHTTP

@Suite struct MetricsTests {
    private func text(_ monitor: FakeMonitor) -> String {
        let metrics = MonitorMetrics(
            version: monitor.version, status: monitor.shown!, server: monitor.serverFigures(), process: monitor.process(),
            http: HTTPFigures(responses: [0, 4, 0, 1, 0], readers: 2, readersCut: 0))
        return String(decoding: metrics.text(), as: UTF8.self)
    }

    private var busy: FakeMonitor {
        FakeMonitor([.example(), .example("a \"quoted\\ one\nand more")]) { status in
            status.figures.note(FailoverTrace.example())
            status.figures.note(FailoverTrace.example(outcome: .failed("no luck")))
            status.figures.note(Notice.Kind.switched)
            status.figures.note([.voted(GroupName("cache"), Vote(epoch: Epoch(1), leader: .example(0)))], by: .example(0))
            status.figures.note(ScriptOutcome.killed(signal: 9))
            status.figures.lateness.observe(.microseconds(1_500))
        }
    }

    @Test func promtoolFindsNothingToComplainAbout() throws {
        let promtool = Process()
        promtool.executableURL = URL(fileURLWithPath: "/usr/bin/promtool")
        promtool.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        promtool.standardInput = input
        promtool.standardOutput = output
        promtool.standardError = output
        try #require(
            FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool"), "run 'make deps': promtool is Debian's package prometheus")
        try promtool.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text(busy).utf8))
        try input.fileHandleForWriting.close()
        let complaints = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        promtool.waitUntilExit()
        #expect(promtool.terminationStatus == 0 && complaints.isEmpty, "\(complaints)")
    }

    @Test func failoversAreCountedByCauseAndResultAndTheirPhasesByTime() {
        let text = text(busy)
        #expect(text.contains("picket_failovers_total{cause=\"crash\",result=\"done\"} 1\n"))
        #expect(text.contains("picket_failovers_total{cause=\"crash\",result=\"failed\"} 1\n"))
        #expect(text.contains("picket_failovers_total{cause=\"silence\",result=\"done\"} 0\n"))
        #expect(text.contains("picket_failover_phase_duration_seconds_bucket{phase=\"detect\",le=\"0.01\"} 0\n"))
        #expect(text.contains("picket_failover_phase_duration_seconds_bucket{phase=\"detect\",le=\"0.025\"} 2\n"))
        #expect(text.contains("picket_failover_phase_duration_seconds_bucket{phase=\"detect\",le=\"+Inf\"} 2\n"))
        #expect(text.contains("picket_failover_phase_duration_seconds_count{phase=\"detect\"} 2\n"))
        #expect(text.contains("picket_refused_candidates_total{reason=\"is down\"} 2\n"))
        #expect(!text.contains("bytes less"), "a reason with a number in it would make a series of each")
        #expect(text.contains("picket_events_total{event=\"+switch-master\"} 1\n"))
        #expect(text.contains("picket_votes_total{candidate=\"self\"} 1\n"))
        #expect(text.contains("picket_scripts_total{result=\"killed\"} 1\n"))
    }

    @Test func namesOfGroupsCannotBreakALine() {
        #expect(text(busy).contains("picket_group_quorum{group=\"a \\\"quoted\\\\ one\\nand more\"} 2\n"))
    }

    @Test func everyFamilyStandsOnceAndEverySampleBelongsToTheOneAboveIt() {
        var families: Set<Substring> = []
        var family: Substring = ""
        for line in text(busy).split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                family = line.dropFirst(7).prefix { $0 != " " }
                #expect(families.insert(family).inserted, "\(family)")
            } else if !line.hasPrefix("#") {
                #expect(line.hasPrefix(family), "\(line)")
            }
        }
        #expect(families.count > 60)
    }

    @Test func instancesAreTold() {
        let text = text(FakeMonitor())
        #expect(text.contains("picket_replica_lag_bytes{group=\"cache\",address=\"10.0.0.1:6380\",role=\"replica\"} 100\n"))
        #expect(text.contains("picket_instance_round_trip_seconds{group=\"cache\",address=\"10.0.0.1:6379\",role=\"primary\"} 0.0004\n"))
        #expect(text.contains("picket_group_state{group=\"cache\",state=\"ok\"} 1\n"))
        #expect(text.contains("picket_peer_link_up{monitor=\"\(MonitorID.example(1))\",address=\"10.0.0.1:26381\"} 1\n"))
    }

    @Test func aHistogramCountsEachObservationOnce() {
        var histogram = Histogram(bounds: [0.1, 1])
        for seconds in [0.05, 0.1, 0.5, 3] { histogram.observe(seconds) }
        #expect(histogram.counts == [2, 1, 1])
        #expect(histogram.count == 4)
        #expect(abs(histogram.sum - 3.65) < 1e-9)
    }

    @Test func everyKindOfRequestHasAPlaceOfItsOwn() {
        let requests: [Request] = [
            .ping, .probe, .info(sentAt: Instant(sinceStart: .zero)), .role, .promote, .follow(.example(1)), .abortHandOver, .killScript,
            .handOver(to: .example(1), timeout: .zero), .pauseWrites(.zero), .resumeWrites, .stepBack(for: .example(1)),
            .rewriteConfiguration,
        ]
        #expect(Set(requests.map(\.place)).count == requests.count)
        #expect(requests.allSatisfy { Request.kinds.indices.contains($0.place) })
        #expect(Set(Request.kinds).count == Request.kinds.count)
    }
}
