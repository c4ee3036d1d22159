import NIOCore
import PicketCore
import PicketRESP
import Testing

@testable import PicketRuntime

/// The question that is answered without being looked at closely: in whatever way it comes, it is answered as any other.
@Suite("Questions for addresses")
struct ServerAddressTests {
    private static let query = "*3\r\n$8\r\nSENTINEL\r\n$23\r\nget-master-addr-by-name\r\n$5\r\ncache\r\n"
    private static let reply = "*2|$9|127.0.0.1|$1|1|"

    @Test("known and unknown groups, both spellings, both protocols, in a row with other commands")
    func pipeline() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            for (hello, null) in [("", "*-1|"), ("HELLO 3", "_|")] {
                if !hello.isEmpty { _ = try client.ask(hello) }
                for command in ["GET-MASTER-ADDR-BY-NAME", "get-primary-addr-by-name", "Get-Master-addr-BY-name"] {
                    #expect(try client.ask("SENTINEL \(command) cache") == Self.reply)
                    #expect(try client.ask("sentinel \(command) other") == null)
                    try client.write("SENTINEL \(command) cache\r\n")
                    #expect(try client.reply() == Self.reply)
                }
                try client.write(String(repeating: Self.query + "PING\r\n" + Self.query + "ROLE\r\n", count: 50))
                for _ in 0..<50 {
                    #expect(try client.replies(4) == [Self.reply, "+PONG|", Self.reply, "*2|$8|sentinel|*1|$5|cache|"])
                }
            }
            #expect(
                try client.ask("SENTINEL GET-MASTER-ADDR-BY-NAME")
                    == "-ERR wrong number of arguments for 'sentinel|get-master-addr-by-name' command|")
            try client.write(Array("*3\r\n$8\r\nSENTINEL\r\n$23\r\nget-master-addr-by-name\r\n$1\r\n".utf8) + [0xff, 0x0d, 0x0a])
            #expect(try client.reply() == "-ERR Invalid argument: not UTF-8|")
        }
    }

    @Test("cut into pieces at every place, it is answered once it is whole")
    func torn() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            let bytes = Array(Self.query.utf8)
            for position in 1..<bytes.count {
                try client.write(Array(bytes[..<position]))
                // So that the two do not come as one: the other connection's answer proves that the first was read, or will be soon.
                #expect(try monitor.connect().ask("PING") == "+PONG|")
                try client.write(Array(bytes[position...]) + bytes)
                #expect(try client.replies(2) == [Self.reply, Self.reply], "cut at \(position)")
            }
            for byte in bytes { try client.write([byte]) }
            #expect(try client.reply() == Self.reply)
        }
    }

    @Test("thousands at once are all answered, and their replies counted")
    func storm() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            let count = 20_000
            let before = monitor.server.statistics.commands.load(ordering: .relaxed)
            // The answers are few enough to wait in the system's buffers.
            try client.write(String(repeating: Self.query, count: count))
            let expected = Array(Self.reply.replacing("|", with: "\r\n").utf8)
            let answer = Array(repeating: expected, count: count).flatMap(\.self)
            #expect(try client.bytes(answer.count) == answer)
            #expect(monitor.server.statistics.commands.load(ordering: .relaxed) - before == count)
            #expect(try client.ask("INFO stats").contains("total_commands_processed:\(before + count + 1)|"))
        }
    }

    @Test("a switch, a removal and a return of the group are seen from the next question on, in the same pipeline too")
    func changes() async throws {
        try await MonitorUnderTest.run { monitor in
            let (client, other) = (try monitor.connect(), try monitor.connect())
            #expect(try other.ask("SENTINEL GET-MASTER-ADDR-BY-NAME cache") == Self.reply)
            try client.write(
                Self.query + "SENTINEL REMOVE cache\r\n" + Self.query + "SENTINEL MONITOR cache 127.0.0.1 2 2\r\n" + Self.query)
            #expect(try client.replies(5) == [Self.reply, "+OK|", "*-1|", "+OK|", "*2|$9|127.0.0.1|$1|2|"])
            #expect(try other.ask("SENTINEL GET-MASTER-ADDR-BY-NAME cache") == "*2|$9|127.0.0.1|$1|2|")
            monitor.server.topology.post(GroupName("cache"), Endpoint(host: "10.1.1.1", port: 3))
            #expect(try other.ask("SENTINEL GET-MASTER-ADDR-BY-NAME cache") == "*2|$8|10.1.1.1|$1|3|")
            // As RESET does, which tells the address anew.
            #expect(try client.ask("SENTINEL RESET cache") == ":1|")
            #expect(try other.ask("SENTINEL GET-MASTER-ADDR-BY-NAME cache") == "*2|$9|127.0.0.1|$1|2|")
        }
    }

    @Test("strangers are told nothing until they have shown who they are, in the same pipeline too")
    func authentication() async throws {
        try await MonitorUnderTest.run("requirepass secret") { monitor in
            let client = try monitor.connect()
            try client.write(Self.query + "AUTH secret\r\n" + Self.query + "RESET\r\n" + Self.query)
            let refusal = "-NOAUTH Authentication required.|"
            #expect(try client.replies(5) == [refusal, "+OK|", Self.reply, "+RESET|", refusal])
        }
    }

    @Test("a user who may not ask is refused from the next question on, and the refusal stands in the log")
    func rules() async throws {
        try await MonitorUnderTest.run { monitor in
            let (admin, client) = (try monitor.connect(), try monitor.connect())
            let question = "SENTINEL GET-MASTER-ADDR-BY-NAME cache"
            #expect(try admin.ask("ACL SETUSER app on nopass +@all &*") == "+OK|")
            #expect(try client.ask("AUTH app x") == "+OK|")
            #expect(try client.ask(question) == Self.reply)
            #expect(try admin.ask("ACL SETUSER app -sentinel|get-master-addr-by-name") == "+OK|")
            let refusal = "-NOPERM User app has no permissions to run the 'sentinel|get-master-addr-by-name' command|"
            #expect(try client.ask(question) == refusal)
            #expect(try client.ask("SENTINEL GET-PRIMARY-ADDR-BY-NAME cache").hasPrefix("-NOPERM "))
            #expect(try admin.ask("ACL LOG").contains("sentinel|get-master-addr-by-name"))
            #expect(try admin.ask("ACL SETUSER app nocommands +sentinel|get-master-addr-by-name") == "+OK|")
            #expect(try client.ask(question) == Self.reply)
        }
    }

    @Test("CLIENT LIST, REPLY and PAUSE know of it; a RESP2 subscriber may not ask")
    func surroundings() async throws {
        try await MonitorUnderTest.run { monitor in
            let (admin, client) = (try monitor.connect(), try monitor.connect())
            let question = "SENTINEL GET-MASTER-ADDR-BY-NAME cache"
            _ = try client.ask("CLIENT SETNAME asker")
            #expect(try client.ask(question) == Self.reply)
            let own = try admin.ask("CLIENT LIST").split(separator: "\n").first { $0.contains("name=asker") }
            #expect(own?.contains(" cmd=sentinel|get-master-addr-by-name ") == true)
            try client.write("CLIENT REPLY SKIP\r\n" + Self.query + "PING 1\r\nCLIENT REPLY OFF\r\n" + Self.query + "CLIENT REPLY ON\r\n")
            #expect(try client.replies(2) == ["$1|1|", "+OK|"])
            #expect(try admin.ask("CLIENT PAUSE 100") == "+OK|")
            #expect(try client.ask(question) == Self.reply)
            #expect(try client.ask("SUBSCRIBE a") == "*3|$9|subscribe|$1|a|:1|")
            #expect(try client.ask(question).hasPrefix("-ERR Can't execute 'sentinel|get-master-addr-by-name'"))
            _ = try client.ask("HELLO 3")
            _ = try client.ask("UNSUBSCRIBE")
            #expect(try client.ask(question) == Self.reply)
        }
    }

    @Test("a command by another name is asked by that name only")
    func renamed() async throws {
        try await MonitorUnderTest.run("rename-command sentinel guard") { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("SENTINEL GET-MASTER-ADDR-BY-NAME cache").hasPrefix("-ERR unknown command 'SENTINEL'"))
            #expect(try client.ask("GUARD GET-MASTER-ADDR-BY-NAME cache") == Self.reply)
        }
    }
}
