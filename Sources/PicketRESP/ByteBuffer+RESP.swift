import NIOCore

extension ByteBuffer {
    /// Appends a value. What RESP2 has no type for becomes what Redis sends its RESP2 clients instead.
    package mutating func writeRESP(_ value: RESPValue, version: RESPVersion) {
        switch value {
        case .simple(let text): writeLine("+", text)
        case .error(let text): writeLine("-", text)
        case .integer(let number): writeHeader(":", number)
        case .bulk(let text): writeBulk(text)
        case .verbatim(let text): writeVerbatim(text, version: version)
        case .null: writeStaticString(version == .two ? "$-1\r\n" : "_\r\n")
        case .nullArray: writeStaticString(version == .two ? "*-1\r\n" : "_\r\n")
        case .array(let values): writeElements("*", values, version: version)
        case .set(let values): writeElements(version == .two ? "*" : "~", values, version: version)
        case .push(let values): writeElements(version == .two ? "*" : ">", values, version: version)
        case .map(let pairs): writeMap(pairs, version: version)
        case .boolean(let isTrue): writeBoolean(isTrue, version: version)
        case .double(let number): writeDouble(number, version: version)
        }
    }

    /// Appends a request of these arguments, without building a value first. Arguments may hold any bytes.
    package mutating func writeCommand(_ arguments: some Collection<ByteString>) {
        writeHeader("*", Int64(arguments.count))
        for argument in arguments { writeBulk(argument) }
    }

    /// Appends a request of these arguments, in UTF-8, without building a value first.
    package mutating func writeCommand(_ arguments: some Collection<String>) {
        writeHeader("*", Int64(arguments.count))
        for argument in arguments { writeBulk(argument) }
    }

    private mutating func writeBulk(_ text: ByteString) {
        writeHeader("$", Int64(text.count))
        writeBytes(text.bytes)
        writeLineEnd()
    }

    private mutating func writeBulk(_ text: String) {
        writeHeader("$", Int64(text.utf8.count))
        writeString(text)
        writeLineEnd()
    }

    private mutating func writeLine(_ type: Unicode.Scalar, _ text: String) {
        writeInteger(UInt8(ascii: type))
        if text.utf8.contains(where: { $0 == .carriageReturn || $0 == .lineFeed }) {
            // A line end within would let whoever chose the text forge the replies that follow.
            writeBytes(text.utf8.map { $0 == .carriageReturn || $0 == .lineFeed ? UInt8(ascii: " ") : $0 })
        } else {
            writeString(text)
        }
        writeLineEnd()
    }

    private mutating func writeElements(_ type: Unicode.Scalar, _ values: [RESPValue], version: RESPVersion) {
        writeHeader(type, Int64(values.count))
        for value in values { writeRESP(value, version: version) }
    }

    private mutating func writeMap(_ pairs: [RESPPair], version: RESPVersion) {
        switch version {
        case .two: writeHeader("*", Int64(pairs.count * 2))
        case .three: writeHeader("%", Int64(pairs.count))
        }
        for pair in pairs {
            writeRESP(pair.key, version: version)
            writeRESP(pair.value, version: version)
        }
    }

    private mutating func writeVerbatim(_ text: String, version: RESPVersion) {
        guard version == .three else { return writeBulk(text) }
        writeHeader("=", Int64(text.utf8.count + 4))
        writeStaticString("txt:")
        writeString(text)
        writeLineEnd()
    }

    private mutating func writeBoolean(_ isTrue: Bool, version: RESPVersion) {
        switch version {
        case .two: writeHeader(":", isTrue ? 1 : 0)
        case .three: writeStaticString(isTrue ? "#t\r\n" : "#f\r\n")
        }
    }

    private mutating func writeDouble(_ number: Double, version: RESPVersion) {
        // Swift writes the sign of a NaN and ".0" after whole numbers, Redis neither.
        var text = number.isNaN ? "nan" : number.description
        if text.hasSuffix(".0") { text.removeLast(2) }
        switch version {
        case .two:
            writeBulk(text)
        case .three:
            writeInteger(UInt8(ascii: ","))
            writeString(text)
            writeLineEnd()
        }
    }

    private mutating func writeLineEnd() {
        writeInteger(0x0d0a as UInt16)
    }

    /// The type byte, a number and the line end, in one go and without a `String`: every reply has one, most have several.
    private mutating func writeHeader(_ type: Unicode.Scalar, _ number: Int64) {
        // A minus and 19 digits at most.
        writeWithUnsafeMutableBytes(minimumWritableBytes: 23) { bytes in
            let magnitude = number.magnitude
            var digits = 1
            var bound: UInt64 = 10
            while magnitude >= bound && digits < 19 {
                bound *= 10
                digits += 1
            }
            bytes[0] = UInt8(ascii: type)
            bytes[1] = UInt8(ascii: "-")
            let end = (number < 0 ? 2 : 1) + digits
            var rest = magnitude
            for index in stride(from: end - 1, through: end - digits, by: -1) {
                bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            bytes[end] = .carriageReturn
            bytes[end + 1] = .lineFeed
            return end + 2
        }
    }
}
