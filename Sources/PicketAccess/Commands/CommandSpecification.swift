/// What is known of one command or subcommand before anybody sends it.
///
/// Arity, flags, categories, versions and arguments are those of Redis 7.2; the words are ours.
package struct CommandSpecification: Sendable {
    package enum Group: String, Sendable {
        case connection, server, pubsub, sentinel
    }

    /// What COMMAND DOCS tells of a command that should not be used any more.
    package struct Deprecation: Sendable {
        package let since: String
        package let replacement: String
    }

    /// Nil for what only holds subcommands.
    package let name: CommandName?
    /// The last word of the name, in lower case: `masters`.
    package let word: String
    /// How many arguments there must be, the command's own words included; at least so many if negative.
    package let arity: Int
    package let flags: CommandFlags
    package let categories: CommandCategories
    package let since: String
    package let group: Group
    package let summary: String
    package let complexity: String?
    package let arguments: [CommandArgument]
    /// Hints for those who spread commands over many servers.
    package let tips: [String]
    package let deprecation: Deprecation?
    /// False for what we accept and redis-sentinel does not: it works and answers to its name, but no list shows it, so that
    /// whoever counts commands or compares lists finds a sentinel.
    package let isListed: Bool
    /// False for what is nobody's to type: HELP does not name it.
    package let isExplained: Bool
    /// The sibling that this is another spelling of. Both are one command to every rule.
    package let aliasOf: String?
    package let subcommands: [CommandSpecification]

    init(
        _ name: CommandName?, _ word: String, arity: Int, flags: CommandFlags = [], categories: CommandCategories = [],
        since: String, group: Group, summary: String, complexity: String? = "O(1)", arguments: [CommandArgument] = [],
        tips: [String] = [], deprecation: Deprecation? = nil, listed: Bool = true, explained: Bool = true,
        aliasOf: String? = nil,
        subcommands: [CommandSpecification] = []
    ) {
        self.name = name
        self.word = word
        self.arity = arity
        self.flags = flags
        self.categories = categories.union(CommandCategories(impliedBy: flags))
        self.since = since
        self.group = group
        self.summary = summary
        self.complexity = complexity
        self.arguments = arguments
        self.tips = tips
        self.deprecation = deprecation
        isListed = listed
        isExplained = explained
        self.aliasOf = aliasOf
        self.subcommands = subcommands
    }

    /// Whether a request of so many arguments, its own words included, can be meant.
    package func accepts(argumentCount: Int) -> Bool {
        arity >= 0 ? argumentCount == arity : argumentCount >= -arity
    }
}
