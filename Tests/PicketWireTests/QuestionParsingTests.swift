import PicketCore
import PicketWire
import Testing

@Suite("Arguments of SENTINEL")
struct QuestionParsingTests {
    private static func words(_ text: String) -> [String] { text.split(separator: " ").map { $0 == "''" ? "" : String($0) } }

    // MARK: IS-MASTER-DOWN-BY-ADDR

    @Test("a peer asks for an opinion with a star, and for a vote with its id")
    func isPrimaryDown() throws {
        let id = HelloTextTests.sender
        #expect(
            try QuestionParsing.isPrimaryDown(["10.0.0.1", "6379", "12", "*"])
                == .isPrimaryDown(Endpoint(host: "10.0.0.1", port: 6379), epoch: Epoch(12), candidate: nil))
        #expect(
            try QuestionParsing.isPrimaryDown(["::1", "6379", "12", id.text])
                == .isPrimaryDown(Endpoint(host: "::1", port: 6379), epoch: Epoch(12), candidate: id))
        // Nobody can lead by an id that is none.
        #expect(
            try QuestionParsing.isPrimaryDown(["::1", "6379", "-12", "somebody"])
                == .isPrimaryDown(Endpoint(host: "::1", port: 6379), epoch: .zero, candidate: nil))
    }

    @Test(
        "a port or an epoch that is no number is refused",
        arguments: ["h x 0 *", "h 1 x *", "h '' 0 *", "h 1 '' *", "h +1 0 *", "h 1 01 *", "h 1 9223372036854775808 *"])
    func isPrimaryDownRefused(_ arguments: String) {
        #expect { try QuestionParsing.isPrimaryDown(Self.words(arguments)) } throws: {
            ($0 as? QuestionParsing.Failure)?.text == "ERR value is not an integer or out of range"
        }
    }

    // MARK: MONITOR

    struct Refused: Sendable, CustomTestStringConvertible {
        let arguments: String
        let error: String
        var testDescription: String { arguments }

        init(_ arguments: String, _ error: String) {
            self.arguments = arguments
            self.error = error
        }
    }

    @Test("a group is monitored by name, address and quorum")
    func monitor() throws {
        let (name, endpoint, quorum) = try QuestionParsing.monitor(["my cache", "db.example", "6379", "2"])
        #expect(name == GroupName("my cache"))
        #expect(endpoint == Endpoint(host: "db.example", port: 6379))
        #expect(quorum == 2)
    }

    @Test(
        "what cannot be monitored is refused in Sentinel's words, the quorum looked at first",
        arguments: [
            Refused("g 10.0.0.1 6379 x", "ERR Invalid quorum"),
            Refused("g 10.0.0.1 x x", "ERR Invalid quorum"),
            Refused("g 10.0.0.1 6379 2.5", "ERR Invalid quorum"),
            Refused("g 10.0.0.1 6379 +2", "ERR Invalid quorum"),
            Refused("g 10.0.0.1 x 2", "ERR Invalid port"),
            Refused("g 10.0.0.1 x 0", "ERR Invalid port"),
            Refused("g 10.0.0.1 6379 0", "ERR Quorum must be 1 or greater."),
            Refused("g 10.0.0.1 6379 -1", "ERR Quorum must be 1 or greater."),
            Refused("g 10.0.0.1 70000 0", "ERR Quorum must be 1 or greater."),
            Refused("g 10.0.0.1 0 2", "ERR Invalid port number."),
            Refused("g 10.0.0.1 65536 2", "ERR Invalid port number."),
            Refused("g 10.0.0.1 -6379 2", "ERR Invalid port number."),
            Refused("'' 10.0.0.1 6379 2", "ERR Invalid master name: it is empty or has control characters"),
            Refused("a\u{7f}b 10.0.0.1 6379 2", "ERR Invalid master name: it is empty or has control characters"),
            Refused("a\nb 10.0.0.1 6379 2", "ERR Invalid master name: it is empty or has control characters"),
            Refused("a,b 10.0.0.1 6379 2", "ERR Invalid master name: commas are not allowed"),
            Refused("g '' 6379 2", "ERR Invalid IP address or hostname specified"),
            Refused("g db\u{1b}[1m 6379 2", "ERR Invalid IP address or hostname specified"),
        ])
    func monitorRefused(_ row: Refused) {
        #expect { try QuestionParsing.monitor(Self.words(row.arguments)) } throws: { ($0 as? QuestionParsing.Failure)?.text == row.error }
    }

    // MARK: FAILOVER

    struct Order: Sendable, CustomTestStringConvertible {
        let arguments: String
        let order: FailoverOrder
        var testDescription: String { arguments }

        init(_ arguments: String, _ manner: FailoverOrder.Manner, to port: Int? = nil) {
            self.arguments = arguments
            order = FailoverOrder(manner, target: port.map { Endpoint(host: "10.0.0.2", port: $0) })
        }
    }

    @Test(
        "a failover is ordered by name alone, or with where to and how, in any order and letter case",
        arguments: [
            Order("g", .usual), Order("g TO 10.0.0.2 6379", .usual, to: 6379), Order("g COORDINATED", .coordinated),
            Order("g force", .forced), Order("g to 10.0.0.2 65535 Force", .forced, to: 65535),
            Order("g Coordinated To 10.0.0.2 1", .coordinated, to: 1),
        ])
    func failover(_ row: Order) throws {
        #expect(try QuestionParsing.failover(Self.words(row.arguments)) == .failover(GroupName("g"), row.order))
    }

    @Test("a group may be called like an option")
    func failoverOfOddName() throws {
        #expect(try QuestionParsing.failover(["force"]) == .failover(GroupName("force"), FailoverOrder()))
        #expect(try QuestionParsing.failover(["to", "force"]) == .failover(GroupName("to"), FailoverOrder(.forced)))
    }

    private static let failoverSyntax = "ERR syntax error, expected SENTINEL FAILOVER <name> [TO <host> <port>] [COORDINATED | FORCE]"

    @Test(
        "what is no order is refused, and nothing of it is carried out",
        arguments: [
            Refused("g now", failoverSyntax), Refused("g TO", failoverSyntax), Refused("g TO 10.0.0.2", failoverSyntax),
            Refused("g FORCE COORDINATED", failoverSyntax), Refused("g FORCE FORCE", failoverSyntax),
            Refused("g COORDINATED FORCE", failoverSyntax), Refused("g TO 10.0.0.2 1 TO 10.0.0.2 2", failoverSyntax),
            Refused("g TO 10.0.0.2 1 2", failoverSyntax), Refused("g ''", failoverSyntax),
            Refused("g TO 10.0.0.2 FORCE", "ERR Invalid port number."), Refused("g TO 10.0.0.2 0", "ERR Invalid port number."),
            Refused("g TO 10.0.0.2 65536", "ERR Invalid port number."), Refused("g TO 10.0.0.2 +1", "ERR Invalid port number."),
            Refused("g TO 10.0.0.2 01", "ERR Invalid port number."), Refused("g TO 10.0.0.2 ''", "ERR Invalid port number."),
        ])
    func failoverRefused(_ row: Refused) {
        #expect { try QuestionParsing.failover(Self.words(row.arguments)) } throws: { ($0 as? QuestionParsing.Failure)?.text == row.error }
    }

    // MARK: STANDINGS

    @Test("another picketd's report is taken whole or not at all")
    func standings() throws {
        #expect(try QuestionParsing.standings(StandingTextTests.words) == .compareStandings(StandingTextTests.report))
        #expect { try QuestionParsing.standings(StandingTextTests.words.dropLast()) } throws: {
            ($0 as? QuestionParsing.Failure)?.text == "ERR not a report of standings"
        }
    }

    // MARK: SET

    private static var scripts: QuestionParsing.ScriptRules { .init(areDenied: false) { $0 == "/opt/good" } }

    struct Setting: Sendable, CustomTestStringConvertible {
        let arguments: String
        let options: [GroupOption]
        let failure: String?
        var testDescription: String { arguments }

        init(_ arguments: String, _ options: [GroupOption] = [], failure: String? = nil) {
            self.arguments = arguments
            self.options = options
            self.failure = failure
        }
    }

    @Test(
        "options are taken in any letter case, several at a time, each with its value",
        arguments: [
            Setting("down-after-milliseconds 1", [.downAfter(milliseconds: 1)]),
            Setting("down-after-milliseconds 9223372036854775807", [.downAfter(milliseconds: .max)]),
            Setting("failover-timeout 180000", [.failoverTimeout(milliseconds: 180_000)]),
            Setting("parallel-syncs 2", [.parallelSyncs(2)]),
            Setting("quorum 3", [.quorum(3)]),
            Setting("QUORUM 3", [.quorum(3)]),
            Setting("notification-script /opt/good", [.notificationScript("/opt/good")]),
            Setting("notification-script ''", [.notificationScript(nil)]),
            Setting("client-reconfig-script /opt/good", [.clientReconfigScript("/opt/good")]),
            Setting("client-reconfig-script ''", [.clientReconfigScript(nil)]),
            Setting("auth-pass secret", [.password("secret")]),
            Setting("auth-pass ''", [.password(nil)]),
            Setting("auth-user admin", [.user("admin")]),
            Setting("auth-user ''", [.user(nil)]),
            Setting("master-reboot-down-after-period 0", [.rebootDownAfter(milliseconds: 0)]),
            Setting("primary-reboot-down-after-period 5000", [.rebootDownAfter(milliseconds: 5_000)]),
            Setting("crash-down-after-milliseconds 0", [.crashDownAfter(milliseconds: 0)]),
            Setting("crash-down-after-milliseconds 20", [.crashDownAfter(milliseconds: 20)]),
            Setting("switchover-timeout 1", [.switchoverTimeout(milliseconds: 1)]),
            Setting("Election-Retry 100 500", [.electionRetry(atLeast: 100, atMost: 500)]),
            Setting("election-retry 7 7 quorum 2", [.electionRetry(atLeast: 7, atMost: 7), .quorum(2)]),
            Setting("empty-primary-guard YES", [.emptyPrimaryGuard(true)]),
            Setting("empty-primary-guard no", [.emptyPrimaryGuard(false)]),
            // The longest time of one of our own options: a century.
            Setting("switchover-timeout 3162240000000", [.switchoverTimeout(milliseconds: 3_162_240_000_000)]),
            Setting("rename-command SLAVEOF guarded", [.renameCommand("SLAVEOF", "guarded")]),
            Setting("quorum 2 rename-command A B parallel-syncs 1", [.quorum(2), .renameCommand("A", "B"), .parallelSyncs(1)]),
            Setting(""),
        ])
    func options(_ row: Setting) {
        let (options, failure) = QuestionParsing.options(Self.words(row.arguments), scripts: Self.scripts)
        #expect(options == row.options)
        #expect(failure == nil)
    }

    @Test(
        "options before a bad one stay, and the error names the bad one as it was written",
        arguments: [
            Setting("quorum 0", failure: "ERR Invalid argument '0' for SENTINEL SET 'quorum'"),
            Setting("Quorum -1", failure: "ERR Invalid argument '-1' for SENTINEL SET 'Quorum'"),
            Setting("quorum x", failure: "ERR Invalid argument 'x' for SENTINEL SET 'quorum'"),
            Setting("quorum +2", failure: "ERR Invalid argument '+2' for SENTINEL SET 'quorum'"),
            Setting("quorum 02", failure: "ERR Invalid argument '02' for SENTINEL SET 'quorum'"),
            Setting("quorum 9223372036854775808", failure: "ERR Invalid argument '9223372036854775808' for SENTINEL SET 'quorum'"),
            Setting("down-after-milliseconds 0", failure: "ERR Invalid argument '0' for SENTINEL SET 'down-after-milliseconds'"),
            Setting("failover-timeout ''", failure: "ERR Invalid argument '' for SENTINEL SET 'failover-timeout'"),
            Setting("parallel-syncs 0", failure: "ERR Invalid argument '0' for SENTINEL SET 'parallel-syncs'"),
            Setting(
                "master-reboot-down-after-period -1",
                failure: "ERR Invalid argument '-1' for SENTINEL SET 'master-reboot-down-after-period'"),
            Setting(
                "crash-down-after-milliseconds -1", failure: "ERR Invalid argument '-1' for SENTINEL SET 'crash-down-after-milliseconds'"),
            Setting("switchover-timeout 0", failure: "ERR Invalid argument '0' for SENTINEL SET 'switchover-timeout'"),
            Setting(
                "switchover-timeout 3162240000001",
                failure: "ERR Invalid argument '3162240000001' for SENTINEL SET 'switchover-timeout'"),
            Setting("election-retry 0 5", failure: "ERR Invalid argument '0' for SENTINEL SET 'election-retry'"),
            Setting("election-retry 6 5", failure: "ERR Invalid argument '5' for SENTINEL SET 'election-retry'"),
            Setting("election-retry x 5", failure: "ERR Invalid argument 'x' for SENTINEL SET 'election-retry'"),
            Setting("election-retry 6", failure: "ERR Unknown option or number of arguments for SENTINEL SET 'election-retry'"),
            Setting("empty-primary-guard 1", failure: "ERR Invalid argument '1' for SENTINEL SET 'empty-primary-guard'"),
            Setting("empty-primary-guard", failure: "ERR Unknown option or number of arguments for SENTINEL SET 'empty-primary-guard'"),
            Setting("quorum", failure: "ERR Unknown option or number of arguments for SENTINEL SET 'quorum'"),
            Setting("nosuch", failure: "ERR Unknown option or number of arguments for SENTINEL SET 'nosuch'"),
            Setting("nosuch 1", failure: "ERR Unknown option or number of arguments for SENTINEL SET 'nosuch'"),
            Setting("rename-command A", failure: "ERR Unknown option or number of arguments for SENTINEL SET 'rename-command'"),
            Setting("rename-command", failure: "ERR Unknown option or number of arguments for SENTINEL SET 'rename-command'"),
            Setting("rename-command '' B", failure: "ERR Invalid argument '' for SENTINEL SET 'rename-command'"),
            Setting("rename-command A ''", failure: "ERR Invalid argument '' for SENTINEL SET 'rename-command'"),
            Setting("rename-command A B\n", failure: "ERR Invalid argument 'B\n' for SENTINEL SET 'rename-command'"),
            Setting("notification-script /opt/bad", failure: "ERR Notification script seems non existing or non executable"),
            Setting("client-reconfig-script /opt/bad", failure: "ERR Client reconfiguration script seems non existing or non executable"),
            Setting("notification-script /opt\n", failure: "ERR Notification script path must not contain control characters"),
            Setting(
                "quorum 2 nosuch 1 parallel-syncs 3", [.quorum(2)],
                failure: "ERR Unknown option or number of arguments for SENTINEL SET 'nosuch'"),
            Setting(
                "quorum 2 parallel-syncs", [.quorum(2)],
                failure: "ERR Unknown option or number of arguments for SENTINEL SET 'parallel-syncs'"),
        ])
    func badOptions(_ row: Setting) {
        let (options, failure) = QuestionParsing.options(Self.words(row.arguments), scripts: Self.scripts)
        #expect(options == row.options)
        #expect(failure == row.failure)
    }

    @Test("scripts may be neither set nor taken away where that is denied", arguments: ["/opt/good", "/opt/bad", "''"])
    func deniedScripts(_ path: String) {
        let rules = QuestionParsing.ScriptRules(areDenied: true) { _ in true }
        for option in ["notification-script", "client-reconfig-script"] {
            let (options, failure) = QuestionParsing.options(Self.words("quorum 2 \(option) \(path)"), scripts: rules)
            #expect(options == [.quorum(2)])
            #expect(
                failure
                    == "ERR Reconfiguration of scripts path is denied for security reasons. Check the deny-scripts-reconfig configuration "
                    + "directive in your Sentinel configuration")
        }
    }

    // MARK: DEBUG

    @Test("every parameter of DEBUG is set by its name, in any letter case", arguments: TuningParameter.allCases)
    func tuning(_ parameter: TuningParameter) {
        let change = TuningChange(parameter, milliseconds: 17)
        #expect(QuestionParsing.tuning([parameter.rawValue, "17"]) == .tune([change], failure: nil))
        #expect(QuestionParsing.tuning([parameter.rawValue.uppercased(), "17"]) == .tune([change], failure: nil))
    }

    @Test(
        "changes before a bad one stay",
        arguments: [
            Refused("info-period", "ERR Unknown option or number of arguments for SENTINEL DEBUG 'info-period'"),
            Refused("nosuch 1", "ERR Unknown option or number of arguments for SENTINEL DEBUG 'nosuch'"),
            Refused("Info-Period 0", "ERR Invalid argument '0' for SENTINEL DEBUG 'Info-Period'"),
            Refused("info-period -1", "ERR Invalid argument '-1' for SENTINEL DEBUG 'info-period'"),
            Refused("info-period x", "ERR Invalid argument 'x' for SENTINEL DEBUG 'info-period'"),
            Refused("info-period +1", "ERR Invalid argument '+1' for SENTINEL DEBUG 'info-period'"),
            Refused("info-period 2147483648", "ERR Invalid argument '2147483648' for SENTINEL DEBUG 'info-period'"),
        ])
    func badTuning(_ row: Refused) {
        #expect(
            QuestionParsing.tuning(["ping-period", "500"] + Self.words(row.arguments))
                == .tune([TuningChange(.pingPeriod, milliseconds: 500)], failure: row.error))
    }

    // MARK: SIMULATE-FAILURE

    @Test("flags are read up to the first word that is none, and count")
    func failures() {
        func read(_ text: String) -> (failures: [SimulatedFailure], end: QuestionParsing.SimulationEnd?) {
            QuestionParsing.failures(Self.words(text))
        }
        #expect(read("crash-after-election") == ([.crashAfterElection], nil))
        #expect(read("CRASH-AFTER-PROMOTION crash-after-election") == ([.crashAfterPromotion, .crashAfterElection], nil))
        #expect(read("help") == ([], .help))
        #expect(read("crash-after-election HELP crash-after-promotion") == ([.crashAfterElection], .help))
        let (failures, end) = read("crash-after-promotion nosuch crash-after-election")
        #expect(failures == [.crashAfterPromotion])
        guard case .unknown(let failure)? = end else {
            Issue.record("an unknown flag was taken")
            return
        }
        #expect(failure.text == "ERR Unknown failure simulation specified")
    }
}
