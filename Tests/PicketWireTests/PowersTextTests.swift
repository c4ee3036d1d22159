import PicketCore
import Testing

@testable import PicketWire

@Suite("What picketd tell each other of operators' orders")
struct PowersTextTests {
    static let sender = "0123456789abcdef0123456789abcdef01234567"
    static let author = "fedcba9876543210fedcba9876543210fedcba98"
    private static let version = PowerVersion(counter: 7, author: MonitorID(author)!)
    private static let cache = GroupName("my cache")

    static let report = PowersReport(
        sender: MonitorID(sender)!,
        entries: [
            .statement(
                cache,
                PowerStatement(.pause, version, isOn: true, reason: "new cables", remaining: .milliseconds(90_500), isEstimate: true)),
            .statement(
                cache, PowerStatement(.maintenance(Endpoint(host: "::1", port: 6380)), version, isOn: true, reason: "")),
            .statement(cache, PowerStatement(.replica(Endpoint(host: "10.0.0.3", port: 6379)), version, isOn: true)),
            .statement(cache, PowerStatement(.monitor(MonitorID(sender)!), version, isOn: false)),
            .ordered(cache, Epoch(12)),
        ])

    static let words =
        [sender] + ["pause", "my cache", "7", author, "1", "90500", "1", "new cables"]
        + ["maintenance", "my cache", "7", author, "1", "::1", "6380", ""] + ["replica", "my cache", "7", author, "1", "10.0.0.3", "6379"]
        + ["monitor", "my cache", "7", author, "0", sender] + ["ordered", "my cache", "12"]

    @Test("each kind of entry is these words, and is read back from them")
    func form() throws {
        #expect(PowersText.words(of: Self.report) == Self.words)
        #expect(try PowersText.report(from: Self.words) == Self.report)
        #expect(try PowersText.report(from: [Self.sender]).entries.isEmpty)
        #expect(
            RequestEncoding.commands(for: .tellPowers(Self.report), names: CommandNames(["sentinel": "x"]))
                == [["x", "powers"] + Self.words])
        #expect(try QuestionParsing.powers(Self.words) == .takePowers(Self.report))
    }

    @Test("the answer is OK, an error is told as one")
    func answers() {
        #expect(ReplyDecoding.reply(to: .tellPowers(Self.report), from: [.simple("OK")]) == .accepted)
        #expect(
            ReplyDecoding.reply(to: .tellPowers(Self.report), from: [.error("ERR Unknown")]) == .refused(code: "ERR", text: "ERR Unknown"))
    }

    @Test(
        "a word that cannot be makes the whole report unreadable, and it is said which it is",
        arguments: [
            (0, "short", "word 1 is 'short' and should be a sentinel's id"), (1, "Pause", "word 2 is 'Pause' and should be an order"),
            (2, "", "word 3 is '' and should be a group's name"), (3, "-1", "word 4 is '-1' and should be a counter"),
            (3, "13835058055282163713", "word 4 is '13835058055282163713' and should be a counter"), (3, "+1", "counter"),
            (4, "somebody", "sentinel's id"), (5, "yes", "word 6 is 'yes' and should be 0 or 1"),
            (6, "604800001", "should be milliseconds, up to those of 7 days"), (6, "18446744073709551615", "milliseconds"),
            (7, "2", "0 or 1"), (8, String(repeating: "x", count: 201), "a reason of 200 bytes at most"), (8, "a\nb", "a reason"),
            (14, "", "a host"), (14, "a\tb", "a host"), (15, "0", "a port"), (15, "65536", "a port"), (15, "x", "a port"),
        ])
    func refused(index: Int, word: String, expected: String) {
        var words = Self.words
        words[index] = word
        do {
            _ = try PowersText.report(from: words)
            Issue.record("taken")
        } catch {
            #expect(error.text.contains(expected))
        }
        #expect(throws: QuestionParsing.Failure.self) { try QuestionParsing.powers(words) }
    }

    @Test("a report that ends in the middle of an entry is none", arguments: 0..<words.count)
    func cutShort(count: Int) {
        let ends = [1, 9, 17, 24, 30]
        let report = try? PowersText.report(from: Array(Self.words.prefix(count)))
        #expect((report != nil) == ends.contains(count))
    }

    @Test("there is a bound to what is read at once")
    func bounded() throws {
        let entry = Array(Self.words.suffix(3))
        let most = [Self.sender] + Array(repeating: entry, count: PowersReport.mostEntries).flatMap(\.self)
        #expect(try PowersText.report(from: most).entries.count == PowersReport.mostEntries)
        #expect(throws: PowersText.Fault(text: "more than 500 orders in one message")) { try PowersText.report(from: most + entry) }
    }
}
