import PicketCore
import PicketRESP
import PicketWire
import Testing

@Suite("Replies")
struct ReplyDecodingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let request: Request
        let replies: [RESPValue]
        let reply: Reply
        var testDescription: String { "\(replies) is \(reply)" }

        init(_ request: Request, _ replies: RESPValue..., is reply: Reply) {
            self.request = request
            self.replies = replies
            self.reply = reply
        }
    }

    private static func refused(_ text: String) -> Reply { .refused(code: String(text.prefix { $0 != " " }), text: text) }

    @Test(
        "what answers a PING lives, save for errors that say otherwise",
        arguments: [
            Row(.ping, .simple("PONG"), is: .alive(.serving)),
            Row(.ping, .error("LOADING Redis is loading the dataset in memory"), is: .alive(.loading)),
            Row(
                .ping, .error("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
                is: .alive(.primaryLinkDown)),
            Row(.ping, .error("MISCONF Errors writing to disk"), is: refused("MISCONF Errors writing to disk")),
            Row(.ping, .error("BUSY a script runs"), is: refused("BUSY a script runs")),
            Row(.ping, .error("NOAUTH Authentication required."), is: refused("NOAUTH Authentication required.")),
            Row(.ping, .error(""), is: .refused(code: "", text: "")),
            Row(.ping, .simple("QUEUED"), is: .unintelligible("QUEUED")),
            Row(.ping, .bulk("PONG"), is: .unintelligible("\"PONG\"")),
            Row(.ping, .integer(1), is: .unintelligible("1")),
            Row(.ping, .null, is: .unintelligible("nothing")),
        ])
    func vitality(_ row: Row) { #expect(ReplyDecoding.reply(to: row.request, from: row.replies) == row.reply) }

    @Test(
        "the answer to a probe tells, beside life, whether the process is about to end",
        arguments: [
            Row(
                .probe, .bulk("# Server\r\nrun_id:ab\r\nlru_clock:1\r\n"), .simple("PONG"),
                is: .probed(.serving, isShuttingDown: false)),
            Row(
                .probe, .bulk("# Server\r\nrun_id:ab\r\nshutdown_in_milliseconds:9\r\n"), .simple("PONG"),
                is: .probed(.serving, isShuttingDown: true)),
            Row(.probe, .bulk("# Server\r\nno_shutdown_in_milliseconds:9"), .simple("PONG"), is: .probed(.serving, isShuttingDown: false)),
            Row(.probe, .bulk(""), .error("LOADING data"), is: .probed(.loading, isShuttingDown: false)),
            // Who may not ask INFO this is none the worse for it.
            Row(.probe, .error("NOPERM no INFO for you"), .simple("PONG"), is: .probed(.serving, isShuttingDown: false)),
            Row(.probe, .bulk("# Server\r\n"), .error("MISCONF Errors writing to disk"), is: refused("MISCONF Errors writing to disk")),
        ])
    func probe(_ row: Row) { #expect(ReplyDecoding.reply(to: row.request, from: row.replies) == row.reply) }

    @Test("INFO's text becomes a report")
    func info() throws {
        let report = try #require(InfoParsing.report(from: CapturedInfo.replica))
        #expect(ReplyDecoding.reply(to: .info(sentAt: .init(sinceStart: .zero)), from: [.bulk(CapturedInfo.replica)]) == .report(report))
    }

    @Test(
        "the answers to INFO and ROLE are refusals, reports, or neither",
        arguments: [
            Row(.info(sentAt: .init(sinceStart: .zero)), .bulk("# Server\r\n"), is: .unintelligible("INFO without a role")),
            Row(.info(sentAt: .init(sinceStart: .zero)), .error("NOPERM no INFO for you"), is: refused("NOPERM no INFO for you")),
            Row(.info(sentAt: .init(sinceStart: .zero)), .array([]), is: .unintelligible("an array of 0")),
            Row(.role, .array([.bulk("master"), .integer(3_129), .array([])]), is: .role(roleReport(.primary, offset: 3_129))),
            Row(.role, .array([.bulk("master")]), is: .role(roleReport(.primary, offset: 0))),
            Row(
                .role, .array([.bulk("slave"), .bulk("10.0.0.1"), .integer(6379), .bulk("connected"), .integer(88)]),
                is: .role(roleReport(.replica, offset: 88, primary: Endpoint(host: "10.0.0.1", port: 6379), isLinkUp: true))),
            Row(
                .role, .array([.bulk("slave"), .bulk("::1"), .integer(6379), .bulk("connect"), .integer(-1)]),
                is: .role(roleReport(.replica, offset: -1, primary: Endpoint(host: "::1", port: 6379)))),
            Row(.role, .array([.bulk("slave"), .bulk("10.0.0.1")]), is: .role(roleReport(.replica, offset: 0))),
            Row(.role, .array([.bulk("sentinel"), .array([])]), is: .unintelligible("ROLE sentinel")),
            Row(.role, .array([]), is: .unintelligible("an array of 0")),
            Row(.role, .error("ERR unknown command 'ROLE'"), is: refused("ERR unknown command 'ROLE'")),
        ])
    func reports(_ row: Row) { #expect(ReplyDecoding.reply(to: row.request, from: row.replies) == row.reply) }

    private static func roleReport(_ role: Role, offset: Int64, primary: Endpoint? = nil, isLinkUp: Bool = false) -> RoleReport {
        var report = RoleReport(role: role)
        report.offset = offset
        report.primary = primary
        report.isLinkUp = isLinkUp
        return report
    }

    private static let ask = Request.askDown(
        group: GroupName("cache"), primary: Endpoint(host: "10.0.0.1", port: 6379), epoch: Epoch(1), candidate: nil)

    @Test(
        "a peer's opinion is three values, the second of them a vote or a star",
        arguments: [
            Row(ask, .array([.integer(1), .bulk("*"), .integer(0)]), is: .opinion(isDown: true, leader: nil, leaderEpoch: .zero)),
            Row(ask, .array([.integer(0), .bulk("*"), .integer(4)]), is: .opinion(isDown: false, leader: nil, leaderEpoch: Epoch(4))),
            Row(
                ask, .array([.integer(1), .bulk("0123456789abcdef0123456789abcdef01234567"), .integer(9)]),
                is: .opinion(isDown: true, leader: HelloTextTests.sender, leaderEpoch: Epoch(9))),
            Row(ask, .array([.integer(1), .bulk("short"), .integer(-3)]), is: .opinion(isDown: true, leader: nil, leaderEpoch: .zero)),
            Row(ask, .array([.integer(2), .bulk("*"), .integer(0)]), is: .opinion(isDown: false, leader: nil, leaderEpoch: .zero)),
            Row(ask, .array([.integer(1), .bulk("*")]), is: .unintelligible("an array of 2")),
            Row(ask, .array([.bulk("1"), .bulk("*"), .bulk("0")]), is: .unintelligible("an array of 3")),
            Row(ask, .error("ERR unknown command"), is: refused("ERR unknown command")),
        ])
    func opinions(_ row: Row) { #expect(ReplyDecoding.reply(to: row.request, from: row.replies) == row.reply) }

    private static let follow = Request.follow(Endpoint(host: "10.0.0.1", port: 6379))
    private static let queued = RESPValue.simple("QUEUED")
    private static let done = RESPValue.simple("OK")

    @Test(
        "a transaction is what became of the change of role",
        arguments: [
            Row(.promote, done, queued, queued, queued, .array([done, .integer(3), .integer(0)]), is: .accepted),
            Row(
                .promote, done, queued, queued, queued,
                .array([.error("READONLY no"), .integer(3), .integer(0)]), is: refused("READONLY no")),
            // That clients could not be cut off, or the file not be rewritten, does not undo the change.
            Row(
                follow, done, queued, queued, queued, queued,
                .array([done, .error("ERR The server is running without a config file"), .error("ERR unknown client type"), .integer(0)]),
                is: .accepted),
            // EXECABORT does not say why.
            Row(
                follow, done, .error("NOPERM no SLAVEOF for you"), queued, queued, queued, .error("EXECABORT Transaction discarded."),
                is: refused("NOPERM no SLAVEOF for you")),
            Row(
                follow, done, queued, .error("ERR unknown command 'CONFIG'"), queued, queued, .error("EXECABORT Transaction discarded."),
                is: refused("ERR unknown command 'CONFIG'")),
            Row(.promote, done, queued, queued, queued, .error("NOPERM no EXEC for you"), is: refused("NOPERM no EXEC for you")),
            Row(.promote, done, queued, queued, queued, .nullArray, is: .unintelligible("nothing")),
            Row(.promote, done, queued, queued, queued, .array([]), is: .unintelligible("an array of 0")),
            Row(.promote, done, queued, queued, queued, .simple("OK"), is: .unintelligible("OK")),
            // Without MULTI each command is carried out as it comes.
            Row(
                .promote, .error("NOPERM no MULTI for you"), done, .integer(2), .integer(0), .error("ERR EXEC without MULTI"), is: .accepted
            ),
            Row(
                follow, .error("ERR unknown command 'MULTI'"), .simple("OK Already connected to specified master"), done, .integer(2),
                .integer(0), .error("ERR EXEC without MULTI"), is: .accepted),
            Row(
                .promote, .error("NOAUTH Authentication required."), .error("NOAUTH Authentication required."),
                .error("NOAUTH Authentication required."), .error("NOAUTH Authentication required."),
                .error("NOAUTH Authentication required."), is: refused("NOAUTH Authentication required.")),
        ])
    func transactions(_ row: Row) { #expect(ReplyDecoding.reply(to: row.request, from: row.replies) == row.reply) }

    private static let step = Request.stepBack(for: Endpoint(host: "10.0.0.1", port: 6379))

    @Test(
        "a primary that is to step back has done so, or says why not",
        arguments: [
            Row(step, done, queued, queued, queued, .array([done, .integer(3), .integer(0)]), is: .accepted),
            Row(
                step, done, queued, queued, queued,
                .array([.error("ERR REPLICAOF not allowed while failing over."), .integer(3), .integer(0)]),
                is: refused("ERR REPLICAOF not allowed while failing over.")),
            Row(
                step, done, .error("NOPERM no SLAVEOF for you"), queued, queued, .error("EXECABORT Transaction discarded."),
                is: refused("NOPERM no SLAVEOF for you")),
        ])
    func stepsBack(_ row: Row) { #expect(ReplyDecoding.reply(to: row.request, from: row.replies) == row.reply) }

    private static let compare = Request.compareStandings(StandingTextTests.report, sentAt: Instant(sinceStart: .zero))
    private static let told = RESPValue.array(StandingTextTests.words.map { .bulk($0) })

    @Test(
        "another picketd answers with how things stand there, a redis-sentinel with an error",
        arguments: [
            Row(compare, told, is: .standings(StandingTextTests.report)),
            Row(
                compare, .error("ERR Unknown sentinel subcommand 'standings'"), is: refused("ERR Unknown sentinel subcommand 'standings'")),
            Row(compare, .array([]), is: .unintelligible("an array of 0")),
            Row(compare, .array([.bulk("one"), .integer(2)]), is: .unintelligible("an array of 2")),
            Row(compare, .array([.bulk(HelloTextTests.sender.text), .bulk("1"), .null]), is: .unintelligible("an array of 3")),
            Row(compare, .simple("OK"), is: .unintelligible("OK")),
        ])
    func standings(_ row: Row) { #expect(ReplyDecoding.reply(to: row.request, from: row.replies) == row.reply) }

    @Test(
        "of everything else it matters only whether it was an error",
        arguments: [
            Request.publish(HelloTextTests.hello), .rewriteConfiguration, .killScript, .abortHandOver, .pauseWrites(.seconds(1)),
            .resumeWrites,
            .handOver(to: Endpoint(host: "10.0.0.1", port: 6379), timeout: .seconds(1)),
        ])
    func others(_ request: Request) {
        #expect(ReplyDecoding.reply(to: request, from: [.integer(2)]) == .accepted)
        #expect(ReplyDecoding.reply(to: request, from: [.simple("OK")]) == .accepted)
        #expect(ReplyDecoding.reply(to: request, from: [.error("NOTBUSY no script")]) == Self.refused("NOTBUSY no script"))
        #expect(ReplyDecoding.reply(to: request, from: []) == .unintelligible("no reply"))
    }

    @Test("what a reply was is told briefly, however long it was")
    func briefly() {
        let long = String(repeating: "x", count: 5_000)
        for value in [RESPValue.simple(long), .error(long), .bulk(long), .verbatim(long)] { #expect(value.briefDescription.count <= 82) }
    }
}
