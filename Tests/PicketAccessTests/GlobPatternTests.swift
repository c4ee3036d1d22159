import PicketAccess
import PicketRESP
import Testing

@Suite struct GlobPatternTests {
    @Test("a pattern matches exactly what redis-server finds with it", arguments: CapturedMatches.table.split(separator: "\n"))
    func captured(line: Substring) throws {
        let parts = line.split(separator: " ")
        try #require(parts.count == 2)
        let expected = parts[1] == "-" ? [] : parts[1].split(separator: ",").compactMap { Int($0) }
        let pattern = GlobPattern(ByteString(String(parts[0])))
        let found = CapturedMatches.texts.indices.filter { pattern.matches(CapturedMatches.texts[$0]) }
        #expect(found == expected, "\(parts[0])")
    }

    @Test(
        "letter case counts unless told otherwise",
        arguments: [
            ("SENT*", "sentinel", true), ("s[A-E]nt*", "SENTINEL", true), ("[^S]*", "sentinel", false), (#"\S*"#, "sentinel", true),
            ("?ENTINEL", "sentinel", true), ("[x]*", "sentinel", false),
        ])
    func letterCase(pattern: String, text: String, isMatch: Bool) {
        #expect(GlobPattern(ByteString(pattern), ignoresCase: true).matches(text) == isMatch)
        #expect(!GlobPattern(ByteString("SENT*")).matches("sentinel"))
    }

    @Test("stars match nothing at all too")
    func emptyText() {
        #expect(GlobPattern("*").matches(""))
        #expect(GlobPattern("**").matches(""))
        #expect(GlobPattern("").matches(""))
        #expect(!GlobPattern("?").matches(""))
        #expect(!GlobPattern("").matches("a"))
        #expect(!GlobPattern("[^]").matches(""))
    }

    @Test("bytes that are no text are bytes")
    func bytes() {
        let text = ByteString(bytes: [0xff, 0x00, 0x80])
        #expect(GlobPattern("???").matches(text))
        #expect(GlobPattern(ByteString(bytes: [0x5b, 0xf0, 0x2d, 0xff, 0x5d, 0x2a])).matches(text))
        #expect(!GlobPattern(ByteString(bytes: [0x5b, 0x5e, 0xf0, 0x2d, 0xff, 0x5d, 0x2a])).matches(text))
    }

    @Test(
        "a hostile pattern is answered at once",
        arguments: [
            String(repeating: "a*", count: 2_000) + "b", String(repeating: "*a", count: 2_000) + "b",
            String(repeating: "*?", count: 500) + "b", String(repeating: "*[a-z]", count: 1_000) + "[b]",
            String(repeating: "*", count: 5_000) + "b", String(repeating: "[", count: 5_000),
        ])
    func hostile(pattern: String) {
        // With a retry for every star these would outlast the universe; the limit is far above what is needed.
        let elapsed = ContinuousClock().measure {
            #expect(!GlobPattern(ByteString(pattern)).matches(String(repeating: "a", count: 3_000)))
        }
        #expect(elapsed < .seconds(20))
    }
}
