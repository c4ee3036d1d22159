import Testing

@testable import PicketCore

@Suite("What picketd tell each other")
struct StandingTests {
    /// The peers with these places are picketd, the others redis-sentinels.
    private func stage(pickets: [Int] = [0, 1], peers: Int = 2, quorum: Int = 2) -> Stage {
        let stage = Stage(peers: peers, quorum: quorum)
        for index in pickets {
            stage.peers[index].standing = standing()
            stage.cut(stage.peers[index].endpoint)
        }
        stage.advance(.milliseconds(1_500))
        stage.forget()
        return stage
    }

    private func standing(
        _ primary: Endpoint = .primary, epoch: UInt64 = 0, isDown: Bool = false, vote: Vote? = nil, isLeading: Bool = false
    ) -> Standing {
        Standing(group: .cache, primary: primary, configEpoch: Epoch(epoch), isDown: isDown, vote: vote, isLeading: isLeading)
    }

    private func told(_ stage: Stage, to peer: Int) -> [StandingReport] {
        stage.requests(to: stage.peers[peer].endpoint).compactMap { if case .compareStandings(let report, _) = $0 { report } else { nil } }
    }

    private func isQuestion(_ request: Request) -> Bool { if case .askDown = request { true } else { false } }

    /// A peer tells on its own.
    @discardableResult
    private func push(_ stage: Stage, from peer: Int, _ standings: Standing..., epoch: UInt64 = 0) -> Answer? {
        stage.answer(
            to: .compareStandings(StandingReport(sender: stage.peers[peer].id, currentEpoch: Epoch(epoch), standings: standings)))
    }

    // MARK: Down

    @Test("a picketd is told at the same moment that the primary is held down, a redis-sentinel is asked as ever")
    func toldAtOnce() {
        let stage = stage(pickets: [0])
        stage.freeze(.primary)
        #expect(stage.advance(atMost: .seconds(2)) { $0.isDown(.primary) })
        #expect(told(stage, to: 0).last?.standings.map(\.isDown) == [true])
        #expect(told(stage, to: 1).isEmpty)
        #expect(stage.requests(to: stage.peers[0].endpoint).contains(where: isQuestion) == false)
        stage.advance(.milliseconds(15))
        #expect(stage.requests(to: stage.peers[1].endpoint).count(where: isQuestion) >= 2)
        stage.forget()
        stage.revive(.primary)
        #expect(told(stage, to: 0).last?.standings.map(\.isDown) == [false])
    }

    @Test("an opinion that a picketd tells counts without having been asked for")
    func opinion() {
        let stage = stage(pickets: [0])
        stage.override = { _, request in if case .compareStandings = request { .silence } else { nil } }
        stage.freeze(.primary)
        #expect(stage.advance(atMost: .seconds(2)) { $0.isDown(.primary) })
        #expect(!stage.isObjectivelyDown)
        let answer = push(stage, from: 0, standing(isDown: true))
        #expect(stage.isObjectivelyDown)
        guard case .standings(let report) = answer else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(report.sender == Stage.me)
        #expect(report.standings == [standing(isDown: true)])
        push(stage, from: 0, standing(isDown: false))
        #expect(!stage.isObjectivelyDown)
    }

    @Test("an opinion about another primary is none about ours")
    func otherPrimary() {
        let stage = stage(pickets: [0])
        stage.override = { _, request in if case .compareStandings = request { .silence } else { nil } }
        stage.freeze(.primary)
        #expect(stage.advance(atMost: .seconds(2)) { $0.isDown(.primary) })
        push(stage, from: 0, standing(.replica(1), isDown: true))
        #expect(!stage.isObjectivelyDown)
    }

