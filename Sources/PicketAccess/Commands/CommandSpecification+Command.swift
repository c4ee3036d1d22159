extension CommandSpecification {
    static let command = CommandSpecification(
        .command(.bare), "command", arity: -1, flags: [.loading, .stale], categories: .connection, since: "2.8.13", group: .server,
        summary: "Describes every command.", complexity: "O(N), N the commands", tips: ["nondeterministic_output_order"],
        subcommands: [
            about(.count, "count", arity: 2, summary: "Counts the commands."),
            about(
                .docs, "docs", arity: -2, since: "7.0.0", summary: "Explains the commands named, or all.",
                complexity: "O(N), N the commands named",
                arguments: [CommandArgument("command-name", optional: true, multiple: true)], tips: ["nondeterministic_output_order"]),
            about(
                .getkeys, "getkeys", arity: -4, summary: "Picks the keys out of a request.", complexity: "O(N), N its arguments",
                arguments: request),
            about(
                .getkeysandflags, "getkeysandflags", arity: -4, since: "7.0.0",
                summary: "Picks the keys out of a request and tells what happens to each.", complexity: "O(N), N its arguments",
                arguments: request),
            about(.help, "help", arity: 2, since: "5.0.0", summary: "Shows these lines."),
            about(
                .info, "info", arity: -2, summary: "Describes the commands named, or all.", complexity: "O(N), N the commands named",
                arguments: [CommandArgument("command-name", optional: true, multiple: true)], tips: ["nondeterministic_output_order"]),
            about(
                .list, "list", arity: -2, since: "7.0.0", summary: "Names the commands, or those of them that fit.",
                complexity: "O(N), N the commands",
                arguments: [
                    CommandArgument(
                        "filterby",
                        .oneOf([
                            CommandArgument("module-name", token: "MODULE"), CommandArgument("category", token: "ACLCAT"),
                            CommandArgument("pattern", .pattern, token: "PATTERN"),
                        ]), token: "FILTERBY", optional: true)
                ], tips: ["nondeterministic_output_order"]),
        ])

    private static let request = [CommandArgument("command"), CommandArgument("arg", optional: true, multiple: true)]

    private static func about(
        _ name: CommandName.Command, _ word: String, arity: Int, since: String = "2.8.13", summary: String, complexity: String = "O(1)",
        arguments: [CommandArgument] = [], tips: [String] = []
    ) -> CommandSpecification {
        CommandSpecification(
            .command(name), word, arity: arity, flags: [.loading, .stale], categories: .connection, since: since, group: .server,
            summary: summary, complexity: complexity, arguments: arguments, tips: tips)
    }
}
