import Testing

@testable import PicketCore

@Suite("Explaining a group")
struct ExplanationTests {
    private func explain(_ stage: Stage) throws -> Explanation {
        try #require(stage.supervisor.explanation(of: .cache, at: stage.now))
    }

    @Test("a healthy group is ok, and it is said who would take over")
    func healthy() throws {
        let stage = Stage()
        stage.fleet[.replica(2)].offset = 9_000
        stage.advance(.seconds(12))
        let explanation = try explain(stage)
        #expect(explanation.state == .ok)
        #expect(explanation.verdict.contains("10.0.0.3:6379 would take its place"))
        #expect(explanation.replicas.map(\.endpoint) == [.replica(2), .replica(1)])
        #expect(explanation.replicas.map(\.isChoosable) == [true, true])
        #expect(explanation.replicas[1].reason.hasPrefix("comes after 10.0.0.3:6379: it has "))
        #expect((explanation.quorum, explanation.majority, explanation.monitorsAlive, explanation.monitorsKnown) == (2, 2, 3, 3))
        #expect(explanation.downFor == nil && explanation.nextRetryIn == nil)
        #expect(explanation.witnesses.map(\.kind) == [.own, .other, .other])
        #expect(explanation.witnesses.map(\.opinion) == [.up, .unknown, .unknown])
        #expect(stage.supervisor.explanation(of: GroupName("other"), at: stage.now) == nil)
    }

    @Test("one alone that holds the primary down waits for others")
    func suspected() throws {
        let stage = Stage()
        stage.freeze(.primary)
        stage.advance(.seconds(3))
        let explanation = try explain(stage)
        #expect(explanation.state == .suspected)
        #expect(explanation.verdict.contains("1 of the 2 monitors"))
        #expect(explanation.witnesses.map(\.opinion) == [.down, .up, .up])
        #expect(explanation.downFor ?? 0 > 0)
    }

    @Test("without a majority it says how many are missing")
    func noMajority() throws {
        let stage = Stage()
        for peer in stage.peers { stage.kill(peer.endpoint) }
        stage.advance(.seconds(5))
        var explanation = try explain(stage)
        #expect(explanation.state == .noMajority)
        #expect(explanation.verdict.contains("only 1 of 3 monitors can be reached and 2 votes are needed"))
        stage.freeze(.primary)
        stage.advance(.seconds(3))
        explanation = try explain(stage)
        #expect(explanation.state == .noMajority)
        #expect(explanation.verdict.contains("SENTINEL FORGET cache"))
    }

    @Test("without a replica that could be promoted it says so of each")
    func noReplica() throws {
        let stage = Stage()
        for number in 1...2 { stage.kill(.replica(number)) }
        stage.losePrimary()
        stage.advance(.seconds(5))
        let explanation = try explain(stage)
        #expect(explanation.state == .noReplica)
        #expect(explanation.replicas.map(\.reason) == ["cannot be promoted: it is down", "cannot be promoted: it is down"])
        #expect(explanation.nextRetryIn != nil)
    }

    @Test("a quorum that is more than all monitors is named as the cause")
    func noQuorum() throws {
        let stage = Stage(quorum: 5)
        stage.losePrimary()
        stage.advance(.seconds(5))
        #expect(try explain(stage).state == .noQuorum)
    }

    @Test("a lost election says when the next try is, a failover how far it is, a pause how long it lasts")
    func others() throws {
        let stage = Stage()
        for index in stage.peers.indices { stage.peers[index].ballot = .favours(.made(of: "f")) }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.abortedNotElected) })
        var explanation = try explain(stage)
        #expect(explanation.state == .down)
        #expect(explanation.verdict.contains("stands again in"))
        #expect(explanation.nextRetryIn ?? 0 > 0)
        #expect(explanation.votes.map(\.voter) == [Stage.me] + stage.peers.map(\.id))
        for index in stage.peers.indices { stage.peers[index].ballot = .silent }
        #expect(stage.advance(atMost: .seconds(5)) { $0.phase == .electing })
        explanation = try explain(stage)
        #expect(explanation.state == .failover)
        #expect(explanation.verdict.contains("votes are being collected"))
        _ = stage.answer(to: .power(.cache, .pause(for: .seconds(90), reason: "cables")))
        explanation = try explain(stage)
        #expect(explanation.state == .paused)
        #expect(explanation.verdict.contains("paused for 90 s more (cables)"))
        #expect(explanation.pause == PauseView(secondsLeft: 90, reason: "cables"))
    }

    @Test("a monitor that cannot write says so")
    func disk() throws {
        let stage = Stage()
        stage.disk = .failing
        _ = stage.vote(for: stage.peers[0].id, in: Epoch(9))
        let explanation = try explain(stage)
        #expect(explanation.state == .disk)
        #expect(explanation.verdict.contains("no space left"))
    }
}
