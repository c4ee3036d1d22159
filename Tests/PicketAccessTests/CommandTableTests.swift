import PicketRESP
import Testing

@testable import PicketAccess

@Suite struct CommandTableTests {
    private struct Captured {
        let name: String
        let arity: Int
        let flags: [String]
        let categories: [String]
        let tips: [String]
        let since: String
        let group: String
    }

    private static let captured: [Captured] = CapturedCommands.table.split(separator: "\n").map { line in
        let fields = line.split(separator: " ").map(String.init)
        let list = { (field: String) in field == "-" ? [] : field.split(separator: ",").map(String.init) }
        return Captured(
            name: fields[0], arity: Int(fields[1])!, flags: list(fields[2]), categories: list(fields[3]), tips: list(fields[4]),
            since: fields[5], group: fields[6])
    }

    @Test("the lists hold the names of 7.0.15 and the one that 7.2 added, and nothing of ours")
    func names() throws {
        let listed = try strings(CommandTable.list(["command", "list"]))
        #expect(Set(listed) == Set(Self.captured.map(\.name) + ["client|setinfo"]))
        #expect(listed.count == 73)
        #expect(CommandTable.count() == .integer(15))
        guard case .array(let described) = CommandTable.everything() else { throw Unexpected() }
        #expect(described.count == 15)
    }

    @Test("each command has the facts that were captured of it", arguments: captured.indices)
    func facts(index: Int) throws {
        let captured = Self.captured[index]
        let position = try #require(CommandTable.position(ofFullName: ByteString(captured.name)))
        let specification = CommandTable.entries[position].specification
        let arity =
            switch captured.name {
            // 7.2 takes several parameters at once, and none no longer.
            case "sentinel|config": -4
            // Ours may say where to and how, behind what theirs takes.
            case "sentinel|failover": -3
            default: captured.arity
            }
        #expect(specification.arity == arity)
        #expect(specification.flags.names == captured.flags)
        #expect(specification.categories.members.map { "@\($0.rawValue)" } == captured.categories)
        #expect(specification.tips == captured.tips)
        #expect(specification.since == captured.since)
        #expect(specification.group.rawValue == captured.group)
        #expect(specification.isListed)
    }

    @Test("every case of the commands' names is found by one request at least")
    func everyName() {
        let found = Set(CommandTable.entries.compactMap(\.specification.name))
        let plain: [CommandName] = [
            .auth, .hello, .info, .ping, .psubscribe, .publish, .punsubscribe, .quit, .reset, .role, .shutdown, .subscribe, .unsubscribe,
        ]
        let nested =
            CommandName.ACL.allCases.map { CommandName.acl($0) } + CommandName.Client.allCases.map { .client($0) }
            + CommandName.Command.allCases.map { .command($0) } + CommandName.PubSub.allCases.map { .pubsub($0) }
            + CommandName.Sentinel.allCases.map { .sentinel($0) }
        #expect(found == Set(plain + nested))
    }

    @Test(
        "a request names its command in any letter case",
        arguments: [
            ("PING", CommandName.ping, "ping"), ("SeNtInEl MaStErS", .sentinel(.masters), "sentinel|masters"),
            ("sentinel primaries", .sentinel(.masters), "sentinel|primaries"),
            ("sentinel primary mymaster", .sentinel(.master), "sentinel|primary"),
            ("sentinel get-primary-addr-by-name x", .sentinel(.getMasterAddrByName), "sentinel|get-primary-addr-by-name"),
            ("sentinel is-primary-down-by-addr a 1 0 *", .sentinel(.isMasterDownByAddr), "sentinel|is-primary-down-by-addr"),
            ("sentinel failover g", .sentinel(.failover), "sentinel|failover"),
            ("sentinel failover g to h 1 force", .sentinel(.failover), "sentinel|failover"),
            ("sentinel failover-trace g", .sentinel(.failoverTrace), "sentinel|failover-trace"),
            ("sentinel standings id 1", .sentinel(.standings), "sentinel|standings"),
            ("sentinel PAUSE g", .sentinel(.pause), "sentinel|pause"), ("sentinel resume g", .sentinel(.resume), "sentinel|resume"),
            ("sentinel maintenance g h 1 on", .sentinel(.maintenance), "sentinel|maintenance"),
            ("sentinel forget g sentinel id", .sentinel(.forget), "sentinel|forget"),
            ("sentinel explain g", .sentinel(.explain), "sentinel|explain"), ("sentinel powers id", .sentinel(.powers), "sentinel|powers"),
            ("command", .command(.bare), "command"), ("COMMAND count", .command(.count), "command|count"),
            ("client no-evict on", .client(.noEvict), "client|no-evict"), ("quit", .quit, "quit"), ("reset", .reset, "reset"),
            ("pubsub numsub a b", .pubsub(.numsub), "pubsub|numsub"), ("client setinfo lib-name x", .client(.setinfo), "client|setinfo"),
        ])
    func resolves(request: String, name: CommandName, fullName: String) throws {
        let command = try CommandTable.resolve(words(request)).get()
        #expect(command.name == name)
        #expect(command.fullName == fullName)
    }

    @Test("another spelling is the same command to every permission")
    func spellings() throws {
        let masters = try CommandTable.resolve(words("sentinel masters")).get()
        let primaries = try CommandTable.resolve(words("sentinel primaries")).get()
        #expect(masters.permission == primaries.permission)
        #expect(masters.position != primaries.position)
    }

