import PicketLab
import Testing

@Suite("What monitors said")
struct MonitorHistoryTests {
    private static let ids = ["a", "b", "c"].map { String(repeating: $0, count: 40) }

    private static func vote(_ leader: Int, _ epoch: Int) -> String {
        "12:X 1 Jan 2026 10:00:00.000 # +vote-for-leader \(ids[leader]) \(epoch)"
    }
    private static let elected = "12:X 1 Jan 2026 10:00:00.001 # +elected-leader master cache 127.0.0.1 1"

    private static func history(_ logs: [[String]], views: [MonitorHistory.View] = []) -> MonitorHistory {
        MonitorHistory(
            group: "cache", logs: zip(ids, logs).map { MonitorHistory.Words(monitor: $0, log: $1.joined(separator: "\n")) }, views: views)
    }

    private static func view(_ monitor: Int, _ port: Int, _ epoch: UInt64, at: Int = 0, life: Int32 = 1) -> MonitorHistory.View {
        .init(monitor: ids[monitor], at: .milliseconds(at), primaryPort: port, epoch: epoch, life: life)
    }

    @Test("an election by a majority contradicts nothing")
    func regular() {
        let history = Self.history(
            [[Self.vote(0, 1), Self.elected], [Self.vote(0, 1)], []],
            views: [Self.view(0, 2, 1), Self.view(1, 2, 1), Self.view(2, 1, 0)])
        #expect(history.violations == [])
    }

    @Test("two votes of one monitor, an election by a minority, and two leaders of an epoch are seen")
    func elections() throws {
        let twice = try #require(Self.history([[Self.vote(0, 1), Self.vote(1, 1)], [], []]).violations)
        #expect(twice.contains { $0.contains("voted for") })
        let minority = try #require(Self.history([[Self.vote(0, 1), Self.elected], [], []]).violations)
        #expect(minority.contains { $0.contains("by 1 votes of 3") })
        let leaders = try #require(
            Self.history([[Self.vote(0, 1), Self.elected], [Self.vote(1, 1), Self.elected], [Self.vote(0, 1), Self.vote(1, 1)]]).violations)
        #expect(leaders.contains { $0.contains("both lead epoch 1") })
    }

    @Test("a forced failover needs no votes")
    func forced() {
        var history = Self.history([[Self.vote(0, 1), Self.elected], [], []])
        history.isForced = true
        #expect(history.violations == [])
    }

    @Test("two contents of one configuration, and one that goes back, are seen; a restart may forget")
    func configurations() throws {
        let two = try #require(Self.history([[], [], []], views: [Self.view(0, 2, 1), Self.view(1, 3, 1)]).violations)
        #expect(two.count == 1)
        let back = try #require(Self.history([[], [], []], views: [Self.view(0, 2, 2), Self.view(0, 1, 1, at: 1)]).violations)
        #expect(back.contains { $0.contains("went from configuration 2") })
        #expect(Self.history([[], [], []], views: [Self.view(0, 2, 2), Self.view(0, 1, 1, at: 1, life: 2)]).violations == [])
    }

    @Test("a monitor without an id makes it unknown")
    func nameless() {
        let history = MonitorHistory(group: "cache", logs: [.init(monitor: "?", log: "")], views: [])
        #expect(history.violations == nil)
    }
}
