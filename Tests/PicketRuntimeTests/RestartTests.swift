import PicketConfig
import PicketCore
import Testing

@testable import PicketRuntime

@Suite("A monitor that ends and starts again")
struct RestartTests {
    @Test("whatever was answered is there again, in the configuration file and in the journal, however often it is restarted")
    func restarted() async throws {
        var directory = try TemporaryDirectory()
        try directory.write("port \(try freePort())\nbind 127.0.0.1\n# mine\nsentinel monitor cache 127.0.0.1 1 2\n", to: "sentinel.conf")
        var identity: String?
        for quorum in 3...6 {
            let level = quorum.isMultiple(of: 2) ? "debug" : "verbose"
            try await MonitorUnderTest.run(in: directory) { monitor in
                let client = try monitor.connect()
                let id = try client.ask("SENTINEL MYID")
                #expect(identity ?? id == id)
                identity = id
                if quorum > 3 {
                    #expect(try client.ask("SENTINEL MASTER cache").contains("|$6|quorum|$1|\(quorum - 1)|"))
                    #expect(try client.ask("SENTINEL CONFIG GET announce-port") == "*2|$13|announce-port|$4|700\(quorum - 1)|")
                }
                #expect(try client.ask("SENTINEL SET cache quorum \(quorum)") == "+OK|")
                #expect(try client.ask("SENTINEL CONFIG SET announce-port 700\(quorum)") == "+OK|")
                // Nobody waits for these to be in the file: they are written at the end.
                #expect(try client.ask("SENTINEL CONFIG SET loglevel \(level)") == "+OK|")
                #expect(try client.ask("PUBLISH __sentinel__:hello \(Self.hello(epoch: quorum))") == ":1|")
                #expect(try client.ask("SENTINEL CKQUORUM cache").hasPrefix("-NOQUORUM 2 usable"))
            }
            let file = String(decoding: try FileBytes.read(directory.file("sentinel.conf")), as: UTF8.self)
            #expect(file.contains("# mine\n"))
            #expect(file.contains("\nsentinel monitor cache 127.0.0.1 1 \(quorum)\n"))
            #expect(file.contains("\nsentinel current-epoch \(quorum)\n"))
            #expect(file.contains("\nloglevel \(level)\n"))
            let journal = try JournalCodec.decode(FileBytes.read(directory.file("sentinel.conf.journal")))
            #expect(journal.state.currentEpoch == Epoch(UInt64(quorum)))
            #expect(journal.configDigest == ConfigDigest(of: Array(file.utf8)))
            #expect(directory.names == ["sentinel.conf", "sentinel.conf.journal"])
            // The lock on the journal ends with the process, which is this one: the next start is on a copy.
            let next = try TemporaryDirectory()
            for name in directory.names { try FileBytes.replace(next.file(name), with: FileBytes.read(directory.file(name))) }
            directory = next
        }
    }

    private static func hello(epoch: Int) -> String {
        "127.0.0.1,4711,aaaaaaaabbbbbbbbccccccccdddddddd00000000,\(epoch),cache,127.0.0.1,1,0"
    }
}
