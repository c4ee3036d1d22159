extension CommandSpecification {
    static let client = CommandSpecification(
        nil, "client", arity: -2, since: "2.4.0", group: .connection, summary: "Looks after connections.", complexity: nil,
        subcommands: [
            own(
                .caching, "caching", arity: 3, since: "6.0.0", summary: "Marks the next command for tracking, or exempts it.",
                arguments: [CommandArgument("mode", .oneOf([.word("YES"), .word("NO")]))]),
            own(.getname, "getname", arity: 2, since: "2.6.9", summary: "Tells the connection's name."),
            own(.getredir, "getredir", arity: 2, since: "6.0.0", summary: "Tells which connection gets the invalidations."),
            CommandSpecification(
                .client(.help), "help", arity: 2, flags: [.loading, .stale], categories: .connection, since: "5.0.0", group: .connection,
                summary: "Shows these lines."),
            own(.id, "id", arity: 2, since: "5.0.0", summary: "Tells the connection's number."),
            own(
                .info, "info", arity: 2, since: "6.2.0", summary: "Describes this connection.",
                tips: ["nondeterministic_output"]),
            others(
                .kill, "kill", arity: -3, since: "2.4.0", summary: "Closes the connection of an address, or all that pass every filter.",
                complexity: "O(N), N the connections", arguments: killFilter),
            others(
                .list, "list", arity: -2, since: "2.4.0", summary: "Describes the connections.", complexity: "O(N), N the connections",
                arguments: [
                    CommandArgument(
                        "client-type", .oneOf(["NORMAL", "MASTER", "REPLICA", "PUBSUB"].map { .word($0) }), token: "TYPE",
                        since: "5.0.0", optional: true),
                    CommandArgument(
                        "id", .block([CommandArgument("client-id", .integer, multiple: true)]), token: "ID", since: "6.2.0",
                        optional: true),
                ], tips: ["nondeterministic_output"]),
            others(
                .noEvict, "no-evict", arity: 3, since: "7.0.0", summary: "Keeps this connection when memory is short.",
                arguments: [CommandArgument("enabled", .oneOf([.word("ON"), .word("OFF")]))]),
            others(
                .pause, "pause", arity: -3, since: "2.9.50", summary: "Leaves clients waiting for so many milliseconds.",
                arguments: [
                    CommandArgument("timeout", .integer),
                    CommandArgument("mode", .oneOf([.word("WRITE"), .word("ALL")]), since: "6.2.0", optional: true),
                ]),
            own(
                .reply, "reply", arity: 3, since: "3.2.0", summary: "Turns answers on or off, or leaves out the next.",
                arguments: [CommandArgument("action", .oneOf([.word("ON"), .word("OFF"), .word("SKIP")]))]),
            own(
                .setinfo, "setinfo", arity: 4, since: "7.2.0", summary: "Notes the client library's name or version.",
                arguments: [
                    CommandArgument(
                        "attr",
                        .oneOf([CommandArgument("libname", token: "LIB-NAME"), CommandArgument("libver", token: "LIB-VER")]))
                ]),
            own(
                .setname, "setname", arity: 3, since: "2.6.9", summary: "Names the connection.",
                arguments: [CommandArgument("connection-name")]),
            own(
                .tracking, "tracking", arity: -3, since: "6.0.0", summary: "Turns the tracking of keys on or off; there are none here.",
                arguments: [
                    CommandArgument("status", .oneOf([.word("ON"), .word("OFF")])),
                    CommandArgument("client-id", .integer, token: "REDIRECT", optional: true),
                    CommandArgument("prefix", token: "PREFIX", optional: true, multiple: true, repeatsToken: true),
                    .word("BCAST", optional: true), .word("OPTIN", optional: true), .word("OPTOUT", optional: true),
                    .word("NOLOOP", optional: true),
                ]),
            own(.trackinginfo, "trackinginfo", arity: 2, since: "6.2.0", summary: "Tells how tracking is set."),
            others(
                .unblock, "unblock", arity: -3, since: "5.0.0", summary: "Wakes a connection that waits; none does here.",
                complexity: "O(log N), N the connections",
                arguments: [
                    CommandArgument("client-id", .integer),
                    CommandArgument("unblock-type", .oneOf([.word("TIMEOUT"), .word("ERROR")]), optional: true),
                ]),
            others(
                .unpause, "unpause", arity: 2, since: "6.2.0", summary: "Ends a pause.", complexity: "O(N), N the paused connections"),
        ])

    private static let killFilter = [
        CommandArgument(
            "filter",
            .oneOf([
                CommandArgument("ip:port"),
                CommandArgument(
                    "new-format",
                    .oneOf([
                        CommandArgument("client-id", .integer, token: "ID", since: "2.8.12", optional: true),
                        CommandArgument(
                            "client-type", .oneOf(["NORMAL", "MASTER", "SLAVE", "REPLICA", "PUBSUB"].map { .word($0) }), token: "TYPE",
                            since: "2.8.12", optional: true),
                        CommandArgument("username", token: "USER", optional: true),
                        CommandArgument("addr", token: "ADDR", optional: true),
                        CommandArgument("laddr", token: "LADDR", since: "6.2.0", optional: true),
                        CommandArgument("skipme", .oneOf([.word("YES"), .word("NO")]), token: "SKIPME", optional: true),
                    ]), multiple: true),
            ]))
    ]

    /// What touches nobody but who asks.
    private static func own(
        _ name: CommandName.Client, _ word: String, arity: Int, since: String, summary: String, arguments: [CommandArgument] = [],
        tips: [String] = []
    ) -> CommandSpecification {
        CommandSpecification(
            .client(name), word, arity: arity, flags: [.noScript, .loading, .stale], categories: .connection, since: since,
            group: .connection, summary: summary, arguments: arguments, tips: tips)
    }

    /// What touches or shows the connections of others.
    private static func others(
        _ name: CommandName.Client, _ word: String, arity: Int, since: String, summary: String, complexity: String = "O(1)",
        arguments: [CommandArgument] = [], tips: [String] = []
    ) -> CommandSpecification {
        CommandSpecification(
            .client(name), word, arity: arity, flags: [.admin, .noScript, .loading, .stale], categories: .connection, since: since,
            group: .connection, summary: summary, complexity: complexity, arguments: arguments, tips: tips)
    }
}
