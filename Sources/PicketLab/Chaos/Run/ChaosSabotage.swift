import Glibc

/// Something that is made wrong behind the supervisor's and the suite's back, to prove that a check sees it.
package enum ChaosSabotage: String, CaseIterable, Sendable {
    /// Monitors that do nothing.
    case frozenMonitors = "frozen-monitors"
    /// Acknowledged writes disappear, and increments are taken back.
    case lostWrites = "lost-writes"
    /// Somebody writes what no client wrote.
    case foreignWrites = "foreign-writes"
    /// A replica is made a primary beside the primary.
    case secondPrimary = "second-primary"
    /// A healthy primary is replaced.
    case falseFailover = "false-failover"
    /// A monitor's log tells of two votes in one epoch.
    case twoVotes = "two-votes"
    /// A monitor ends by itself.
    case deadMonitor = "dead-monitor"
    /// Nobody looks who takes writes.
    case blindProbes = "blind-probes"

    /// The fault under which it is tried, with bounds that are sooner over.
    package var plan: ChaosPlan {
        var plan = ChaosFault.named(self == .frozenMonitors ? "primary-kill" : "primary-freeze-short")!.plan(seed: 1)
        plan.expectation.heal = 4_000
        plan.expectation.outage = min(plan.expectation.outage ?? 3_000, 3_000)
        plan.steps = plan.steps.map { step in
            if case .upon(let name, _) = step.moment { ChaosStep(.upon(name, within: 3_000), step.action) } else { step }
        }
        return plan
    }

    /// What the checks must say.
    package var expected: [ChaosCheck: ChaosVerdict] {
        switch self {
        case .frozenMonitors: [.faultApplied: .unknown, .outage: .fail, .failovers: .fail, .healing: .fail]
        case .lostWrites: [.confirmedWrites: .fail, .acknowledgedWrites: .fail, .counter: .fail]
        case .foreignWrites: [.foreignWrites: .fail]
        case .secondPrimary: [.twoPrimaries: .fail]
        case .falseFailover: [.failovers: .fail]
        case .twoVotes: [.epochs: .fail]
        case .deadMonitor: [.monitorsLive: .fail, .healing: .fail]
        case .blindProbes: [.twoPrimaries: .unknown]
        }
    }

    /// While the plan's steps are carried out.
    func perform(_ deployment: Deployment, _ injector: FaultInjector, _ watch: ChaosWatch) async {
        switch self {
        case .frozenMonitors: for monitor in deployment.monitors { monitor.node.freeze() }
        case .secondPrimary:
            guard let replica = injector.instances(.replica(0)).first else { return }
            for _ in 0..<10 {
                _ = try? await replica.node.send("REPLICAOF", "NO", "ONE")
                try? await Task.sleep(for: .milliseconds(50))
            }
        case .falseFailover:
            _ = try? await deployment.monitors[1].node.send("SENTINEL", "FAILOVER", deployment.group().name)
        case .deadMonitor: deployment.monitors.last?.node.process?.signal(SIGKILL)
        case .blindProbes: _ = await watch.probe.stop()
        case .lostWrites, .foreignWrites, .twoVotes: break
        }
    }

    /// When the run is over and nothing has been looked at yet.
    func falsify(_ deployment: Deployment) {
        guard self == .twoVotes, let node = deployment.monitors.first?.node, let log = try? TextFile.read(node.logPath) else { return }
        let votes = ["a", "b"].map { "# +vote-for-leader \(String(repeating: $0, count: 40)) 77\n" }
        try? TextFile.write(log + votes.joined(), to: node.logPath)
    }

    func afterwards(_ deployment: Deployment, _ outcome: ChaosLoad.Outcome) async throws {
        let primary = try deployment.instance(atPort: try await deployment.agreedPort(of: deployment.group().name))
        for (_, report) in outcome.writers {
            guard let number = report.acknowledged.last?.number else { continue }
            let key = WriterReport.key(number, of: report.name)
            switch self {
            case .lostWrites: try await primary.node.call("DEL", key)
            case .foreignWrites: try await primary.node.call("SET", key, "stranger")
            default: break
            }
        }
        if self == .lostWrites { try await primary.node.call("SET", CounterClient.key, "1") }
    }
}
