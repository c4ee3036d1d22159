/// What a verb's end means to a script. The numbers are part of what is promised: none is ever given another meaning.
package enum VerbStatus: Int32, CaseIterable, Hashable, Sendable {
    case done = 0
    /// Anything that none of the others says.
    case failed = 1
    /// What was typed, or what a file says, cannot be meant.
    case usage = 2
    /// A safety check stood against it; nothing was changed.
    case refused = 3
    /// Too few monitors can be reached, or can reach each other.
    case noQuorum = 4
    /// The time was over, and all is as it was.
    case timedOutUnchanged = 5
    /// The time was over, and something has changed meanwhile.
    case timedOutChanged = 6
    /// It is done, and writes that were acknowledged may be lost.
    case doneWithPossibleLoss = 7

    package var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .usage: "cannot be meant as it was typed"
        case .refused: "refused by a safety check; nothing was changed"
        case .noQuorum: "too few monitors can be reached"
        case .timedOutUnchanged: "timed out; nothing was changed"
        case .timedOutChanged: "timed out; something was changed"
        case .doneWithPossibleLoss: "done; acknowledged writes may be lost"
        }
    }
}
