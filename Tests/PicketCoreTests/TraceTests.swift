import Testing

@testable import PicketCore

@Suite("The story of a failover")
struct TraceTests {
    private func stage(replicas: Int = 2) -> Stage {
        Stage(replicas: replicas) { $0.groups[.cache]?.settings.crashDownAfter = .milliseconds(20) }
    }

    private func kept(_ stage: Stage) -> [FailoverTrace] { stage.supervisor.failoverTraces(of: .cache) ?? [] }

    @Test("the phases of a crash, in order, each without the time of those before it")
    func phases() throws {
        let stage = stage()
        let lostAt = stage.now
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.failoverEnded) })
        let trace = try #require(stage.traces.first)
        #expect(trace.phases.map(\.name) == FailoverTrace.Name.allCases)
        #expect(trace.group == .cache)
        #expect(trace.epoch == Epoch(1))
        #expect(trace.cause == .crash)
        #expect(trace.from == .primary)
        #expect(trace.to == .replica(1))
        #expect(trace.outcome == .done)
        #expect(trace.began == lostAt)
        let took = Dictionary(uniqueKeysWithValues: trace.phases.map { ($0.name, $0.took) })
        #expect((.milliseconds(20) ... .milliseconds(25)).contains(try #require(took[.detect])))
        #expect(trace.phases.allSatisfy { $0.took >= .zero })
        #expect(trace.total == stage.now - lostAt)
    }

    @Test("what took its time is told under its own name")
    func attribution() throws {
        let stage = stage()
        stage.disk = .slow
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .electing })
        stage.advance(.milliseconds(40))
        stage.repairDisk()
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.failoverEnded) })
        let trace = try #require(stage.traces.first)
        let elect = try #require(trace.phases.first { $0.name == .elect }).took
        #expect(elect >= .milliseconds(40))
        #expect(try #require(trace.phases.first { $0.name == .select }).took < .milliseconds(40))
    }

    @Test("the announcement ends when the new configuration is on disk")
    func announced() throws {
        let stage = stage()
        for number in 1...2 { stage.fleet[.replica(number)].obeys = false }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .awaitingPromotion })
        stage.disk = .slow
        stage.fleet[.replica(1)].follows = nil
        #expect(stage.advance(atMost: .seconds(1)) { $0.phase == .reattaching })
        let promotedAt = stage.now
        stage.advance(.milliseconds(30))
        stage.repairDisk()
        stage.advance(.seconds(5))
        let trace = try #require(stage.traces.first)
        let untilAnnounced = trace.phases.prefix { $0.name != .reconfigure }.reduce(Duration.zero) { $0 + $1.took }
        #expect(trace.began + untilAnnounced == promotedAt + .milliseconds(30))
    }

    @Test("who held the primary down and who voted, with the time of each, this monitor first")
    func witnesses() throws {
        let stage = Stage(peers: 4, quorum: 3) { $0.groups[.cache]?.settings.crashDownAfter = .milliseconds(20) }
        for index in 0...1 { stage.peers[index].holdsPrimaryDown = true }
        stage.peers[3].ballot = .favours(.made(of: "8"))
        stage.kill(.primary)
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.failoverEnded) })
        let trace = try #require(stage.traces.first)
        #expect(trace.witnesses.map(\.monitor) == [Stage.me, stage.peers[0].id, stage.peers[1].id])
        #expect(trace.votes.first?.monitor == Stage.me)
        #expect(trace.votes.count >= 3)
        #expect(!trace.votes.contains { $0.monitor == stage.peers[3].id })
        #expect(trace.witnesses.allSatisfy { $0.after >= .milliseconds(20) && $0.after <= trace.total })
        #expect(trace.votes.allSatisfy { $0.after >= .milliseconds(20) && $0.after <= trace.total })
    }

    @Test("each replica that was weighed stands there with what it had and why it lost")
    func candidates() throws {
        let stage = stage(replicas: 6)
        stage.fleet[.replica(1)].priority = 0
        stage.fleet[.replica(2)].isSyncing = true
        stage.fleet[.replica(3)].offset = 900
        stage.fleet[.replica(5)].priority = 200
        stage.kill(.replica(6))
        stage.advance(.seconds(2))
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.switched) })
        stage.advance(.seconds(20))
        let trace = try #require(stage.traces.first)
        let verdicts = Dictionary(uniqueKeysWithValues: trace.candidates.map { ($0.endpoint, $0.verdict) })
        #expect(verdicts[.replica(1)] == "has priority 0")
        #expect(verdicts[.replica(2)] == "is in the middle of a synchronisation")
        #expect(verdicts[.replica(3)] == "has 100 bytes less")
        #expect(verdicts[.replica(4)] == "chosen")
        #expect(verdicts[.replica(5)] == "has a higher priority number")
        #expect(verdicts[.replica(6)] == "is down")
        #expect(trace.candidates.first { $0.endpoint == .replica(5) }?.priority == 200)
        #expect(trace.candidates.first { $0.endpoint == .replica(3) }?.offset == 900)
        #expect(Set(trace.reattached.map(\.endpoint)) == [.replica(1), .replica(2), .replica(3), .replica(5)])
    }

    @Test("one that refused is told of as such, with the one that was chosen then")
    func refused() throws {
        let stage = stage()
        stage.fleet[.replica(1)].promotion = .refused(code: "NOPERM", text: "NOPERM")
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.failoverEnded) })
        let trace = try #require(stage.traces.first)
        #expect(trace.candidates.map(\.verdict) == ["refused to be promoted", "chosen"])
        #expect(trace.phases.map(\.name) == FailoverTrace.Name.allCases)
    }

    @Test("the cause is told", arguments: ["crash", "silence", "denial", "lost-data", "switchover", "forced"])
    func cause(text: String) throws {
        let stage = stage()
        stage.allPeers(holdDown: true)
        stage.advance(.seconds(11))
        switch text {
        case "crash": stage.kill(.primary)
        case "silence": stage.freeze(.primary)
        case "denial": stage.fleet[.primary].follows = .replica(9)
        case "lost-data":
            stage.kill(.primary)
            stage.fleet[.primary].runID = RunID("reborn")
            stage.fleet[.primary].history = "history-2"
            stage.fleet[.primary].keyCount = 0
            stage.revive(.primary)
        case "switchover": stage.ask(.failover(.cache, FailoverOrder()))
        default: stage.ask(.failover(.cache, FailoverOrder(.forced)))
        }
        #expect(stage.advance(atMost: .seconds(60)) { !$0.traces.isEmpty })
        #expect(stage.traces.first?.cause.rawValue == text)
        #expect(stage.traces.first?.outcome == .done)
    }

    @Test("a silent primary's story begins with its silence")
    func silence() throws {
        let stage = stage()
        stage.allPeers(holdDown: true)
        stage.freeze(.primary)
        let frozenAt = stage.now
        #expect(stage.advance(atMost: .seconds(5)) { !$0.traces.isEmpty })
        let trace = try #require(stage.traces.first)
        #expect(trace.began - frozenAt <= .milliseconds(30))
        #expect(try #require(trace.phases.first { $0.name == .detect }).took == .seconds(1))
    }

    @Test("a planned switch has nothing to detect and nobody to agree with")
    func planned() throws {
        let stage = stage()
        stage.advance(.seconds(11))
        stage.ask(.failover(.cache, FailoverOrder()))
        #expect(stage.advance(atMost: .seconds(5)) { !$0.traces.isEmpty })
        let trace = try #require(stage.traces.first)
        #expect(trace.phases.map(\.name) == [.elect, .select, .promote, .announce, .reconfigure])
        #expect(trace.witnesses.isEmpty)
        #expect(trace.votes.count >= 2)
        #expect(trace.reattached.map(\.endpoint).contains(.replica(2)))
    }

    @Test("failed attempts have their stories too, and say what failed")
    func failed() throws {
        let lost = stage()
        for index in lost.peers.indices { lost.peers[index].ballot = .favours(.made(of: "8")) }
        lost.losePrimary()
        #expect(lost.advance(atMost: .seconds(3)) { !$0.traces.isEmpty })
        #expect(lost.traces.first?.outcome == .failed("another monitor was elected, or the votes split"))
        #expect(lost.traces.first?.to == nil)
        #expect(lost.traces.first?.phases.map(\.name) == [.detect, .agree, .elect])

        let none = stage()
        none.override = { [unowned none] _, request in none.phase == .selecting && request.isInfo ? .silence : nil }
        none.losePrimary()
        #expect(none.advance(atMost: .seconds(3)) { !$0.traces.isEmpty })
        guard case .failed(let why)? = none.traces.first?.outcome else {
            Issue.record("no failure told")
            return
        }
        #expect(why.contains("10.0.0.2:6379 did not report in time"))
        #expect(none.traces.first?.candidates.map(\.verdict) == ["did not report in time", "did not report in time"])

        let overtaken = stage()
        for index in overtaken.peers.indices { overtaken.peers[index].ballot = .silent }
        overtaken.losePrimary()
        #expect(overtaken.advance(atMost: .seconds(3)) { $0.phase == .electing })
        overtaken.hello(from: overtaken.peers[0], currentEpoch: Epoch(9), primary: .replica(2), configEpoch: Epoch(9))
        #expect(overtaken.traces.map(\.outcome) == [.failed("another monitor's newer configuration was adopted")])
    }

    @Test("each is told once, when it is over, and the latest ten are kept")
    func bounded() {
        let stage = stage(replicas: 3)
        stage.advance(.seconds(11))
        for round in 1...12 {
            stage.ask(.failover(.cache, FailoverOrder(.forced)))
            #expect(stage.advance(atMost: .seconds(10)) { $0.notices.count(.failoverEnded) == round }, "round \(round)")
            stage.advance(.seconds(11))
            #expect(stage.traces.count == round)
        }
        #expect(kept(stage).count == 10)
        // The latest first.
        #expect(kept(stage) == stage.traces.suffix(10).reversed())
        #expect(kept(stage).allSatisfy { $0.outcome == .done })
        #expect(stage.supervisor.failoverTraces(of: GroupName("other")) == nil)
    }

    @Test("an attempt that is under way is not among them")
    func underWay() {
        let stage = stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .silent }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .electing })
        #expect(kept(stage).isEmpty)
        #expect(stage.traces.isEmpty)
    }
}