    private static let longA = String(repeating: "a", count: 200)
    private static let a60 = String(repeating: "a", count: 60)
    private static let a124 = String(repeating: "a", count: 124)
    private static let a126 = String(repeating: "a", count: 126)
    private static let a128 = String(repeating: "a", count: 128)

    private static let refusals: [([String], String)] = [
        (["foo"], "ERR unknown command 'foo', with args beginning with: "),
        (["foo", "a", "b"], "ERR unknown command 'foo', with args beginning with: 'a' 'b' "),
        (["foo", longA, "b"], "ERR unknown command 'foo', with args beginning with: '\(a128)' "),
        (
            ["foo", a60, a60, a60],
            "ERR unknown command 'foo', with args beginning with: '\(a60)' '\(a60)' 'aa' "
        ),
        (
            ["foo", a124, "b", "c"],
            "ERR unknown command 'foo', with args beginning with: '\(a124)' 'b' "
        ),
        (["foo", a126, "b"], "ERR unknown command 'foo', with args beginning with: '\(a126)' "),
        ([longA, "a"], "ERR unknown command '\(a128)', with args beginning with: 'a' "),
        (["foo", "a\r\nb", "q'\\"], "ERR unknown command 'foo', with args beginning with: 'a  b' 'q'\\' "),
        (["f\0o", "a\0b", "c"], "ERR unknown command 'f', with args beginning with: 'a' 'c' "),
        (["", ""], "ERR unknown command '', with args beginning with: '' "),
        (["sentinel|master", "a"], "ERR unknown command 'sentinel|master', with args beginning with: 'a' "),
        (["sentinel"], "ERR wrong number of arguments for 'sentinel' command"),
        (["acl"], "ERR wrong number of arguments for 'acl' command"),
        (["sentinel", "foo"], "ERR unknown subcommand 'foo'. Try SENTINEL HELP."),
        (["sentinel", "master|x"], "ERR unknown subcommand 'master|x'. Try SENTINEL HELP."),
        (["client", "no-touch", "on"], "ERR unknown subcommand 'no-touch'. Try CLIENT HELP."),
        (["sentinel", longA], "ERR unknown subcommand '\(a128)'. Try SENTINEL HELP."),
        (["sentinel", "a\r\nb"], "ERR unknown subcommand 'a  b'. Try SENTINEL HELP."),
        (["SENTINEL", "MASTER"], "ERR wrong number of arguments for 'sentinel|master' command"),
        (["sentinel", "set", "x"], "ERR wrong number of arguments for 'sentinel|set' command"),
        (["sentinel", "primary"], "ERR wrong number of arguments for 'sentinel|primary' command"),
        (["sentinel", "failover"], "ERR wrong number of arguments for 'sentinel|failover' command"),
        (["sentinel", "failover-trace"], "ERR wrong number of arguments for 'sentinel|failover-trace' command"),
        (["sentinel", "failover-trace", "a", "b"], "ERR wrong number of arguments for 'sentinel|failover-trace' command"),
        (["sentinel", "pause"], "ERR wrong number of arguments for 'sentinel|pause' command"),
        (["sentinel", "maintenance", "g", "h", "1"], "ERR wrong number of arguments for 'sentinel|maintenance' command"),
        (["sentinel", "forget", "g", "replica"], "ERR wrong number of arguments for 'sentinel|forget' command"),
        (["sentinel", "explain", "g", "h"], "ERR wrong number of arguments for 'sentinel|explain' command"),
        (["sentinel", "standings", "id"], "ERR wrong number of arguments for 'sentinel|standings' command"),
        (["role", "x"], "ERR wrong number of arguments for 'role' command"),
        (["auth"], "ERR wrong number of arguments for 'auth' command"),
        (["command", "count", "x"], "ERR wrong number of arguments for 'command|count' command"),
    ]

    @Test("a refusal has the text of redis-sentinel", arguments: refusals)
    func refuses(request: [String], message: String) {
        switch CommandTable.resolve(request.map { ByteString($0) }) {
        case .success(let command): Issue.record("\(command.fullName) was found")
        case .failure(let refusal): #expect(refusal.reply == .error(message))
        }
    }

    @Test("what only a command itself can refuse has the same texts")
    func laterRefusals() throws {
        let ping = try CommandTable.resolve(words("ping a b")).get()
        #expect(ping.wrongNumberOfArguments.message == "ERR wrong number of arguments for 'ping' command")
        let request = words("acl Cat a b")
        let cat = try CommandTable.resolve(request).get()
        #expect(cat.unfitting(request).message == "ERR unknown subcommand or wrong number of arguments for 'Cat'. Try ACL HELP.")
    }

    @Test("a request without words is an unknown command")
    func emptyRequest() {
        #expect(CommandTable.resolve([]) == .failure(.unknownCommand([])))
    }
}

struct Unexpected: Error {}

func words(_ text: String) -> [ByteString] { text.split(separator: " ").map { ByteString(String($0)) } }

/// The texts of an array of bulk or simple strings.
func strings(_ value: RESPValue) throws -> [String] {
    guard case .array(let elements) = value else { throw Unexpected() }
    return try elements.map {
        switch $0 {
        case .bulk(let bytes): bytes.text
        case .simple(let text): text
        default: throw Unexpected()
        }
    }
}
