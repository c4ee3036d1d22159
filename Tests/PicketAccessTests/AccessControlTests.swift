import PicketAccess
import PicketRESP
import Testing

@Suite struct AccessControlTests {
    private static let wrong = RESPValue.error("WRONGPASS invalid username-password pair or user is disabled.")

    private func control(_ users: String...) -> AccessControl {
        var control = AccessControl()
        for user in users {
            #expect(control.setUser(words("acl setuser " + user)).reply == .simple("OK"))
        }
        return control
    }

    private func answer(_ control: AccessControl, _ request: String) -> RESPValue {
        switch control.authenticate(words(request)) {
        case .success(let user): .bulk(user.name)
        case .failure(let refusal): refusal.reply
        }
    }

    // MARK: Authentication

    @Test("a password is taken only from an enabled user who has it")
    func passwords() {
        let control = control("u on >p >q", "d off >p", "n on nopass", "e on")
        #expect(answer(control, "auth u p") == .bulk("u"))
        #expect(answer(control, "auth u q") == .bulk("u"))
        #expect(answer(control, "auth n whatever") == .bulk("n"))
        #expect(answer(control, "auth default any") == .bulk("default"))
        for request in ["auth u P", "auth u pp", "auth d p", "auth e x", "auth nosuch p", "auth U p"] {
            #expect(answer(control, request) == Self.wrong, "\(request)")
        }
        #expect(control.authenticate(["auth", "e", ""]) == .failure(.wrongPassword))
        #expect(answer(control, "auth a b c") == .error("ERR syntax error"))
    }

    @Test("a password alone is the default user's, and a mistake where none is set")
    func legacy() {
        let noPassword = RESPValue.error(
            "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?")
        var control = AccessControl()
        #expect(control.admitsUnauthenticated)
        #expect(answer(control, "auth x") == noPassword)
        control.requirePassword("s3cret")
        #expect(!control.admitsUnauthenticated)
        #expect(answer(control, "auth s3cret") == .bulk("default"))
        #expect(answer(control, "auth x") == Self.wrong)
        #expect(control.defaultUser.isUnrestricted)
        control.requirePassword("")
        #expect(control.admitsUnauthenticated)
        #expect(answer(self.control("default off"), "auth x") == noPassword)
        #expect(!self.control("default off").admitsUnauthenticated)
        #expect(answer(self.control("default resetpass"), "auth x") == Self.wrong)
    }

    @Test("a password need not be text")
    func bytes() throws {
        let password = ByteString(bytes: [0xff, 0x00, 0x20])
        var control = AccessControl()
        try control.set("u", rules: ["on", ByteString(bytes: [0x3e] + password.bytes)])
        #expect(try control.authenticate(user: "u", password: password).get().name == "u")
        #expect(control.authenticate(user: "u", password: ByteString(bytes: [0xfe, 0x00, 0x20])) == .failure(.wrongPassword))
    }

    @Test("a hash is compared over all its digits")
    func hashes() throws {
        let hash = PasswordHash(ofPassword: "a".utf8)
        #expect(hash.text == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")
        #expect(hash.isSame(as: try #require(PasswordHash(digits: Array(hash.text.utf8)))))
        for position in [0, 31, 63] {
            var digits = hash.digits
            digits[position] = digits[position] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            #expect(!hash.isSame(as: try #require(PasswordHash(digits: digits))))
        }
    }

    // MARK: Commands

