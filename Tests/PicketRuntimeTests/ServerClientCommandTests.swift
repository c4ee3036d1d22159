import Testing

@testable import PicketRuntime

@Suite("CLIENT")
struct ServerClientCommandTests {
    /// The fields of a client's line.
    private static func fields(_ line: some StringProtocol) -> [String: String] {
        var fields: [String: String] = [:]
        for word in line.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
        }
        return fields
    }

    private static func text(_ reply: String) -> Substring {
        reply.drop { $0 != "|" }.dropFirst().dropLast()
    }

    /// The lines of CLIENT LIST, without the string's own length.
    private static func lines(_ reply: String) -> [[String: String]] {
        text(reply).split(separator: "\n").map(fields)
    }

    @Test("a client's line has Redis' fields in Redis' order")
    func line() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            let line = Self.text(try client.ask("CLIENT INFO")).dropLast()
            #expect(
                line.split(separator: " ").map { $0.prefix { $0 != "=" } } == [
                    "id", "addr", "laddr", "fd", "name", "age", "idle", "flags", "db", "sub", "psub", "ssub", "multi", "qbuf", "qbuf-free",
                    "argv-mem", "multi-mem", "rbs", "rbp", "obl", "oll", "omem", "tot-mem", "events", "cmd", "user", "redir", "resp",
                    "lib-name", "lib-ver",
                ])
            let fields = Self.fields(line)
            #expect(fields["id"] == "1")
            #expect(fields["laddr"] == "127.0.0.1:\(monitor.port)")
            #expect(fields["addr"]?.hasPrefix("127.0.0.1:") == true)
            #expect(fields["cmd"] == "client|info")
        }
    }

    @Test("the list shows what each client has said of itself")
    func list() async throws {
        try await MonitorUnderTest.run("user watcher on nopass +@all &*") { monitor in
            let (one, two) = (try monitor.meet(), try monitor.meet())
            #expect(try one.ask("CLIENT SETNAME one") == "+OK|")
            #expect(try one.ask("CLIENT SETINFO lib-name picket-tests") == "+OK|")
            #expect(try one.ask("CLIENT SETINFO LIB-VER 1.2.3") == "+OK|")
            _ = try two.ask("HELLO 3 AUTH watcher x SETNAME two")
            _ = try two.ask("PSUBSCRIBE *")
            _ = try two.ask("CLIENT TRACKING ON")
            _ = try two.ask("CLIENT NO-EVICT ON")
            let lines = Self.lines(try one.ask("CLIENT LIST"))
            try #require(lines.map { $0["name"] } == ["one", "two"])
            #expect(lines[0]["lib-name"] == "picket-tests" && lines[0]["lib-ver"] == "1.2.3" && lines[0]["resp"] == "2")
            #expect(lines[0]["flags"] == "N" && lines[0]["user"] == "default" && lines[0]["cmd"] == "client|list")
            #expect(lines[1]["flags"] == "Pte" && lines[1]["user"] == "watcher" && lines[1]["cmd"] == "client|no-evict")
            #expect(lines[1]["psub"] == "1" && lines[1]["sub"] == "0" && lines[1]["resp"] == "3")
            #expect(Self.lines(try one.ask("CLIENT LIST TYPE pubsub")).map { $0["name"] } == ["two"])
            #expect(Self.lines(try one.ask("CLIENT LIST TYPE normal")).map { $0["name"] } == ["one"])
            #expect(Self.lines(try one.ask("CLIENT LIST ID 2 99")).map { $0["name"] } == ["two"])
            #expect(try one.ask("CLIENT LIST TYPE master") == "$0||")
            #expect(try one.ask("CLIENT LIST ID 0") == "$0||")
            #expect(try one.ask("CLIENT LIST ID x") == "-ERR Invalid client ID|")
            #expect(try one.ask("CLIENT LIST TYPE x") == "-ERR Unknown client type 'x'|")
            #expect(try one.ask("CLIENT LIST x") == "-ERR syntax error|")
            #expect(try two.ask("CLIENT LIST ID 0") == "=4|txt:|")
        }
    }

    @Test("library names and client names are words")
    func names() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(
                try client.ask(words: ["CLIENT", "SETINFO", "LIB-NAME", "a b"])
                    == "-ERR lib-name cannot contain spaces, newlines or special characters.|")
            #expect(try client.ask("CLIENT SETINFO foo bar") == "-ERR Unrecognized option 'foo'|")
            #expect(
                try client.ask(words: ["CLIENT", "SETNAME", "a\nb"])
                    == "-ERR Client names cannot contain spaces, newlines or special characters.|")
            #expect(try client.ask(words: ["CLIENT", "SETNAME", ""]) == "+OK|")
            #expect(try client.ask("CLIENT GETNAME") == "$-1|")
        }
    }

    @Test("KILL closes whom every filter fits, and tells how many; not the asking one unless it is meant")
    func kill() async throws {
        try await MonitorUnderTest.run("user watcher on nopass +@all &*") { monitor in
            let admin = try monitor.meet()
            let (normal, listener, watcher) = (try monitor.meet(), try monitor.meet(), try monitor.meet())
            #expect(try normal.ask("CLIENT ID") == ":2|")
            _ = try listener.ask("SUBSCRIBE a")
            _ = try watcher.ask("AUTH watcher x")
            #expect(try admin.ask("CLIENT KILL ID 99") == ":0|")
            #expect(try admin.ask("CLIENT KILL USER watcher TYPE pubsub") == ":0|")
            #expect(try admin.ask("CLIENT KILL USER watcher") == ":1|")
            #expect(watcher.isLetGo())
            #expect(try admin.ask("CLIENT KILL TYPE pubsub") == ":1|")
            #expect(listener.isLetGo())
            let address = try #require(Self.lines(try admin.ask("CLIENT LIST ID 2")).first?["addr"])
            #expect(try admin.ask("CLIENT KILL \(address)") == "+OK|")
            #expect(normal.isLetGo())
            // Its end is seen at its socket before the loop that it lived on has taken it off the list.
            var again = try admin.ask("CLIENT KILL \(address)")
            for _ in 0..<500 where again == "+OK|" {
                try await Task.sleep(for: .milliseconds(10))
                again = try admin.ask("CLIENT KILL \(address)")
            }
            #expect(again == "-ERR No such client|")
            #expect(try admin.ask("CLIENT KILL LADDR 127.0.0.1:\(monitor.port)") == ":0|")
            #expect(try admin.ask("CLIENT KILL LADDR 127.0.0.1:\(monitor.port) SKIPME no") == ":1|")
            #expect(admin.isLetGo())
        }
    }

    @Test(
        "a filter that is wrong kills nobody",
        arguments: [
            ("ID 0", "ERR client-id should be greater than 0"), ("ID x", "ERR client-id should be greater than 0"),
            ("TYPE foo", "ERR Unknown client type 'foo'"), ("USER nobody", "ERR No such user 'nobody'"),
            ("SKIPME maybe", "ERR syntax error"),
            ("foo bar", "ERR syntax error"), ("TYPE normal ID", "ERR syntax error"),
            ("MAXAGE 0", "ERR maxage is not an integer or out of range"),
        ])
    func wrongFilters(_ filter: String, _ error: String) async throws {
        try await MonitorUnderTest.run { monitor in
            let (admin, other) = (try monitor.connect(), try monitor.connect())
            #expect(try other.ask("PING") == "+PONG|")
            #expect(try admin.ask("CLIENT KILL \(filter)") == "-\(error)|")
            #expect(try other.ask("PING") == "+PONG|")
        }
    }

    @Test("REPLY OFF and SKIP hold back answers, but not messages")
    func reply() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("CLIENT REPLY ON") == "+OK|")
            try client.write("CLIENT REPLY SKIP\r\nPING 1\r\nPING 2\r\nCLIENT REPLY SKIP\r\nROLE\r\nPING 3\r\n")
            #expect(try client.replies(2) == ["$1|2|", "$1|3|"])
            try client.write("CLIENT REPLY OFF\r\nPING 1\r\nROLE\r\nCLIENT REPLY SKIP\r\nNOSUCH\r\nPING 2\r\nCLIENT REPLY ON\r\nPING 3\r\n")
            #expect(try client.replies(2) == ["+OK|", "$1|3|"])
            try client.write("HELLO 3\r\nCLIENT REPLY OFF\r\nSUBSCRIBE a\r\nPING 1\r\n")
            #expect(try client.reply().hasPrefix("%6|"))
            #expect(try client.reply() == ">3|$9|subscribe|$1|a|:1|")
            monitor.server.subscribers.publish("text", on: "a")
            #expect(try client.reply() == ">3|$7|message|$1|a|$4|text|")
            try client.write("CLIENT REPLY ON\r\nCLIENT REPLY maybe\r\n")
            #expect(try client.replies(2) == ["+OK|", "-ERR syntax error|"])
        }
    }

    @Test("PAUSE makes every client wait; WRITE, of which there are none, nobody")
    func pause() async throws {
        try await MonitorUnderTest.run { monitor in
            let (admin, other) = (try monitor.connect(), try monitor.connect())
            let clock = ContinuousClock()
            #expect(try admin.ask("CLIENT PAUSE 60000 WRITE") == "+OK|")
            #expect(try other.ask("PING") == "+PONG|")
            let start = clock.now
            #expect(try admin.ask("CLIENT PAUSE 300") == "+OK|")
            try other.write("PING 1\r\nPING 2\r\n")
            #expect(try other.replies(2) == ["$1|1|", "$1|2|"])
            #expect(clock.now - start >= .milliseconds(290))
            #expect(try admin.ask("CLIENT UNPAUSE") == "+OK|")
            for (arguments, error) in [
                ("x", "ERR timeout is not an integer or out of range"), ("-1", "ERR timeout is negative"),
                ("1 foo", "ERR CLIENT PAUSE mode must be WRITE or ALL"),
                ("1 WRITE foo", "ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP."),
            ] {
                #expect(try admin.ask("CLIENT PAUSE \(arguments)") == "-\(error)|")
            }
        }
    }

    @Test("tracking is granted to whoever insists, as far as its options agree")
    func tracking() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            let flags = { try client.ask("CLIENT TRACKINGINFO") }
            #expect(try client.ask("CLIENT CACHING yes").hasPrefix("-ERR CLIENT CACHING can be called only when"))
            #expect(try client.ask("CLIENT TRACKING ON OPTIN") == "+OK|")
            #expect(try flags() == "*6|$5|flags|*2|$2|on|$5|optin|$8|redirect|:0|$8|prefixes|*0|")
            #expect(try client.ask("CLIENT CACHING yes") == "+OK|")
            #expect(try client.ask("CLIENT CACHING maybe") == "-ERR syntax error|")
            #expect(try client.ask("CLIENT TRACKING OFF") == "+OK|")
            #expect(try flags() == "*6|$5|flags|*1|$3|off|$8|redirect|:-1|$8|prefixes|*0|")
            for (options, error) in [
                ("ON OPTIN OPTOUT", "ERR You can't specify both OPTIN mode and OPTOUT mode"),
                ("ON BCAST OPTOUT", "ERR OPTIN and OPTOUT are not compatible with BCAST"),
                ("ON PREFIX a", "ERR PREFIX option requires BCAST mode to be enabled"),
                ("ON REDIRECT 99", "ERR The client ID you want redirect to does not exist"),
                ("ON REDIRECT x", "ERR value is not an integer or out of range"), ("ON REDIRECT", "ERR syntax error"),
                ("ON foo", "ERR syntax error"), ("maybe", "ERR syntax error"),
            ] {
                #expect(try client.ask("CLIENT TRACKING \(options)") == "-\(error)|")
            }
            #expect(try client.ask("CLIENT GETREDIR") == ":-1|")
            #expect(try client.ask("CLIENT TRACKING ON BCAST PREFIX a PREFIX b NOLOOP") == "+OK|")
        }
    }

    @Test("what there is nothing of is answered as if there were none")
    func others() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("CLIENT UNBLOCK 1") == ":0|")
            #expect(try client.ask("CLIENT UNBLOCK 1 ERROR") == ":0|")
            #expect(try client.ask("CLIENT UNBLOCK 1 foo") == "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR|")
            #expect(try client.ask("CLIENT UNBLOCK x") == "-ERR value is not an integer or out of range|")
            #expect(try client.ask("CLIENT NO-EVICT maybe") == "-ERR syntax error|")
            #expect(try client.ask("CLIENT NO-TOUCH ON") == "-ERR unknown subcommand 'NO-TOUCH'. Try CLIENT HELP.|")
            #expect(try client.ask("CLIENT MAINT_NOTIFICATIONS ON") == "-ERR unknown subcommand 'MAINT_NOTIFICATIONS'. Try CLIENT HELP.|")
        }
    }
}
