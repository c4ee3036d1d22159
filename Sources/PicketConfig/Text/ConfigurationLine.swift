/// One argument of a configuration line, as bytes: a password may be anything, and `String` would repair what is not UTF-8.
package struct ConfigurationToken: Hashable, Sendable {
    package let bytes: [UInt8]
    /// Where it starts in its line, its opening quote included: 0 for the line's first byte.
    package let offset: Int

    /// The text, or nil where the bytes are not UTF-8.
    package var text: String? { String(validating: bytes, as: UTF8.self) }
    /// For comparing keywords, which Redis accepts in any letter case.
    var keyword: String { String(decoding: bytes, as: UTF8.self).lowercased() }
}

/// One line of a configuration file, split as Redis splits it.
///
/// Arguments are separated by blanks. `"…"` knows `\n \r \t \a \b \xHH`, and takes any other character after a backslash as it
/// is; `'…'` knows `\'` only. A quote may open inside a word, and what closes it must be followed by a blank or the line's end. A
/// line that starts with `#` is a comment; a `#` further on is an ordinary character.
package struct ConfigurationLine: Hashable, Sendable {
    /// The line as it stands, without its newline.
    package let bytes: [UInt8]
    /// Empty where the line is blank, a comment, or not readable.
    package let tokens: [ConfigurationToken]
    /// Offset of the quote that is never closed, or that is followed by neither a blank nor the end.
    package let unbalancedQuote: Int?

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var splitter = Splitter(bytes: bytes)
        (tokens, unbalancedQuote) = splitter.split()
    }

    package init(_ text: String) { self.init(Array(text.utf8)) }

    /// For display: what is not UTF-8 is repaired.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The column, from 1 and in characters, of the byte at `offset`.
    package func column(ofByteAt offset: Int) -> Int {
        String(decoding: bytes.prefix(offset), as: UTF8.self).count + 1
    }
}

private struct Splitter {
    let bytes: [UInt8]
    var position = 0

    mutating func split() -> ([ConfigurationToken], unbalancedQuote: Int?) {
        var tokens: [ConfigurationToken] = []
        skipBlanks()
        if position < bytes.count, bytes[position] == UInt8(ascii: "#") { return ([], nil) }
        while position < bytes.count {
            let start = position
            var value: [UInt8] = []
            while position < bytes.count, !Self.isBlank(bytes[position]) {
                switch bytes[position] {
                case UInt8(ascii: "\""), UInt8(ascii: "'"):
                    let opening = position
                    guard let quoted = takeQuoted() else { return ([], opening) }
                    value += quoted
                case let plain:
                    value.append(plain)
                    position += 1
                }
            }
            tokens.append(ConfigurationToken(bytes: value, offset: start))
            skipBlanks()
        }
        return (tokens, nil)
    }

    /// Nil where the quote is not closed properly.
    private mutating func takeQuoted() -> [UInt8]? {
        let quote = bytes[position]
        let isDouble = quote == UInt8(ascii: "\"")
        var value: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            if byte == quote {
                position += 1
                return position == bytes.count || Self.isBlank(bytes[position]) ? value : nil
            }
            if byte == UInt8(ascii: "\\"), position + 1 < bytes.count, isDouble || bytes[position + 1] == quote {
                value.append(takeEscape())
            } else {
                value.append(byte)
                position += 1
            }
        }
        return nil
    }

    private mutating func takeEscape() -> UInt8 {
        let escaped = bytes[position + 1]
        if escaped == UInt8(ascii: "x"), position + 3 < bytes.count,
            let high = Hexadecimal.value(of: bytes[position + 2]), let low = Hexadecimal.value(of: bytes[position + 3])
        {
            position += 4
            return high << 4 | low
        }
        position += 2
        switch escaped {
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "a"): return 0x07
        default: return escaped
        }
    }

    private mutating func skipBlanks() {
        while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
    }
}
