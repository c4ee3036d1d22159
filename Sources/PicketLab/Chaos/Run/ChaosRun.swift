import Glibc
import Synchronization

/// One run: a deployment of its own, load, the plan's steps, and what came of it.
package struct ChaosRun: Sendable {
    /// Undisturbed, before the first step.
    private static let warmUp: Duration = .milliseconds(1_200)
    /// Whole for so long, and it is over.
    private static let calm: Duration = .milliseconds(700)

    package let plan: ChaosPlan
    package let supervisor: MonitorKind
    package var executables: Executables
    /// The program that runs `Relay`s, with its first arguments.
    package var relay: [String]
    /// Proves that the checks can fail.
    package var sabotage: ChaosSabotage?
    package var keepsFiles = false

    package init(_ plan: ChaosPlan, _ supervisor: MonitorKind, executables: Executables, relay: [String]) {
        self.plan = plan
        self.supervisor = supervisor
        self.executables = executables
        self.relay = relay
    }

    private var deploymentPlan: DeploymentPlan {
        let shape = plan.shape
        return DeploymentPlan(
            groups: [GroupPlan(name: "cache", replicas: shape.replicas)],
            monitors: Array(repeating: MonitorPlan(supervisor), count: shape.monitors), quorum: shape.quorum,
            downAfter: .milliseconds(shape.downAfter), failoverTimeout: .milliseconds(shape.failoverTimeout),
            instanceLines: ["enable-debug-command yes"] + shape.instanceLines, executables: executables)
    }

    package func run() async throws -> RunRecord {
        var record = RunRecord(plan, supervisor)
        do {
            let network = Mutex<ZoneNetwork?>(nil)
            record = try await Deployment.run(
                deploymentPlan,
                prepare: { deployment in
                    if plan.isNetworked {
                        let clients = ChaosLoad.clientPlaces(zones: plan.shape.zones)
                        let open = try await ZoneNetwork.open(deployment, clients: clients, relay: relay)
                        network.withLock { $0 = open }
                    }
                    try prepareDisks(deployment)
                }
            ) { deployment in
                if keepsFiles { deployment.keepFiles() }
                return try await run(on: deployment, network.withLock { $0 })
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            record.failure = "\(error)"
        }
        return record
    }

    private func prepareDisks(_ deployment: Deployment) throws {
        let targets = Set(plan.steps.compactMap(\.action.smallDisk))
        for target in targets {
            switch target {
            case .primary: try deployment.group().instances[0].node.moveOntoSmallDisk(megabytes: 12)
            case .monitor(let number): try deployment.monitors[number].node.moveOntoSmallDisk(megabytes: 4)
            default: throw LabError.unexpected("no small disk for \(target.words)")
            }
        }
    }

    private func fill(_ primary: RedisInstance) async throws {
        for start in stride(from: 0, to: plan.shape.keys, by: 500) {
            let pairs = (start..<min(start + 500, plan.shape.keys)).flatMap { [DataCheck.key($0), String($0)] }
            _ = try await primary.node.connection().call(["MSET"] + pairs)
        }
        // What it has on its disk is what it comes back with.
        if plan.shape.keys > 0 { try await primary.node.call("SAVE", within: .seconds(10)) }
    }

    // MARK: The run

    private func run(on deployment: Deployment, _ network: ZoneNetwork?) async throws -> RunRecord {
        try await deployment.waitUntilSettled(within: .seconds(30))
        let group = try deployment.group()
        let primary = group.instances[0]
        guard try await deployment.agreedPort(of: group.name) == primary.port else {
            throw LabError.unexpected("a failover took place before anything was done")
        }
        try await fill(primary)
        try await primary.waitForReplicas(group.instances.count - 1)
        let ids = try await identities(deployment)
        let events = try await EventRecorder.attached(to: deployment)
        defer { events.detach() }
        let begin = ContinuousClock.now
        let load = try await ChaosLoad.start(deployment, network)
        let watch = ChaosWatch(deployment, group, load)
        watch.start()
        do {
            let injector = try FaultInjector(deployment, network, events, load, plan)
            try await Task.sleep(for: Self.warmUp)
            let before = watch.resyncs
            let breaking = sabotage.map { sabotage in Task { await sabotage.perform(deployment, injector, watch) } }
            defer { breaking?.cancel() }
            try await injector.run()
            let lastStep = ContinuousClock.now
            await breaking?.value
            let healing = try await heal(deployment, group, since: lastStep)
            await injector.end()
            let deaths = await injector.deaths()
            let outcome = await load.stop()
            let observed = await watch.stop()
            sabotage?.falsify(deployment)
            let logs = zip(ids, deployment.monitors).map { MonitorHistory.Words(monitor: $0, log: $1.node.log) }
            var builder = RecordBuilder(
                plan, supervisor, begin: begin, firstStep: injector.done.first { $0.action != .nothing }?.at ?? lastStep)
            builder.ids = ids
            builder.logs = logs
            builder.steps = injector.done
            builder.events = events.events
            builder.deaths = deaths
            builder.heal = healing
            builder.outcome = outcome
            builder.observed = observed
            builder.resyncsBefore = before
            try? await sabotage?.afterwards(deployment, outcome)
            builder.data = try? await DataCheck.look(deployment, group, outcome, keys: plan.shape.keys)
            return builder.record(deployment, group)
        } catch {
            _ = await load.stop()
            _ = await watch.stop()
            throw error
        }
    }

    private func identities(_ deployment: Deployment) async throws -> [String] {
        var ids: [String] = []
        for monitor in deployment.monitors { ids.append(try await monitor.identity()) }
        return ids
    }

    struct Healing: Sendable {
        /// When everything became whole and stayed so.
        var at: Duration?
        var seen = ""
    }

    /// Whole is also what everybody must say of themselves for a while.
    private func heal(_ deployment: Deployment, _ group: Deployment.Group, since: ContinuousClock.Instant) async throws -> Healing {
        let clock = ContinuousClock()
        let limit = since + .milliseconds(plan.expectation.heal)
        var whole: (port: Int, at: ContinuousClock.Instant)?
        var healing = Healing()
        while clock.now < limit || whole != nil {
            do {
                guard deployment.monitors.allSatisfy(\.isRunning) else { throw NotYet("a monitor does not run") }
                let port = try await deployment.wholePort(of: group)
                if whole?.port != port { whole = (port, clock.now) }
                if let whole, clock.now - whole.at >= Self.calm {
                    healing.at = whole.at - since
                    return healing
                }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                healing.seen = "\(error)"
                whole = nil
            }
            try await clock.sleep(for: .milliseconds(20))
        }
        return healing
    }
}
