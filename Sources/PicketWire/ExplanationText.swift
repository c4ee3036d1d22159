import PicketCore
import PicketRESP

/// SENTINEL EXPLAIN: names and values, numbers as integers.
package enum ExplanationText {
    package static func value(_ explanation: Explanation) -> RESPValue {
        .map([
            RESPPair("verdict", .bulk(explanation.verdict)), RESPPair("state", .bulk(explanation.state.rawValue)),
            RESPPair("primary", .bulk("\(explanation.primary)")), RESPPair("down-since-ms", .integer(explanation.downFor ?? -1)),
            RESPPair("next-retry-ms", .integer(explanation.nextRetryIn ?? -1)),
            RESPPair("needed-quorum", .integer(Int64(explanation.quorum))),
            RESPPair("needed-majority", .integer(Int64(explanation.majority))),
            RESPPair("monitors-alive", .integer(Int64(explanation.monitorsAlive))),
            RESPPair("monitors-known", .integer(Int64(explanation.monitorsKnown))),
            RESPPair("paused", .bulk(explanation.pause.map(pause) ?? "")),
            RESPPair("maintenance", .array(explanation.maintenance.map { .bulk("\($0)") })),
            RESPPair("witnesses", .array(explanation.witnesses.map(witness))),
            RESPPair("votes", .array(explanation.votes.map(ballot))),
            RESPPair("replicas", .array(explanation.replicas.map(choice))),
        ])
    }

    /// `<seconds left> <reason>`.
    private static func pause(_ pause: PauseView) -> String {
        pause.reason.isEmpty ? String(pause.secondsLeft) : "\(pause.secondsLeft) \(pause.reason)"
    }

    private static func witness(_ witness: Explanation.Witness) -> RESPValue {
        .map([
            RESPPair("id", .bulk(witness.id.text)), RESPPair("address", .bulk("\(witness.endpoint)")),
            RESPPair("kind", .bulk(witness.kind.rawValue)), RESPPair("opinion", .bulk(witness.opinion.rawValue)),
            RESPPair("age-ms", .integer(witness.age)),
        ])
    }

    /// For whom a vote was is not known of those that redis-sentinel's file kept.
    private static func ballot(_ ballot: Explanation.Ballot) -> RESPValue {
        .map([
            RESPPair("id", .bulk(ballot.voter.text)), RESPPair("epoch", .integer(Int64(clamping: ballot.vote.epoch.number))),
            RESPPair("for", .bulk(ballot.vote.leader?.text ?? "")),
        ])
    }

    private static func choice(_ choice: Explanation.Choice) -> RESPValue {
        .map([
            RESPPair("address", .bulk("\(choice.endpoint)")), RESPPair("choosable", .integer(choice.isChoosable ? 1 : 0)),
            RESPPair("reason", .bulk(choice.reason)), RESPPair("offset", .integer(choice.offset)),
            RESPPair("priority", .integer(Int64(choice.priority))),
        ])
    }
}
