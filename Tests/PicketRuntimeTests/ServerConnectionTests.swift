import NIOCore
import NIOEmbedded
import PicketRESP
import Testing

@testable import PicketRuntime

@Suite("Connections of clients")
struct ServerConnectionTests {
    private static func hello(_ kind: String, proto: Int, id: Int) -> String {
        "\(kind)|$6|server|$5|redis|$7|version|$5|\(ProcessFacts.redisVersion)|$5|proto|:\(proto)|$2|id|:\(id)|$4|mode|$8|sentinel|$7|modules|*0|"
    }

    @Test("HELLO chooses the protocol, and tells six facts in either")
    func protocols() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("HELLO") == Self.hello("*12", proto: 2, id: 1))
            #expect(try client.ask("HELLO 3") == Self.hello("%6", proto: 3, id: 1))
            #expect(try client.ask("CLIENT GETNAME") == "_|")
            #expect(try client.ask("HELLO") == Self.hello("%6", proto: 3, id: 1))
            #expect(try client.ask("HELLO 2 SETNAME me") == Self.hello("*12", proto: 2, id: 1))
            #expect(try client.ask("CLIENT GETNAME") == "$2|me|")
        }
    }

    @Test("a HELLO that is wrong changes nothing")
    func wrongHellos() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            for (arguments, error) in [
                ("4", "NOPROTO unsupported protocol version"), ("1", "NOPROTO unsupported protocol version"),
                ("x", "ERR Protocol version is not an integer or out of range"),
                ("03", "ERR Protocol version is not an integer or out of range"),
                ("3 AUTH default", "ERR Syntax error in HELLO option 'AUTH'"), ("3 SETNAME", "ERR Syntax error in HELLO option 'SETNAME'"),
                ("3 foo", "ERR Syntax error in HELLO option 'foo'"),
                ("3 SETNAME me AUTH nobody x", "WRONGPASS invalid username-password pair or user is disabled."),
                ("3 SETNAME m\u{7}e", "ERR Client names cannot contain spaces, newlines or special characters."),
            ] {
                #expect(try client.ask("HELLO \(arguments)") == "-\(error)|")
                #expect(try client.ask("CLIENT GETNAME") == "$-1|")
            }
        }
    }

    @Test("without the password only AUTH, HELLO, QUIT and RESET are heard")
    func passwords() async throws {
        try await MonitorUnderTest.run("requirepass secret") { monitor in
            let client = try monitor.connect()
            for command in ["PING", "SENTINEL MASTERS", "SUBSCRIBE a", "CLIENT ID"] {
                #expect(try client.ask(command) == "-NOAUTH Authentication required.|")
            }
            #expect(try client.ask("NOSUCH") == "-ERR unknown command 'NOSUCH', with args beginning with: |")
            #expect(try client.ask("HELLO 3").hasPrefix("-NOAUTH HELLO must be called with the client already authenticated"))
            #expect(try client.ask("AUTH wrong") == "-WRONGPASS invalid username-password pair or user is disabled.|")
            #expect(try client.ask("RESET") == "+RESET|")
            #expect(try client.ask("HELLO 3 AUTH default secret SETNAME me") == Self.hello("%6", proto: 3, id: 1))
            #expect(try client.ask("CLIENT GETNAME") == "$2|me|")
            #expect(try client.ask("RESET") == "+RESET|")
            #expect(try client.ask("PING") == "-NOAUTH Authentication required.|")
            #expect(try client.ask("AUTH default secret") == "+OK|")
            #expect(try client.ask("PING") == "+PONG|")
        }
    }

    @Test("where no password is set, one that is given is a mistake worth telling")
    func needlessPassword() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("AUTH x").hasPrefix("-ERR AUTH <password> called without any password configured"))
            #expect(try client.ask("AUTH default anything") == "+OK|")
        }
    }

    @Test("what a user may do holds from the next command on, whoever changes it")
    func users() async throws {
        try await MonitorUnderTest.run("user few on >few -@all +ping +subscribe +auth resetchannels &+switch-master") { monitor in
            let admin = try monitor.connect()
            let few = try monitor.connect()
            #expect(try few.ask("AUTH few few") == "+OK|")
            #expect(try few.ask("PING") == "+PONG|")
            #expect(try few.ask("SENTINEL MASTERS") == "-NOPERM User few has no permissions to run the 'sentinel|masters' command|")
            #expect(try few.ask("SUBSCRIBE other") == "-NOPERM No permissions to access a channel|")
            #expect(try admin.ask("ACL SETUSER few +sentinel|masters") == "+OK|")
            #expect(try few.ask("SENTINEL MASTERS").hasPrefix("*1|"))
            #expect(try admin.ask("ACL SETUSER few -ping") == "+OK|")
            #expect(try few.ask("PING") == "-NOPERM User few has no permissions to run the 'ping' command|")
            #expect(try admin.ask("ACL LOG").hasPrefix("*3|"))
        }
    }

    @Test("connections of a user that is removed, or that may not listen any more, are closed, and no others")
    func usersGone() async throws {
        try await MonitorUnderTest.run("user one on nopass +@all &*", "user two on nopass +@all &*") { monitor in
            let admin = try monitor.connect()
            let (one, two, idle) = (try monitor.connect(), try monitor.connect(), try monitor.connect())
            #expect(try one.ask("AUTH one x") == "+OK|")
            #expect(try two.ask("AUTH two x") == "+OK|")
            #expect(try idle.ask("AUTH two x") == "+OK|")
            #expect(try two.ask("PSUBSCRIBE *").hasPrefix("*3|"))
            #expect(try admin.ask("ACL DELUSER one") == ":1|")
            #expect(one.isLetGo())
            #expect(try admin.ask("ACL SETUSER two resetchannels &other") == "+OK|")
            #expect(two.isLetGo())
            #expect(try idle.ask("PING") == "+PONG|")
        }
    }

    @Test("who removes its own user gets the answer first")
    func ownUserGone() async throws {
        try await MonitorUnderTest.run("user one on nopass +@all") { monitor in
            let one = try monitor.connect()
            #expect(try one.ask("AUTH one x") == "+OK|")
            #expect(try one.ask("ACL DELUSER one") == ":1|")
            #expect(one.isLetGo())
        }
    }

    @Test("once no password is needed any more, who came while one was may act; once one is needed, it stays in")
    func passwordTakenAway() async throws {
        try await MonitorUnderTest.run("requirepass secret") { monitor in
            let admin = try monitor.connect()
            #expect(try admin.ask("AUTH secret") == "+OK|")
            let stranger = try monitor.connect()
            #expect(try stranger.ask("PING") == "-NOAUTH Authentication required.|")
            #expect(try admin.ask("ACL SETUSER default nopass") == "+OK|")
            #expect(try stranger.ask("PING") == "+PONG|")
            let early = try monitor.connect()
            #expect(try early.ask("PING") == "+PONG|")
            #expect(try admin.ask("ACL SETUSER default resetpass >other") == "+OK|")
            #expect(try early.ask("PING") == "+PONG|")
            #expect(try stranger.ask("PING") == "-NOAUTH Authentication required.|")
        }
    }

    @Test("QUIT is answered, and so is what was asked before it; nothing after it is")
    func quit() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            try client.write("ROLE\r\nQUIT\r\nPING\r\n")
            #expect(try client.replies(2) == ["*2|$8|sentinel|*1|$5|cache|", "+OK|"])
            #expect(client.isLetGo())
            try await monitor.eventually("the client is forgotten") { monitor.server.registry.count == 0 }
        }
    }

    @Test("RESET makes a connection as new: protocol, name, subscriptions, silence")
    func reset() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            _ = try client.ask("HELLO 3 SETNAME me")
            _ = try client.ask("SUBSCRIBE a")
            _ = try client.ask("CLIENT TRACKING ON")
            #expect(try client.ask("RESET") == "+RESET|")
            #expect(try client.ask("CLIENT GETNAME") == "$-1|")
            #expect(try client.ask("CLIENT GETREDIR") == ":-1|")
            #expect(try client.ask("PUBSUB CHANNELS") == "*0|")
            try client.send("CLIENT REPLY OFF")
            #expect(try client.ask("RESET") == "+RESET|")
            #expect(try client.ask("PING") == "+PONG|")
        }
    }

    @Test("as many clients as there may be are let in; the next one is told and let go, and a place that becomes free is given away")
    func maximum() async throws {
        try await MonitorUnderTest.run("maxclients 2") { monitor in
            let first = try monitor.connect()
            #expect(try first.ask("PING") == "+PONG|")
            do {
                let second = try monitor.connect()
                #expect(try second.ask("PING") == "+PONG|")
                let third = try monitor.connect()
                #expect(try third.reply() == "-ERR max number of clients reached|")
                #expect(third.isLetGo())
                #expect(try first.ask("INFO stats").contains("rejected_connections:1|"))
            }
            try await monitor.eventually("the second client is forgotten") { monitor.server.registry.count == 1 }
            #expect(try monitor.connect().ask("PING") == "+PONG|")
        }
    }

    @Test("a client that is silent for longer than the timeout is let go, one that listens is not")
    func timeout() async throws {
        try await MonitorUnderTest.run("timeout 1") { monitor in
            let listener = try monitor.connect()
            #expect(try listener.ask("SUBSCRIBE a").hasPrefix("*3|"))
            let silent = try monitor.connect()
            #expect(try silent.ask("PING") == "+PONG|")
            #expect(silent.isLetGo())
            #expect(try listener.ask("PING") == "*2|$4|pong|$0||")
        }
    }

    @Test("SHUTDOWN asks for the end once and only if its options make sense")
    func shutdown() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("SHUTDOWN foo") == "-ERR syntax error|")
            #expect(try client.ask("SHUTDOWN SAVE NOSAVE") == "-ERR syntax error|")
            #expect(try client.ask("SHUTDOWN ABORT") == "-ERR No shutdown in progress.|")
            #expect(monitor.shutDowns.withLock { $0 } == 0)
            try client.send("SHUTDOWN NOSAVE")
            try await monitor.eventually("the end is asked for") { monitor.shutDowns.withLock { $0 } == 1 }
        }
    }

    // MARK: Protected mode

    /// What somebody at this address hears when it connects.
    private static func greeting(from host: String, _ monitor: MonitorUnderTest) async throws -> (text: String, isOpen: Bool) {
        let server = monitor.server
        let channel = NIOAsyncTestingChannel()
        channel.remoteAddress = try SocketAddress(ipAddress: host, port: 4711)
        channel.localAddress = try SocketAddress(ipAddress: host, port: monitor.port)
        try await channel.testingEventLoop.executeInContext {
            try channel.pipeline.syncOperations.addHandler(ClientHandler(server: server))
        }
        try await channel.connect(to: SocketAddress(ipAddress: host, port: 4711)).get()
        _ = try? await channel.writeInbound(ByteBuffer(string: "PING\r\n"))
        await channel.testingEventLoop.run()
        var text = ""
        while let bytes = try await channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        let isOpen = channel.isActive
        _ = try? await channel.finish(acceptAlreadyClosed: true)
        return (text.replacing("\r\n", with: "|"), isOpen)
    }

    @Test("in protected mode and without a password only clients on the same machine are admitted")
    func protectedMode() async throws {
        try await MonitorUnderTest.run("protected-mode yes") { monitor in
            for host in ["127.0.0.1", "127.1.2.3", "::1"] { #expect(try await Self.greeting(from: host, monitor).text == "+PONG|") }
            for host in ["10.0.0.5", "128.0.0.1", "fe80::1"] {
                let greeting = try await Self.greeting(from: host, monitor)
                #expect(greeting.text.hasPrefix("-DENIED ") && !greeting.text.contains("PONG"))
                #expect(!greeting.isOpen)
            }
            #expect(monitor.server.registry.count == 0)
        }
    }

    @Test(
        "a password, or protected mode switched off, admits everybody",
        arguments: ["protected-mode no", "protected-mode yes\nrequirepass secret"])
    func unprotected(_ lines: String) async throws {
        try await MonitorUnderTest.run(lines) { monitor in
            let greeting = try await Self.greeting(from: "10.0.0.5", monitor)
            #expect(!greeting.text.isEmpty && !greeting.text.contains("DENIED"))
        }
    }
}
