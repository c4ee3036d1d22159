import NIOCore
import PicketRESP
import Testing

@testable import PicketLab

@Suite("The make-believe fleet", .timeLimit(.minutes(1)))
struct FleetAnswersTests {
    @Test(
        "answers as Redis 7.0 does",
        arguments: [
            (["PING"], "+PONG\r\n"), (["ping", "hi"], "$2\r\nhi\r\n"),
            (["PING", "a", "b"], "-ERR wrong number of arguments for 'ping' command\r\n"),
            (["FOO", "a", "b"], "-ERR unknown command 'FOO', with args beginning with: 'a' 'b' \r\n"),
            (["CLIENT", "SETNAME", "me"], "+OK\r\n"), (["CLIENT", "GETNAME"], "$-1\r\n"),
            (["CLIENT", "FOO"], "-ERR unknown subcommand 'FOO'. Try CLIENT HELP.\r\n"),
            (["CLIENT", "KILL", "TYPE", "pubsub"], ":0\r\n"), (["CLIENT", "KILL", "TYPE", "foo"], "-ERR Unknown client type 'foo'\r\n"),
            (["CONFIG", "GET", "replica-priority"], "*2\r\n$16\r\nreplica-priority\r\n$3\r\n100\r\n"),
            (["CONFIG", "SET", "foo", "1"], "-ERR Unknown option or number of arguments for CONFIG SET - 'foo'\r\n"),
            (["CONFIG", "SET", "min-replicas-to-write", "1"], "+OK\r\n"),
            (["AUTH", "default", "x"], "+OK\r\n"),
            (["AUTH", "bob", "x"], "-WRONGPASS invalid username-password pair or user is disabled.\r\n"),
            (["SCRIPT", "KILL"], "-NOTBUSY No scripts in execution right now.\r\n"), (["EXEC"], "-ERR EXEC without MULTI\r\n"),
            (["FAILOVER", "ABORT"], "-ERR No failover in progress.\r\n"),
            (["FAILOVER", "TO", "127.0.0.1", "1"], "-ERR FAILOVER target HOST and PORT is not a replica.\r\n"),
            (["PUBLISH", "a", "b"], ":0\r\n"), (["INFO", "foo"], "$0\r\n\r\n"), (["REPLICAOF", "NO", "ONE"], "+OK\r\n"),
            (["REPLICAOF", "127.0.0.1", "99999999"], "-ERR Invalid master port\r\n"),
            (["HELLO", "3"], "-NOPROTO unsupported protocol version\r\n"),
        ])
    func answers(_ words: [String], expected: String) async throws {
        try await FleetUnderTest.run { fleet in
            let reply = try await fleet.connection(0).send(words)
            var bytes = ByteBuffer()
            bytes.writeRESP(reply, version: .two)
            #expect(String(buffer: bytes) == expected)
        }
    }

    @Test("a transaction is done at once, spares its own connection and cuts the others; a bad one is discarded")
    func transaction() async throws {
        try await FleetUnderTest.run { fleet in
            let own = try await fleet.connection(1)
            let other = try await fleet.connection(1)
            #expect(try await other.call("PING") == .simple("PONG"))
            #expect(try await own.call("MULTI") == .simple("OK"))
            #expect(try await own.send("FOO") == .error("ERR unknown command 'FOO', with args beginning with: "))
            #expect(try await own.send("EXEC") == .error("EXECABORT Transaction discarded because of previous errors."))
            #expect(try await own.call("MULTI") == .simple("OK"))
            #expect(try await own.call("SLAVEOF", "NO", "ONE") == .simple("QUEUED"))
            #expect(try await own.call("CLIENT", "KILL", "TYPE", "normal") == .simple("QUEUED"))
            #expect(try await own.call("EXEC") == .array([.simple("OK"), .integer(1)]))
            try await other.closed(within: .seconds(5))
            #expect(try await own.call("ROLE").elements?.first?.text == "master")
        }
    }

    @Test("what is published on a primary reaches its own subscribers and those of its replicas; on a replica only its own")
    func publishing() async throws {
        try await FleetUnderTest.run { fleet in
            let subscribers = [try await fleet.connection(0), try await fleet.connection(1)]
            for subscriber in subscribers { try await subscriber.subscribe(channel: "__sentinel__:hello") }
            #expect(try await fleet.connection(0).call("PUBLISH", "__sentinel__:hello", "to all") == .integer(1))
            #expect(try await fleet.connection(1).call("PUBLISH", "__sentinel__:hello", "to one") == .integer(1))
            #expect(try await fleet.connection(0).call("PUBLISH", "__sentinel__:hello", "the end") == .integer(1))
            var texts: [[String]] = []
            for subscriber in subscribers {
                var heard: [String] = []
                for await message in subscriber.messages {
                    heard.append(message.text)
                    if message.text == "the end" { break }
                }
                texts.append(heard)
            }
            #expect(texts == [["to all", "the end"], ["to all", "to one", "the end"]])
        }
    }

