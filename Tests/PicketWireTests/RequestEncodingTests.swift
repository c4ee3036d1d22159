import PicketCore
import PicketWire
import Testing

@Suite("Requests")
struct RequestEncodingTests {
    static let primary = Endpoint(host: "10.0.0.1", port: 6379)

    struct Row: Sendable, CustomTestStringConvertible {
        let request: Request
        let commands: [String]
        /// The same with every command called `x-<its name>`.
        let renamed: [String]
        var testDescription: String { commands[0] }

        init(_ request: Request, _ commands: [String], renamed: [String]) {
            self.request = request
            self.commands = commands
            self.renamed = renamed
        }
    }

    static let rows = [
        Row(.ping, ["PING"], renamed: ["x-ping"]),
        Row(.probe, ["INFO server", "PING"], renamed: ["x-info server", "x-ping"]),
        Row(.info(sentAt: .init(sinceStart: .zero)), ["INFO"], renamed: ["x-info"]),
        Row(.role, ["ROLE"], renamed: ["x-role"]),
        Row(
            .publish(HelloTextTests.hello), ["PUBLISH __sentinel__:hello \(HelloTextTests.text)"],
            renamed: ["x-publish __sentinel__:hello \(HelloTextTests.text)"]),
        Row(
            .askDown(group: GroupName("cache"), primary: primary, epoch: Epoch(3), candidate: nil),
            ["SENTINEL is-master-down-by-addr 10.0.0.1 6379 3 *"], renamed: ["x-sentinel is-master-down-by-addr 10.0.0.1 6379 3 *"]),
        Row(
            .askDown(group: GroupName("cache"), primary: primary, epoch: Epoch(3), candidate: HelloTextTests.sender),
            ["SENTINEL is-master-down-by-addr 10.0.0.1 6379 3 \(HelloTextTests.sender)"],
            renamed: ["x-sentinel is-master-down-by-addr 10.0.0.1 6379 3 \(HelloTextTests.sender)"]),
        Row(
            .promote, ["MULTI", "SLAVEOF NO ONE", "CLIENT KILL TYPE normal", "CLIENT KILL TYPE pubsub", "EXEC"],
            renamed: ["x-multi", "x-slaveof NO ONE", "x-client KILL TYPE normal", "x-client KILL TYPE pubsub", "x-exec"]),
        Row(
            .follow(primary),
            ["MULTI", "SLAVEOF 10.0.0.1 6379", "CONFIG REWRITE", "CLIENT KILL TYPE normal", "CLIENT KILL TYPE pubsub", "EXEC"],
            renamed: [
                "x-multi", "x-slaveof 10.0.0.1 6379", "x-config REWRITE", "x-client KILL TYPE normal", "x-client KILL TYPE pubsub",
                "x-exec",
            ]),
        Row(
            .stepBack(for: primary, isRemembered: true),
            ["MULTI", "SLAVEOF 10.0.0.1 6379", "CONFIG REWRITE", "CLIENT KILL TYPE normal", "CLIENT KILL TYPE pubsub", "EXEC"],
            renamed: [
                "x-multi", "x-slaveof 10.0.0.1 6379", "x-config REWRITE", "x-client KILL TYPE normal", "x-client KILL TYPE pubsub",
                "x-exec",
            ]),
        Row(
            .stepBack(for: primary),
            ["MULTI", "SLAVEOF 10.0.0.1 6379", "CLIENT KILL TYPE normal", "CLIENT KILL TYPE pubsub", "EXEC"],
            renamed: ["x-multi", "x-slaveof 10.0.0.1 6379", "x-client KILL TYPE normal", "x-client KILL TYPE pubsub", "x-exec"]),
        Row(
            .handOver(to: primary, timeout: .milliseconds(1_500)), ["FAILOVER TO 10.0.0.1 6379 TIMEOUT 1500"],
            renamed: ["x-failover TO 10.0.0.1 6379 TIMEOUT 1500"]),
        // Zero would be for ever.
        Row(
            .handOver(to: primary, timeout: .microseconds(10)), ["FAILOVER TO 10.0.0.1 6379 TIMEOUT 1"],
            renamed: ["x-failover TO 10.0.0.1 6379 TIMEOUT 1"]),
        Row(.abortHandOver, ["FAILOVER ABORT"], renamed: ["x-failover ABORT"]),
        Row(.pauseWrites(.seconds(2)), ["CLIENT PAUSE 2000 WRITE"], renamed: ["x-client PAUSE 2000 WRITE"]),
        Row(.pauseWrites(.zero), ["CLIENT PAUSE 1 WRITE"], renamed: ["x-client PAUSE 1 WRITE"]),
        Row(.resumeWrites, ["CLIENT UNPAUSE"], renamed: ["x-client UNPAUSE"]),
        Row(
            .compareStandings(StandingTextTests.report, sentAt: Instant(sinceStart: .seconds(9))),
            ["SENTINEL standings " + StandingTextTests.text],
            renamed: ["x-sentinel standings " + StandingTextTests.text]),
        Row(.rewriteConfiguration, ["CONFIG REWRITE"], renamed: ["x-config REWRITE"]),
        Row(.killScript, ["SCRIPT KILL"], renamed: ["x-script KILL"]),
    ]

    @Test("each request is these commands", arguments: rows)
    func commands(_ row: Row) {
        #expect(RequestEncoding.commands(for: row.request, names: CommandNames()).map { $0.joined(separator: " ") } == row.commands)
    }

    @Test("every command goes by the name that the instance knows it by", arguments: rows)
    func renamed(_ row: Row) {
        let words = ["ping", "info", "role", "publish", "sentinel", "multi", "exec", "slaveof", "config", "client", "script", "failover"]
        let names = CommandNames(.init(uniqueKeysWithValues: words.map { ($0, "x-\($0)") }))
        #expect(RequestEncoding.commands(for: row.request, names: names).map { $0.joined(separator: " ") } == row.renamed)
    }
}
