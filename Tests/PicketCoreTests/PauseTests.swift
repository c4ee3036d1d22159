import Testing

@testable import PicketCore

@Suite("A paused group")
struct PauseTests {
    private func pause(_ stage: Stage, for time: Duration = .seconds(60), reason: String = "") -> Answer? {
        stage.answer(to: .power(.cache, .pause(for: time, reason: reason)))
    }

    private func told(
        _ counter: UInt64 = 7, isOn: Bool = true, remaining: Duration = .seconds(60), isEstimate: Bool = false, by author: Character = "1"
    ) -> Question {
        let version = PowerVersion(counter: counter, author: .made(of: author))
        return .takePowers(
            PowersReport(
                sender: .made(of: "1"),
                entries: [
                    .statement(
                        .cache, PowerStatement(.pause, version, isOn: isOn, remaining: isOn ? remaining : .zero, isEstimate: isEstimate))
                ]))
    }

    @Test("nobody stands for election while it is paused, and somebody does as soon as the pause has expired")
    func expires() {
        let stage = Stage()
        _ = pause(stage, for: .seconds(30), reason: "cables")
        #expect(stage.notices.first(.paused)?.detail == .pause(seconds: 30, reason: "cables"))
        stage.losePrimary()
        stage.advance(.seconds(28))
        #expect(stage.isObjectivelyDown)
        #expect(!stage.notices.contains(.failoverTried))
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.failoverEnded) })
        #expect(stage.notices.first(.resumed)?.detail == .word("expired"))
        #expect(stage.notices.count(.resumed) == 1)
    }

    @Test("RESUME ends it at once; without a pause it is nothing to speak of")
    func resumes() {
        let stage = Stage()
        #expect(stage.answer(to: .power(.cache, .resume)) == .done)
        #expect(!stage.notices.contains(.resumed))
        _ = pause(stage)
        stage.losePrimary()
        stage.advance(.seconds(5))
        #expect(stage.answer(to: .power(.cache, .resume)) == .done)
        #expect(stage.notices.first(.resumed)?.detail == .word("resumed"))
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.failoverEnded) })
    }

    @Test("a second PAUSE replaces the first, be it shorter or longer", arguments: [(10, 3), (3, 10)])
    func replaced(first: Int, second: Int) {
        let stage = Stage()
        _ = pause(stage, for: .seconds(first))
        _ = pause(stage, for: .seconds(second))
        stage.advance(.seconds(second) - .milliseconds(1))
        #expect(stage.supervisor.isPaused(.cache, at: stage.now))
        stage.advance(.milliseconds(1))
        #expect(!stage.supervisor.isPaused(.cache, at: stage.now))
    }

    @Test("a candidate gets no vote, unless it has said before that an operator told it to stand in that very epoch")
    func votes() {
        let stage = Stage()
        let (alice, bob) = (stage.peers[0].id, stage.peers[1].id)
        _ = pause(stage)
        #expect(stage.vote(for: alice, in: Epoch(3)) == .opinion(isDown: false, leader: nil, leaderEpoch: .zero))
        _ = stage.answer(to: .takePowers(PowersReport(sender: alice, entries: [.ordered(.cache, Epoch(4))])))
        #expect(stage.vote(for: bob, in: Epoch(4)) == .opinion(isDown: false, leader: nil, leaderEpoch: .zero))
        #expect(stage.vote(for: alice, in: Epoch(5)) == .opinion(isDown: false, leader: nil, leaderEpoch: .zero))
        #expect(stage.vote(for: alice, in: Epoch(4)) == .opinion(isDown: false, leader: alice, leaderEpoch: Epoch(4)))
        _ = stage.answer(to: .power(.cache, .resume))
        stage.advance(.milliseconds(100))
        #expect(stage.vote(for: bob, in: Epoch(6)) == .opinion(isDown: false, leader: bob, leaderEpoch: Epoch(6)))
    }

    @Test("an attempt that has told nobody anything is given up; one that has goes on to its end", arguments: [true, false])
    func underWay(isEarly: Bool) {
        let stage = Stage()
        if isEarly { for index in stage.peers.indices { stage.peers[index].ballot = .silent } }
        // A replica that does not hear keeps the other attempt from ending at once.
        stage.override = { _, request in if case .follow = request { .silence } else { nil } }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(5)) { $0.phase == (isEarly ? .electing : .reattaching) })
        _ = pause(stage)
        #expect((stage.phase == nil) == isEarly)
        #expect(stage.notices.contains(.abortedNotElected) == isEarly)
        stage.advance(.seconds(20))
        #expect(stage.notices.contains(.failoverEnded) != isEarly)
    }

    @Test("what an operator orders is done all the same, and the other picketd are told so before they are asked for votes")
    func planned() {
        let stage = Stage()
        stage.peers[0].standing = Standing(
            group: .cache, primary: .primary, configEpoch: .zero, isDown: false, vote: nil, isLeading: false)
        stage.cut(stage.peers[0].endpoint)
        stage.advance(.seconds(1))
        _ = pause(stage)
        stage.forget()
        #expect(stage.answer(to: .failover(.cache, FailoverOrder())) == .done)
        let words = stage.requests(to: stage.peers[0].endpoint)
        let order = words.firstIndex {
            if case .tellPowers(let report) = $0 { report.entries == [.ordered(.cache, Epoch(1))] } else { false }
        }
        let question = words.firstIndex {
            if case .compareStandings(let report, _) = $0 { report.standings.contains(where: \.isCandidate) } else { false }
        }
        #expect(order != nil && question != nil && order! < question!)
        #expect(stage.advance(atMost: .seconds(5)) { $0.notices.contains(.switched) })
    }

    @Test("the answer names the peers that are no picketd")
    func stockPeers() {
        let stage = Stage()
        let list = stage.peers.map { "\($0.endpoint)" }.joined(separator: " ")
        #expect(pause(stage) == .told("OK, but 2 of 2 peers are not picketd and cannot be paused: \(list)"))
    }

    // MARK: Versions

    @Test("the later order counts, whoever tells of it and in whatever order; of two with one counter the greater id's")
    func versions() {
        let stage = Stage()
        _ = stage.answer(to: told(7, by: "1"))
        #expect(stage.supervisor.isPaused(.cache, at: stage.now))
        _ = stage.answer(to: told(6, isOn: false, by: "2"))
        #expect(stage.supervisor.isPaused(.cache, at: stage.now))
        _ = stage.answer(to: told(7, isOn: false, by: "2"))
        #expect(!stage.supervisor.isPaused(.cache, at: stage.now))
        _ = stage.answer(to: told(7, by: "1"))
        #expect(!stage.supervisor.isPaused(.cache, at: stage.now))
        // An order that is taken here counts on from what was heard.
        _ = pause(stage)
        _ = stage.answer(to: told(7, isOn: false, by: "2"))
        #expect(stage.supervisor.isPaused(.cache, at: stage.now))
        #expect(stage.durable.groups[.cache]?.powers[.pause]?.version == PowerVersion(counter: 8, author: Stage.me))
    }

    @Test("what is news is told to the other picketd once, and to one that comes later when its link opens")
    func spread() {
        let stage = Stage()
        for index in 0...1 {
            stage.peers[index].standing = Standing(
                group: .cache, primary: .primary, configEpoch: .zero, isDown: false, vote: nil, isLeading: false)
        }
        stage.cut(stage.peers[0].endpoint)
        stage.advance(.seconds(1))
        _ = stage.answer(to: told(7))
        #expect(stage.peers.map(\.heard.count) == [1, 0])
        _ = stage.answer(to: told(7))
        #expect(stage.peers.map(\.heard.count) == [1, 0])
        stage.advance(.seconds(2))
        stage.cut(stage.peers[1].endpoint)
        stage.advance(.seconds(1))
        guard case .statement(.cache, let statement)? = stage.peers[1].heard.first else {
            Issue.record("nothing was told")
            return
        }
        #expect(stage.peers[1].heard.count == 1)
        #expect(statement.version == PowerVersion(counter: 7, author: .made(of: "1")))
        // What is left of it, and not what was left at first.
        #expect(statement.remaining > .seconds(55) && statement.remaining < .seconds(60))
    }

    // MARK: Disk and restarts

    @Test("the answer waits for the disk; where that fails, the order is refused")
    func durable() {
        let stage = Stage()
        stage.disk = .slow
        let ticket = stage.ask(.power(.cache, .pause(for: .seconds(60), reason: "")))
        #expect(stage.answer(to: ticket) == nil)
        stage.persist()
        #expect(stage.answer(to: ticket) != nil)
        stage.disk = .failing
        _ = pause(stage)
        #expect(
            pause(stage).map {
                if case .refused(.other(let text)) = $0 { text.hasPrefix("ERR The state cannot be written") } else { false }
            } == true)
    }

    @Test("it goes on while the process is away, by the clock on the wall")
    func restarts() {
        let stage = Stage()
        _ = pause(stage, for: .seconds(60), reason: "cables")
        stage.stall(.seconds(20))
        stage.restart()
        #expect(
            stage.supervisor.primary(of: .cache, at: stage.now).flatMap { view in
                if case .primary(let details) = view.kind { details.pause } else { nil }
            } == PauseView(secondsLeft: 40, reason: "cables"))
        stage.stall(.seconds(50))
        stage.restart()
        stage.advance(.seconds(1))
        #expect(!stage.supervisor.isPaused(.cache, at: stage.now))
        #expect(stage.notices.contains(.resumed))
        // Told once, not at each start.
        stage.forget()
        stage.restart()
        stage.advance(.seconds(1))
        #expect(!stage.notices.contains(.resumed))
    }

    @Test("a clock that was set back makes it no longer; whoever has counted on corrects how long yet")
    func wrongClock() {
        let stage = Stage()
        _ = stage.answer(to: told(7))
        stage.clockError = .seconds(-86_400)
        stage.restart()
        #expect(stage.supervisor.isPaused(.cache, at: stage.now))
        // Corrected, and not told of again.
        stage.forget()
        _ = stage.answer(to: told(7, remaining: .seconds(40)))
        #expect(stage.notices.isEmpty)
        stage.advance(.seconds(39))
        #expect(stage.supervisor.isPaused(.cache, at: stage.now))
        stage.advance(.seconds(2))
        #expect(!stage.supervisor.isPaused(.cache, at: stage.now))
    }

    @Test("one that expired by a clock that was set forward is taken up again from whoever has counted on")
    func clockAhead() {
        let stage = Stage()
        _ = stage.answer(to: told(7))
        stage.clockError = .seconds(86_400)
        stage.restart()
        stage.advance(.seconds(1))
        #expect(!stage.supervisor.isPaused(.cache, at: stage.now))
        // Another one that has restarted knows no better.
        _ = stage.answer(to: told(7, remaining: .seconds(30), isEstimate: true))
        #expect(!stage.supervisor.isPaused(.cache, at: stage.now))
        _ = stage.answer(to: told(7, remaining: .seconds(30)))
        #expect(stage.supervisor.isPaused(.cache, at: stage.now))
        stage.advance(.seconds(31))
        #expect(!stage.supervisor.isPaused(.cache, at: stage.now))
    }
}
