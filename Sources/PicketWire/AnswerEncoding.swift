import PicketCore
import PicketRESP

/// The core's answers in Sentinel's words.
package enum AnswerEncoding {
    package static func value(_ answer: Answer) -> RESPValue {
        switch answer {
        case .done: .simple("OK")
        case .count(let count): .integer(Int64(count))
        case .opinion(let isDown, let leader, let epoch):
            .array([.integer(isDown ? 1 : 0), .bulk(leader?.text ?? "*"), .integer(Int64(clamping: epoch.number))])
        case .quorum(let usable, let lacksQuorum, let lacksMajority): quorum(usable, lacksQuorum, lacksMajority)
        case .standings(let report): .array(StandingText.words(of: report).map { .bulk($0) })
        case .told(let text): .simple(text)
        case .refused(let refusal): .error(text(of: refusal))
        }
    }

    private static func quorum(_ usable: Int, _ lacksQuorum: Bool, _ lacksMajority: Bool) -> RESPValue {
        guard lacksQuorum || lacksMajority else {
            return .simple("OK \(usable) usable Sentinels. Quorum and failover authorization can be reached")
        }
        var reasons: [String] = []
        if lacksQuorum { reasons.append("Not enough available Sentinels to reach the specified quorum for this master") }
        if lacksMajority { reasons.append("Not enough available Sentinels to reach the majority and authorize a failover") }
        return .error("NOQUORUM \(usable) usable Sentinels. \(reasons.joined(separator: ". "))")
    }

    package static func text(of refusal: Refusal) -> String {
        switch refusal {
        case .noSuchGroup: "ERR No such master with that name"
        case .duplicateGroup: "ERR Duplicate master name."
        case .failoverInProgress: "INPROG Failover already in progress"
        case .noGoodReplica: "NOGOODSLAVE No suitable replica to promote"
        case .other(let text): text
        }
    }
}