    @Test("replicas have what their primary has; when it crashes their links break, and they keep what they had")
    func replication() async throws {
        try await FleetUnderTest.run { fleet in
            let primary = try await fleet.replication(0)
            #expect(primary["role"] == "master")
            #expect(primary["connected_slaves"] == "2")
            #expect(primary["slave0"]?.hasPrefix("ip=127.0.0.1,port=\(fleet.ports[0][1]),state=online,offset=") == true)
            _ = try await fleet.connection(0).call("PUBLISH", "a", "b")
            let offset = try #require(Int(try await fleet.replication(0)["master_repl_offset"] ?? ""))
            #expect(offset > 0)
            let before = try await fleet.replication(1)
            #expect(before["role"] == "slave" && before["master_link_status"] == "up")
            #expect(before["master_replid"] == primary["master_replid"])
            #expect(try #require(Int(before["slave_repl_offset"] ?? "")) >= offset)

            _ = try await fleet.control.call("CRASH", String(fleet.ports[0][0]))
            let after = try await fleet.replication(1)
            #expect(after["master_link_status"] == "down")
            #expect(after["master_link_down_since_seconds"] == "0")
            #expect(try #require(Int(after["slave_repl_offset"] ?? "")) >= offset)

            // The promoted one goes on with the history under a name of its own, and the other follows.
            #expect(try await fleet.connection(1).call("REPLICAOF", "NO", "ONE") == .simple("OK"))
            let port = String(fleet.ports[0][1])
            #expect(try await fleet.connection(2).call("REPLICAOF", "127.0.0.1", port) == .simple("OK"))
            #expect(
                try await fleet.connection(2).call("REPLICAOF", "127.0.0.1", port) == .simple("OK Already connected to specified master"))
            try await wait(until: "the other replica is in step") { try await fleet.replication(2)["master_link_status"] == "up" }
            let promoted = try await fleet.replication(1)
            #expect(promoted["master_replid2"] == primary["master_replid"])
            #expect(promoted["second_repl_offset"] == String((Int(after["slave_repl_offset"] ?? "") ?? 0) + 1))
            #expect(try await fleet.replication(2)["master_replid"] == promoted["master_replid"])
        }
    }

    @Test("a crashed instance ends its connections and refuses new ones until it is revived, as another process with another history")
    func crash() async throws {
        try await FleetUnderTest.run { fleet in
            let connection = try await fleet.connection(0)
            let before = try await connection.call("INFO", "server", "replication").text ?? ""
            #expect(try await fleet.control.call("CRASH", String(fleet.ports[0][0])) == .integer(1))
            try await connection.closed(within: .seconds(5))
            await #expect(throws: LabError.self) { try await fleet.connection(0) }
            #expect(try await fleet.control.call("REVIVE", String(fleet.ports[0][0])) == .integer(1))
            let after = try await fleet.connection(0).call("INFO", "server", "replication").text ?? ""
            func line(_ name: String, _ text: String) -> Substring? { text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) } }
            for name in ["run_id:", "master_replid:"] {
                #expect(line(name, before) != nil)
                #expect(line(name, before) != line(name, after))
            }
        }
    }

    @Test("a frozen instance accepts connections and says nothing; thawed, it answers what it was asked meanwhile")
    func freeze() async throws {
        try await FleetUnderTest.run { fleet in
            let primary = fleet.ports[0][0]
            let connection = try await fleet.connection(0)
            _ = try await connection.call("PING")
            _ = try await fleet.control.call("FREEZE", String(primary))
            let newcomer = try await fleet.connection(0)
            await #expect(throws: LabError.self) { try await newcomer.send("PING", within: .milliseconds(100)) }
            async let answer = connection.send("PING", within: .seconds(10))
            #expect(try await fleet.replication(1)["master_link_status"] == "up")
            _ = try await fleet.control.call("REVIVE", String(primary))
            #expect(try await answer == .simple("PONG"))
        }
    }

    @Test("a pause keeps publications waiting, and nothing else, until it is lifted")
    func pause() async throws {
        try await FleetUnderTest.run { fleet in
            let own = try await fleet.connection(0)
            let writer = try await fleet.connection(0)
            #expect(try await own.call("CLIENT", "PAUSE", "60000", "WRITE") == .simple("OK"))
            async let published = writer.call("PUBLISH", "a", "b", within: .seconds(30))
            #expect(try await own.call("PING") == .simple("PONG"))
            #expect(try await own.call("CLIENT", "UNPAUSE") == .simple("OK"))
            #expect(try await published == .integer(0))
        }
    }

    @Test("FAILOVER changes the two roles; a group of one has nobody to hand over to")
    func handOver() async throws {
        try await FleetUnderTest.run { fleet in
            let replica = try await fleet.connection(1)
            #expect(try await replica.send("FAILOVER") == .error("ERR FAILOVER is not valid when server is a replica."))
            let target = String(fleet.ports[0][2])
            #expect(try await fleet.connection(0).call("FAILOVER", "TO", "127.0.0.1", target, "TIMEOUT", "100") == .simple("OK"))
            #expect(try await fleet.replication(2)["role"] == "master")
            #expect(try await fleet.replication(0)["master_port"] == target)
        }
        try await FleetUnderTest.run(replicas: 0) { fleet in
            let lonely = try await fleet.connection(0)
            #expect(try await lonely.send("FAILOVER") == .error("ERR FAILOVER requires connected replicas."))
        }
    }

    @Test("two that follow each other have no link; nobody waits for ever")
    func circle() async throws {
        try await FleetUnderTest.run { fleet in
            let first = String(fleet.ports[0][0])
            #expect(try await fleet.replication(1)["master_port"] == first)
            _ = try await fleet.connection(0).call("REPLICAOF", "127.0.0.1", String(fleet.ports[0][1]))
            #expect(try await fleet.replication(0)["master_link_status"] == "down")
            #expect(try await fleet.replication(1)["master_link_status"] == "down")
        }
    }

    @Test("INFO without arguments has all of Redis' sections, in its order")
    func information() async throws {
        try await FleetUnderTest.run { fleet in
            let text = try await fleet.connection(0).call("INFO").text ?? ""
            let titles = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("#") }.map { String($0.dropFirst(2)) }
            let all = [
                "Server", "Clients", "Memory", "Persistence", "Stats", "Replication", "CPU", "Modules", "Errorstats", "Cluster", "Keyspace",
            ]
            #expect(titles == all)
            let two = try await fleet.connection(0).call("INFO", "keyspace", "Server").text ?? ""
            #expect(two.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("#") } == ["# Server", "# Keyspace"])
        }
    }

    @Test("the control port refuses ports that are not of the fleet, and changes nothing then")
    func strangers() async throws {
        try await FleetUnderTest.run(groups: 2) { fleet in
            #expect(fleet.ports.count == 2 && fleet.ports.allSatisfy { $0.count == 3 })
            let answer = try await fleet.control.send("CRASH", String(fleet.ports[1][0]), "1")
            #expect(answer == .error("ERR no instance has port '1'"))
            #expect(try await fleet.connection(0, ofGroup: 1).call("PING") == .simple("PONG"))
        }
    }

    @Test("groups are spread over processes by their descriptors")
    func shards() {
        let plan = Fleet.Plan(groups: 5_000, program: [])
        // 21 a group: three listeners, and two connections of each of three monitors to each of three instances.
        #expect(plan.groupsPerShard(descriptors: 20_000) == 857)
        #expect(plan.groupsPerShard(descriptors: 10) == 1)
    }
}

