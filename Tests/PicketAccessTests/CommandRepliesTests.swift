import PicketAccess
import PicketRESP
import Testing

@Suite struct CommandRepliesTests {
    @Test("COMMAND INFO has the ten fields, null for what is unknown, and an empty set where there are no subcommands")
    func info() {
        let reply = CommandTable.info(words("command info PING nosuch sentinel|MASTER sentinel|nosuch"))
        let ping: RESPValue = .array([
            .bulk("ping"), .integer(-1), .set([.simple("fast")]), .integer(0), .integer(0), .integer(0),
            .set([.simple("@fast"), .simple("@connection")]),
            .set([.bulk("request_policy:all_shards"), .bulk("response_policy:all_succeeded")]), .set([]), .set([]),
        ])
        let master: RESPValue = .array([
            .bulk("sentinel|master"), .integer(3), .set([.simple("admin")]), .integer(0), .integer(0), .integer(0),
            .set([.simple("@admin"), .simple("@slow"), .simple("@dangerous")]), .set([]), .set([]), .set([]),
        ])
        #expect(reply == .array([ping, .null, master, .null]))
    }

    @Test("a container's subcommands are an array in its description, the listed ones only")
    func container() throws {
        guard case .array(let found) = CommandTable.info(words("command info sentinel")), case .array(let fields) = found[0],
            case .array(let subcommands) = fields[9]
        else { throw Unexpected() }
        #expect(subcommands.count == 21)
    }

    @Test("COMMAND INFO without names is COMMAND")
    func bareInfo() {
        #expect(CommandTable.info(words("command info")) == CommandTable.everything())
    }

    @Test("COMMAND INFO knows what no list shows")
    func unlisted() {
        for name in [
            "quit", "reset", "pubsub", "pubsub|numsub", "sentinel|primaries", "sentinel|failover-trace", "sentinel|standings",
            "sentinel|pause", "sentinel|forget", "sentinel|powers",
        ] {
            #expect(CommandTable.info(["command", "info", ByteString(name)]) != .array([.null]), "\(name)")
        }
    }

    @Test("COMMAND DOCS explains what there is and passes over the rest")
    func docs() throws {
        #expect(CommandTable.docs(words("command docs save bgrewriteaof blpop replicaof")) == .map([]))
        guard case .map(let found) = CommandTable.docs(words("command docs nosuch ping sentinel|slaves")), found.count == 2,
            case .map(let ping) = found[0].value, case .map(let slaves) = found[1].value
        else { throw Unexpected() }
        #expect(found.map(\.key) == [.bulk("ping"), .bulk("sentinel|slaves")])
        #expect(ping.map(\.key) == ["summary", "since", "group", "complexity", "arguments"].map { .bulk($0) })
        let argument: RESPValue = .map([
            RESPPair("name", .bulk("message")), RESPPair("type", .bulk("string")), RESPPair("flags", .set([.simple("optional")])),
        ])
        #expect(ping[4].value == .array([argument]))
        #expect(slaves.contains(RESPPair("deprecated_since", .bulk("5.0.0"))))
        guard case .map(let all) = CommandTable.docs(words("command docs")) else { throw Unexpected() }
        #expect(all.count == 15)
    }

    @Test("COMMAND LIST filters by category, by pattern in any letter case, and by a module that is never there")
    func filters() throws {
        let list = { (filter: String) in CommandTable.list(words("command list " + filter)) }
        #expect(
            try Set(strings(list("filterby pattern SENTINEL|m*")))
                == ["sentinel|myid", "sentinel|masters", "sentinel|monitor", "sentinel|master"])
        #expect(try Set(strings(list("FILTERBY ACLCAT Fast"))) == ["ping", "publish", "role", "hello", "auth"])
        #expect(list("filterby aclcat nosuch") == .array([]))
        #expect(list("filterby aclcat @admin") == .array([]))
        #expect(list("filterby module x") == .array([]))
        for wrong in ["filterby", "filterby pattern", "x", "x y z", "filterby pattern a b", "filterby foo b"] {
            #expect(list(wrong) == .error("ERR syntax error"), "\(wrong)")
        }
    }

    @Test(
        "no command has keys, and no other thing is a command",
        arguments: [
            ("get a", "ERR Invalid command specified"), ("sentinel a b c", "ERR Invalid command specified"),
            ("ping a", "ERR The command has no key arguments"), ("publish a", "ERR The command has no key arguments"),
            ("sentinel master", "ERR The command has no key arguments"),
        ])
    func keys(request: String, message: String) {
        #expect(CommandTable.keys(words("command getkeys " + request)) == .error(message))
        #expect(CommandTable.keys(words("command getkeysandflags " + request)) == .error(message))
    }

    @Test(
        "HELP begins with its header and names every subcommand that is no other's spelling",
        arguments: [("sentinel", 26), ("client", 17), ("acl", 13), ("command", 8), ("pubsub", 4)])
    func help(container: String, count: Int) throws {
        let reply = CommandTable.help(container)
        guard case .array(let lines) = reply, case .simple = lines[0] else { throw Unexpected() }
        let texts = try strings(reply)
        #expect(texts[0] == "\(container.uppercased()) <subcommand> [<arg> [value] [opt] ...]. Subcommands are:")
        #expect(texts.count == 1 + 2 * count)
        #expect(texts.contains("HELP"))
        #expect(texts.dropFirst(2).enumerated().allSatisfy { $0.offset % 2 == 1 || $0.element.hasPrefix("    ") })
        #expect(texts.allSatisfy { !$0.contains("\n") && !$0.contains("PRIMAR") })
    }

    @Test("HELP does not name what monitors say among themselves")
    func internalSubcommands() throws {
        #expect(try !strings(CommandTable.help("sentinel")).contains { $0.uppercased().contains("STANDING") })
    }

    @Test("HELP spells arguments as they are typed")
    func usage() throws {
        let lines = try strings(CommandTable.help("sentinel")) + strings(CommandTable.help("client")) + strings(CommandTable.help("acl"))
        for line in [
            "SET <master-name> <option> <value> [<option> <value> ...]", "MONITOR <name> <ip> <port> <quorum>", "RESET <pattern>",
            "CONFIG (SET <parameter> <value> [<parameter> <value> ...]|GET <parameter> [<parameter> ...])", "MYID",
            "CACHING (YES|NO)", "UNBLOCK <client-id> [TIMEOUT|ERROR]", "SETINFO (LIB-NAME <libname>|LIB-VER <libver>)",
            "PAUSE <timeout> [WRITE|ALL]", "GENPASS [<bits>]", "LOG [<count>|RESET]",
            "SETUSER <username> [<rule> ...]", "FAILOVER <master-name> [TO <host> <port>] [COORDINATED|FORCE]",
            "FAILOVER-TRACE <master-name>",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }
}
