import PicketRESP

/// Why there is, or is not, a failover of a group now.
package struct Explanation: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        /// By a picketd, which knows.
        case told(by: Address)
        /// From what the monitors show; the words say why nobody could be asked.
        case derived(String)
    }

    package struct Witness: Hashable, Sendable {
        package var id: String
        package var address: String
        package var kind: String
        /// `down`, `up`, `unknown`.
        package var opinion: String
        package var ageMilliseconds: Int64?
    }

    package struct Vote: Hashable, Sendable {
        package var voter: String
        package var epoch: Int64
        package var candidate: String
    }

    package struct Candidate: Hashable, Sendable {
        package var address: String
        package var isChoosable: Bool
        package var reason: String
        package var offset: Int64?
        package var priority: Int64?
    }

    package var group: String
    package var source: Source
    package var verdict: String
    /// One word: `ok`, `down`, `failover`, `paused`, `no-majority` …
    package var state: String
    package var primary: String
    package var downSinceMilliseconds: Int64?
    package var nextRetryMilliseconds: Int64?
    package var quorum: Int64
    package var majority: Int64
    package var monitorsAlive: Int64
    package var monitorsKnown: Int64
    package var pause: Pause?
    package var maintenance: [String] = []
    package var witnesses: [Witness] = []
    package var votes: [Vote] = []
    package var candidates: [Candidate] = []
    /// Picketds that see it otherwise, with their verdicts.
    package var dissent: [Dissent] = []

    package struct Dissent: Hashable, Sendable {
        package let monitor: Address
        package let state: String
        package let verdict: String
    }

    init(group: String, source: Source, verdict: String, state: String, primary: String, quorum: Int, majority: Int, alive: Int, known: Int)
    {
        self.group = group
        self.source = source
        self.verdict = verdict
        self.state = state
        self.primary = primary
        self.quorum = Int64(quorum)
        self.majority = Int64(majority)
        monitorsAlive = Int64(alive)
        monitorsKnown = Int64(known)
    }

    /// SENTINEL EXPLAIN's answer; nil where it is none. Unknown fields are left out, missing ones are empty: versions may differ.
    init?(_ value: RESPValue, of group: String, by monitor: Address) {
        guard let verdict = value.value("verdict")?.text, let state = value.value("state")?.text else { return nil }
        func integer(_ name: String) -> Int64? { value.value(name)?.text.flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 } }
        self.group = group
        source = .told(by: monitor)
        self.verdict = verdict.printable
        self.state = state.printable
        primary = value.value("primary")?.text ?? "?"
        downSinceMilliseconds = integer("down-since-ms")
        nextRetryMilliseconds = integer("next-retry-ms")
        quorum = integer("needed-quorum") ?? 0
        majority = integer("needed-majority") ?? 0
        monitorsAlive = integer("monitors-alive") ?? 0
        monitorsKnown = integer("monitors-known") ?? 0
        if let words = value.value("paused")?.text, !words.isEmpty {
            let parts = words.split(separator: " ", maxSplits: 1)
            pause = Pause(secondsLeft: parts.first.flatMap { Int64($0) } ?? 0, reason: parts.count > 1 ? String(parts[1]) : "")
        }
        maintenance = (value.value("maintenance")?.elements ?? []).compactMap { $0.text?.printable }
        witnesses = (value.value("witnesses")?.elements ?? []).map { entry in
            Witness(
                id: entry.value("id")?.text ?? "", address: entry.value("address")?.text ?? "", kind: entry.value("kind")?.text ?? "",
                opinion: entry.value("opinion")?.text ?? "unknown",
                ageMilliseconds: entry.value("age-ms")?.text.flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 })
        }
        votes = (value.value("votes")?.elements ?? []).map { entry in
            Vote(
                voter: entry.value("id")?.text ?? "", epoch: entry.value("epoch")?.text.flatMap { Int64($0) } ?? 0,
                candidate: entry.value("for")?.text ?? "")
        }
        candidates = (value.value("replicas")?.elements ?? []).map { entry in
            Candidate(
                address: entry.value("address")?.text ?? "", isChoosable: entry.value("choosable")?.text == "1",
                reason: (entry.value("reason")?.text ?? "").printable, offset: entry.value("offset")?.text.flatMap { Int64($0) },
                priority: entry.value("priority")?.text.flatMap { Int64($0) })
        }
    }
}
