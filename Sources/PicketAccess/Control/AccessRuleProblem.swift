import PicketRESP

/// What is wrong with one rule. The texts are Redis', to the letter.
package enum AccessRuleProblem: Error, Sendable, Hashable {
    case syntax
    case unknownCommandOrCategory
    case firstArgumentOfSubcommand
    case everyKeyAlready
    case everyChannelAlready
    case noSuchPassword
    case malformedHash

    package var reason: String {
        switch self {
        case .syntax:
            "Syntax error"
        case .unknownCommandOrCategory:
            "Unknown command or category name in ACL"
        case .firstArgumentOfSubcommand:
            "Allowing first-arg of a subcommand is not supported"
        case .everyKeyAlready:
            "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. "
                + "Try 'resetkeys' to start with an empty list of patterns"
        case .everyChannelAlready:
            "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. "
                + "Try 'resetchannels' to start with an empty list of channels"
        case .noSuchPassword:
            "The password you are trying to remove from the user does not exist"
        case .malformedHash:
            "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters"
        }
    }
}

/// Why a user could not be made or changed. Nothing was changed then.
package enum AccessRuleError: Error, Sendable, Hashable {
    case rule(ByteString, AccessRuleProblem)
    /// A selector's opening parenthesis, in the rule that is given, is never closed.
    case unmatchedParenthesis(ByteString)
    case unusableName(ByteString)
    case duplicateUser(ByteString)
    /// `user` without a name, or something else where `user` belongs.
    case noUser

    /// The answer to ACL SETUSER.
    package var reply: RESPValue {
        switch self {
        case .rule(let rule, let problem):
            .error("ERR Error in ACL SETUSER modifier '\(rule.shown())': \(problem.reason)")
        case .unmatchedParenthesis(let rule):
            .error("ERR Unmatched parenthesis in acl selector starting at '\(rule.shown())'.")
        case .unusableName:
            .error("ERR Usernames can't contain spaces or null characters")
        case .duplicateUser, .noUser:
            .error("ERR \(reason)")
        }
    }

    /// The same for a line of a file.
    package var reason: String {
        switch self {
        case .rule(let rule, let problem):
            "Error in applying operation '\(rule.shown())': \(problem.reason)"
        case .unmatchedParenthesis(let rule):
            "Unmatched parenthesis in selector definition starting at '\(rule.shown())'"
        case .unusableName(let name):
            "username '\(name.shown())' contains invalid characters"
        case .duplicateUser(let name):
            "Duplicate user '\(name.shown())' found. A user can only be defined once in config files"
        case .noUser:
            "should start with user keyword followed by the username"
        }
    }
}
