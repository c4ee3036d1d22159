import PicketRESP
import Testing

@Suite("Inline commands")
struct InlineArgumentTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let line: String
        /// nil: refused.
        let arguments: [ByteString]?
        var testDescription: String { String(reflecting: line) }

        init(_ line: String, _ arguments: [ByteString]?) {
            self.line = line
            self.arguments = arguments
        }
    }

    @Test(
        "words, blanks and quotes mean what they mean to Redis",
        arguments: [
            Row("PING", ["PING"]),
            Row("  PING \t hello  ", ["PING", "hello"]),
            Row(#"a "b c" d"#, ["a", "b c", "d"]),
            Row(#""" '' x"#, ["", "", "x"]),
            Row(#""\n\r\t\b\a\\\"\q""#, ["\n\r\t\u{8}\u{7}\\\"q"]),
            Row(#""\x41\x6a\xfF""#, [ByteString(bytes: [0x41, 0x6a, 0xff])]),
            Row(#""\xg1\x4""#, ["xg1x4"]),
            Row(#"'a\'b\n"c'"#, [#"a'b\n"c"#]),
            Row(#"\n\x41"#, [#"\n\x41"#]),
            Row(#"foo"bar baz" x"#, ["foobar baz", "x"]),
            Row(#"foo'bar' x"#, ["foobar", "x"]),
            Row("a\u{b}b \u{c}c", ["a\u{b}b", "c"]),
            Row("'a'\u{b}b", ["a", "b"]),
            Row("a\rb", ["a", "b"]),
            Row("a b\0c", ["a", "b\0c"]),
            Row("łódź \"żółw\"", ["łódź", "żółw"]),
            Row(#"""#, nil),
            Row(#"a "b"#, nil),
            Row(#"a 'b"#, nil),
            Row(#""a"b"#, nil),
            Row(#"'a'b"#, nil),
            Row(#""a""b""#, nil),
            Row(#"foo"bar"baz"#, nil),
            Row(#""a\"#, nil),
            Row(#""a\""#, nil),
            Row(#"'a\'"#, nil),
            Row(#"'a\\'"#, nil),
            Row(#"'a\\ '"#, [#"a\\ "#]),
            Row(#""a\x4"#, nil),
        ])
    func table(_ row: Row) {
        for end in ["\n", "\r\n"] {
            let reading = readRequests(row.line + end)
            if let arguments = row.arguments {
                #expect(reading == Reading(values: [arguments]))
            } else {
                #expect(reading == Reading(values: [], error: .unbalancedQuotes))
            }
        }
    }

    @Test("any bytes survive being written as escapes")
    func escapes() {
        let all = Array(UInt8.min...UInt8.max)
        let line = "x \"" + all.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\"\r\n"
        #expect(readRequests(line).values == [["x", ByteString(bytes: all)]])
    }
}
