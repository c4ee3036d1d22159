extension CommandSpecification {
    /// What concerns a connection as a whole, and the process behind it.
    static let connection: [CommandSpecification] = [
        CommandSpecification(
            .auth, "auth", arity: -2, flags: [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy], categories: .connection,
            since: "1.0.0", group: .connection, summary: "Proves who the client is.",
            complexity: "O(N), N the user's passwords",
            arguments: [CommandArgument("username", since: "6.0.0", optional: true), CommandArgument("password")]),
        CommandSpecification(
            .hello, "hello", arity: -1, flags: [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy], categories: .connection,
            since: "6.0.0", group: .connection, summary: "Agrees on the protocol and tells who answers.",
            arguments: [
                CommandArgument(
                    "arguments",
                    .block([
                        CommandArgument("protover", .integer),
                        CommandArgument(
                            "auth", .block([CommandArgument("username"), CommandArgument("password")]), token: "AUTH", optional: true),
                        CommandArgument("clientname", token: "SETNAME", optional: true),
                    ]), optional: true)
            ]),
        CommandSpecification(
            .info, "info", arity: -1, flags: [.loading, .stale], categories: .dangerous, since: "1.0.0", group: .server,
            summary: "Shows the state of the process and of what it watches.",
            arguments: [CommandArgument("section", optional: true, multiple: true)],
            tips: ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"]),
        CommandSpecification(
            .ping, "ping", arity: -1, flags: .fast, categories: .connection, since: "1.0.0", group: .connection,
            summary: "Asks for a sign of life.", arguments: [CommandArgument("message", optional: true)],
            tips: ["request_policy:all_shards", "response_policy:all_succeeded"]),
        CommandSpecification(
            .quit, "quit", arity: -1, flags: [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy], categories: .connection,
            since: "1.0.0", group: .connection, summary: "Closes the connection.", listed: false),
        CommandSpecification(
            .reset, "reset", arity: 1, flags: [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy], categories: .connection,
            since: "6.2.0", group: .connection, summary: "Brings the connection back to how it began.", listed: false),
        CommandSpecification(
            .role, "role", arity: 1, flags: [.noScript, .loading, .stale, .fast], categories: [CommandCategories(.admin), .dangerous],
            since: "2.8.12", group: .server, summary: "Names the groups that are watched."),
        CommandSpecification(
            .shutdown, "shutdown", arity: -1, flags: [.admin, .noScript, .loading, .stale, .noMulti, .allowBusy], since: "1.0.0",
            group: .server, summary: "Ends the process.",
            arguments: [
                CommandArgument("save-mode", .oneOf([.word("NOSAVE"), .word("SAVE")]), optional: true),
                .word("NOW", since: "7.0.0", optional: true),
                .word("FORCE", since: "7.0.0", optional: true),
                .word("ABORT", since: "7.0.0", optional: true),
            ]),
    ]

    static let messaging: [CommandSpecification] = [
        CommandSpecification(
            .psubscribe, "psubscribe", arity: -2, flags: [.pubsub, .noScript, .loading, .stale], since: "2.0.0", group: .pubsub,
            summary: "Listens to every channel that a pattern matches.", complexity: "O(N), N the client's patterns",
            arguments: [CommandArgument("pattern", .pattern, multiple: true)]),
        CommandSpecification(
            .publish, "publish", arity: 3, flags: [.pubsub, .loading, .stale, .fast], since: "2.0.0", group: .pubsub,
            summary: "Hands over what another sentinel announces.",
            arguments: [CommandArgument("channel"), CommandArgument("message")]),
        CommandSpecification(
            nil, "pubsub", arity: -2, since: "2.8.0", group: .pubsub, summary: "Tells who listens to what.", complexity: nil,
            listed: false,
            subcommands: [
                CommandSpecification(
                    .pubsub(.channels), "channels", arity: -2, flags: [.pubsub, .loading, .stale], since: "2.8.0", group: .pubsub,
                    summary: "Lists the channels with a listener, or those of them that a pattern matches.",
                    complexity: "O(N), N the channels in use", arguments: [CommandArgument("pattern", .pattern, optional: true)],
                    listed: false),
                CommandSpecification(
                    .pubsub(.help), "help", arity: 2, flags: [.loading, .stale], since: "6.2.0", group: .pubsub,
                    summary: "Shows these lines.", listed: false),
                CommandSpecification(
                    .pubsub(.numpat), "numpat", arity: 2, flags: [.pubsub, .loading, .stale], since: "2.8.0", group: .pubsub,
                    summary: "Counts the different patterns that somebody listens by.", listed: false),
                CommandSpecification(
                    .pubsub(.numsub), "numsub", arity: -2, flags: [.pubsub, .loading, .stale], since: "2.8.0", group: .pubsub,
                    summary: "Counts the listeners of each channel named.", complexity: "O(N), N the channels named",
                    arguments: [CommandArgument("channel", optional: true, multiple: true)], listed: false),
            ]),
        CommandSpecification(
            .punsubscribe, "punsubscribe", arity: -1, flags: [.pubsub, .noScript, .loading, .stale], since: "2.0.0", group: .pubsub,
            summary: "Stops listening by these patterns, or by all.", complexity: "O(N), N the client's patterns",
            arguments: [CommandArgument("pattern", .pattern, optional: true, multiple: true)]),
        CommandSpecification(
            .subscribe, "subscribe", arity: -2, flags: [.pubsub, .noScript, .loading, .stale], since: "2.0.0", group: .pubsub,
            summary: "Listens to these channels.", complexity: "O(N), N the channels named",
            arguments: [CommandArgument("channel", multiple: true)]),
        CommandSpecification(
            .unsubscribe, "unsubscribe", arity: -1, flags: [.pubsub, .noScript, .loading, .stale], since: "2.0.0", group: .pubsub,
            summary: "Stops listening to these channels, or to all.", complexity: "O(N), N the client's channels",
            arguments: [CommandArgument("channel", optional: true, multiple: true)]),
    ]
}
