/// The lasting identity of one monitor: 40 characters, in practice hexadecimal digits (`sentinel myid`).
///
/// Kept as five words and not as a string: it is compared and copied with every event, and that must cost no reference counting.
package struct MonitorID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package static let length = 40

    /// Eight characters each, the first in the highest byte, so that the order of the words is the order of the text.
    private let words: (UInt64, UInt64, UInt64, UInt64, UInt64)

    /// Nil unless `text` is exactly 40 characters long, as Sentinel demands of an id.
    package init?(_ text: String) { self.init(text[...]) }

    package init?(_ text: Substring) {
        var bytes = text.utf8.makeIterator()
        func nextWord() -> UInt64? {
            var word: UInt64 = 0
            for _ in 0..<8 {
                guard let byte = bytes.next(), byte > 0x20, byte < 0x7f, byte != UInt8(ascii: ",") else { return nil }
                word = word << 8 | UInt64(byte)
            }
            return word
        }
        guard let first = nextWord(), let second = nextWord(), let third = nextWord(), let fourth = nextWord(), let fifth = nextWord(),
            bytes.next() == nil
        else { return nil }
        words = (first, second, third, fourth, fifth)
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
    package var description: String { text }

    /// The first eight characters, as they appear in the names of connections.
    package var short: String { String(decoding: Self.bytes(of: words.0), as: UTF8.self) }

    /// The characters of the text.
    var bytes: [UInt8] {
        Self.bytes(of: words.0) + Self.bytes(of: words.1) + Self.bytes(of: words.2) + Self.bytes(of: words.3) + Self.bytes(of: words.4)
    }

    /// The same without a list of them.
    func forEachByte(_ body: (UInt8) -> Void) {
        for word in [words.0, words.1, words.2, words.3, words.4] {
            var shift: UInt64 = 64
            while shift > 0 {
                shift -= 8
                body(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
    }

    private static func bytes(of word: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }

    package static func == (left: MonitorID, right: MonitorID) -> Bool { left.words == right.words }
    package static func < (left: MonitorID, right: MonitorID) -> Bool { left.words < right.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
        hasher.combine(words.4)
    }
}

extension MonitorID: Codable {
    private enum CodingKeys: CodingKey {
        case text
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let id = MonitorID(try container.decode(String.self, forKey: .text)) else {
            throw DecodingError.dataCorruptedError(forKey: .text, in: container, debugDescription: "not a monitor's id")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(text, forKey: .text)
    }
}
