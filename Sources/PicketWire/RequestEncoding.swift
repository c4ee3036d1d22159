import PicketCore

/// The core's requests in Redis' words.
package enum RequestEncoding {
    /// The commands to send, one reply each. The last reply decides, save for transactions (see `ReplyDecoding`).
    package static func commands(for request: Request, names: CommandNames) -> [[String]] {
        switch request {
        case .ping: [[names[command: "PING"]]]
        case .probe: [[names[command: "INFO"], "server"], [names[command: "PING"]]]
        case .info: [[names[command: "INFO"]]]
        case .role: [[names[command: "ROLE"]]]
        case .publish(let hello): [[names[command: "PUBLISH"], HelloText.channel, HelloText.encode(hello)]]
        case .askDown(_, let primary, let epoch, let candidate):
            // The old spelling: every released sentinel understands it.
            [
                [
                    names[command: "SENTINEL"], "is-master-down-by-addr", primary.host, String(primary.port), String(epoch.number),
                    candidate?.text ?? "*",
                ]
            ]
        case .promote:
            // SLAVEOF and not REPLICAOF: operators rename and permit it by that name.
            transaction([[names[command: "SLAVEOF"], "NO", "ONE"]], names)
        case .follow(let primary):
            transaction(
                [[names[command: "SLAVEOF"], primary.host, String(primary.port)], [names[command: "CONFIG"], "REWRITE"]], names)
        case .stepBack(let successor, let isRemembered):
            transaction(
                [[names[command: "SLAVEOF"], successor.host, String(successor.port)]]
                    + (isRemembered ? [[names[command: "CONFIG"], "REWRITE"]] : []), names)
        case .handOver(let replica, let timeout):
            [
                [
                    names[command: "FAILOVER"], "TO", replica.host, String(replica.port), "TIMEOUT",
                    String(max(1, timeout.wholeMilliseconds)),
                ]
            ]
        case .abortHandOver: [[names[command: "FAILOVER"], "ABORT"]]
        case .pauseWrites(let time): [[names[command: "CLIENT"], "PAUSE", String(max(1, time.wholeMilliseconds)), "WRITE"]]
        case .resumeWrites: [[names[command: "CLIENT"], "UNPAUSE"]]
        case .compareStandings(let report, _): [[names[command: "SENTINEL"], StandingText.subcommand] + StandingText.words(of: report)]
        case .tellPowers(let report): [[names[command: "SENTINEL"], PowersText.subcommand] + PowersText.words(of: report)]
        case .rewriteConfiguration: [[names[command: "CONFIG"], "REWRITE"]]
        case .killScript: [[names[command: "SCRIPT"], "KILL"]]
        }
    }

    /// Whether the commands are one transaction: where its EXEC is refused, the connection cannot be used any more.
    package static func isTransaction(_ request: Request) -> Bool {
        switch request {
        case .promote, .follow, .stepBack: true
        case .ping, .probe, .info, .role, .publish, .askDown, .handOver, .abortHandOver, .pauseWrites, .resumeWrites, .compareStandings,
            .rewriteConfiguration, .killScript, .tellPowers:
            false
        }
    }

    /// The clients are cut off with the change, so that they ask again where to go.
    private static func transaction(_ commands: [[String]], _ names: CommandNames) -> [[String]] {
        let kill = names[command: "CLIENT"]
        return [["MULTI"].map { names[command: $0] }] + commands
            + [[kill, "KILL", "TYPE", "normal"], [kill, "KILL", "TYPE", "pubsub"], [names[command: "EXEC"]]]
    }
}