    @Test("users are listed in their names' order")
    func lists() throws {
        let control = control("zed on >a ~k", "alice off")
        #expect(
            try strings(control.userLines()) == [
                "user alice off resetchannels -@all", "user default on nopass ~* &* +@all",
                "user zed on #ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb ~k resetchannels -@all",
            ])
        #expect(try strings(control.userNames()) == ["alice", "default", "zed"])
    }

    @Test("a user is shown part by part")
    func description() {
        let control = control("s on >a ~k &c +ping (+publish &z ~q) (+@all) skip-sanitize-payload")
        let selectors: [RESPValue] = [
            .map([
                RESPPair("commands", .bulk("-@all +publish")), RESPPair("keys", .bulk("~q")), RESPPair("channels", .bulk("&z")),
            ]),
            .map([RESPPair("commands", .bulk("+@all")), RESPPair("keys", .bulk("")), RESPPair("channels", .bulk(""))]),
        ]
        #expect(
            control.userDescription(words("acl getuser s"))
                == .map([
                    RESPPair("flags", .set([.bulk("on"), .bulk("skip-sanitize-payload")])),
                    RESPPair("passwords", .array([.bulk("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")])),
                    RESPPair("commands", .bulk("-@all +ping")), RESPPair("keys", .bulk("~k")), RESPPair("channels", .bulk("&c")),
                    RESPPair("selectors", .array(selectors)),
                ]))
        #expect(control.userDescription(words("acl getuser nosuch")) == .null)
    }

    @Test("removing users counts those there were and names them, and the default user stops it all")
    func removal() {
        var control = control("a on", "b on")
        let generation = control.generation
        let refused = control.deleteUsers(words("acl deluser a nosuch default"))
        #expect(refused.reply == .error("ERR The 'default' user cannot be removed"))
        #expect(refused.consequence == .none)
        #expect(control.generation == generation)
        let outcome = control.deleteUsers(words("acl deluser a nosuch a"))
        #expect(outcome.reply == .integer(1))
        #expect(outcome.consequence == AccessConsequence(removed: ["a"], changed: []))
        #expect(control.user(named: "a") == nil)
        #expect(control.generation > generation)
    }

    @Test("changing a user says whom it concerns")
    func change() {
        var control = control("a on")
        let generation = control.generation
        #expect(control.setUser(words("acl setuser a off")).consequence == AccessConsequence(removed: [], changed: ["a"]))
        #expect(control.generation > generation)
        #expect(control.setUser(words("acl setuser default off")).consequence == AccessConsequence(removed: [], changed: ["default"]))
        #expect(control.defaultUser.isEnabled == false)
    }

    @Test(
        "a dry run tells what would happen",
        arguments: [
            ("u ping", RESPValue.simple("OK")), ("u ping x y z", .simple("OK")), ("u auth x y", .simple("OK")),
            ("u info", .bulk("User u has no permissions to run the 'info' command")),
            ("u sentinel masters", .bulk("User u has no permissions to run the 'sentinel|masters' command")),
            ("u subscribe foo1 bar", .simple("OK")),
            ("u subscribe foo1 baz", .bulk("User u has no permissions to access the 'baz' channel")),
            ("u psubscribe foo1*", .bulk("User u has no permissions to access the 'foo1*' channel")),
            ("u publish bar x", .bulk("User u has no permissions to run the 'publish' command")),
            ("nosuch ping", .error("ERR User 'nosuch' not found")), ("u nosuch", .error("ERR Command 'nosuch' not found")),
            ("u sentinel foo", .error("ERR Command 'sentinel' not found")),
            ("u sentinel|master x", .error("ERR Command 'sentinel|master' not found")),
            ("u sentinel", .error("ERR wrong number of arguments for 'sentinel' command")),
            ("u sentinel master", .error("ERR wrong number of arguments for 'sentinel|master' command")),
        ])
    func dryRun(request: String, reply: RESPValue) {
        let control = control("u on >p +ping +sentinel|master +publish|hi +subscribe +psubscribe &foo* &bar +acl|whoami ~k*")
        #expect(control.dryRun(words("acl dryrun " + request)) == reply)
    }

    @Test("categories are Redis', their members what is listed here")
    func categories() throws {
        #expect(
            try strings(AccessControl.categories(words("acl cat"))) == [
                "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo", "stream",
                "pubsub",
                "admin", "fast", "slow", "blocking", "dangerous", "connection", "transaction", "scripting",
            ])
        #expect(
            try Set(strings(AccessControl.categories(words("acl cat PubSub"))))
                == ["subscribe", "publish", "unsubscribe", "punsubscribe", "psubscribe"])
        #expect(AccessControl.categories(words("acl cat read")) == .array([]))
        #expect(AccessControl.categories(words("acl cat foo")) == .error("ERR Unknown category 'foo'"))
        #expect(AccessControl.categories(words("acl cat @admin")) == .error("ERR Unknown category '@admin'"))
        #expect(
            AccessControl.categories(words("acl cat a b"))
                == .error("ERR unknown subcommand or wrong number of arguments for 'cat'. Try ACL HELP."))
    }

    /// Counts, so that what is drawn is known.
    private struct Counting: RandomNumberGenerator {
        var state: UInt64 = 0
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            return state
        }
    }

    @Test(
        "a made-up password has a digit for every four bits",
        arguments: [("", 64), ("1", 1), ("4", 1), ("5", 2), ("12", 3), ("13", 4), ("4096", 1024)])
    func passwordLength(bits: String, digits: Int) throws {
        var source = Counting()
        guard case .bulk(let password) = AccessControl.generatedPassword(words("acl genpass \(bits)"), using: &source) else {
            throw Unexpected()
        }
        #expect(password.count == digits)
        #expect(password.text.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        guard case .bulk(let next) = AccessControl.generatedPassword(words("acl genpass"), using: &source) else { throw Unexpected() }
        #expect(next != password)
    }

    @Test("a password of no bits, of too many or of words is refused")
    func passwordErrors() {
        var source = Counting()
        let bounds = "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096"
        for (bits, message) in [
            ("0", bounds), ("4097", bounds), ("-1", bounds), ("x", "ERR value is not an integer or out of range"),
            ("+5", "ERR value is not an integer or out of range"),
            ("1 2", "ERR unknown subcommand or wrong number of arguments for 'genpass'. Try ACL HELP."),
        ] {
            #expect(AccessControl.generatedPassword(words("acl genpass \(bits)"), using: &source) == .error(message))
        }
    }
}
