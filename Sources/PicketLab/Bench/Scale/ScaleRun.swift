/// One size with one supervisor: discovery, rest, and the crash of many primaries at once.
struct ScaleRun: Sendable {
    let bench: ScaleBench

    func run(on deployment: FleetDeployment, into result: inout ScaleResult) async throws {
        let startedAt = ContinuousClock.now
        try await deployment.startMonitors(within: bench.discoveryLimit)
        let ledger = try await EventLedger.attached(to: deployment.monitors, within: bench.discoveryLimit)
        defer { ledger.detach() }
        try await discover(deployment, ledger, since: startedAt, &result)
        guard result.undiscovered == 0 else { return }
        try await Task.sleep(for: bench.settling)
        try await rest(deployment, &result)
        if result.mass > 0 { try await crash(deployment, ledger, &result) }
        result.peakMemory = try deployment.monitors.map { try ProcessFigures.memory(of: $0.node.process?.processID ?? 0).peak }
    }

    // MARK: Discovery

    private func discover(
        _ deployment: FleetDeployment, _ ledger: EventLedger, since startedAt: ContinuousClock.Instant, _ result: inout ScaleResult
    ) async throws {
        let plan = deployment.plan
        let expected = plan.groups * (plan.replicas + plan.monitors - 1)
        let deadline = startedAt + bench.discoveryLimit
        var looked = startedAt
        while true {
            let now = ContinuousClock.now
            let isLikely = ledger.discoveries.allSatisfy { $0 >= expected }
            // To be asked costs a monitor something: not before it is likely to be the last time, unless events were missed.
            let isSilent = now - (ledger.lastDiscovery ?? startedAt) > .seconds(2) && now - looked > .seconds(2)
            if isLikely || isSilent || now >= deadline {
                looked = now
                result.undiscovered = try await undiscovered(deployment)
                if result.undiscovered == 0 {
                    result.discovery = ((ledger.lastDiscovery ?? now) - startedAt).inMilliseconds
                    return
                }
                guard now < deadline else { return }
            }
            try await Task.sleep(for: isLikely ? .milliseconds(200) : .milliseconds(20))
        }
    }

    /// Groups that some monitor does not know wholly. One that does not answer soon knows nothing.
    private func undiscovered(_ deployment: FleetDeployment) async throws -> Int {
        let plan = deployment.plan
        let known = await withTaskGroup(of: [String].self) { tasks in
            for monitor in deployment.monitors {
                tasks.addTask {
                    let summaries = (try? await deployment.summaries(of: monitor, within: .seconds(10))) ?? []
                    return summaries.filter { $0.replicas >= plan.replicas && $0.monitors == plan.monitors }.map(\.name)
                }
            }
            var counts: [String: Int] = [:]
            for await names in tasks { for name in names { counts[name, default: 0] += 1 } }
            return counts
        }
        try Task.checkCancellation()
        return plan.groups - known.values.count { $0 == plan.monitors }
    }

    // MARK: Rest

    private func rest(_ deployment: FleetDeployment, _ result: inout ScaleResult) async throws {
        let instances = Double(deployment.plan.groups * (1 + deployment.plan.replicas))
        let before = (
            ContinuousClock.now, try deployment.processorTimes(), try deployment.fleetProcessorTime(), try await served(deployment)
        )
        try await Task.sleep(for: bench.rest)
        let after = (
            ContinuousClock.now, try deployment.processorTimes(), try deployment.fleetProcessorTime(), try await served(deployment)
        )
        let seconds = (after.0 - before.0).inMilliseconds / 1_000
        result.restMicroseconds = zip(before.1, after.1).map { ($1 - $0).inMilliseconds * 1_000 / instances / seconds }
        result.fleetLoad = (after.2 - before.2).inMilliseconds / 1_000 / seconds
        result.requestsPerSecond = Double(after.3 - before.3) / seconds
        for monitor in deployment.monitors {
            guard let process = monitor.node.process?.processID else { continue }
            result.memory.append(try ProcessFigures.memory(of: process).resident)
            result.descriptors.append(ProcessFigures.descriptors(of: process))
        }
    }

    private func served(_ deployment: FleetDeployment) async throws -> Int {
        let counts = try await deployment.fleet.counts()
        return ["pings", "infos", "publications", "others"].reduce(0) { $0 + (counts[$1] ?? 0) }
    }

    // MARK: The crash

    private func crash(_ deployment: FleetDeployment, _ ledger: EventLedger, _ result: inout ScaleResult) async throws {
        let groups = deployment.fleet.groups
        let victims = (0..<result.mass).map { groups[$0 * groups.count / result.mass] }
        let before = (try deployment.processorTimes(), try deployment.fleetProcessorTime())
        let elected = ledger.elected.count
        let crashedAt = ContinuousClock.now
        try await deployment.fleet.crash(victims.map { $0.ports[0] })

        let expected = victims.count * deployment.monitors.count
        var tally = SwitchTally(victims.map(\.name), monitors: deployment.monitors.count)
        repeat {
            try await Task.sleep(for: .milliseconds(10))
            // Only where there is something new: to count what is known again and again would cost more than the monitors take.
            if ledger.switchCount >= expected || ledger.switchCount > tally.counted + expected / 4 { tally.count(ledger.switches) }
        } while tally.movedEverywhere < victims.count && ContinuousClock.now - crashedAt < bench.limit
        let after = (try deployment.processorTimes(), try deployment.fleetProcessorTime())
        result.failoverSeconds = zip(before.0, after.0).reduce(0) { $0 + ($1.1 - $1.0).inMilliseconds } / 1_000
        result.fleetFailoverSeconds = (after.1 - before.1).inMilliseconds / 1_000

        // What is done twice or without need comes later.
        try await Task.sleep(for: bench.aftermath)
        tally.count(ledger.switches)
        result.firstTold = tally.firstTold(since: crashedAt)
        result.allTold = tally.allTold(since: crashedAt)
        result.secondFailovers = tally.secondFailovers
        result.falseFailovers = tally.falseFailovers
        let leaders = ledger.elected.dropFirst(elected)
        result.leaders = deployment.monitors.indices.map { index in leaders.count { $0.monitor == index } }
        try await look(deployment, victims, &result)
    }

    /// By what monitors and instances say in the end, whatever events there were.
    private func look(_ deployment: FleetDeployment, _ victims: [Fleet.Group], _ result: inout ScaleResult) async throws {
        var unmoved = Set<String>()
        let oldPorts = Dictionary(uniqueKeysWithValues: victims.map { ($0.name, $0.ports[0]) })
        for monitor in deployment.monitors {
            for group in try await deployment.summaries(of: monitor) where oldPorts[group.name] == group.port { unmoved.insert(group.name) }
        }
        result.unmoved = unmoved.count
        result.orphans = try await deployment.fleet.states().values.count { states in
            states.count { $0.condition == .alive && $0.isPrimary } != 1
        }
    }
}
