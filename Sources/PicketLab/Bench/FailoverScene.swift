import Glibc
import Synchronization

/// A deployment with a primary that is about to suffer, and what is done to it and looked for.
struct FailoverScene: Sendable {
    let deployment: Deployment
    let old: RedisInstance
    /// Those that suffer with it.
    let monitors: [MonitorNode]
    let events: EventRecorder
    let limit: Duration

    // MARK: Doing

    /// Signals first, waiting afterwards: within microseconds of each other.
    func killTogether() async {
        for monitor in monitors { monitor.node.process?.signal(SIGKILL) }
        old.node.process?.signal(SIGKILL)
        for monitor in monitors { await monitor.node.kill() }
        await old.node.kill()
    }

    /// Starts the monitors that were killed.
    ///
    /// - Returns: When the last of them answered.
    func returnMonitors() async throws -> ContinuousClock.Instant {
        let clock = ContinuousClock()
        return try await withThrowingTaskGroup(of: ContinuousClock.Instant.self) { tasks in
            for monitor in monitors {
                tasks.addTask {
                    try await monitor.node.launch()
                    let at = try await wait(for: "\(monitor.name) answers again", within: .seconds(10), every: .milliseconds(1)) {
                        _ = try await monitor.node.connection().send("PING", within: .milliseconds(500))
                        return clock.now
                    }
                    guard let index = deployment.monitors.firstIndex(where: { $0.port == monitor.port }) else { return at }
                    try await events.attach(to: monitor, index: index)
                    return at
                }
            }
            return try await tasks.reduce(clock.now) { max($0, $1) }
        }
    }

    func bringBackOld(isFrozen: Bool) async throws {
        if isFrozen { old.node.thaw() } else { try await old.node.launch() }
    }

    /// Kills the primary and starts it again at once, with nothing or with what a full synchronisation left on its disk; then all
    /// settles, whoever is the primary.
    func reincarnate(withFile: Bool, _ writer: Writer, _ begin: ContinuousClock.Instant, _ result: inout FailoverResult) async throws {
        await old.node.kill()
        if !withFile { TextFile.remove("\(old.node.directory)/dump.rdb") }
        let demotion = Task {
            try await timeToDemotion(within: .seconds(15)) { try await old.node.launch() }
        }
        defer { demotion.cancel() }
        result.isRecovered = try await firstWrite(writer, after: begin) { _ in true } != nil
        try await waitUntilStable(for: .seconds(3))
        // It need not have been: where nobody fails over, the empty one stays the primary.
        demotion.cancel()
        result.demotion = try? await demotion.value
        let now = try await deployment.agreedPort(of: deployment.group().name)
        if now == old.port { result.remarks.append("the reborn one is the primary") }
    }

    // MARK: Looking

    /// When a write was first acknowledged by another instance than the old primary; nil: not within the limit.
    func firstWriteElsewhere(_ writer: Writer) async throws -> ContinuousClock.Instant? {
        try await firstWrite(writer, after: nil) { $0 != old.port }
    }

    /// To within a millisecond or two.
    private func firstWrite(_ writer: Writer, after begin: ContinuousClock.Instant?, _ matches: (Int) -> Bool) async throws
        -> ContinuousClock.Instant?
    {
        do {
            return try await wait(for: "a write is acknowledged again", within: limit, every: .milliseconds(1)) {
                guard let last = writer.lastAcknowledged, matches(last.port), last.at > begin ?? last.at - .seconds(1) else { return nil }
                return last.at
            }
        } catch is LabError {
            return nil
        }
    }

    /// All monitors name one primary and all others follow it, the old one unless it is away, without a change for so long.
    ///
    /// Who that primary is may change while this waits: redis-sentinel now and then fails over a second time at once.
    func waitUntilStable(for span: Duration, exceptOld: Bool = false) async throws {
        let clock = ContinuousClock()
        let since = Mutex<(port: Int, at: ContinuousClock.Instant)?>(nil)
        try await wait(until: "nothing changes for \(span.milliseconds) ms", within: limit, every: .milliseconds(20)) {
            do {
                let port = try await deployment.wholePort(of: deployment.group(), except: exceptOld ? old.port : nil)
                let at = since.withLock { since in
                    if since?.port != port { since = (port, clock.now) }
                    return since?.at ?? clock.now
                }
                return clock.now - at >= span
            } catch {
                since.withLock { $0 = nil }
                throw error
            }
        }
    }

    /// From the return of the old primary, which the closure brings about, to its saying that it is a replica; nil: it never said so.
    ///
    /// It returns when it can be connected to. One that was only frozen can be connected to always, thanks to the system, and
    /// returns with the call.
    func timeToDemotion(within bound: Duration? = nil, _ bringBack: () async throws -> Void) async throws -> Double? {
        let clock = ContinuousClock()
        let wasGone = !old.node.isRunning
        old.node.disconnect()
        var returnedAt: ContinuousClock.Instant? = wasGone ? nil : clock.now
        let deadline = clock.now + (bound ?? limit)
        try await bringBack()
        var connection: LabConnection?
        defer { connection?.close() }
        while clock.now < deadline {
            // It may be cut off at any time: a monitor that demotes it does that to clients.
            do {
                let open: LabConnection
                if let connection, connection.isOpen { open = connection } else { open = try await .open(port: old.port) }
                connection = open
                if returnedAt == nil { returnedAt = clock.now }
                let role = try await open.call("ROLE", within: .seconds(1)).elements?.first?.text
                if role == "slave", let returnedAt { return (clock.now - returnedAt).inMilliseconds }
            } catch {}
            try await clock.sleep(for: .milliseconds(1))
        }
        return nil
    }
}
