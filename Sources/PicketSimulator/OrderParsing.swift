import PicketCore
import PicketWire

/// What an operator tells a monitor, in the words of the SENTINEL command.
enum OrderParsing {
    /// `words` begins with the subcommand. Nil where there is none of that name and number of words.
    static func question(_ words: [String]) throws(QuestionParsing.Failure) -> Question? {
        let rest = Array(words.dropFirst())
        switch (words[0], rest.count) {
        case ("failover", 1...): return try QuestionParsing.failover(rest)
        case ("pause", 1...): return try QuestionParsing.pause(rest)
        case ("resume", 1): return .power(GroupName(rest[0]), .resume)
        case ("maintenance", 4...): return try QuestionParsing.maintenance(rest)
        case ("forget", 3...): return try QuestionParsing.forget(rest)
        case ("monitor", 4):
            let (name, endpoint, quorum) = try QuestionParsing.monitor(rest)
            return .monitor(name, endpoint, address: endpoint.host, quorum: quorum)
        case ("remove", 1): return .remove(GroupName(rest[0]))
        case ("reset", 1...): return .reset(rest.map { GroupName($0) })
        case ("set", 3...):
            let rules = QuestionParsing.ScriptRules(areDenied: false) { _ in true }
            let (options, failure) = QuestionParsing.options(Array(rest.dropFirst()), scripts: rules)
            return .change(GroupName(rest[0]), options, failure: failure)
        case ("debug", 2...): return QuestionParsing.tuning(rest)
        case ("simulate-failure", 1...): return .simulateFailure(QuestionParsing.failures(rest).failures)
        case ("announce-ip", 1): return .configure([.announceHost(rest[0])])
        case ("ckquorum", 1): return .checkQuorum(GroupName(rest[0]))
        default: return nil
        }
    }
}
