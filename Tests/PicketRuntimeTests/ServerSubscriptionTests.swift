import Testing

@testable import PicketRuntime

@Suite("Subscriptions")
struct ServerSubscriptionTests {
    @Test("each name is confirmed with the number of all subscriptions, in either protocol", arguments: [("*", ""), (">", "HELLO 3")])
    func confirmations(_ sign: String, _ hello: String) async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            let null = hello.isEmpty ? "$-1|" : "_|"
            if !hello.isEmpty { _ = try client.ask(hello) }
            try client.send("SUBSCRIBE a b a")
            #expect(
                try client.replies(3) == [
                    "\(sign)3|$9|subscribe|$1|a|:1|", "\(sign)3|$9|subscribe|$1|b|:2|", "\(sign)3|$9|subscribe|$1|a|:2|",
                ])
            try client.send("PSUBSCRIBE xy* x*")
            #expect(try client.replies(2) == ["\(sign)3|$10|psubscribe|$3|xy*|:3|", "\(sign)3|$10|psubscribe|$2|x*|:4|"])
            #expect(try client.ask("UNSUBSCRIBE nothing") == "\(sign)3|$11|unsubscribe|$7|nothing|:4|")
            #expect(try client.ask("PUNSUBSCRIBE x*") == "\(sign)3|$12|punsubscribe|$2|x*|:3|")
            try client.send("UNSUBSCRIBE")
            #expect(try client.replies(2) == ["\(sign)3|$11|unsubscribe|$1|a|:2|", "\(sign)3|$11|unsubscribe|$1|b|:1|"])
            #expect(try client.ask("UNSUBSCRIBE") == "\(sign)3|$11|unsubscribe|\(null):1|")
            #expect(try client.ask("PUNSUBSCRIBE") == "\(sign)3|$12|punsubscribe|$3|xy*|:0|")
            #expect(try client.ask("PUNSUBSCRIBE") == "\(sign)3|$12|punsubscribe|\(null):0|")
            #expect(try client.ask("PING") == "+PONG|")
        }
    }

    @Test("a message comes once for its channel and once for each pattern that matches", arguments: [("*", ""), (">", "HELLO 3")])
    func messages(_ sign: String, _ hello: String) async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            if !hello.isEmpty { _ = try client.ask(hello) }
            try client.send("SUBSCRIBE +one other")
            _ = try client.replies(2)
            try client.send("PSUBSCRIBE [-+]one +two ?one")
            _ = try client.replies(3)
            monitor.server.subscribers.publish("several words", on: "+one")
            monitor.server.subscribers.publish("unheard", on: "-two")
            monitor.server.subscribers.publish("text", on: "*one")
            #expect(
                try client.replies(4) == [
                    "\(sign)3|$7|message|$4|+one|$13|several words|",
                    "\(sign)4|$8|pmessage|$7|[-+]one|$4|+one|$13|several words|",
                    "\(sign)4|$8|pmessage|$4|?one|$4|+one|$13|several words|",
                    "\(sign)4|$8|pmessage|$4|?one|$4|*one|$4|text|",
                ])
        }
    }

    @Test("what an operator changes is heard by subscribers, before or after the operator has the answer")
    func events() async throws {
        try await MonitorUnderTest.run { monitor in
            let listener = try monitor.connect()
            _ = try listener.ask("SUBSCRIBE +set")
            let admin = try monitor.connect()
            #expect(try admin.ask("SENTINEL SET cache quorum 3") == "+OK|")
            #expect(try listener.reply() == "*3|$7|message|$4|+set|$33|master cache 127.0.0.1 1 quorum 3|")
            #expect(try admin.ask("SENTINEL SET cache auth-pass secret") == "+OK|")
            #expect(try listener.reply() == "*3|$7|message|$4|+set|$41|master cache 127.0.0.1 1 auth-pass ******|")
        }
    }

    @Test("in RESP2 a subscriber may only change its subscriptions, PING, QUIT and RESET")
    func restricted() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            _ = try client.ask("SUBSCRIBE a")
            #expect(try client.ask("PING") == "*2|$4|pong|$0||")
            #expect(try client.ask("PING hi") == "*2|$4|pong|$2|hi|")
            for (command, name) in [
                ("ROLE", "role"), ("HELLO 3", "hello"), ("SENTINEL MASTERS", "sentinel|masters"), ("CLIENT ID", "client|id"),
            ] {
                #expect(
                    try client.ask(command)
                        == "-ERR Can't execute '\(name)': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context|"
                )
            }
            #expect(try client.ask("NOSUCH").hasPrefix("-ERR unknown command"))
            _ = try client.ask("UNSUBSCRIBE")
            #expect(try client.ask("CLIENT ID") == ":1|")
            _ = try client.ask("PSUBSCRIBE a")
            #expect(try client.ask("QUIT") == "+OK|")
            #expect(client.isLetGo())
        }
    }

    @Test("in RESP3 a subscriber may do everything, and messages come between answers")
    func unrestricted() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            _ = try client.ask("HELLO 3")
            _ = try client.ask("SUBSCRIBE +set")
            #expect(try client.ask("PING") == "+PONG|")
            #expect(try client.ask("ROLE") == "*2|$8|sentinel|*1|$5|cache|")
            try client.send("SENTINEL SET cache quorum 2")
            let both = try client.replies(2)
            #expect(both.sorted() == ["+OK|", ">3|$7|message|$4|+set|$33|master cache 127.0.0.1 1 quorum 2|"])
        }
    }

    @Test("PUBSUB counts what is subscribed to, until it no longer is")
    func pubsub() async throws {
        try await MonitorUnderTest.run { monitor in
            let admin = try monitor.connect()
            do {
                let (one, two) = (try monitor.connect(), try monitor.connect())
                try one.send("SUBSCRIBE a b")
                _ = try one.replies(2)
                try two.send("SUBSCRIBE b c")
                _ = try two.replies(2)
                _ = try two.ask("PSUBSCRIBE *")
                #expect(try admin.ask("PUBSUB NUMSUB a b c d") == "*8|$1|a|:1|$1|b|:2|$1|c|:1|$1|d|:0|")
                #expect(try admin.ask("PUBSUB CHANNELS [bc]") == "*2|$1|b|$1|c|")
                #expect(try admin.ask("PUBSUB NUMPAT") == ":1|")
                #expect(try admin.ask("INFO stats").contains("pubsub_channels:3|pubsub_patterns:1|"))
                #expect(
                    try admin.ask("PUBSUB CHANNELS a b")
                        == "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.|")
                _ = try two.ask("UNSUBSCRIBE b")
                #expect(try admin.ask("PUBSUB NUMSUB b") == "*2|$1|b|:1|")
            }
            try await monitor.eventually("both are forgotten") { monitor.server.registry.count == 1 }
            #expect(try admin.ask("PUBSUB CHANNELS") == "*0|")
            #expect(try admin.ask("PUBSUB NUMPAT") == ":0|")
        }
    }

    @Test("only hellos may be published, and each is answered as heard, whatever is in it")
    func publish() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            let listener = try monitor.connect()
            _ = try listener.ask("SUBSCRIBE a +sentinel __sentinel__:hello")
            _ = try listener.replies(2)
            #expect(try client.ask("PUBLISH a b") == "-ERR Only HELLO messages are accepted by Sentinel instances.|")
            #expect(try client.ask("PUBLISH __sentinel__:hello rubbish") == ":1|")
            let hello = "127.0.0.1,4711,aaaaaaaabbbbbbbbccccccccdddddddd00000000,0,cache,127.0.0.1,1,0"
            #expect(try client.ask("PUBLISH __sentinel__:hello \(hello)") == ":1|")
            // Not passed on, but acted upon.
            let expected = "sentinel aaaaaaaabbbbbbbbccccccccdddddddd00000000 127.0.0.1 4711 @ cache 127.0.0.1 1"
            #expect(try listener.reply() == "*3|$7|message|$9|+sentinel|$\(expected.utf8.count)|\(expected)|")
        }
    }

    @Test("a subscriber that does not read is cut off at the limit, and nobody else suffers")
    func deafSubscriber() async throws {
        try await MonitorUnderTest.run("client-output-buffer-limit pubsub 2mb 0 0") { monitor in
            let deaf = try monitor.connect()
            _ = try deaf.ask("SUBSCRIBE flood")
            let other = try monitor.connect()
            #expect(try other.ask("PING") == "+PONG|")
            let message = String(repeating: "x", count: 64 << 10)
            for _ in 0..<1_000 where monitor.server.registry.count == 2 {
                monitor.server.subscribers.publish(message, on: "flood")
                // Its turn comes after the message's.
                #expect(try other.ask("PING") == "+PONG|")
            }
            try await monitor.eventually("the deaf one is cut off") { monitor.server.registry.count == 1 }
            #expect(try other.ask("PUBSUB NUMSUB flood") == "*2|$5|flood|:0|")
            withExtendedLifetime(deaf) {}
        }
    }
}
