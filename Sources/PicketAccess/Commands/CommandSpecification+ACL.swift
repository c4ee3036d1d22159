extension CommandSpecification {
    static let acl = CommandSpecification(
        nil, "acl", arity: -2, since: "6.0.0", group: .server, summary: "Decides which user may do what.", complexity: nil,
        subcommands: [
            open(
                .cat, "cat", arity: -2, summary: "Lists the categories of commands, or the commands of one.",
                arguments: [CommandArgument("category", optional: true)]),
            guarded(
                .deluser, "deluser", arity: -3, summary: "Removes users and closes their connections.",
                complexity: "O(N), N the users named", arguments: [CommandArgument("username", multiple: true)]),
            guarded(
                .dryrun, "dryrun", arity: -4, since: "7.0.0", summary: "Tells whether a user might run a command, without running it.",
                arguments: [
                    CommandArgument("username"), CommandArgument("command"), CommandArgument("arg", optional: true, multiple: true),
                ]),
            open(
                .genpass, "genpass", arity: -2, summary: "Makes up a password of 256 bits, or of as many as wished.",
                arguments: [CommandArgument("bits", .integer, optional: true)]),
            guarded(
                .getuser, "getuser", arity: 3, summary: "Shows one user's rules, part by part.", complexity: "O(N), N the user's rules",
                arguments: [CommandArgument("username")]),
            CommandSpecification(
                .acl(.help), "help", arity: 2, flags: [.loading, .stale], since: "6.0.0", group: .server, summary: "Shows these lines."),
            guarded(.list, "list", arity: 2, summary: "Shows all users as lines of a configuration.", complexity: "O(N), N the users"),
            guarded(.load, "load", arity: 2, summary: "Reads the file of users again.", complexity: "O(N), N the users"),
            guarded(
                .log, "log", arity: -2, summary: "Shows what was refused lately, or forgets it.", complexity: "O(N), N the entries shown",
                arguments: [
                    CommandArgument("operation", .oneOf([CommandArgument("count", .integer), .word("RESET")]), optional: true)
                ]),
            guarded(.save, "save", arity: 2, summary: "Writes all users to their file.", complexity: "O(N), N the users"),
            guarded(
                .setuser, "setuser", arity: -3, summary: "Makes a user, or changes one, by rules.", complexity: "O(N), N the rules",
                arguments: [CommandArgument("username"), CommandArgument("rule", optional: true, multiple: true)]),
            guarded(.users, "users", arity: 2, summary: "Names all users.", complexity: "O(N), N the users"),
            open(.whoami, "whoami", arity: 2, summary: "Names the connection's user."),
        ])

    private static func open(
        _ name: CommandName.ACL, _ word: String, arity: Int, summary: String, arguments: [CommandArgument] = []
    ) -> CommandSpecification {
        CommandSpecification(
            .acl(name), word, arity: arity, flags: [.noScript, .loading, .stale], since: "6.0.0", group: .server, summary: summary,
            arguments: arguments)
    }

    private static func guarded(
        _ name: CommandName.ACL, _ word: String, arity: Int, since: String = "6.0.0", summary: String, complexity: String = "O(1)",
        arguments: [CommandArgument] = []
    ) -> CommandSpecification {
        CommandSpecification(
            .acl(name), word, arity: arity, flags: [.admin, .noScript, .loading, .stale], since: since, group: .server, summary: summary,
            complexity: complexity, arguments: arguments)
    }
}
