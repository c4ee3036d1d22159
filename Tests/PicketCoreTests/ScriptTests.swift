import Testing

@testable import PicketCore

@Suite("Scripts")
struct ScriptTests {
    private let start = Instant(sinceStart: .seconds(100))
    private func call(_ number: Int) -> ScriptCall {
        .reconfiguration(path: "/script-\(number)", group: .cache, isLeader: true, from: .primary, to: .replica(number))
    }

    @Test("sixteen run at a time, in the order in which they came")
    func running() {
        var queue = ScriptQueue()
        for number in 0..<20 { queue.enqueue(call(number), at: start) }
        let first = queue.startable(at: start)
        #expect(first.map(\.call) == (0..<16).map(call))
        #expect(queue.startable(at: start).isEmpty)
        #expect(queue.runningCount == 16)
        #expect(queue.nextDue(bound: .seconds(60)) == nil)
        _ = queue.ended(first[3].id, .exited(status: 0), at: start, retryDelay: .seconds(30))
        #expect(queue.startable(at: start).map(\.call) == [call(16)])
    }

    @Test("beyond 256 the oldest that does not run is dropped")
    func waiting() {
        var queue = ScriptQueue()
        for number in 0..<16 { queue.enqueue(call(number), at: start) }
        _ = queue.startable(at: start)
        for number in 16..<300 { queue.enqueue(call(number), at: start) }
        #expect(queue.jobs.count == 256)
        #expect(queue.jobs.values.prefix(16).map(\.call) == (0..<16).map(call))
        #expect(queue.jobs.values[16].call == call(300 - 240))
        #expect(queue.jobs.values.last?.call == call(299))
    }

    @Test(
        "exit status 1 and death by a signal are tried again with pauses that double, ten times in all",
        arguments: [
            ScriptOutcome.exited(status: 1), .killed(signal: 9),
        ])
    func retries(outcome: ScriptOutcome) throws {
        var queue = ScriptQueue()
        queue.enqueue(call(1), at: start)
        var now = start
        for attempt in 1...10 {
            let started = queue.startable(at: now)
            let job = try #require(started.first)
            #expect(job.tries == attempt)
            let ended = queue.ended(job.id, outcome, at: now, retryDelay: .seconds(30))
            let end = try #require(ended)
            guard attempt < 10 else {
                #expect(end.hasFailed)
                break
            }
            #expect(!end.hasFailed)
            let pause: Duration = .seconds(30 * (1 << (attempt - 1)))
            #expect(queue.nextDue(bound: .seconds(60)) == now + pause)
            #expect(queue.startable(at: now + pause - .milliseconds(1)).isEmpty)
            now = now + pause
        }
        #expect(queue.jobs.isEmpty)
    }

    @Test(
        "other outcomes are final",
        arguments: [
            (ScriptOutcome.exited(status: 0), false), (.exited(status: 2), true), (.notStarted(reason: "no such file"), true),
        ])
    func final(outcome: ScriptOutcome, hasFailed: Bool) throws {
        var queue = ScriptQueue()
        queue.enqueue(call(1), at: start)
        let started = queue.startable(at: start)
        let job = try #require(started.first)
        let ended = queue.ended(job.id, outcome, at: start, retryDelay: .seconds(30))
        #expect(try #require(ended).hasFailed == hasFailed)
        #expect(queue.jobs.isEmpty)
        let endedAgain = queue.ended(job.id, outcome, at: start, retryDelay: .seconds(30))
        #expect(endedAgain == nil)
    }

    // MARK: In the monitor

    private func stage() -> Stage {
        let stage = Stage { $0.groups[.cache]?.settings.notificationScript = "/notify" }
        for job in stage.supervisor.scriptJobs { stage.deliver(.scriptEnded(job.id, .exited(status: 0))) }
        stage.freeze(.replica(1))
        stage.advance(.milliseconds(1_300))
        return stage
    }

    @Test("events that Sentinel logs as warnings run the notification script, others do not")
    func notification() throws {
        let stage = stage()
        let call = try #require(stage.scripts.first).call
        guard case .notification("/notify", let notice) = call else {
            Issue.record("\(call)")
            return
        }
        #expect(notice.kind == .subjectivelyDown)
        stage.forget()
        stage.hello(from: FakePeer(id: .made(of: "7"), endpoint: .peer(7)), currentEpoch: Epoch(1))
        stage.advance(.milliseconds(1))
        #expect(stage.notices.kinds.contains(.peerFound))
        #expect(stage.scripts.isEmpty)
    }

    @Test("a script that runs for longer than a minute is killed, once, and told of")
    func timeOut() throws {
        let stage = stage()
        let id = try #require(stage.scripts.first).id
        stage.deliver(.scriptStarted(id, processID: 77))
        stage.advance(.milliseconds(58_500))
        #expect(stage.killedScripts.isEmpty)
        stage.advance(.seconds(2))
        #expect(stage.killedScripts == [id])
        #expect(stage.notices.first(.scriptTimedOut)?.detail == .scriptTimeout(path: "/notify", processID: 77))
        stage.advance(.seconds(120))
        #expect(stage.killedScripts == [id])
        stage.deliver(.scriptEnded(id, .killed(signal: 9)))
        stage.forget()
        stage.advance(.milliseconds(29_900))
        #expect(stage.scripts.isEmpty)
        stage.advance(.milliseconds(200))
        #expect(stage.scripts.map(\.id) == [id])
    }

    @Test("a script whose start is not confirmed for a long time does not spin the loop")
    func neverConfirmed() {
        let stage = stage()
        stage.advance(.seconds(180))
        #expect(!stage.isLivelocked)
    }

    @Test(
        "the failure of a script is told with its status, signal, or the lack of both",
        arguments: [
            (ScriptOutcome.exited(status: 3), 0, 3), (.notStarted(reason: "no such file"), 99, 0),
        ])
    func failure(outcome: ScriptOutcome, signal: Int, status: Int) throws {
        let stage = stage()
        let id = try #require(stage.scripts.first).id
        stage.deliver(.scriptStarted(id, processID: 77))
        stage.deliver(.scriptEnded(id, outcome))
        #expect(stage.notices.first(.scriptFailed)?.detail == .script(path: "/notify", signal: signal, exitStatus: status))
    }

    @Test("a script that succeeded is not run again, and not told of")
    func success() throws {
        let stage = stage()
        let id = try #require(stage.scripts.first).id
        stage.deliver(.scriptStarted(id, processID: 77))
        stage.deliver(.scriptEnded(id, .exited(status: 0)))
        stage.forget()
        stage.advance(.seconds(100))
        #expect(stage.scripts.isEmpty)
        #expect(!stage.notices.contains(.scriptFailed))
        #expect(stage.supervisor.scriptJobs.isEmpty)
    }

    @Test("a group without a script runs none")
    func none() {
        let stage = Stage()
        #expect(stage.failOver())
        #expect(stage.scripts.isEmpty)
    }
}
