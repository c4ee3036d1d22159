import PicketConfig
import Testing

@Suite("The splitting of lines")
struct ConfigurationLineTests {
    private func words(_ text: String) -> [String]? {
        let line = ConfigurationLine(text)
        return line.unbalancedQuote == nil ? line.tokens.map { String(decoding: $0.bytes, as: UTF8.self) } : nil
    }

    @Test(
        "Blanks, quotes and escapes are read as Redis reads them",
        arguments: [
            ("  sentinel   monitor\ta b  ", ["sentinel", "monitor", "a", "b"]),
            (#"a "b c" 'd e'"#, ["a", "b c", "d e"]),
            (#""\n\r\t\b\a\\\"\x41\q""#, ["\n\r\t\u{8}\u{7}\\\"Aq"]),
            (#"'it\'s \n'"#, [#"it's \n"#]),
            (#"pa"ss wo"  x"#, ["pass wo", "x"]),
            (#"back\slash #no-comment"#, [#"back\slash"#, "#no-comment"]),
            (#""""#, [""]),
            (#""\xzz""#, ["xzz"]),
            ("crlf line\r", ["crlf", "line"]),
            ("# a comment \"", []),
            ("  # one too", []),
            ("", []),
        ])
    func splitting(text: String, expected: [String]) {
        #expect(words(text) == expected)
    }

    @Test(
        "A quote that is not closed properly is found where it opens",
        arguments: [
            (#"a "b"#, 2), (#"a "b"c"#, 2), (#"x 'y"#, 2), (#"ab"c"#, 2), (#"a "b\""#, 2),
        ])
    func unbalanced(text: String, offset: Int) {
        let line = ConfigurationLine(text)
        #expect(line.unbalancedQuote == offset)
        #expect(line.tokens.isEmpty)
    }

    @Test(
        "Only what needs quotes gets them",
        arguments: [
            ("plain", "plain"), ("späße", "späße"), ("#1", "#1"), ("", #""""#), ("two words", #""two words""#), (#"a"b"#, #""a\"b""#),
            (#"a\b"#, #""a\\b""#), ("a'b", #""a'b""#), ("a\n\t\r\u{7}\u{8}\u{1}", #""a\n\t\r\a\b\x01""#),
        ])
    func quoting(text: String, expected: String) {
        #expect(ConfigurationLine.quoted(text) == expected)
    }

    @Test("Every byte survives being written and read, alone and between others")
    func roundTrip() {
        for byte in UInt8.min...UInt8.max {
            for value in [[byte], [0x61, byte, 0x62], [0xc3, byte], [byte, byte]] {
                let text = ConfigurationLine.joined([Array("auth".utf8), value, Array("end".utf8)])
                let line = ConfigurationLine(text)
                #expect(line.tokens.map(\.bytes) == [Array("auth".utf8), value, Array("end".utf8)])
                #expect(!text.contains(0x0a))
                #expect(String(validating: text, as: UTF8.self) != nil)
            }
        }
    }

    @Test("A column counts characters, not bytes")
    func columns() {
        let line = ConfigurationLine("sentinel monitor späße 10.0.0.1")
        #expect(line.tokens.map { line.column(ofByteAt: $0.offset) } == [1, 10, 18, 24])
    }

    @Test("A value that is not UTF-8 has bytes, but no text")
    func bytes() {
        let token = ConfigurationLine(#"x "\xff\x00""#).tokens[1]
        #expect(token.bytes == [0xff, 0])
        #expect(token.text == nil)
    }
}
