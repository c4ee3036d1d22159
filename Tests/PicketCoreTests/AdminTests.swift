import Testing

@testable import PicketCore

@Suite("What operators change")
struct AdminTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let option: GroupOption
        let name: String
        let values: [String]
        let check: @Sendable (GroupSettings) -> Bool
        var testDescription: String { name }
    }

    static let cases = [
        Case(option: .downAfter(milliseconds: 700), name: "down-after-milliseconds", values: ["700"]) {
            $0.downAfter == .milliseconds(700)
        },
        Case(option: .failoverTimeout(milliseconds: 9_000), name: "failover-timeout", values: ["9000"]) {
            $0.failoverTimeout == .seconds(9)
        },
        Case(option: .parallelSyncs(7), name: "parallel-syncs", values: ["7"]) { $0.parallelSyncs == 7 },
        Case(option: .notificationScript("/n"), name: "notification-script", values: ["/n"]) { $0.notificationScript == "/n" },
        Case(option: .notificationScript(nil), name: "notification-script", values: [""]) { $0.notificationScript == nil },
        Case(option: .clientReconfigScript("/c"), name: "client-reconfig-script", values: ["/c"]) { $0.clientReconfigScript == "/c" },
        Case(option: .password("secret"), name: "auth-pass", values: ["******"]) { $0.credentials.password == "secret" },
        Case(option: .user("sentinel"), name: "auth-user", values: ["sentinel"]) { $0.credentials.user == "sentinel" },
        Case(option: .quorum(3), name: "quorum", values: ["3"]) { $0.quorum == 3 },
        Case(option: .renameCommand("CONFIG", "guarded"), name: "rename-command", values: ["CONFIG", "guarded"]) {
            $0.renamedCommands["config"] == "guarded"
        },
        Case(option: .rebootDownAfter(milliseconds: 0), name: "master-reboot-down-after-period", values: ["0"]) {
            $0.rebootDownAfter == .zero
        },
        Case(option: .rebootDownAfter(milliseconds: 50), name: "master-reboot-down-after-period", values: ["50"]) {
            $0.rebootDownAfter == .milliseconds(50)
        },
        Case(option: .crashDownAfter(milliseconds: 0), name: "crash-down-after-milliseconds", values: ["0"]) { $0.crashDownAfter == .zero },
        Case(option: .crashDownAfter(milliseconds: 35), name: "crash-down-after-milliseconds", values: ["35"]) {
            $0.crashDownAfter == .milliseconds(35)
        },
        Case(option: .switchoverTimeout(milliseconds: 750), name: "switchover-timeout", values: ["750"]) {
            $0.switchoverTimeout == .milliseconds(750)
        },
        Case(option: .electionRetry(atLeast: 20, atMost: 60), name: "election-retry", values: ["20", "60"]) {
            $0.electionRetry == ElectionRetry(atLeast: .milliseconds(20), atMost: .milliseconds(60))
        },
        Case(option: .emptyPrimaryGuard(false), name: "empty-primary-guard", values: ["no"]) { !$0.guardsAgainstEmptyPrimary },
        Case(option: .emptyPrimaryGuard(true), name: "empty-primary-guard", values: ["yes"]) { $0.guardsAgainstEmptyPrimary },
    ]

    @Test("each option is applied, told, and on disk before the answer", arguments: cases)
    func set(test: Case) throws {
        let stage = Stage()
        stage.disk = .slow
        let ticket = stage.ask(.change(.cache, [test.option], failure: nil))
        #expect(stage.answer(to: ticket) == nil)
        stage.persist()
        #expect(stage.answer(to: ticket) == .done)
        #expect(test.check(stage.group.settings))
        #expect(test.check(try #require(stage.durable.groups[.cache]).settings))
        let notice = stage.notices.first(.settingChanged)
        #expect(notice?.detail == .option(name: test.name, values: test.values))
        #expect(notice?.subject?.name == "cache")
    }

    @Test("new credentials renew all links to the instances", arguments: [GroupOption.password("secret"), .user("me")])
    func credentials(option: GroupOption) {
        let stage = Stage()
        stage.ask(.change(.cache, [option], failure: nil))
        #expect(stage.opened.count == 6)
        #expect(stage.opened.allSatisfy { $0.credentials == stage.group.settings.credentials && $0.purpose != .peer })
        stage.advance(.seconds(3))
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.linkID(to: .primary) != nil)
    }

    @Test("options before a bad one stay applied")
    func partial() {
        let stage = Stage()
        #expect(stage.answer(to: .change(.cache, [.quorum(3), .parallelSyncs(2)], failure: "ERR no")) == .refused(.other("ERR no")))
        #expect(stage.group.settings.quorum == 3)
        #expect(stage.group.settings.parallelSyncs == 2)
        #expect(stage.durable.groups[.cache]?.settings.quorum == 3)
    }

    @Test("a shorter down-after counts at once")
    func shorterDownAfter() {
        let stage = Stage { $0.groups[.cache]?.settings.downAfter = .seconds(60) }
        stage.freeze(.primary)
        stage.advance(.seconds(10))
        #expect(!stage.isDown(.primary))
        stage.ask(.change(.cache, [.downAfter(milliseconds: 2_000)], failure: nil))
        stage.advance(.milliseconds(10))
        #expect(stage.isDown(.primary))
    }

    @Test("a command that got its own name back is no longer renamed, in any letter case")
    func renameBack() {
        let stage = Stage()
        stage.ask(.change(.cache, [.renameCommand("CONFIG", "guarded"), .renameCommand("config", "CONFIG")], failure: nil))
        #expect(stage.group.settings.renamedCommands.isEmpty)
    }

    @Test(
        "questions about an unknown group are refused",
        arguments: [
            Question.change(GroupName("other"), [.quorum(3)], failure: nil), .remove(GroupName("other")),
            .failover(GroupName("other"), FailoverOrder()),
            .checkQuorum(GroupName("other")),
        ])
    func unknown(question: Question) {
        #expect(Stage().answer(to: question) == .refused(.noSuchGroup))
    }

    @Test("a group that is added is watched, told of, and on disk before the answer")
    func monitor() throws {
        let stage = Stage()
        stage.disk = .slow
        let queue = GroupName("queue")
        let endpoint = Endpoint(host: "10.0.2.1", port: 6379)
        stage.fleet[endpoint] = FakeInstance(runID: RunID("run-q"))
        let ticket = stage.ask(.monitor(queue, endpoint, address: "10.0.2.1", quorum: 2))
        #expect(stage.answer(to: ticket) == nil)
        stage.persist()
        #expect(stage.answer(to: ticket) == .done)
        #expect(stage.supervisor.primaryAddress(of: queue) == endpoint)
        #expect(stage.linkID(to: endpoint) != nil)
        #expect(stage.notices.first(.monitored)?.detail == .quorum(2))
        let durable = try #require(stage.durable.groups[queue])
        #expect(durable.settings.downAfter == .seconds(30))
        #expect(durable.settings.failoverTimeout == .seconds(180))
    }

    @Test("a name that is taken is refused and nothing changes")
    func duplicate() {
        let stage = Stage()
        let answer = stage.answer(to: .monitor(.cache, .replica(9), address: "10.0.0.10", quorum: 1))
        #expect(answer == .refused(.duplicateGroup))
        #expect(stage.primaryAddress == .primary)
        #expect(stage.group.settings.quorum == 2)
    }

    @Test("a group that is removed leaves nothing behind: no link, no timer, no share in a peer")
    func remove() {
        let stage = Stage()
        #expect(stage.answer(to: .remove(.cache)) == .done)
        #expect(stage.notices.kinds == [.unmonitored])
        #expect(stage.durable.groups.isEmpty)
        for endpoint in [Endpoint.primary, .replica(1), .replica(2)] { #expect(stage.linkID(to: endpoint) == nil) }
        #expect(stage.linkID(to: .peer(1), .peer) == nil)
        #expect(stage.supervisor.nextDeadline == nil)
    }

    @Test("a group that is removed in the middle of a failover is gone for good")
    func removeDuringFailover() {
        let stage = Stage()
        for number in 1...2 { stage.fleet[.replica(number)].obeys = false }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .awaitingPromotion })
        stage.ask(.remove(.cache))
        stage.forget()
        stage.advance(.seconds(10))
        #expect(stage.sent.isEmpty)
        #expect(stage.notices.isEmpty)
    }

    @Test("peers that another group knows stay linked when one group is removed")
    func removeShared() {
        let queue = GroupName("queue")
        let stage = Stage { state in
            let peers = state.groups[.cache]!.peers
            state.groups[queue] = DurableGroup(settings: GroupSettings(quorum: 2), primary: Endpoint(host: "10.0.2.1", port: 6379))
            state.groups[queue]?.peers = peers
        }
        let link = stage.linkID(to: .peer(1), .peer)
        stage.ask(.remove(.cache))
        #expect(link != nil && stage.linkID(to: .peer(1), .peer) == link)
    }

    @Test("a reset forgets what was discovered, and it is discovered again")
    func reset() {
        let stage = Stage()
        stage.kill(.replica(2))
        stage.advance(.seconds(2))
        stage.forget()
        #expect(stage.answer(to: .reset([.cache, GroupName("other")])) == .count(1))
        #expect(stage.notices.first?.kind == .groupReset)
        #expect(stage.durable.groups[.cache]?.peers.isEmpty == true)
        #expect(stage.group.peers.isEmpty)
        stage.advance(.seconds(1))
        #expect(stage.durable.groups[.cache]?.replicas.elements == [.replica(1)])
        #expect(stage.primaryAddress == .primary)
        stage.hello(from: stage.peers[0])
        #expect(stage.group.knownVoters == 2)
    }

    @Test("a reset ends a failover that is under way")
    func resetDuringFailover() {
        let stage = Stage()
        for number in 1...2 { stage.fleet[.replica(number)].obeys = false }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .awaitingPromotion })
        stage.ask(.reset([.cache]))
        #expect(stage.phase == nil)
        #expect(!stage.isObjectivelyDown)
        stage.fleet[stage.promotions[0]].follows = nil
        stage.advance(.seconds(3))
        #expect(stage.primaryAddress == .primary)
    }

    @Test(
        "the quorum can be checked",
        arguments: [
            (2, 0, 3, false, false), (2, 1, 2, false, false), (2, 2, 1, true, true), (4, 0, 3, true, false),
        ])
    func quorum(quorum: Int, dead: Int, usable: Int, lacksQuorum: Bool, lacksMajority: Bool) {
        let stage = Stage(quorum: quorum)
        for number in stride(from: 1, through: dead, by: 1) { stage.kill(.peer(number)) }
        stage.advance(.seconds(3))
        #expect(stage.answer(to: .checkQuorum(.cache)) == .quorum(usable: usable, lacksQuorum: lacksQuorum, lacksMajority: lacksMajority))
    }

    @Test(
        "new credentials towards peers renew the links to them and no others",
        arguments: [
            MonitorOption.peerPassword("secret"), .peerUser("me"),
        ])
    func peerCredentials(option: MonitorOption) {
        let stage = Stage()
        #expect(stage.answer(to: .configure([option])) == .done)
        #expect(stage.opened.map(\.purpose) == [.peer, .peer])
        #expect(stage.opened.allSatisfy { $0.credentials == stage.supervisor.settings.peerCredentials })
        #expect(stage.durable.settings.peerCredentials == stage.supervisor.settings.peerCredentials)
        stage.forget()
        #expect(stage.answer(to: .configure([option])) == .done)
        #expect(stage.opened.isEmpty)
    }

    @Test("settings of the monitor are applied together and kept")
    func configure() {
        let stage = Stage()
        let options: [MonitorOption] = [.resolveHostnames(true), .announceHostnames(true), .announceHost("192.0.2.7"), .announcePort(5)]
        #expect(stage.answer(to: .configure(options)) == .done)
        #expect(stage.durable.settings == stage.supervisor.settings)
        #expect(stage.durable.settings.announceHost == "192.0.2.7")
        #expect(stage.durable.settings.announcePort == 5)
        #expect(stage.durable.settings.resolveHostnames && stage.durable.settings.announceHostnames)
        #expect(stage.opened.isEmpty)
    }

    @Test("a period that is shortened counts at once, for instances and peers")
    func tune() {
        let stage = Stage { $0.groups[.cache]?.settings.downAfter = .seconds(30) }
        stage.answer(to: .tune([TuningChange(.pingPeriod, milliseconds: 100), TuningChange(.infoPeriod, milliseconds: 200)], failure: nil))
            .map { #expect($0 == .done) }
        stage.advance(.seconds(1))
        for endpoint in [Endpoint.primary, .replica(1), .peer(1)] {
            let pings = stage.requests(to: endpoint).count { $0 == .ping || $0 == .probe }
            #expect((9...12).contains(pings), "\(endpoint): \(pings)")
        }
        #expect((4...6).contains(stage.requests(to: .primary).count { $0.isInfo }))
    }

    @Test("the configuration is saved where that is asked")
    func flush() {
        let stage = Stage()
        stage.ask(.flushConfiguration)
        #expect(stage.history.last?.effects == [Effect(.answerOnceSaved(Ticket(1), .done))])
    }
}
