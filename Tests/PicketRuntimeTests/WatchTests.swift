import PicketCore
import PicketStatus
import Testing

@testable import PicketRuntime

@Suite("Looking at a monitor")
struct WatchTests {
    @Test("A look shows the groups, and what was counted")
    func look() async throws {
        try await MonitorUnderTest.run("sentinel monitor orders 127.0.0.1 2 1") { monitor in
            let status = try #require(await monitor.watch.status())
            #expect(status.groups.map(\.name.text) == ["cache", "orders"])
            #expect(status.groups[0].explanation.quorum == 2)
            #expect(status.identity.text.count == 40)
            #expect(status.figures.events > 0)
            #expect(status.figures.notices[Notice.Kind.monitored.place] == 2)
            #expect(monitor.watch.primary(of: "cache") == Endpoint(host: "127.0.0.1", port: 1))
            #expect(monitor.watch.primary(of: "none") == nil)
            let process = monitor.watch.process()
            #expect(process.residentBytes > 1 << 20 && process.openFiles > 3 && process.maxFiles >= process.openFiles)
        }
    }

    @Test("Many who look share one look, and nobody waits for long")
    func sharing() async throws {
        try await MonitorUnderTest.run { monitor in
            let sequences = await withTaskGroup(of: UInt64?.self) { group in
                for _ in 0..<500 { group.addTask { await monitor.watch.status()?.sequence } }
                return await group.reduce(into: Set<UInt64?>()) { $0.insert($1) }
            }
            #expect(!sequences.contains(nil))
            #expect(sequences.count < 20)
        }
    }

    @Test("More groups than one slice are all looked at")
    func slices() async throws {
        let directory = try TemporaryDirectory()
        let groups = (1...RuntimeLimits.groupsPerSlice * 3 + 1).map { "sentinel monitor g\($0) 127.0.0.1 \($0) 1" }
        try directory.write(
            (["port \(try freePort())", "bind 127.0.0.1", "sentinel monitor cache 127.0.0.1 1 1"] + groups).joined(separator: "\n") + "\n",
            to: "sentinel.conf")
        try await MonitorUnderTest.run(in: directory) { monitor in
            #expect(await monitor.watch.status()?.groups.count == groups.count + 1)
        }
    }

    @Test("What is published to clients is told to those who look, with the group it is about")
    func events() async throws {
        try await MonitorUnderTest.run { monitor in
            let subscription = try #require(monitor.watch.events.subscribe(after: nil, atMost: 1))
            let client = try monitor.meet()
            #expect(try client.ask("SENTINEL SET cache quorum 1") == "+OK|")
            for await item in subscription.next {
                guard case .record(let record) = item, record.event == "+set" else { continue }
                #expect(record.group == "cache" && record.message.hasSuffix("quorum 1") && record.id > 0)
                break
            }
            subscription.end()
            #expect(monitor.watch.events.latest(10, of: "cache").contains { $0.event == "+monitor" })
        }
    }
}
