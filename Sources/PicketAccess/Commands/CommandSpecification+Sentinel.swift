extension CommandSpecification {
    static let sentinel = CommandSpecification(
        nil, "sentinel", arity: -2, flags: .admin, since: "2.8.4", group: .sentinel, summary: "Asks about groups and steers them.",
        complexity: nil,
        subcommands: [
            group(
                .ckquorum, "ckquorum", arity: 3, summary: "Tells whether enough sentinels can be reached for a failover.",
                arguments: named),
            group(
                .config, "config", arity: -4, since: "6.2.0", summary: "Reads or sets what concerns this sentinel as a whole.",
                arguments: [
                    CommandArgument(
                        "action",
                        .oneOf([
                            CommandArgument(
                                "set", .block([CommandArgument("parameter"), CommandArgument("value")]), token: "SET", multiple: true),
                            CommandArgument("parameter", .pattern, token: "GET", multiple: true),
                        ]))
                ]),
            group(
                .debug, "debug", arity: -2, since: "7.0.0", summary: "Shows the periods and limits in milliseconds, or changes some.",
                complexity: "O(N), N the parameters",
                arguments: [
                    CommandArgument(
                        "data", .block([CommandArgument("parameter"), CommandArgument("value")]), optional: true, multiple: true)
                ]),
            group(
                .explain, "explain", arity: 3, since: "7.0.0",
                summary: "Tells why there is, or is not, a failover of a group now: witnesses, votes, replicas.",
                complexity: "O(N), N the replicas and sentinels", arguments: named, listed: false),
            group(
                .failover, "failover", arity: -3,
                summary: "Moves the primary's role to a replica: without losing a write, or by force.",
                arguments: named + [
                    CommandArgument(
                        "target", .block([CommandArgument("host"), CommandArgument("port", .integer)]), token: "TO", optional: true),
                    CommandArgument("manner", .oneOf([.word("COORDINATED"), .word("FORCE")]), optional: true),
                ]),
            group(
                .failoverTrace, "failover-trace", arity: 3, since: "7.0.0",
                summary: "Shows the latest failovers that this sentinel led, phase by phase.", arguments: named, listed: false),
            group(.flushconfig, "flushconfig", arity: 2, summary: "Writes the configuration to its file."),
            group(
                .forget, "forget", arity: -5, since: "7.0.0",
                summary: "Drops one replica or one sentinel that is gone for good, at all picketd.",
                arguments: named + [
                    CommandArgument(
                        "member",
                        .oneOf([
                            CommandArgument(
                                "replica", .block([CommandArgument("host"), CommandArgument("port", .integer)]), token: "REPLICA"),
                            CommandArgument(
                                "sentinel", .block([CommandArgument("host"), CommandArgument("port", .integer)]), token: "SENTINEL"),
                            CommandArgument("runid", token: "SENTINEL"),
                        ]))
                ], listed: false),
            group(
                .getMasterAddrByName, "get-master-addr-by-name", arity: 3, summary: "Tells the address of a group's primary.",
                arguments: named),
            spelling(
                .getMasterAddrByName, "get-primary-addr-by-name", of: "get-master-addr-by-name", arity: 3,
                summary: "Tells the address of a group's primary.", arguments: named),
            CommandSpecification(
                .sentinel(.help), "help", arity: 2, flags: [.loading, .stale], since: "6.2.0", group: .sentinel,
                summary: "Shows these lines."),
            group(
                .infoCache, "info-cache", arity: -3, since: "3.2.0",
                summary: "Shows what the instances of these groups last told of themselves.",
                complexity: "O(N), N the instances", arguments: [CommandArgument("nodename", multiple: true)]),
            group(
                .isMasterDownByAddr, "is-master-down-by-addr", arity: 6,
                summary: "Answers another sentinel: is that primary down, and who gets the vote?", arguments: question),
            spelling(
                .isMasterDownByAddr, "is-primary-down-by-addr", of: "is-master-down-by-addr", arity: 6,
                summary: "Answers another sentinel: is that primary down, and who gets the vote?", arguments: question),
            group(
                .maintenance, "maintenance", arity: -6, since: "7.0.0",
                summary: "Keeps an instance from being promoted, and switches away from it first if it is the primary.",
                arguments: named + [
                    CommandArgument("host"), CommandArgument("port", .integer),
                    CommandArgument(
                        "state",
                        .oneOf([
                            CommandArgument(
                                "on", .block([CommandArgument("reason", token: "REASON", optional: true)]), token: "ON"), .word("OFF"),
                        ])),
                ], listed: false),
            group(.master, "master", arity: 3, summary: "Shows the primary of a group.", arguments: named),
            group(.masters, "masters", arity: 2, summary: "Shows the primary of every group.", complexity: "O(N), N the groups"),
            group(
                .monitor, "monitor", arity: 6, summary: "Begins to watch a group.",
                arguments: [
                    CommandArgument("name"), CommandArgument("ip"), CommandArgument("port", .integer), CommandArgument("quorum", .integer),
                ]),
            group(.myid, "myid", arity: 2, since: "6.2.0", summary: "Tells this sentinel's lasting id."),
            group(
                .pause, "pause", arity: -3, since: "7.0.0", summary: "Keeps all picketd from automatic failovers of a group for a while.",
                arguments: named + [
                    CommandArgument("seconds", .integer, token: "FOR", optional: true),
                    CommandArgument("reason", token: "REASON", optional: true),
                ], listed: false),
            group(
                .pendingScripts, "pending-scripts", arity: 2, summary: "Lists the scripts that run or wait.",
                complexity: "O(N), N the scripts"),
            group(
                .powers, "powers", arity: -3, since: "7.0.0", summary: "How two picketd tell each other what operators have ordered.",
                complexity: "O(N), N the orders told of",
                arguments: [CommandArgument("runid"), CommandArgument("order", optional: true, multiple: true)], listed: false,
                explained: false),
            spelling(
                .masters, "primaries", of: "masters", arity: 2, summary: "Shows the primary of every group.",
                complexity: "O(N), N the groups"),
            spelling(.master, "primary", of: "master", arity: 3, summary: "Shows the primary of a group.", arguments: named),
            group(.remove, "remove", arity: 3, summary: "Stops watching a group.", arguments: named),
            group(
                .replicas, "replicas", arity: 3, since: "5.0.0", summary: "Shows the replicas of a group.",
                complexity: "O(N), N the replicas",
                arguments: named),
            group(
                .reset, "reset", arity: 3, summary: "Forgets what was learned of the groups whose names match.",
                complexity: "O(N), N the groups", arguments: [CommandArgument("pattern", .pattern)]),
            group(
                .resume, "resume", arity: 3, since: "7.0.0", summary: "Ends a pause of automatic failovers.", arguments: named,
                listed: false),
            group(
                .sentinels, "sentinels", arity: 3, summary: "Shows the other sentinels of a group.", complexity: "O(N), N the sentinels",
                arguments: named),
            group(
                .set, "set", arity: -5, summary: "Changes how a group is watched.",
                arguments: [
                    CommandArgument("master-name"),
                    CommandArgument("data", .block([CommandArgument("option"), CommandArgument("value")]), multiple: true),
                ]),
            group(
                .simulateFailure, "simulate-failure", arity: -3, since: "3.2.0", summary: "Has the process die at the next such moment.",
                arguments: [
                    CommandArgument(
                        "mode", .oneOf([.word("CRASH-AFTER-ELECTION"), .word("CRASH-AFTER-PROMOTION"), .word("HELP")]), optional: true,
                        multiple: true)
                ]),
            group(
                .slaves, "slaves", arity: 3, since: "2.8.0", summary: "Shows the replicas of a group.", complexity: "O(N), N the replicas",
                arguments: named, deprecation: Deprecation(since: "5.0.0", replacement: "`SENTINEL REPLICAS`")),
            group(
                .standings, "standings", arity: -4, since: "7.0.0", summary: "How two picketd tell each other how their groups stand.",
                complexity: "O(N), N the groups told of",
                arguments: [
                    CommandArgument("runid"), CommandArgument("current-epoch", .integer),
                    CommandArgument("standing", optional: true, multiple: true),
                ], listed: false, explained: false),
        ])

    private static let named = [CommandArgument("master-name")]

    private static let question = [
        CommandArgument("ip"), CommandArgument("port", .integer), CommandArgument("current-epoch", .integer), CommandArgument("runid"),
    ]

    private static func group(
        _ name: CommandName.Sentinel, _ word: String, arity: Int, since: String = "2.8.4", summary: String, complexity: String = "O(1)",
        arguments: [CommandArgument] = [], deprecation: Deprecation? = nil, listed: Bool = true, explained: Bool = true
    ) -> CommandSpecification {
        CommandSpecification(
            .sentinel(name), word, arity: arity, flags: .admin, since: since, group: .sentinel, summary: summary, complexity: complexity,
            arguments: arguments, deprecation: deprecation, listed: listed, explained: explained)
    }

    /// Valkey's name for a question that Redis has another name for.
    private static func spelling(
        _ name: CommandName.Sentinel, _ word: String, of original: String, arity: Int, summary: String, complexity: String = "O(1)",
        arguments: [CommandArgument] = []
    ) -> CommandSpecification {
        CommandSpecification(
            .sentinel(name), word, arity: arity, flags: .admin, since: "8.0.0", group: .sentinel, summary: summary,
            complexity: complexity, arguments: arguments, listed: false, aliasOf: original)
    }
}
