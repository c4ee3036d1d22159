import PicketCore
import PicketWire
import Testing

@Suite("Reports of standings")
struct StandingTextTests {
    static let report = StandingReport(
        sender: HelloTextTests.sender, currentEpoch: Epoch(12),
        standings: [
            Standing(
                group: GroupName("cache"), primary: Endpoint(host: "10.0.0.1", port: 6379), configEpoch: Epoch(7), isDown: true,
                vote: Vote(epoch: Epoch(12), leader: HelloTextTests.sender), isLeading: true, isCandidate: true),
            Standing(
                group: GroupName("q"), primary: Endpoint(host: "::1", port: 6380), configEpoch: .zero, isDown: false,
                vote: Vote(epoch: Epoch(3), leader: nil), isLeading: false),
            Standing(
                group: GroupName("r"), primary: Endpoint(host: "db.example", port: 1), configEpoch: Epoch(1), isDown: false, vote: nil,
                isLeading: false),
        ])

    static let text =
        "0123456789abcdef0123456789abcdef01234567 12 cache 10.0.0.1 6379 7 1 12 0123456789abcdef0123456789abcdef01234567 1 1"
        + " q ::1 6380 0 0 3 * 0 0 r db.example 1 1 0 0 * 0 0"
    static let words = text.split(separator: " ").map(String.init)

    @Test("a report is the sender, its epoch, and nine words for each group")
    func words() {
        #expect(StandingText.words(of: Self.report) == Self.words)
        #expect(StandingText.report(from: Self.words) == Self.report)
    }

    @Test("a report of no group is two words")
    func empty() {
        let report = StandingReport(sender: HelloTextTests.sender, currentEpoch: .zero, standings: [])
        #expect(StandingText.words(of: report) == [HelloTextTests.sender.text, "0"])
        #expect(StandingText.report(from: StandingText.words(of: report)) == report)
    }

    @Test(
        "whatever is told is read as the same", arguments: [UInt64.min, 1, 1 << 40, .max],
        ["cache", "my cache", "späß", "*", "0"])
    func roundTrip(epoch: UInt64, name: String) {
        for isDown in [false, true] {
            for leader in [nil, HelloTextTests.sender] {
                let report = StandingReport(
                    sender: HelloTextTests.sender, currentEpoch: Epoch(epoch),
                    standings: [
                        Standing(
                            group: GroupName(name), primary: Endpoint(host: "fe80::1%eth0", port: 65535), configEpoch: Epoch(epoch),
                            isDown: isDown, vote: epoch == 0 ? nil : Vote(epoch: Epoch(epoch), leader: leader), isLeading: !isDown,
                            isCandidate: isDown)
                    ])
                #expect(StandingText.report(from: StandingText.words(of: report)) == report)
            }
        }
    }

    /// The report's words with one of them changed.
    private func changed(_ index: Int, to word: String) -> [String] {
        var words = Self.words
        words[index] = word
        return words
    }

    @Test(
        "a word that cannot be makes the whole report unreadable",
        arguments: [
            (0, "short"), (0, ""), (0, "0123456789ABCDEF0123456789abcdef0123456"), (1, ""), (1, "-1"), (1, "+1"), (1, "x"),
            (1, "18446744073709551616"), (2, ""), (3, ""), (4, "0"), (4, "65536"), (4, "x"), (4, ""), (4, "+6379"), (5, "-1"), (5, "x"),
            (6, "2"), (6, ""), (6, "yes"), (7, "x"), (8, ""), (8, "somebody"), (9, "-1"), (9, "true"), (10, "2"), (10, ""),
        ])
    func refused(index: Int, word: String) {
        #expect(StandingText.report(from: Self.words) != nil)
        #expect(StandingText.report(from: changed(index, to: word)) == nil)
    }

    @Test("half a group is no report", arguments: 0...10)
    func cutShort(count: Int) {
        let words = Array(Self.words.prefix(count))
        #expect((StandingText.report(from: words) != nil) == (count == 2))
    }

    @Test("there is a bound to what is read")
    func bounded() {
        let group = Array(Self.words[2..<11])
        let most = Array(Self.words.prefix(2)) + Array(repeating: group, count: StandingText.mostGroups).flatMap(\.self)
        #expect(StandingText.report(from: most)?.standings.count == StandingText.mostGroups)
        #expect(StandingText.report(from: most + group) == nil)
    }
}