    @Test("the vote of a picketd is asked for with a standing, that of a redis-sentinel in its own words")
    func votes() {
        let stage = stage(pickets: [0])
        stage.peers[0].standing = standing(isDown: true)
        stage.peers[1].holdsPrimaryDown = true
        stage.freeze(.primary)
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.elected) })
        stage.advance(.milliseconds(100))
        #expect(stage.peers[0].asked.allSatisfy { if case .compareStandings = $0 { true } else { false } })
        #expect(stage.peers[1].asked.allSatisfy { if case .askDown = $0 { true } else { false } })
        #expect(!stage.peers[0].asked.isEmpty && !stage.peers[1].asked.isEmpty)
    }

    @Test("a picketd that stands gets the answer with the vote when that is on disk, once in an epoch, and where both follow one primary")
    func candidates() {
        let stage = stage()
        func candidacy(_ peer: Int, _ epoch: UInt64, of primary: Endpoint = .primary) -> Vote? {
            var standing = standing(primary, vote: Vote(epoch: Epoch(epoch), leader: stage.peers[peer].id), isLeading: true)
            standing.isCandidate = true
            guard case .standings(let report)? = push(stage, from: peer, standing, epoch: epoch) else { return nil }
            return report.standings.first?.vote
        }
        stage.disk = .slow
        #expect(candidacy(0, 3) == nil)
        stage.disk = .prompt
        stage.persist()
        #expect(stage.durable.groups[.cache]?.vote == Vote(epoch: Epoch(3), leader: stage.peers[0].id))
        #expect(candidacy(1, 3) == Vote(epoch: Epoch(3), leader: stage.peers[0].id))
        stage.advance(.milliseconds(100))
        #expect(candidacy(1, 4) == Vote(epoch: Epoch(4), leader: stage.peers[1].id))
        stage.advance(.milliseconds(100))
        #expect(candidacy(0, 5, of: .replica(1)) == Vote(epoch: Epoch(4), leader: stage.peers[1].id))
    }

    @Test("while one report is on its way, what changes is told in the next one, together")
    func oneAfterTheOther() {
        let stage = stage(pickets: [0])
        stage.override = { _, request in if case .compareStandings = request { .silence } else { nil } }
        stage.freeze(.primary)
        #expect(stage.advance(atMost: .seconds(2)) { $0.isDown(.primary) })
        stage.revive(.primary)
        stage.advance(.milliseconds(500))
        #expect(told(stage, to: 0).count == 1)
    }

    @Test("a redis-sentinel is found out once a connection, and not asked again")
    func stock() {
        let stage = stage(pickets: [])
        stage.advance(.seconds(10))
        #expect(told(stage, to: 0).isEmpty)
        stage.cut(.peer(1))
        stage.advance(.seconds(2))
        #expect(told(stage, to: 0).count == 1)
    }

    @Test("one message tells of all groups in which something has changed, and of none that the peer does not know")
    func batched() {
        let queue = GroupName("queue")
        let apart = GroupName("apart")
        let stage = Stage { state in
            let peers = state.groups[.cache]!.peers
            for (name, endpoint) in [(queue, Endpoint(host: "10.0.2.1", port: 6379)), (apart, Endpoint(host: "10.0.3.1", port: 6379))] {
                state.groups[name] = DurableGroup(settings: state.groups[.cache]!.settings, primary: endpoint)
            }
            state.groups[queue]?.peers = peers
        }
        stage.peers[0].standing = standing()
        stage.forget()
        stage.cut(.peer(1))
        stage.advance(.milliseconds(100))
        let groups = told(stage, to: 0).map { $0.standings.map(\.group) }
        #expect(groups == [[.cache, queue]])
    }

    // MARK: Configurations and epochs

    @Test("a newer configuration that a picketd tells is adopted like one from a hello")
    func adopted() {
        let stage = stage()
        push(stage, from: 0, standing(.replica(2), epoch: 3), epoch: 3)
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.group.configEpoch == Epoch(3))
        #expect(stage.supervisor.currentEpoch == Epoch(3))
        #expect(stage.durable.groups[.cache]?.primary == .replica(2))
    }

    @Test("nothing is told of what is not on disk")
    func durable() {
        let stage = stage(pickets: [0])
        stage.disk = .slow
        let ticket = stage.ask(
            .compareStandings(
                StandingReport(sender: stage.peers[0].id, currentEpoch: Epoch(3), standings: [standing(.replica(2), epoch: 3)])))
        #expect(stage.answer(to: ticket) == nil)
        stage.persist()
        #expect(stage.answer(to: ticket) != nil)
    }

    enum Forgery: CaseIterable {
        case stranger, oneself, unknownGroup, absurdCurrentEpoch, absurdConfigEpoch, absurdVote, name, port

        func report(of stage: Stage) -> StandingReport {
            let absurd = Epoch(.max)
            var report = StandingReport(
                sender: stage.peers[0].id, currentEpoch: Epoch(7),
                standings: [
                    Standing(group: .cache, primary: .replica(2), configEpoch: Epoch(7), isDown: true, vote: nil, isLeading: false)
                ])
            switch self {
            case .stranger: report.sender = .made(of: "7")
            case .oneself: report.sender = Stage.me
            case .unknownGroup: report.standings[0].group = GroupName("other")
            case .absurdCurrentEpoch: report.currentEpoch = absurd
            case .absurdConfigEpoch: report.standings[0].configEpoch = absurd
            case .absurdVote: report.standings[0].vote = Vote(epoch: absurd, leader: .made(of: "2"))
            case .name: report.standings[0].primary = Endpoint(host: "database", port: 6379)
            case .port: report.standings[0].primary = Endpoint(host: "10.0.0.3", port: 0)
            }
            return report
        }
    }

    @Test("what cannot be, or comes from nobody that is known, changes nothing", arguments: Forgery.allCases)
    func ignored(forgery: Forgery) {
        let stage = stage()
        let before = stage.group
        let epoch = stage.supervisor.currentEpoch
        let answer = stage.answer(to: .compareStandings(forgery.report(of: stage)))
        #expect(stage.group == before)
        #expect(stage.supervisor.currentEpoch == epoch)
        // The sender is answered all the same; it may have been right about other groups.
        guard case .standings(let report) = answer else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(report.sender == Stage.me)
        #expect(report.standings.count == (forgery == .unknownGroup ? 0 : 1))
    }

    @Test("an answer in another's name is not believed")
    func answerInAnothersName() {
        let stage = stage(pickets: [0])
        let before = stage.group
        stage.override = { [unowned stage] _, request in
            guard case .compareStandings = request else { return nil }
            let forged = StandingReport(
                sender: stage.peers[1].id, currentEpoch: Epoch(9), standings: [self.standing(.replica(2), epoch: 9)])
            return .reply(.standings(forged))
        }
        stage.cut(.peer(1))
        stage.advance(.milliseconds(50))
        #expect(stage.supervisor.currentEpoch == .zero)
        #expect(stage.group.configEpoch == before.configEpoch)
        #expect(stage.primaryAddress == .primary)
    }

    @Test("our own disk's failure does not make a picketd a redis-sentinel")
    func ownDisk() throws {
        let stage = stage(pickets: [0])
        let id = stage.peers[0].id
        #expect(stage.supervisor.monitor.peers[id]?.comparesStandings == true)
        let link = try #require(stage.linkID(to: .peer(1), .peer))
        let request = Request.compareStandings(
            StandingReport(sender: Stage.me, currentEpoch: .zero, standings: []), sentAt: stage.now)
        stage.deliver(.replied(link, request, .refused(code: "NOTSENT", text: "NOTSENT the state cannot be written")))
        #expect(stage.supervisor.monitor.peers[id]?.comparesStandings == true)
        stage.deliver(.replied(link, request, .refused(code: "ERR", text: "ERR unknown subcommand")))
        #expect(stage.supervisor.monitor.peers[id]?.comparesStandings == false)
    }

    // MARK: Returned primaries

    /// A failover of ours is over, the old primary is dead, and the peers stand as `standing` says.
    private func afterFailover(pickets: [Int] = [0, 1], peers: Int = 2, _ standing: Standing? = nil) -> Stage {
        let stage = stage(pickets: pickets, peers: peers, quorum: 2)
        for index in pickets { stage.peers[index].standing = self.standing(isDown: true) }
        #expect(stage.failOver())
        stage.advance(.seconds(3))
        stage.allPeers(holdDown: false)
        for index in pickets { stage.peers[index].standing = standing ?? confirming() }
        stage.advance(.milliseconds(100))
        stage.forget()
        return stage
    }

    private func confirming(vote: Vote? = Vote(epoch: Epoch(1), leader: Stage.me), isLeading: Bool = false, epoch: UInt64 = 1) -> Standing {
        standing(.replica(1), epoch: epoch, vote: vote, isLeading: isLeading)
    }

    /// Whether the old primary is made a replica at once when it returns.
    private func isDemotedAtOnce(_ stage: Stage) -> Bool {
        stage.revive(.primary)
        guard stage.advance(atMost: .seconds(3), until: { $0.linkID(to: .primary) != nil }) else { return false }
        stage.advance(.milliseconds(5))
        return stage.follows.contains { $0.0 == .primary && $0.to == .replica(1) }
    }

    @Test("a returned primary is demoted at once when all monitors that can be asked confirm the new one", arguments: [2, 4])
    func demoted(peers: Int) {
        #expect(isDemotedAtOnce(afterFailover(pickets: Array(0..<peers), peers: peers)))
    }

    @Test("a monitor that is down is not waited for, as long as there is a majority")
    func withoutTheDown() {
        let stage = afterFailover()
        stage.kill(.peer(2))
        stage.advance(.seconds(2))
        #expect(isDemotedAtOnce(stage))
    }

    @Test("not while one of them cannot be asked so: a redis-sentinel promotes without an election where an operator orders it")
    func mixed() {
        #expect(!isDemotedAtOnce(afterFailover(pickets: [])))
        #expect(!isDemotedAtOnce(afterFailover(pickets: [0])))
        #expect(!isDemotedAtOnce(afterFailover(pickets: [0, 1, 2], peers: 4)))
    }

    @Test("not where less than a majority can be asked")
    func minority() {
        let stage = afterFailover()
        for peer in stage.peers { stage.freeze(peer.endpoint) }
        stage.advance(.seconds(2))
        #expect(!isDemotedAtOnce(stage))
    }

    enum Doubt: CaseIterable {
        case otherPrimary, olderConfiguration, leading, voteUnaccountedFor, voteForNobodyKnown

        func standing() -> Standing {
            var standing = Standing(
                group: .cache, primary: .replica(1), configEpoch: Epoch(1), isDown: false, vote: nil, isLeading: false)
            switch self {
            case .otherPrimary: standing.primary = .replica(2)
            case .olderConfiguration: standing.configEpoch = .zero
            case .leading: standing.isLeading = true
            case .voteUnaccountedFor: standing.vote = Vote(epoch: Epoch(2), leader: .made(of: "9"))
            case .voteForNobodyKnown: standing.vote = Vote(epoch: Epoch(2), leader: nil)
            }
            return standing
        }
    }

    @Test("not while somebody else may be in the middle of making it the primary", arguments: Doubt.allCases)
    func doubtful(doubt: Doubt) {
        #expect(!isDemotedAtOnce(afterFailover(doubt.standing())))
    }

    @Test("a vote beyond the configuration is harmless once the one who got it says that it leads nothing")
    func accountedVote() {
        #expect(isDemotedAtOnce(afterFailover(confirming(vote: Vote(epoch: Epoch(2), leader: .made(of: "2"))))))
    }

    @Test("our own vote for another counts like anybody's")
    func ownVote() {
        let stage = afterFailover()
        #expect(stage.vote(for: .made(of: "9"), in: Epoch(2), primary: .replica(1)) != nil)
        #expect(!isDemotedAtOnce(stage))
        let accounted = afterFailover()
        #expect(accounted.vote(for: accounted.peers[1].id, in: Epoch(2), primary: .replica(1)) != nil)
        #expect(isDemotedAtOnce(accounted))
    }

    @Test("what nobody asked for may have been long under way and confirms nothing; an answer does")
    func pushes() {
        let stage = afterFailover()
        stage.override = { to, request in
            if case .compareStandings = request, to == .peer(1) { .silence } else { nil }
        }
        #expect(!isDemotedAtOnce(stage))
        // The other one has answered.
        push(stage, from: 0, confirming(), epoch: 1)
        stage.advance(.milliseconds(10))
        #expect(stage.follows.isEmpty)
        stage.override = nil
        // Whatever makes us ask.
        stage.cut(.peer(1))
        stage.advance(.milliseconds(200))
        #expect(stage.follows.map(\.0) == [.primary])
    }

    @Test("three monitors demote a returned primary within 100 ms of seeing it", arguments: [false, true])
    func deployment(isFrozen: Bool) throws {
        let deployment = Deployment.settled { $0.crashDownAfter = .milliseconds(20) }
        if isFrozen { deployment.freeze(.primary) } else { deployment.kill(.primary) }
        #expect(deployment.time(atMost: .seconds(5)) { $0.isWhole } != nil)
        deployment.run(.seconds(10))
        deployment.revive(.primary)
        let isSeen: (Deployment) -> Bool = {
            $0.monitors.contains { host in
                host.supervisor.groups[.cache]?.instances.values.contains { $0.endpoint == .primary && $0.reachability.link.isOpen } == true
            }
        }
        #expect(deployment.time(atMost: .seconds(2), until: isSeen) != nil)
        let time = try #require(deployment.time(atMost: .seconds(15)) { $0.fleet[.primary].follows != nil })
        #expect(time <= .milliseconds(100), "took \(time)")
        #expect(deployment.livePrimaries.count == 1)
    }
}
