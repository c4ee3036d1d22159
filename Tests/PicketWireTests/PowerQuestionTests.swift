import PicketCore
import Testing

@testable import PicketWire

@Suite("SENTINEL PAUSE, MAINTENANCE, FORGET")
struct PowerQuestionTests {
    private static let cache = GroupName("cache")
    private static let replica = Endpoint(host: "10.0.0.2", port: 6380)
    private static let id = "0123456789abcdef0123456789abcdef01234567"

    private func words(_ text: String) -> [String] { text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) }

    @Test(
        "a pause lasts half an hour unless it is said how long",
        arguments: [
            ("cache", 1_800, ""), ("cache FOR 1", 1, ""), ("cache for 604800", 604_800, ""), ("cache REASON x", 1_800, "x"),
            ("cache reason y FOR 5", 5, "y"), ("cache FOR 5 REASON ", 5, ""),
        ])
    func pause(text: String, seconds: Int, reason: String) throws {
        #expect(try QuestionParsing.pause(words(text)) == .power(Self.cache, .pause(for: .seconds(seconds), reason: reason)))
    }

    @Test(
        "what is no pause is refused with what is expected",
        arguments: [
            ("cache FOR", "expected SENTINEL PAUSE <name> [FOR <seconds>] [REASON <text>]"), ("cache 5", "expected SENTINEL PAUSE"),
            ("cache FOR 5 FOR 6", "expected SENTINEL PAUSE"), ("cache REASON a REASON b", "expected SENTINEL PAUSE"),
            ("cache FOR 0", "from 1 to 604800 (7 days)"), ("cache FOR 604801", "'604801'"), ("cache FOR -1", "whole seconds"),
            ("cache FOR 1.5", "whole seconds"), ("cache FOR soon", "'soon'"), ("cache REASON a\u{7}b", "no control characters"),
            ("cache REASON " + String(repeating: "x", count: 201), "200 bytes"),
        ])
    func noPause(text: String, expected: String) {
        do {
            _ = try QuestionParsing.pause(words(text))
            Issue.record("taken")
        } catch {
            #expect(error.text.hasPrefix("ERR ") && error.text.contains(expected))
        }
    }

    @Test("maintenance is on, with a reason or without, or off")
    func maintenance() throws {
        func order(_ text: String) throws -> Question { try QuestionParsing.maintenance(words(text)) }
        #expect(try order("cache 10.0.0.2 6380 ON") == .power(Self.cache, .maintenance(Self.replica, isOn: true, reason: "")))
        #expect(
            try order("cache 10.0.0.2 6380 on REASON Disk") == .power(Self.cache, .maintenance(Self.replica, isOn: true, reason: "Disk")))
        #expect(try order("cache 10.0.0.2 6380 off") == .power(Self.cache, .maintenance(Self.replica, isOn: false, reason: "")))
        for text in [
            "cache 10.0.0.2 6380 maybe", "cache 10.0.0.2 6380 on why x", "cache 10.0.0.2 6380 on reason",
            "cache 10.0.0.2 6380 off reason x",
            "cache 10.0.0.2 0 on", "cache 10.0.0.2 x on", "cache  6380 on",
        ] { #expect(throws: QuestionParsing.Failure.self, "\(text)") { try order(text) } }
    }

    @Test("a replica is named by its address, a sentinel by address or id")
    func forget() throws {
        func order(_ text: String) throws -> Question { try QuestionParsing.forget(words(text)) }
        #expect(try order("cache REPLICA 10.0.0.2 6380") == .power(Self.cache, .forgetReplica(Self.replica)))
        #expect(try order("cache sentinel 10.0.0.2 6380") == .power(Self.cache, .forgetMonitorAt(Self.replica)))
        #expect(try order("cache Sentinel \(Self.id)") == .power(Self.cache, .forgetMonitor(MonitorID(Self.id)!)))
        for text in [
            "cache REPLICA \(Self.id)", "cache SENTINEL short", "cache primary 10.0.0.2 6380", "cache REPLICA 10.0.0.2 65536",
            "cache REPLICA 10.0.0.2 6380 x",
        ] { #expect(throws: QuestionParsing.Failure.self, "\(text)") { try order(text) } }
    }

    @Test("what is to be said beside OK is a simple string")
    func told() { #expect(AnswerEncoding.value(.told("OK, but")) == .simple("OK, but")) }
}
