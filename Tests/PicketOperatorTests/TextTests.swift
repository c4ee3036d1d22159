import Testing

@testable import PicketOperator

@Suite("Text for people and for programs")
struct TextTests {
    @Test("JSON escapes what it must, and what would paint a terminal")
    func json() {
        let document: Document = [
            "a\"b": .text("\u{1b}[31m\n\\ü\u{9b}"), "list": [], "object": .object([]), "n": .null, "d": .decimal(.infinity),
        ]
        #expect(document.jsonLine == #"{"a\"b":"\u001b[31m\n\\ü\u009b","list":[],"object":{},"n":null,"d":null}"#)
        #expect(document.json.hasPrefix("{\n  \"a\\\"b\": "))
    }

    @Test(
        "YAML quotes what would be taken for something else",
        arguments: [
            ("plain", "plain"), ("two words", "two words"), ("yes", "\"yes\""), ("No", "\"No\""), ("1", "\"1\""), ("", "\"\""),
            ("a: b", "\"a: b\""), ("-x", "\"-x\""),
            ("10.0.0.1:6379", "\"10.0.0.1:6379\""), ("a #b", "\"a #b\""), ("trailing ", "\"trailing \""), ("ü", "\"ü\""),
            ("null", "\"null\""), ("~", "\"~\""),
        ])
    func yaml(text: String, written: String) { #expect(Document.text(text).yaml == written) }

    @Test("YAML nests lists and objects")
    func yamlNesting() {
        let document: Document = ["a": [["b": 1, "c": [true, .null]], []], "d": .object([])]
        #expect(document.yaml == "a:\n  - b: 1\n    c:\n      - true\n      - null\n  - []\nd: {}")
    }

    @Test("a grid that must fit leaves out what matters least, then cuts prose")
    func fitting() {
        var grid = Grid([.init("NAME"), .init("LAG", isRight: true, expendability: 2), .init("NOTE", expendability: 1, isProse: true)])
        grid.append([.init("orders"), .init("1.5 KiB"), .init("a sentence that goes on for longer than any window is wide")])
        #expect(grid.lines(Page())[1].hasSuffix("wide"))
        #expect(grid.lines(Page(width: 45)) == ["NAME        LAG  NOTE", "orders  1.5 KiB  a sentence that goes on for…"])
        #expect(grid.lines(Page(width: 34)) == ["NAME    NOTE", "orders  a sentence that goes on f…"])
        #expect(grid.lines(Page(width: 4)) == ["NAME", "ord…"])
    }

    @Test("what a server said cannot end a line or paint")
    func controls() {
        var grid = Grid([.init("A")], hasTitles: false)
        grid.append([.init("x\n\u{1b}[2Jy\u{7f}")])
        #expect(grid.lines(Page()) == ["x  [2Jy "])
    }

    @Test("painted text is cut by what is seen of it, and no colour is left on")
    func clipping() {
        let painted = "\u{1b}[31mred and\u{1b}[0m plain"
        #expect(AnsiText.length(painted) == 13)
        #expect(AnsiText.clipped(painted, to: 13) == painted)
        #expect(AnsiText.clipped(painted, to: 5) == "\u{1b}[31mred …\u{1b}[0m")
        #expect(AnsiText.clipped("plain text", to: 5) == "plai…")
        #expect(AnsiText.clipped("plain", to: 0) == "")
    }

    @Test(
        "keys",
        arguments: [
            ("q", [FullScreen.Wish.quit]), ("\u{3}", [.quit]), ("\u{1b}[A\u{1b}[B", [.up, .down]), ("kj ", [.up, .down, .look]),
            ("\u{1b}[15~x", []),
        ])
    func keys(text: String, wishes: [FullScreen.Wish]) { #expect(FullScreen.wishes(in: Array(text.utf8)) == wishes) }

    @Test(
        "events in words",
        arguments: [
            ("+sdown", "master orders 10.0.0.1 6379", "holds the primary 10.0.0.1:6379 down"),
            ("+sdown", "slave 10.0.0.2:6379 10.0.0.2 6379 @ orders 10.0.0.1 6379", "holds the replica 10.0.0.2:6379 down"),
            ("+vote-for-leader", "aaaa 4", "votes for somebody in epoch 4"),
            ("+switch-master", "orders 10.0.0.1 6379 10.0.0.2 6380", "tells clients: the primary is 10.0.0.2:6380"),
            ("-failover-abort-not-elected", "master orders 10.0.0.1 6379", "gives up: not-elected"),
            ("+pause", "master orders 10.0.0.1 6379 1800 rack 4", "is paused for 30m: no automatic failover (rack 4)"),
            (
                "+maintenance", "slave 10.0.0.2:6379 10.0.0.2 6379 @ orders 10.0.0.1 6379 kernel",
                "has 10.0.0.2:6379 in maintenance (kernel)"
            ),
            ("+forget", "sentinel aaaa 10.0.0.12 26379 @ orders 10.0.0.1 6379", "has forgotten the monitor 10.0.0.12:26379"),
        ])
    func events(name: String, text: String, words: String) {
        let news = MonitorNews(monitor: Address(host: "h", port: 1), name: name, text: text, at: .now)
        #expect(EventWords.sentence(news) { _ in "somebody" } == words)
    }

    @Test("an event's group is known wherever it stands, and a broken one has none")
    func groups() {
        func group(_ name: String, _ text: String) -> String? {
            MonitorNews(monitor: Address(host: "h", port: 1), name: name, text: text, at: .now).group
        }
        #expect(group("+sdown", "master orders 10.0.0.1 6379") == "orders")
        #expect(group("+slave", "slave x 10.0.0.2 6379 @ orders 10.0.0.1 6379") == "orders")
        #expect(group("+switch-master", "orders a 1 b 2") == "orders")
        #expect(group("+tilt", "#tilt mode entered") == nil)
        #expect(group("+sdown", "slave") == nil)
        #expect(
            EventWords.sentence(MonitorNews(monitor: Address(host: "h", port: 1), name: "+never-heard", text: "", at: .now)) { _ in nil }
                == nil)
    }

    @Test("the statuses are what they always were")
    func statuses() { #expect(VerbStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7]) }
}
