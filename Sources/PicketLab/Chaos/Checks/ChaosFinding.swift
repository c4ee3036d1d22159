/// What is looked for after every run.
package enum ChaosCheck: String, CaseIterable, Codable, Sendable {
    case faultApplied = "fault-applied"
    case confirmedWrites = "confirmed-writes"
    case acknowledgedWrites = "acknowledged-writes"
    case foreignWrites = "foreign-writes"
    case counter
    case twoPrimaries = "two-primaries"
    case outage
    case failovers
    case epochs
    case healing
    case monitorsLive = "monitors-live"

    package var explanation: String {
        switch self {
        case .faultApplied: "all that the plan says was done, and what it waited for happened"
        case .confirmedWrites: "no write that WAIT 1 confirmed is missing at the end"
        case .acknowledgedWrites: "no write that the primary acknowledged is missing at the end"
        case .foreignWrites: "nothing is there that no client wrote"
        case .counter: "no acknowledged increment was taken back"
        case .twoPrimaries: "no two Redis servers took writes at the same time"
        case .outage: "the longest time without an acknowledged write, of a client that asks and follows"
        case .failovers: "as many failovers as were needed, and none without need"
        case .epochs: "one vote, one leader and one configuration per epoch, each by a majority; epochs never go back"
        case .healing: "everything is whole again in time, and all monitors agree"
        case .monitorsLive: "no monitor ended by itself"
        }
    }
}

package enum ChaosVerdict: String, Codable, Sendable, CaseIterable {
    case pass
    case fail
    /// It could not be determined. Never as good as a pass.
    case unknown
    /// Measured and told; nothing was demanded.
    case told
}

package struct ChaosFinding: Hashable, Sendable, Codable {
    package let check: ChaosCheck
    package let verdict: ChaosVerdict
    package let words: String

    package init(check: ChaosCheck, verdict: ChaosVerdict, words: String) {
        self.check = check
        self.verdict = verdict
        self.words = words
    }
}

/// What was seen in a run, as far as it could be: nil is what could not. Times are in milliseconds.
package struct ChaosObservation: Hashable, Sendable {
    package struct Losses: Hashable, Sendable {
        package var acknowledged: Int
        package var lost: Int
        package var unacknowledged: Int
        package var foreign: Int

        package init(acknowledged: Int, lost: Int, unacknowledged: Int, foreign: Int) {
            self.acknowledged = acknowledged
            self.lost = lost
            self.unacknowledged = unacknowledged
            self.foreign = foreign
        }
    }

    /// What of the plan could not be carried out.
    package var troubles: [String] = []
    package var confirmed: Losses?
    package var unconfirmed: Losses?
    /// Increments taken back, at least.
    package var countsLost: Int?
    /// In which two Redis servers took writes for certain.
    package var twoPrimaries: Double?
    /// The longest time in which this process did not look.
    package var blindness: Double = 0
    package var outage: Double?
    /// Different changes of address that monitors told of.
    package var failovers: [String]?
    package var violations: [String]?
    /// From the last step until everything was whole.
    package var heal: Double?
    /// What was not whole when waiting ended.
    package var unhealed = ""
    package var deaths: [String]?

    package init() {}
}
