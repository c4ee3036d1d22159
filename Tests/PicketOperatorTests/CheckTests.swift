import Testing

@testable import PicketOperator

@Suite("Checking a deployment")
struct CheckTests {
    private func rules(_ scene: Scene) -> [String] { CheckReport(scene.picture).findings.map(\.rule) }

    private static let good = [
        "save": "3600 1", "appendonly": "yes", "min-replicas-to-write": "1", "maxmemory": "100", "maxmemory-policy": "noeviction",
        "replica-read-only": "yes", "masterauth": "", "requirepass": "",
    ]

    @Test("each fault of the monitors has a rule")
    func monitors() {
        var scene = Scene.fine
        scene.monitors.removeLast()
        #expect(rules(scene).contains("two-monitors"))
        scene.monitors.removeLast()
        #expect(rules(scene).contains("one-monitor"))
        scene = .fine
        scene.monitors.append(Address(host: "10.0.0.14", port: 26_379))
        scene.software.append(.redisSentinel("6.2.1"))
        #expect(rules(scene).contains("even-monitors"))
        #expect(rules(scene).contains("monitor-versions"))
        scene = .fine
        scene.quorums = [0: "1", 1: "1", 2: "1"]
        #expect(rules(scene).contains("quorum-of-one"))
        scene.quorums = [0: "4", 1: "4", 2: "4"]
        #expect(rules(scene).contains("quorum-too-high"))
        #expect(rules(.noMajority).prefix(1) == ["no-quorum"])
        #expect(rules(.noMajority).filter { $0 == "monitor-missing" }.count == 2)
        #expect(rules(.troubled).contains("drift"))
        #expect(rules(.troubled).contains("paused"))
        #expect(rules(.troubled).contains("zone-has-majority"))
    }

    @Test("each fault of the Redis servers has a rule")
    func instances() {
        var scene = Scene.fine
        scene.settings = Self.good
        #expect(Set(rules(scene)) == ["backlog-small"])
        scene.settings?.merge(["save": "", "appendonly": "no", "min-replicas-to-write": "0", "replica-read-only": "no"]) { $1 }
        #expect(Set(rules(scene)).isSuperset(of: ["persistence-off", "min-replicas-to-write", "replica-writable"]))
        let withPicketd = CheckReport(scene.picture).findings.first { $0.rule == "persistence-off" }
        #expect(withPicketd?.severity == .warning)
        scene.software[0] = .redisSentinel("7.0.15")
        #expect(CheckReport(scene.picture).findings.first { $0.rule == "persistence-off" }?.severity == .error)
        scene.replicas = []
        #expect(rules(scene).contains("no-replica"))
        scene = .fine
        scene.priorities = [0: "0", 1: "0"]
        #expect(rules(scene).contains("no-promotable-replica"))
    }

    @Test("what is not the same on all instances is found: passwords, without showing them, versions, memory")
    func differing() throws {
        let scene = Scene.fine
        var reports = scene.reports
        for (index, address) in ([scene.primary] + scene.replicas).enumerated() {
            var settings = Self.good
            settings["masterauth"] = index == 2 ? "hunter3" : "hunter2"
            settings["maxmemory"] = "\(index)"
            reports[address]?.settings = settings
        }
        reports[scene.replicas[0]] = InstanceReport(
            .asked, info: InfoText("role:slave\nredis_version:6.2.0\nmaster_link_status:up"), settings: Self.good)
        let picture = try #require(GroupMerging(scene.survey, reports: reports).picture(of: "orders"))
        let report = CheckReport(picture)
        #expect(Set(report.findings.map(\.rule)).isSuperset(of: ["credentials-differ", "maxmemory", "versions"]))
        #expect(!report.text(.json, palette: .plain).contains("hunter"))
    }

    @Test("credentials that all but one take are wrong on that one; that none takes, are ours")
    func refused() throws {
        let scene = Scene.fine
        var reports = scene.reports
        reports[scene.replicas[0]]?.failure = .answered("WRONGPASS invalid username-password pair or user is disabled.")
        var findings = CheckReport(try #require(GroupMerging(scene.survey, reports: reports).picture(of: "orders"))).findings
        #expect(findings.contains { $0.rule == "credentials-differ" && $0.severity == .error })
        for address in [scene.primary] + scene.replicas {
            reports[address] = InstanceReport(
                .heard(millisecondsAgo: 5), info: InfoText(""), failure: .answered("NOAUTH Authentication required."))
        }
        findings = CheckReport(try #require(GroupMerging(scene.survey, reports: reports).picture(of: "orders"))).findings
        #expect(!findings.contains { $0.rule == "credentials-differ" })
        #expect(findings.filter { $0.rule == "not-asked" }.count == 3)
    }

    @Test("a backlog is measured by the traffic")
    func backlog() throws {
        let scene = Scene.fine
        var reports = scene.reports
        reports[scene.primary] = InstanceReport(
            .asked, info: InfoText("role:master\nredis_version:7.0.15\nrepl_backlog_size:104857600\ninstantaneous_input_kbps:20480.00"))
        let picture = try #require(GroupMerging(scene.survey, reports: reports).picture(of: "orders"))
        #expect(CheckReport(picture).findings.first { $0.rule == "backlog-small" }?.text.contains("holds 5 s") == true)
    }

    @Test("the loss of each monitor and zone is thought through")
    func losses() throws {
        let forecasts = LossForecast.all(Scene.troubled.picture)
        #expect(
            forecasts.map(\.lost) == [
                "monitor 10.0.0.11:26379", "monitor 10.0.0.12:26379", "monitor 10.0.0.13:26379", "zone a", "zone b", "zone c",
            ])
        #expect(forecasts.map(\.fails) == [false, false, false, true, false, false])
        // With zone c goes the only replica that could be promoted.
        #expect(forecasts[5].replicasLeft == 0)
        #expect(LossForecast.all(Scene.noMajority.picture).allSatisfy { $0.fails })
    }

    @Test("the status tells a script: no quorum, an error, and with --strict a warning")
    func statuses() {
        #expect(CheckReport(Scene.noMajority.picture).status(isStrict: false) == .noQuorum)
        var scene = Scene.fine
        scene.settings = Self.good
        #expect(CheckReport(scene.picture).status(isStrict: false) == .done)
        #expect(CheckReport(scene.picture).status(isStrict: true) == .refused)
        scene.replicas = []
        #expect(CheckReport(scene.picture).status(isStrict: false) == .refused)
    }
}
