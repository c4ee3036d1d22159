import PicketAccess
import PicketRESP
import Testing

/// Rules as ACL SETUSER takes them; a string's blanks part the arguments, so selectors are given in pieces.
@Suite struct AccessRuleTests {
    private static let a = "#ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    private static let b = "#3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"
    private static let plain = "#" + String(repeating: "a", count: 64)

    private static let shown: [(rules: String, line: String)] = [
        ("", "off resetchannels -@all"),
        ("on", "on resetchannels -@all"),
        ("ON NOPASS", "on nopass resetchannels -@all"),
        ("on >a <a", "on resetchannels -@all"),
        (">a >b >a", "off \(a) \(b) resetchannels -@all"),
        (plain, "off \(plain) resetchannels -@all"),
        ("\(plain) !\(plain.dropFirst())", "off resetchannels -@all"),
        ("nopass >a", "off \(a) resetchannels -@all"),
        (">a nopass", "off nopass resetchannels -@all"),
        ("nopass resetpass", "off resetchannels -@all"),
        (">", "off #e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 resetchannels -@all"),
        ("+@all", "off resetchannels +@all"),
        ("allcommands", "off resetchannels +@all"),
        ("+ping nocommands", "off resetchannels -@all"),
        ("+@all -@dangerous", "off resetchannels +@all -@dangerous"),
        ("+ping", "off resetchannels -@all +ping"),
        ("+@all -ping +ping", "off resetchannels +@all +ping"),
        ("+SENTINEL|MASTER", "off resetchannels -@all +sentinel|master"),
        ("+sentinel|primaries", "off resetchannels -@all +sentinel|masters"),
        ("+sentinel -sentinel|master +sentinel", "off resetchannels -@all +sentinel"),
        ("+sentinel|master -sentinel", "off resetchannels -@all -sentinel"),
        ("+sentinel|master -sentinel|master", "off resetchannels -@all -sentinel|master"),
        ("+@pubsub -publish", "off resetchannels -@all +@pubsub -publish"),
        ("+@pubsub +@admin -@PUBSUB", "off resetchannels -@all +@admin -@pubsub"),
        ("+@admin -@all", "off resetchannels -@all"),
        ("+ping|a +ping|b +PING|B +publish|Foo", "off resetchannels -@all +ping|a +ping|b +publish|Foo"),
        ("+ping|zz +ping", "off resetchannels -@all +ping"),
        ("~*", "off ~* resetchannels -@all"),
        ("~foo* ~bar ~bar", "off ~foo* ~bar resetchannels -@all"),
        ("~foo allkeys", "off ~* resetchannels -@all"),
        ("%R~a %W~b %RW~c %rw~d %R~c %WR~e", "off %R~a %W~b ~c ~d ~e resetchannels -@all"),
        ("%R~*", "off %R~* resetchannels -@all"),
        ("%RW~*", "off ~* resetchannels -@all"),
        ("%R~a %W~a", "off ~a resetchannels -@all"),
        ("~a resetkeys ~b", "off ~b resetchannels -@all"),
        ("~", "off ~ resetchannels -@all"),
        ("&foo &bar &foo", "off resetchannels &foo &bar -@all"),
        ("&foo allchannels", "off &* -@all"),
        ("&* resetchannels &x", "off resetchannels &x -@all"),
        ("on nopass +@all ~* &* reset", "off sanitize-payload resetchannels -@all"),
        ("skip-sanitize-payload", "off skip-sanitize-payload resetchannels -@all"),
        ("skip-sanitize-payload sanitize-payload", "off sanitize-payload resetchannels -@all"),
        ("(+ping ~a)", "off resetchannels -@all (~a resetchannels -@all +ping)"),
        ("(~a) (+@all &x)", "off resetchannels -@all (~a resetchannels -@all) (resetchannels &x +@all)"),
        ("( ~a )", "off resetchannels -@all (~a resetchannels -@all)"),
        ("(~a) clearselectors", "off resetchannels -@all"),
        ("()", "off resetchannels -@all (resetchannels -@all)"),
        ("~a)", "off ~a) resetchannels -@all"),
    ]

    @Test("rules make the user that ACL LIST shows", arguments: shown.indices)
    func shows(index: Int) throws {
        let row = Self.shown[index]
        var control = AccessControl()
        #expect(control.setUser(words("acl setuser u \(row.rules)")).reply == .simple("OK"), "\(row.rules)")
        #expect(control.user(named: "u")?.line.text == "user u \(row.line)", "\(row.rules)")
    }

    @Test("a user's line makes the same user again", arguments: shown.indices)
    func roundTrip(index: Int) throws {
        var control = AccessControl()
        _ = control.setUser(words("acl setuser u \(Self.shown[index].rules)"))
        let text = ByteString(bytes: Array(control.lines().map(\.bytes).joined(separator: [0x0a])))
        let again = try AccessControl.parse(aclFile: text).get()
        #expect(again.lines() == control.lines())
        #expect(again.user(named: "u")?.root.commands == control.user(named: "u")?.root.commands)
        #expect(again.defaultUser == control.defaultUser)
    }

