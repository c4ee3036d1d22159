import PicketAccess
import PicketRESP
import Testing

@Suite struct AccessPermissionTests {
    private func user(_ rules: String) throws -> AccessUser {
        var user = AccessUser(name: "u")
        try user.apply(words(rules))
        return user
    }

    private func decision(_ user: AccessUser, _ request: String) throws -> AccessDecision {
        let arguments = words(request)
        return user.permits(try CommandTable.resolve(arguments).get(), arguments: arguments)
    }

    @Test(
        "a request is permitted as the rules say, the later over the earlier",
        arguments: [
            ("+ping", "ping", true), ("+ping", "info", false), ("", "ping", false), ("+@all", "sentinel masters", true),
            ("+@all -@dangerous", "sentinel masters", false), ("+@all -@dangerous", "sentinel help", true),
            ("+@all -@dangerous", "info", false), ("+@all -@dangerous +sentinel|masters", "sentinel masters", true),
            ("+sentinel", "sentinel masters", true), ("+sentinel -sentinel|masters", "sentinel masters", false),
            ("+sentinel -sentinel|masters", "sentinel primaries", false), ("+sentinel|masters", "sentinel primaries", true),
            ("+sentinel|primary", "sentinel master x", true), ("+@all -sentinel|primaries", "sentinel masters", false),
            ("+sentinel|slaves", "sentinel replicas x", false), ("-@all +@connection", "client id", true),
            ("+@connection", "command", true), ("+command|count", "command", false), ("+command|count", "command count", true),
            ("+command -command|count", "command count", false), ("+command -command|count", "command", true),
            ("+@fast", "reset", true), ("+@read", "ping", false), ("+@pubsub", "pubsub numpat", true), ("+ping +@all -@all", "ping", false),
            ("+ping|a", "ping", false), ("+ping|a", "ping A", true), ("+ping|a", "ping b", false),
            ("+ping|a -@connection", "ping a", false),
            ("+ping|a -ping", "ping a", false), ("(+ping)", "ping", true), ("+info (+ping) (+role)", "role", true),
            ("-@all", "auth x", true), ("-@all", "hello 3", true), ("-@all", "quit", true), ("off +ping", "ping", true),
        ])
    func commands(rules: String, request: String, isPermitted: Bool) throws {
        let expected: AccessDecision =
            isPermitted ? .permitted : .refused(.command(try CommandTable.resolve(words(request)).get().fullName))
        #expect(try decision(user(rules), request) == expected)
    }

    @Test(
        "channels are granted by pattern, patterns only as they stand",
        arguments: [
            ("&foo* &bar", "subscribe foo1 bar", nil), ("&foo* &bar", "subscribe foo1 baz", "baz"), ("", "subscribe a", "a"),
            ("&foo* &bar", "psubscribe foo*", nil), ("&foo* &bar", "psubscribe bar", nil), ("&foo* &bar", "psubscribe foo1*", "foo1*"),
            ("&foo*", "psubscribe *", "*"), ("&*", "psubscribe *", nil), ("allchannels", "subscribe x", nil),
            ("&__sentinel__:hello", "publish __sentinel__:hello x", nil), ("&a", "publish b a", "b"), ("&a", "publish a b", nil),
            ("&[-+]sdown", "subscribe +sdown -sdown", nil), ("", "unsubscribe a", nil), ("", "punsubscribe", nil),
            ("", "pubsub channels", nil), ("(+@all &a)", "subscribe a", nil), ("(+@all &a) (+@all &b)", "subscribe a b", "a"),
            ("(&a)", "subscribe a", "a"), ("(+@all &a) (+@all &a &b)", "subscribe a b", nil),
        ])
    func channels(rules: String, request: String, refused: String?) throws {
        let expected: AccessDecision = refused.map { .refused(.channel(ByteString($0))) } ?? .permitted
        #expect(try decision(user("+@all resetchannels \(rules)"), request) == expected)
    }

    @Test("a channel is what is told of when the command alone would do")
    func precedence() throws {
        #expect(try decision(user("+info (+subscribe &a)"), "subscribe b") == .refused(.channel("b")))
        #expect(try decision(user("+subscribe (+info &b)"), "subscribe b") == .refused(.channel("b")))
        #expect(try decision(user("(+info &b) +role"), "subscribe b") == .refused(.command("subscribe")))
    }

    @Test("who may do everything is known to, and nobody else")
    func unrestricted() throws {
        #expect(AccessControl().defaultUser.isUnrestricted)
        #expect(try user("+@all &*").isUnrestricted)
        for rules in [
            "+@all", "&* +@all -ping", "&* +ping", "(+@all &*)", "+@all &* reset", "+@all &* resetchannels", "+@all &* -sentinel|primary",
        ] {
            #expect(try !user(rules).isUnrestricted, "\(rules)")
        }
    }

    @Test("naming every category but no command by itself comes to everything that a category holds")
    func categories() throws {
        let rules = CommandCategory.allCases.map { "+@\($0.rawValue)" }.joined(separator: " ")
        #expect(try user("&* \(rules)").isUnrestricted)
    }

    @Test("the texts are those of 7.2")
    func texts() {
        #expect(
            AccessRefusal.command("sentinel|masters").reply(user: "u")
                == .error("NOPERM User u has no permissions to run the 'sentinel|masters' command"))
        #expect(AccessRefusal.channel("c").reply(user: "u") == .error("NOPERM No permissions to access a channel"))
        #expect(AccessRefusal.channel("c").explanation(user: "u") == "User u has no permissions to access the 'c' channel")
    }

    @Test("a subscription is kept as long as its channel is granted, whatever else is")
    func subscriptions() throws {
        let user = try user("off -@all &a* (&b)")
        #expect(user.permits(subscription: "a1", isPattern: false))
        #expect(user.permits(subscription: "a*", isPattern: true))
        #expect(user.permits(subscription: "b", isPattern: false))
        #expect(!user.permits(subscription: "a1", isPattern: true))
        #expect(!user.permits(subscription: "c", isPattern: false))
    }
}
