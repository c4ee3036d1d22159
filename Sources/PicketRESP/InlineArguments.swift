/// The arguments of a command typed as a plain line, as a person with `nc` or HAProxy's health check sends it.
///
/// Words are separated by blanks. `"…"` knows `\n \r \t \b \a`, `\xHH`, and a backslash before anything else means that byte;
/// `'…'` knows `\'` only. Quotes may begin within a word but must end with it.
enum InlineArguments {
    static func split(_ line: UnsafeRawBufferPointer) throws(RESPError) -> [ByteString] {
        var arguments: [ByteString] = []
        var cursor = 0
        while true {
            while cursor < line.count, isBlank(line[cursor]) { cursor += 1 }
            guard cursor < line.count else { return arguments }
            arguments.append(try word(in: line, at: &cursor))
        }
    }

    private static func word(in line: UnsafeRawBufferPointer, at cursor: inout Int) throws(RESPError) -> ByteString {
        var word: [UInt8] = []
        while cursor < line.count {
            let byte = line[cursor]
            cursor += 1
            switch byte {
            case UInt8(ascii: "\""):
                try doubleQuoted(in: line, at: &cursor, into: &word)
                try requireBlank(in: line, at: cursor)
                return ByteString(bytes: word)
            case UInt8(ascii: "'"):
                try singleQuoted(in: line, at: &cursor, into: &word)
                try requireBlank(in: line, at: cursor)
                return ByteString(bytes: word)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), .carriageReturn, .lineFeed:
                return ByteString(bytes: word)
            default:
                word.append(byte)
            }
        }
        return ByteString(bytes: word)
    }

    private static func doubleQuoted(
        in line: UnsafeRawBufferPointer, at cursor: inout Int, into word: inout [UInt8]
    ) throws(RESPError) {
        while cursor < line.count {
            let byte = line[cursor]
            cursor += 1
            switch byte {
            case UInt8(ascii: "\""):
                return
            case UInt8(ascii: "\\") where cursor < line.count:
                word.append(escaped(in: line, at: &cursor))
            default:
                word.append(byte)
            }
        }
        throw .unbalancedQuotes
    }

    private static func escaped(in line: UnsafeRawBufferPointer, at cursor: inout Int) -> UInt8 {
        let byte = line[cursor]
        cursor += 1
        switch byte {
        case UInt8(ascii: "n"): return .lineFeed
        case UInt8(ascii: "r"): return .carriageReturn
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "a"): return 0x07
        case UInt8(ascii: "x"):
            guard cursor + 1 < line.count, let high = hexDigit(line[cursor]), let low = hexDigit(line[cursor + 1]) else { return byte }
            cursor += 2
            return high << 4 | low
        default: return byte
        }
    }

    private static func singleQuoted(
        in line: UnsafeRawBufferPointer, at cursor: inout Int, into word: inout [UInt8]
    ) throws(RESPError) {
        let quote = UInt8(ascii: "'")
        while cursor < line.count {
            let byte = line[cursor]
            cursor += 1
            if byte == UInt8(ascii: "\\"), cursor < line.count, line[cursor] == quote {
                word.append(quote)
                cursor += 1
            } else if byte == quote {
                return
            } else {
                word.append(byte)
            }
        }
        throw .unbalancedQuotes
    }

    private static func requireBlank(in line: UnsafeRawBufferPointer, at cursor: Int) throws(RESPError) {
        guard cursor < line.count else { return }
        guard isBlank(line[cursor]) else { throw .unbalancedQuotes }
    }

    /// What C calls space. Vertical tab and form feed part words only where a word could begin.
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
