import PicketConfig
import PicketCore
import Testing

@testable import PicketRuntime

/// Replies are written as they come over the socket, with `|` for each line end.
@Suite("Operators' powers, as clients use them")
struct PowersTests {
    private static let author = String(repeating: "b", count: 40)

    @Test("PAUSE and RESUME are answered, shown and published")
    func pause() async throws {
        try await MonitorUnderTest.run { monitor in
            let (client, listener) = (try monitor.connect(), try monitor.connect())
            _ = try listener.ask("PSUBSCRIBE *pause *maintenance")
            _ = try listener.reply()
            #expect(try client.ask(words: ["SENTINEL", "pause", "cache", "FOR", "43200", "REASON", "new cables"]) == "+OK|")
            #expect(try listener.reply().hasSuffix("|$6|+pause|$41|master cache 127.0.0.1 1 43200 new cables|"))
            let master = try client.ask("SENTINEL MASTER cache")
            #expect(master.contains(",paused|") && master.contains("|$13|paused-reason|$10|new cables|"))
            // However slow this is: half a day is not over.
            let left = try #require(master.firstMatch(of: /paused-for-seconds\|\$\d+\|(\d+)\|/).flatMap { Int($0.1) })
            #expect((1...43_200).contains(left))
            #expect(try client.ask("SENTINEL EXPLAIN cache").contains("|$5|state|$6|paused|"))
            #expect(try client.ask("SENTINEL RESUME cache") == "+OK|")
            #expect(try listener.reply().hasSuffix("|$6|-pause|$32|master cache 127.0.0.1 1 resumed|"))
            #expect(try !client.ask("SENTINEL MASTER cache").contains("paused"))
        }
    }

    @Test("MAINTENANCE is taken of the primary, too, and FORGET says why not")
    func others() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("SENTINEL MAINTENANCE cache 127.0.0.1 1 ON").hasPrefix("+OK, but it stays the primary: "))
            #expect(try client.ask("SENTINEL MASTER cache").contains(",maintenance|"))
            #expect(try client.ask("SENTINEL maintenance cache 127.0.0.1 1 off") == "+OK|")
            #expect(try client.ask("SENTINEL MAINTENANCE cache 127.0.0.1 2 ON").hasPrefix("-ERR 127.0.0.1:2 is no instance of cache."))
            #expect(try client.ask("SENTINEL FORGET cache REPLICA 127.0.0.1 1").hasPrefix("-ERR 127.0.0.1:1 is the primary of cache."))
            #expect(try client.ask("SENTINEL FORGET cache SENTINEL \(Self.author)").hasPrefix("-ERR No sentinel of cache has the id"))
            for command in ["PAUSE nope", "RESUME nope", "MAINTENANCE nope h 1 OFF", "FORGET nope REPLICA h 1", "EXPLAIN nope"] {
                #expect(try client.ask("SENTINEL \(command)") == "-ERR No such master with that name|", "\(command)")
            }
            #expect(try client.ask("SENTINEL PAUSE cache 5").hasPrefix("-ERR syntax error, expected SENTINEL PAUSE <name>"))
            #expect(try client.ask("SENTINEL PAUSE cache FOR 0").hasPrefix("-ERR Invalid time '0' for SENTINEL PAUSE"))
        }
    }

    @Test("EXPLAIN is a flat array in RESP2, a map in RESP3")
    func explain() async throws {
        try await MonitorUnderTest.run("sentinel down-after-milliseconds cache 3600000") { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("SENTINEL EXPLAIN cache").hasPrefix("*28|$7|verdict|$"))
            _ = try client.ask("HELLO 3")
            let map = try client.ask("SENTINEL EXPLAIN cache")
            #expect(map.hasPrefix("%14|$7|verdict|$") && map.contains("|$7|primary|$11|127.0.0.1:1|$13|down-since-ms|:-1|"))
            #expect(map.contains("|$9|witnesses|*1|%5|$2|id|$40|") && map.contains("|$4|kind|$4|self|"))
        }
    }

    @Test("what another picketd tells is taken, what is garbled is refused with the word that is wrong")
    func powers() async throws {
        try await MonitorUnderTest.run { monitor in
            let client = try monitor.connect()
            let head = ["SENTINEL", "POWERS", Self.author]
            #expect(try client.ask(words: head + ["pause", "cache", "3", Self.author, "1", "6000000", "0", "work"]) == "+OK|")
            #expect(try client.ask("SENTINEL EXPLAIN cache").contains(" work|$11|maintenance|*0|"))
            #expect(try client.ask(words: head + ["pause", "elsewhere", "3", Self.author, "1", "6000000", "0", ""]) == "+OK|")
            #expect(
                try client.ask(words: head + ["pause", "cache", "x", Self.author, "1", "6000000", "0", ""])
                    == "-ERR not a report of powers: word 4 is 'x' and should be a counter|")
            #expect(
                try client.ask(words: head + ["pause", "cache"])
                    == "-ERR not a report of powers: it ends where a counter should stand|")
        }
    }

    @Test("a user may be given them one by one")
    func access() async throws {
        try await MonitorUnderTest.run("user pauser on nopass -@all +sentinel|pause +sentinel|explain") { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("AUTH pauser x") == "+OK|")
            #expect(try client.ask("SENTINEL PAUSE cache") == "+OK|")
            #expect(try client.ask("SENTINEL RESUME cache").hasPrefix("-NOPERM"))
            #expect(try client.ask("SENTINEL EXPLAIN cache").hasPrefix("*28|"))
        }
    }

    @Test("they are in the journal and not in the configuration file, and a restart knows them")
    func restarted() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("port \(try freePort())\nbind 127.0.0.1\nsentinel monitor cache 127.0.0.1 1 2\n", to: "sentinel.conf")
        try await MonitorUnderTest.run(in: directory) { monitor in
            let client = try monitor.connect()
            #expect(try client.ask(words: ["SENTINEL", "PAUSE", "cache", "FOR", "600", "REASON", "xyzzy plugh"]) == "+OK|")
            #expect(try client.ask("SENTINEL MAINTENANCE cache 127.0.0.1 1 ON").hasPrefix("+OK"))
            #expect(try client.ask("SENTINEL FLUSHCONFIG") == "+OK|")
        }
        let file = String(decoding: try FileBytes.read(directory.file("sentinel.conf")), as: UTF8.self)
        #expect(!file.contains("xyzzy") && !file.contains("maintenance") && !file.contains("pause"))
        let journal = try JournalCodec.decode(FileBytes.read(directory.file("sentinel.conf.journal")))
        let statement = try #require(journal.state.groups[GroupName("cache")]?.powers[.pause])
        #expect(statement.isOn && statement.reason == "xyzzy plugh" && statement.remaining == .seconds(600))
        #expect(try #require(statement.savedAt).milliseconds > 1_600_000_000_000)

        // The lock on the journal ends with the process, which is this one: the next start is on a copy.
        let next = try TemporaryDirectory()
        for name in directory.names { try FileBytes.replace(next.file(name), with: FileBytes.read(directory.file(name))) }
        try await MonitorUnderTest.run(in: next) { monitor in
            let client = try monitor.connect()
            #expect(try client.ask("SENTINEL MASTER cache").contains("|$13|paused-reason|$11|xyzzy plugh|"))
            #expect(try client.ask("SENTINEL EXPLAIN cache").contains("|$11|maintenance|*1|$11|127.0.0.1:1|"))
        }
    }
}
