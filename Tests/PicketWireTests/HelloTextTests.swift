import PicketCore
import PicketWire
import Testing

@Suite("Hellos")
struct HelloTextTests {
    static let sender = MonitorID("0123456789abcdef0123456789abcdef01234567")!

    static let hello = Hello(
        sender: sender, senderEndpoint: Endpoint(host: "10.0.0.9", port: 26379), currentEpoch: Epoch(12), group: GroupName("cache"),
        primary: Endpoint(host: "10.0.0.1", port: 6379), configEpoch: Epoch(7))
    static let text = "10.0.0.9,26379,0123456789abcdef0123456789abcdef01234567,12,cache,10.0.0.1,6379,7"

    @Test("a hello is the eight words that Sentinel sends")
    func encoded() {
        #expect(HelloText.encode(Self.hello) == Self.text)
        #expect(HelloText.decode(Self.text) == Self.hello)
    }

    @Test(
        "whatever is encoded is decoded to the same",
        arguments: [
            Endpoint(host: "::1", port: 1), Endpoint(host: "fe80::1%eth0", port: 65535), Endpoint(host: "db.example", port: 6379),
            Endpoint(host: "127.0.0.1", port: 26379),
        ],
        [UInt64.min, 1, 1 << 40, .max])
    func roundTrip(_ endpoint: Endpoint, _ epoch: UInt64) {
        var hello = Self.hello
        hello.senderEndpoint = endpoint
        hello.primary = endpoint
        hello.currentEpoch = Epoch(epoch)
        hello.configEpoch = Epoch(epoch)
        hello.group = GroupName("my group ü")
        #expect(HelloText.decode(HelloText.encode(hello)) == hello)
    }

    /// The golden text with one of its words replaced.
    private static func replacing(_ index: Int, _ word: String) -> String {
        var words = text.split(separator: ",").map(String.init)
        words[index] = word
        return words.joined(separator: ",")
    }

    @Test("with fewer or more than eight words it is no hello")
    func wordCount() {
        let words = Self.text.split(separator: ",")
        for count in 0..<8 { #expect(HelloText.decode(words.prefix(count).joined(separator: ",")) == nil) }
        #expect(HelloText.decode(Self.text + ",") == nil)
        #expect(HelloText.decode("," + Self.text) == nil)
        #expect(HelloText.decode(Self.text + ",8") == nil)
        #expect(HelloText.decode(Self.replacing(4, "my,cache")) == nil)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let index: Int
        let word: String
        var testDescription: String { "word \(index) is '\(word)'" }
    }

    @Test(
        "a word that cannot be makes it no hello",
        arguments: [
            Change(index: 0, word: ""), Change(index: 1, word: ""), Change(index: 1, word: "x"), Change(index: 1, word: "26379x"),
            Change(index: 1, word: "99999999999999999999"), Change(index: 2, word: ""), Change(index: 2, word: "0123456789abcdef"),
            Change(index: 2, word: "0123456789abcdef0123456789abcdef012345678"),
            Change(index: 2, word: "0123456789abcdef0123456789abcdef0123456 "),
            Change(index: 3, word: ""), Change(index: 3, word: "-1"), Change(index: 3, word: "1.5"),
            Change(index: 3, word: "18446744073709551616"),
            Change(index: 4, word: ""), Change(index: 5, word: ""), Change(index: 6, word: ""), Change(index: 6, word: "port"),
            Change(index: 7, word: ""), Change(index: 7, word: "-1"), Change(index: 7, word: "18446744073709551616"),
        ])
    func impossibleWords(_ change: Change) {
        #expect(HelloText.decode(Self.replacing(change.index, change.word)) == nil)
    }

    @Test("a hello of more than 1024 bytes is not looked at")
    func tooLong() {
        let room = 1024 - Self.replacing(4, "").utf8.count
        #expect(HelloText.decode(Self.replacing(4, String(repeating: "g", count: room)))?.group.text.count == room)
        #expect(HelloText.decode(Self.replacing(4, String(repeating: "g", count: room + 1))) == nil)
    }
}
