import PicketLab

/// The demonstration, from the first process to the last.
struct Demo {
    /// Writes to see acknowledged before the primary is killed, and after the failover.
    private static let writesAround = 500

    let plan: DeploymentPlan
    let terminal: Terminal
    let keepsRunning: Bool

    func run() async throws {
        try plan.checkPrograms()
        terminal.say("Starting a primary, two replicas and three monitors on 127.0.0.1 …")
        try await Deployment.run(plan) { deployment in
            try await deployment.waitUntilSettled()
            let stage = try await DemoStage.set(deployment, terminal)
            terminal.say()
            try await stage.showTopology(leader: nil)
            try await killPrimary(stage)
            if keepsRunning { try await stay(deployment) }
        }
        terminal.say("Everything has ended and is cleaned up.")
    }

    private func killPrimary(_ stage: DemoStage) async throws {
        let deployment = stage.deployment
        let group = try deployment.group()
        let writer = try await Writer.start(group: group.name, monitorPorts: deployment.monitors.map(\.port))
        do {
            try await wait(until: "the client writes") { writer.acknowledgedCount >= Self.writesAround }
            let old = group.instances[0]
            terminal.say()
            terminal.say("A client writes every millisecond: \(writer.acknowledgedCount.grouped) writes acknowledged so far.")
            terminal.say("Now the primary \(stage.address(old.port)) is killed (SIGKILL). Milliseconds from then on:")
            terminal.say()
            let killedAt = ContinuousClock.now
            await old.node.kill()
            let new = try await followFailover(stage, from: old, killedAt: killedAt)
            try await writer.waitUntilWriting()
            let soFar = writer.acknowledgedCount
            try await wait(until: "the client writes on") { writer.acknowledgedCount >= soFar + Self.writesAround }
            let report = await writer.stop()
            terminal.say()
            try await stage.showTopology(leader: stage.recorder.events.last { $0.name == "+elected-leader" }?.monitor)
            terminal.say()
            try await tell(report, new, stage)
            try await bringBack(old, stage, newPrimary: new)
        } catch {
            _ = await writer.stop()
            throw error
        }
    }

    /// Tells what happens while it happens, until all is well again.
    private func followFailover(_ stage: DemoStage, from old: RedisInstance, killedAt: ContinuousClock.Instant) async throws
        -> RedisInstance
    {
        let limit = plan.downAfter * 2 + .seconds(30)
        let story = DemoStory(stage, killedAt: killedAt)
        let new = try await withThrowingTaskGroup(of: RedisInstance?.self) { tasks in
            tasks.addTask {
                let new = try await stage.deployment.waitForFailover(from: old.port, within: limit)
                try await stage.deployment.waitUntilAllFollow(new, within: limit)
                // The leader's last word.
                try await stage.recorder.first("+failover-end", within: limit)
                return new
            }
            tasks.addTask {
                while !Task.isCancelled {
                    await story.tellNews()
                    try? await Task.sleep(for: .milliseconds(10))
                }
                return nil
            }
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? nil
        }
        await story.tellNews()
        guard let new else { throw CancellationError() }
        return new
    }

    private func tell(_ report: WriterReport, _ primary: RedisInstance, _ stage: DemoStage) async throws {
        let missing = try await report.missing(on: primary)
        let silence = report.longestSilence.duration.milliseconds.grouped
        terminal.say(
            "The client could not write for \(terminal.style("\(silence) ms", .bold)); down-after is \(plan.downAfter.milliseconds.grouped) ms."
        )
        let lost =
            missing.isEmpty
            ? terminal.style("none is lost", .green, .bold) : terminal.style("\(missing.count.grouped) are lost", .red, .bold)
        terminal.say("Of \(report.acknowledged.count.grouped) acknowledged writes \(lost).")
    }

    private func bringBack(_ old: RedisInstance, _ stage: DemoStage, newPrimary: RedisInstance) async throws {
        terminal.say()
        terminal.say("The old primary is started again; its own configuration still says that it is a primary.")
        try await old.node.start()
        let backAt = ContinuousClock.now
        try await wait(until: "the old primary follows the new one", within: .seconds(60)) {
            let role = try await old.role()
            guard role == .replica(ofPort: newPrimary.port, isConnected: true) else { throw NotYet("\(role)") }
            return true
        }
        let took = (ContinuousClock.now - backAt).milliseconds.grouped
        terminal.say(
            "\(stage.address(old.port)) is a replica of \(stage.address(newPrimary.port)) \(terminal.style("\(took) ms", .bold)) later.")
        terminal.say()
        try await stage.showTopology(leader: nil)
        terminal.say()
    }

    private func stay(_ deployment: Deployment) async throws {
        terminal.say("It goes on running until you press Ctrl-C. Talk to it, for example with")
        terminal.say("  redis-cli -p \(deployment.monitors[0].port) SENTINEL MASTERS")
        terminal.say("  redis-cli -p \(deployment.monitors[0].port) PSUBSCRIBE '*'")
        terminal.say("Logs and configurations are in \(deployment.directory).")
        while true { try await Task.sleep(for: .seconds(3_600)) }
    }
}
