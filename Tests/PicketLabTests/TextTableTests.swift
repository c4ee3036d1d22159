import PicketLab
import Testing

@Suite("Tables")
struct TextTableTests {
    private static func table() -> TextTable {
        var table = TextTable([.init("fault"), .init("ms", .right), .init("what|why")])
        table.append(["kill", "43", "a|b"])
        table.append(["freeze", "1,044"])
        return table
    }

    @Test("for a terminal: columns are aligned, and no line ends in blanks")
    func text() {
        #expect(
            Self.table().text == """
                fault      ms  what|why
                ──────  ─────  ────────
                kill       43  a|b
                freeze  1,044

                """)
    }

    @Test("as Markdown: aligned, with bars in cells escaped")
    func markdown() {
        #expect(
            Self.table().markdown == #"""
                | fault  |    ms | what\|why |
                | ------ | ----: | --------- |
                | kill   |    43 | a\|b      |
                | freeze | 1,044 |           |

                """#)
    }
}