    private static let everyKey =
        "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. "
        + "Try 'resetkeys' to start with an empty list of patterns"
    private static let everyChannel =
        "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. "
        + "Try 'resetchannels' to start with an empty list of channels"
    private static let unknown = "Unknown command or category name in ACL"
    private static let malformed = "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters"
    private static let missing = "The password you are trying to remove from the user does not exist"

    private static let refused: [(rules: [String], modifier: String, reason: String)] = [
        (["foo"], "foo", "Syntax error"), ([" "], " ", "Syntax error"), (["<a"], "<a", missing), (["foo\r\nb"], "foo  b", "Syntax error"),
        (["#" + String(repeating: "A", count: 64)], "#" + String(repeating: "A", count: 64), malformed), (["#abc"], "#abc", malformed),
        (["!abc"], "!abc", malformed), (["!" + String(plain.dropFirst())], "!" + String(plain.dropFirst()), missing),
        (["+@nosuch"], "+@nosuch", unknown), (["-@nosuch"], "-@nosuch", unknown), (["+get"], "+get", unknown),
        (["-nosuch"], "-nosuch", unknown),
        (["+sentinel|nosuch"], "+sentinel|nosuch", unknown), (["-sentinel|nosuch"], "-sentinel|nosuch", unknown),
        (["-ping|foo"], "-ping|foo", unknown), (["+ping|"], "+ping|", "Syntax error"), (["+nope|x"], "+nope|x", unknown),
        (["+ping|a|b"], "+ping|a|b", unknown), (["+"], "+", unknown), (["+@"], "+@", unknown), (["+|x"], "+|x", unknown),
        (["+sentinel|master|x"], "+sentinel|master|x", "Allowing first-arg of a subcommand is not supported"),
        (["-sentinel|nope|x"], "-sentinel|nope|x", unknown), (["+publish|a b"], "+publish|a b", "Syntax error"),
        (["allkeys", "~foo"], "~foo", everyKey), (["allkeys", "%R%W~x"], "%R%W~x", everyKey), (["%R%W~x"], "%R%W~x", "Syntax error"),
        (["%X~a"], "%X~a", "Syntax error"), (["%~a"], "%~a", "Syntax error"), (["%Rfoo"], "%Rfoo", "Syntax error"),
        (["%"], "%", "Syntax error"),
        (["~a b"], "~a b", "Syntax error"), (["~a\0b"], "~a", "Syntax error"), (["allchannels", "&foo"], "&foo", everyChannel),
        (["& b"], "& b", "Syntax error"), (["(on)"], "(on)", "Syntax error"), (["(+nosuch)"], "(+nosuch)", unknown),
        (["((~a))"], "((~a))", "Syntax error"), (["(>a)"], "(>a)", "Syntax error"), (["(~a) (~b)"], "(~a) (~b)", "Syntax error"),
        (["(reset)"], "(reset)", "Syntax error"), (["(~a))"], "(~a))", "Syntax error"),
        (["(~a", "+ping", "(~b)"], "(~a +ping (~b)", "Syntax error"),
        (["(&*", "&y)", "+zz"], "(&* &y)", everyChannel), (["+ping)"], "+ping)", unknown),
    ]

    @Test("a bad rule is told in the words of redis-sentinel, and nothing changes", arguments: refused.indices)
    func refuses(index: Int) {
        let row = Self.refused[index]
        var control = AccessControl()
        _ = control.setUser(words("acl setuser other on"))
        let before = control
        for user: ByteString in ["u", "other"] {
            let outcome = control.setUser(["acl", "setuser", user, "on", "nopass"] + row.rules.map { ByteString($0) } + ["off"])
            #expect(outcome.reply == .error("ERR Error in ACL SETUSER modifier '\(row.modifier)': \(row.reason)"))
            #expect(outcome.consequence == .none)
        }
        #expect(control == before)
    }

    @Test("an open parenthesis and a name with blanks have errors of their own")
    func otherErrors() {
        var control = AccessControl()
        #expect(
            control.setUser(["acl", "setuser", "u", "(", "~a", "+ping"]).reply
                == .error("ERR Unmatched parenthesis in acl selector starting at '('."))
        #expect(
            control.setUser(["acl", "setuser", "u", "( ~a"]).reply
                == .error("ERR Unmatched parenthesis in acl selector starting at '( ~a'."))
        for name: ByteString in ["a b", "a\0b", "a\tb", "a\nb"] {
            #expect(
                control.setUser(["acl", "setuser", name, "on"]).reply == .error("ERR Usernames can't contain spaces or null characters"))
        }
        #expect(control == AccessControl())
    }

    @Test("a new user may use every channel where that was configured, and again after reset")
    func channelsAtFirst() {
        var control = AccessControl(startsWithEveryChannel: true)
        _ = control.setUser(words("acl setuser u on"))
        #expect(control.user(named: "u")?.line == "user u on &* -@all")
        _ = control.setUser(words("acl setuser u resetchannels &a reset"))
        #expect(control.user(named: "u")?.line == "user u off sanitize-payload &* -@all")
    }
}
