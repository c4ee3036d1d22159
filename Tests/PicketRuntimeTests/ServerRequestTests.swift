import PicketRESP
import Testing

@testable import PicketRuntime

/// Replies are written as they come over the socket, with `|` for each line end.
@Suite("Requests of clients")
struct ServerRequestTests {
    @Test("commands are understood as arrays and inline, in any letter case, alone and many at once")
    func forms() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("PING") == "+PONG|")
            #expect(try client.ask("ping hello") == "$5|hello|")
            #expect(try client.ask("PING a b") == "-ERR wrong number of arguments for 'ping' command|")
            try client.write("\r\n\n*0\r\n*-1\r\nPING\r\nPING 'a b'\nSENTINEL get-master-addr-by-name cache\r\n*1\r\n$4\r\nPING\r\n")
            #expect(try client.replies(4) == ["+PONG|", "$3|a b|", "*2|$9|127.0.0.1|$1|1|", "+PONG|"])
        }
    }

    @Test("a request that comes byte by byte is answered when it is whole")
    func fragments() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            for byte in "*2\r\n$4\r\nPING\r\n$2\r\nhi\r\n".utf8 { try client.write([byte]) }
            #expect(try client.reply() == "$2|hi|")
        }
    }

    @Test("answers keep the order of the commands, though some wait for the core and others do not")
    func order() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            let round = "PING 1\r\nROLE\r\nPING 2\r\nSENTINEL RESET nothing*\r\nSENTINEL CKQUORUM nope\r\nPING 3\r\n"
            try client.write(String(repeating: round, count: 50))
            for _ in 0..<50 {
                #expect(
                    try client.replies(6) == [
                        "$1|1|", "*2|$8|sentinel|*1|$5|cache|", "$1|2|", ":0|", "-ERR No such master with that name|", "$1|3|",
                    ])
            }
        }
    }

    @Test("what is no command is told so, and the connection stays")
    func unknown() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("ECHO x") == "-ERR unknown command 'ECHO', with args beginning with: 'x' |")
            #expect(try client.ask("CONFIG GET port") == "-ERR unknown command 'CONFIG', with args beginning with: 'GET' 'port' |")
            #expect(try client.ask("SENTINEL foo") == "-ERR unknown subcommand 'foo'. Try SENTINEL HELP.|")
            #expect(try client.ask("SENTINEL") == "-ERR wrong number of arguments for 'sentinel' command|")
            #expect(try client.ask("SENTINEL MASTER") == "-ERR wrong number of arguments for 'sentinel|master' command|")
            #expect(try client.ask("PING") == "+PONG|")
        }
    }

    @Test("COMMAND knows what there is")
    func command() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("COMMAND COUNT") == ":15|")
            #expect(try client.ask("COMMAND").hasPrefix("*15|*10|$3|acl|:-2|"))
            #expect(try client.ask("COMMAND INFO nosuch") == "*1|$-1|")
            #expect(try client.ask("COMMAND DOCS nosuch") == "*0|")
            #expect(try client.ask("COMMAND LIST FILTERBY PATTERN pi*") == "*1|$4|ping|")
        }
    }

    struct Violation: Sendable, CustomTestStringConvertible {
        let bytes: String
        let error: String
        var testDescription: String { String(reflecting: bytes.prefix(40)) }
    }

    @Test(
        "a protocol error is answered after what was asked before it, and ends the connection",
        arguments: [
            Violation(bytes: "*x\r\n", error: "invalid multibulk length"),
            Violation(bytes: "*2147483648\r\n", error: "invalid multibulk length"),
            Violation(bytes: "*1\r\n!4\r\n", error: "expected '$', got '!'"),
            Violation(bytes: "*1\r\n$x\r\n", error: "invalid bulk length"),
            Violation(bytes: "*1\r\n$-1\r\n", error: "invalid bulk length"),
            Violation(bytes: "*1\r\n$999999999\r\n", error: "invalid bulk length"),
            Violation(bytes: "PING \"a\r\n", error: "unbalanced quotes in request"),
            Violation(bytes: String(repeating: "x", count: 70_000), error: "too big inline request"),
        ])
    func violations(_ row: Violation) async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            try client.write("PING\r\nROLE\r\n" + row.bytes)
            #expect(
                try client.replies(3) == ["+PONG|", "*2|$8|sentinel|*1|$5|cache|", "-ERR Protocol error: \(row.error)|"])
            #expect(client.isLetGo())
            #expect(try monitor.connect().ask("PING") == "+PONG|")
        }
    }

    @Test("strangers may say little, and little at a time")
    func strangers() async throws {
        try await MonitorUnderTest.run("requirepass secret") { monitor in
            let many = try monitor.connect()
            try many.write("*11\r\n")
            #expect(try many.reply() == "-ERR Protocol error: unauthenticated multibulk length|")
            #expect(many.isLetGo())
            let long = try monitor.connect()
            try long.write("*2\r\n$4\r\nAUTH\r\n$16385\r\n")
            #expect(try long.reply() == "-ERR Protocol error: unauthenticated bulk length|")
            #expect(long.isLetGo())
            let known = try monitor.connect()
            #expect(try known.ask("AUTH secret") == "+OK|")
            let text = String(repeating: "x", count: 20_000)
            #expect(try known.ask("PING \(text)") == "$20000|\(text)|")
        }
    }

    @Test("arguments that are not UTF-8 name no group, and are echoed to the byte")
    func notText() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            try client.write(Array("*3\r\n$8\r\nSENTINEL\r\n$6\r\nMASTER\r\n$1\r\n".utf8) + [0xff] + Array("\r\n".utf8))
            #expect(try client.reply() == "-ERR Invalid argument: not UTF-8|")
        }
    }

    @Test("a client that does not read its replies is not read from either, and misses nothing in the end")
    func slowReader() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            let written = { monitor.server.statistics.bytesOut.load(ordering: .relaxed) }
            // A few bytes ask for a megabyte each, and all of them for more than the buffers on the way can hold.
            let name = String(repeating: "n", count: 1 << 20)
            #expect(try client.ask("CLIENT SETNAME \(name)") == "+OK|")
            let count = 64
            try client.write(String(repeating: "CLIENT GETNAME\r\n", count: count))
            var last = -1
            while written() != last {
                last = written()
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(last < 24 << 20)
            #expect(try monitor.connect().ask("PING") == "+PONG|")
            let reply = Array("$\(name.utf8.count)\r\n\(name)\r\n".utf8)
            for _ in 0..<count { #expect(try client.bytes(reply.count) == reply) }
            #expect(try client.ask("PING") == "+PONG|")
        }
    }
}
