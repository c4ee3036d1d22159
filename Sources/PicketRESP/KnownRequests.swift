/// Requests that are asked so often that they are worth being recognised by their bytes: a few words, and one argument behind them.
///
/// Only the form in which libraries send requests is recognised, an array of bulk strings with its headers in their shortest form,
/// the words in any letter case.
package struct KnownRequests: Sendable {
    /// The bytes up to the last argument's length, eight at a time: an upper-case letter differs from its lower-case one in one bit.
    private struct Head {
        let words: [UInt64]
        /// Which bits do not count.
        let caseBits: [UInt64]
        let count: Int

        init(_ text: [UInt8]) {
            precondition(text.count >= 8, "too short to be compared")
            let isLetter = text.map { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
            func word(at offset: Int, _ byte: (Int) -> UInt8) -> UInt64 {
                (0..<8).reduce(0) { $0 | UInt64(byte(offset + $1)) << UInt64(8 * $1) }
            }
            let offsets = Self.offsets(text.count)
            words = offsets.map { word(at: $0) { isLetter[$0] ? text[$0] | 0x20 : text[$0] } }
            caseBits = offsets.map { word(at: $0) { isLetter[$0] ? 0x20 : 0 } }
            count = text.count
        }

        /// Where words begin; the last one overlaps the one before it.
        private static func offsets(_ count: Int) -> [Int] { Array(stride(from: 0, to: count - 8, by: 8)) + [count - 8] }

        /// Of at least `count` bytes.
        func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
            var offset = 0
            for index in words.indices {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: min(offset, count - 8), as: UInt64.self))
                guard word | caseBits[index] == words[index] else { return false }
                offset += 8
            }
            return true
        }
    }

    /// Digits of the last argument's length.
    private static let lengthDigits = 3

    private let heads: [Head]

    /// - Parameter requests: the words of each, without the last argument.
    package init(_ requests: [[String]]) {
        heads = requests.map { words in
            Head(Array("*\(words.count + 1)\r\n\(words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined())$".utf8))
        }
    }

    /// Which request the bytes begin with, its last argument, and how many bytes it takes; nil where it is none of them, or not whole.
    func match(_ bytes: UnsafeRawBufferPointer) -> (place: Int, argument: UnsafeRawBufferPointer, size: Int)? {
        for place in heads.indices {
            let head = heads[place].count
            // The shortest end is that of an empty argument.
            guard bytes.count >= head + 5, heads[place].begins(bytes) else { continue }
            var cursor = head
            var length = 0
            while bytes[cursor] != .carriageReturn {
                let digit = bytes[cursor] &- UInt8(ascii: "0")
                guard digit <= 9, cursor < head + Self.lengthDigits, cursor + 2 < bytes.count else { return nil }
                // No zero leads.
                guard cursor == head || length > 0 else { return nil }
                length = length * 10 + Int(digit)
                cursor += 1
            }
            guard cursor > head, bytes[cursor + 1] == .lineFeed, bytes.count - cursor - 4 >= length else { return nil }
            cursor += 2
            return (place, UnsafeRawBufferPointer(rebasing: bytes[cursor..<cursor + length]), cursor + length + 2)
        }
        return nil
    }
}
