import PicketRESP
import Testing

@testable import PicketAccess

@Suite struct AccessFileTests {
    @Test("a file of users is taken with blank lines, surrounding blanks and either line end")
    func good() throws {
        let control = try AccessControl.parse(
            aclFile: "\n  user a  on +@all  \r\n\nuser b on (~a +ping) &c\nuser default on >x ~* &* +@all"
        ).get()
        #expect(control.users.map(\.name) == ["a", "b", "default"])
        #expect(control.user(named: "b")?.line == "user b on resetchannels &c -@all (~a resetchannels -@all +ping)")
        #expect(!control.admitsUnauthenticated)
        #expect(try AccessControl.parse(aclFile: "").get() == AccessControl())
    }

    @Test("the default user of a file starts from nothing")
    func defaultUser() throws {
        let control = try AccessControl.parse(aclFile: "user default nopass\n").get()
        #expect(control.defaultUser.line == "user default off nopass resetchannels -@all")
    }

    @Test("every problem is told with its line")
    func bad() throws {
        let text: ByteString = "user a on\nuser b foo\n\nusr c\nuser\nuser a on\nuser d +nosuch\nUSER e\n# x\nuser f (~a\nuser t\t on\n"
        guard case .failure(let error) = AccessControl.parse(aclFile: text) else { throw Unexpected() }
        let expected: [AccessFileError.Problem] = [
            .init(line: 2, error: .rule("foo", .syntax)),
            .init(line: 4, error: .noUser),
            .init(line: 5, error: .noUser),
            .init(line: 6, error: .duplicateUser("a")),
            .init(line: 7, error: .rule("+nosuch", .unknownCommandOrCategory)),
            .init(line: 8, error: .noUser),
            .init(line: 9, error: .noUser),
            .init(line: 10, error: .unmatchedParenthesis("(~a")),
            .init(line: 11, error: .unusableName("t\t")),
        ]
        #expect(error.problems == expected)
        guard case .error(let message) = error.reply(file: "users.acl") else { throw Unexpected() }
        #expect(message.hasPrefix("ERR users.acl:2: Error in applying operation 'foo': Syntax error. users.acl:4: should start with user"))
        #expect(message.hasSuffix(" WARNING: ACL errors detected, no change to the previously active ACL rules was performed"))
    }

    @Test("a configuration's users are made in any order, and a line for the default user wins over requirepass")
    func configuration() throws {
        let control = try AccessControl(
            requiredPassword: "hello",
            userLines: [words("a on >b ~* +@all"), words("b on (~a +ping)"), ["c", "(~a +ping)"]])
        #expect(control.users.map(\.name) == ["a", "b", "c", "default"])
        #expect(!control.admitsUnauthenticated)
        #expect(control.user(named: "c")?.selectors.count == 1)
        let open = try AccessControl(requiredPassword: "hello", userLines: [words("default on nopass ~* &* +@all")])
        #expect(open.admitsUnauthenticated)
        #expect(try AccessControl(requiredPassword: "", userLines: []).admitsUnauthenticated)
        #expect(try AccessControl(requiredPassword: nil, userLines: []) == AccessControl())
    }

    @Test(
        "a bad line of a configuration is told",
        arguments: [
            ("a foo", "Error in user declaration 'foo': Syntax error"),
            ("a +nosuch", "Error in user declaration '+nosuch': Unknown command or category name in ACL"),
            ("first off", "Error in user declaration 'first': Duplicate user found. A user can only be defined once in config files"),
            ("a (~a", "Error in user declaration: Unmatched parenthesis in selector definition starting at '(~a'"),
            ("", "Error in user declaration: should start with user keyword followed by the username"),
        ])
    func badConfiguration(line: String, message: String) {
        #expect {
            try AccessControl(requiredPassword: nil, userLines: [words("first on"), words(line)])
        } throws: { error in
            guard let error = error as? AccessControl.DirectiveError else { return false }
            return error.line == 1 && error.message == message
        }
    }

    @Test("taking over other users tells who is gone and who is not the same")
    func replacement() throws {
        var control = try AccessControl.parse(aclFile: "user a on\nuser b on\nuser c on\n").get()
        let generation = control.generation
        let other = try AccessControl.parse(aclFile: "user b on\nuser c off\nuser d on\n").get()
        #expect(control.replaceUsers(with: other) == AccessConsequence(removed: ["a"], changed: ["c", "d"]))
        #expect(control.lines() == other.lines())
        #expect(control.generation > generation)
    }
}