@Suite("Requests to the fleet")
struct FleetRequestTests {
    private static let bytes = Array("*2\r\n$4\r\nPING\r\n$2\r\nhi\r\n*1\r\n$4\r\nPING\r\n".utf8)

    private func find(_ bytes: [UInt8]) throws -> (size: Int, words: [String])? {
        var request = FleetRequest()
        return try bytes.withUnsafeBytes { bytes in
            try request.find(in: bytes).map { ($0, request.words.map { String(decoding: $0, as: UTF8.self) }) }
        }
    }

    @Test("the first request is found, and what follows is left")
    func whole() throws {
        let found = try #require(try find(Self.bytes))
        #expect(found.words == ["PING", "hi"])
        #expect(try find(Array(Self.bytes[found.size...]))?.words == ["PING"])
    }

    @Test("wherever it is cut, it is not complete")
    func cut() throws {
        let size = try #require(try find(Self.bytes)).size
        for count in 0..<size { #expect(try find(Array(Self.bytes[..<count])) == nil) }
    }

    @Test(
        "what is no request is refused",
        arguments: ["PING\r\n", "*0\r\n", "*x\r\n", "*1\r\n+PING\r\n", "*1\r\n$99999999999\r\n", "*2000\r\n", "*1\r\n$-1\r\n"])
    func malformed(text: String) {
        #expect(throws: FleetRequest.Malformed.self) { try find(Array(text.utf8)) }
    }
}
