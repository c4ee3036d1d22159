import PicketRESP

extension UInt8 {
    /// Only A to Z change: names of commands, options and rules are ASCII, whatever the locale.
    var asciiLowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}

extension ByteString {
    /// Whether these bytes are `word`, in any letter case. `word` is lower-case ASCII.
    func isWord(_ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            zip(bytes, letters).allSatisfy { $0.asciiLowercased == $1 }
        }
    }

    func equalsIgnoringCase(_ other: ByteString) -> Bool {
        bytes.count == other.bytes.count && zip(bytes, other.bytes).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// What Redis would show of these bytes in an error: up to the first zero byte, on one line, `limit` bytes at most.
    func shown(limit: Int = .max) -> String {
        let visible = bytes.prefix { $0 != 0 }.prefix(limit)
        return String(decoding: visible.map { $0 == 0x0d || $0 == 0x0a ? 0x20 : $0 }, as: UTF8.self)
    }

    /// The bytes as a whole decimal number with an optional minus sign, the only spelling Redis takes for one; nil otherwise.
    var exactInteger: Int64? {
        guard let text = exactText, let number = Int64(text), String(number) == text else { return nil }
        return number
    }
}

extension ByteString {
    static func + (left: ByteString, right: ByteString) -> ByteString { ByteString(bytes: left.bytes + right.bytes) }

    /// The parts with one blank between any two; empty ones are left out.
    static func joined(_ parts: [ByteString]) -> ByteString {
        ByteString(bytes: Array(parts.lazy.filter { !$0.isEmpty }.map(\.bytes).joined(separator: [0x20])))
    }

    /// Orders by bytes, as Redis lists users.
    static func precedes(_ left: ByteString, _ right: ByteString) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
