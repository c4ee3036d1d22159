extension ConfigurationLine {
    /// The argument as it has to be written so that it is read back byte for byte: as it is where that will do, else in double quotes.
    ///
    /// Quoted are the empty argument and those with blanks, quotes, backslashes, control characters or bytes that are not UTF-8;
    /// the latter two kinds become `\xHH`, so that a line of ours is always one line of UTF-8 text.
    package static func quoted(_ argument: [UInt8]) -> [UInt8] {
        let isText = String(validating: argument, as: UTF8.self) != nil
        if !argument.isEmpty, isText, argument.allSatisfy({ !needsQuoting($0) }) { return argument }
        var result = [UInt8(ascii: "\"")]
        for byte in argument {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
            case 0x0a: result += Array(#"\n"#.utf8)
            case 0x0d: result += Array(#"\r"#.utf8)
            case 0x09: result += Array(#"\t"#.utf8)
            case 0x08: result += Array(#"\b"#.utf8)
            case 0x07: result += Array(#"\a"#.utf8)
            case 0..<0x20, 0x7f: result += escaped(byte)
            case 0x80... where !isText: result += escaped(byte)
            default: result.append(byte)
            }
        }
        return result + [UInt8(ascii: "\"")]
    }

    package static func quoted(_ argument: String) -> String {
        String(decoding: quoted(Array(argument.utf8)), as: UTF8.self)
    }

    /// A line of these arguments, quoted where needed.
    package static func joined(_ arguments: [[UInt8]]) -> [UInt8] {
        Array(arguments.map(quoted).joined(separator: [UInt8(ascii: " ")]))
    }

    package static func joined(_ arguments: [String]) -> String {
        arguments.map { quoted($0) }.joined(separator: " ")
    }

    private static func needsQuoting(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\")
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        Array(#"\x"#.utf8) + [Hexadecimal.digits[Int(byte >> 4)], Hexadecimal.digits[Int(byte & 15)]]
    }
}
