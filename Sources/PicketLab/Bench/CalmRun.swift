import Glibc

/// One case with one supervisor.
struct CalmRun: Sendable {
    /// Occupies the server for as many microseconds as it is told, and writes nothing.
    static let busyScript = """
        local begin = redis.call('TIME')
        repeat
            local now = redis.call('TIME')
        until (now[1] - begin[1]) * 1000000 + now[2] - begin[2] >= tonumber(ARGV[1])
        return 'done'
        """

    let span: Duration
    let calmCase: CalmCase
    let kind: MonitorKind
    let relay: [String]

    func run(on deployment: Deployment) async throws -> CalmResult {
        var result = CalmResult(calmCase, kind)
        let cut = calmCase == .cutMonitor ? try await CutMonitor.start(deployment, relay: relay) : nil
        try await deployment.waitUntilSettled(within: .seconds(30))
        let primary = try deployment.group().instances[0]
        try await primary.waitForReplicas(2)
        let events = try await EventRecorder.attached(to: deployment)
        defer { events.detach() }
        let writer = try await Writer.start(group: deployment.group().name, monitorPorts: deployment.monitors.map(\.port))
        do {
            try await Task.sleep(for: .seconds(1))
            let begin = ContinuousClock.now
            result.disturbances = try await disturb(deployment, primary, cut, until: begin + span)
            // What was set off shall have its time, too.
            try await Task.sleep(for: calmCase.downAfter * 2 + .seconds(2))
            let report = await writer.stop()
            result.seconds = (ContinuousClock.now - begin).inMilliseconds / 1_000
            result.longestSilence = report.longestSilence(endingIn: begin...report.endedAt).inMilliseconds
            result.acknowledged = report.acknowledged.count
            let now = try await wait(for: "the monitors agree", within: .seconds(30)) {
                let port = try await deployment.agreedPort(of: deployment.group().name)
                guard try await deployment.instance(atPort: port).role() == .primary else { throw NotYet("\(port) is no primary") }
                return port
            }
            result.lost = try await report.missing(on: deployment.instance(atPort: now)).count
            count(events.events.filter { $0.at >= begin }, &result)
        } catch {
            _ = await writer.stop()
            throw error
        }
        return result
    }

    private func count(_ events: [MonitorEvent], _ result: inout CalmResult) {
        func ofPrimary(_ name: String) -> Int { events.count { $0.name == name && $0.words.first == "master" } }
        result.failovers = Set(events.filter { $0.name == "+switch-master" }.map(\.text)).count
        result.tries = ofPrimary("+try-failover")
        result.objectivelyDown = ofPrimary("+odown")
        result.subjectivelyDown = ofPrimary("+sdown")
    }

    // MARK: Disturbing

    /// - Returns: How often it did.
    private func disturb(_ deployment: Deployment, _ primary: RedisInstance, _ cut: CutMonitor?, until end: ContinuousClock.Instant)
        async throws -> Int
    {
        var count = 0
        func repeatedly(_ once: (Int) async throws -> Void) async throws {
            while ContinuousClock.now < end {
                try await once(count)
                count += 1
            }
        }
        switch calmCase {
        case .sleep:
            try await repeatedly { _ in
                _ = try await primary.node.send("DEBUG", "SLEEP", "0.5", within: .seconds(5))
                try await Task.sleep(for: .milliseconds(Int.random(in: 2_000...4_000)))
            }
        case .load:
            var loops: [ChildProcess] = []
            let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
            for _ in 0..<max(1, cores) * 2 {
                loops.append(try await deployment.startCompanion("/bin/sh", ["-c", "while :; do :; done"]))
            }
            count = loops.count
            try await Task.sleep(until: end)
            for loop in loops { loop.signal(SIGKILL) }
        case .script:
            try await repeatedly { _ in
                _ = try await primary.node.call("EVAL", Self.busyScript, "0", "2000000", within: .seconds(10))
                try await Task.sleep(for: .seconds(3))
            }
        case .stoppedMonitor:
            try await repeatedly { turn in
                let node = deployment.monitors[turn % deployment.monitors.count].node
                node.freeze()
                defer { node.thaw() }
                try await Task.sleep(for: .seconds(3))
                node.thaw()
                try await Task.sleep(for: .seconds(2))
            }
        case .cutMonitor:
            try await repeatedly { _ in
                cut?.cut()
                try await Task.sleep(for: .seconds(5))
                cut?.heal()
                try await Task.sleep(for: .seconds(3))
            }
        case .loopingReplica:
            let replica = try deployment.group().instances[1].node
            try await repeatedly { _ in
                await replica.kill()
                try await replica.launch()
                try await Task.sleep(for: .milliseconds(450))
            }
        case .resetConnections:
            let own = try await LabConnection.open(port: primary.port)
            defer { own.close() }
            try await repeatedly { _ in
                _ = try await own.call(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"], within: .seconds(10))
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        return count
    }
}
