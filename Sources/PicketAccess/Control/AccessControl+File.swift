import OrderedCollections
import PicketRESP

/// What is wrong with a file of users: every problem, in the file's order.
package struct AccessFileError: Error, Sendable, Hashable {
    package struct Problem: Sendable, Hashable {
        /// Counted from 1.
        package let line: Int
        package let error: AccessRuleError
    }

    package let problems: [Problem]

    /// The answer to ACL LOAD, which changed nothing.
    ///
    /// - Parameter file: the file's path, as the user knows it.
    package func reply(file: String) -> RESPValue { .error("ERR \(message(file: file))") }

    /// `users.acl:2: Error in applying operation …`, one after the other.
    package func message(file: String) -> String {
        let problems = problems.map { "\(file):\($0.line): \($0.error.reason)." }
        return problems.joined(separator: " ") + " WARNING: ACL errors detected, no change to the previously active ACL rules was performed"
    }
}

extension AccessControl {
    /// The answer to ACL LOAD and ACL SAVE where no file of users is configured.
    package static let noFileConfigured = RESPValue.error(
        "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and "
            + "then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis "
            + "configuration.")

    /// Reads a file of users (`aclfile`): a line `user name rule …` for each, blank lines between them, and nothing else.
    ///
    /// A user that the file does not name is not there afterwards, except the default user, who is then as at the first start.
    package static func parse(aclFile text: ByteString, startsWithEveryChannel: Bool = false) -> Result<AccessControl, AccessFileError> {
        var control = AccessControl(startsWithEveryChannel: startsWithEveryChannel)
        var defined: OrderedSet<ByteString> = []
        var problems: [AccessFileError.Problem] = []
        for (position, line) in text.bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0d }
            let trimmed = line.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            let tokens = trimmed.split(separator: 0x20).map { ByteString(bytes: Array($0)) }
            guard let keyword = tokens.first else { continue }
            do throws(AccessRuleError) {
                guard keyword == "user" else { throw .noUser }
                try control.define(Array(tokens.dropFirst()), defined: &defined)
            } catch {
                problems.append(AccessFileError.Problem(line: position + 1, error: error))
            }
        }
        return problems.isEmpty ? .success(control) : .failure(AccessFileError(problems: problems))
    }

    /// Why a `user` line of a configuration cannot be followed.
    package struct DirectiveError: Error, Sendable, Hashable {
        /// Which of the lines, counted from 0.
        package let line: Int
        package let error: AccessRuleError

        package var message: String {
            switch error {
            case .rule(let rule, let problem): "Error in user declaration '\(rule.shown())': \(problem.reason)"
            case .duplicateUser(let name):
                "Error in user declaration '\(name.shown())': Duplicate user found. A user can only be defined once in config files"
            case .unmatchedParenthesis, .unusableName, .noUser: "Error in user declaration: \(error.reason)"
            }
        }
    }

    /// Makes the users of a configuration.
    ///
    /// - Parameters:
    ///   - requiredPassword: the value of `requirepass`. A line for the default user wins over it, wherever each stands.
    ///   - userLines: for each `user` line, the words behind `user`.
    package init(
        requiredPassword: ByteString?, userLines: [[ByteString]], startsWithEveryChannel: Bool = false
    ) throws(DirectiveError) {
        self.init(startsWithEveryChannel: startsWithEveryChannel)
        if let requiredPassword { requirePassword(requiredPassword) }
        var defined: OrderedSet<ByteString> = []
        for (position, tokens) in userLines.enumerated() {
            do {
                try define(tokens, defined: &defined)
            } catch {
                throw DirectiveError(line: position, error: error)
            }
        }
    }

    /// All users as lines of a file or a configuration, without line ends.
    package func lines() -> [ByteString] { users.map(\.line) }
}
