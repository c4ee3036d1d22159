import PicketRESP

/// One failover as the picketd that led it tells it: SENTINEL FAILOVER-TRACE.
package struct FailoverRecord: Hashable, Sendable {
    package struct Phase: Hashable, Sendable {
        package let name: String
        package let milliseconds: Double
    }

    package let group: String
    package let epoch: Int64
    package let leader: Address
    /// `crash`, `silence`, `switchover`, `forced` …
    package let cause: String
    package let from: String
    /// Empty where nobody was promoted.
    package let to: String
    /// `done`, `under way`, or why it failed.
    package let outcome: String
    package let totalMilliseconds: Double
    package let phases: [Phase]
    package let candidates: [Candidate]
    /// Monitors by id, with the milliseconds after which each was heard.
    package let witnesses: [Phase]
    package let votes: [Phase]
    /// Milliseconds since 1970; nil where the monitor does not tell.
    package let endedAt: Int64?

    package struct Candidate: Hashable, Sendable {
        package let address: String
        package let offset: Int64?
        package let priority: Int64?
        package let verdict: String
    }

    init?(_ value: RESPValue, leader: Address) {
        guard let group = value.value("group")?.text, let epoch = value.value("epoch")?.text.flatMap({ Int64($0) }) else { return nil }
        func text(_ name: String) -> String { (value.value(name)?.text ?? "").printable }
        func phases(_ name: String) -> [Phase] {
            (value.value(name)?.pairs ?? []).map { Phase(name: $0.name, milliseconds: $0.value.text.flatMap { Double($0) } ?? 0) }
        }
        self.group = group
        self.epoch = epoch
        self.leader = leader
        cause = text("cause")
        from = text("from")
        to = text("to")
        outcome = text("outcome")
        totalMilliseconds = Double(text("total-ms")) ?? 0
        self.phases = phases("phases")
        endedAt = value.value("ended-at-ms")?.text.flatMap { Int64($0) }
        witnesses = phases("witnesses")
        votes = phases("votes")
        candidates = (value.value("candidates")?.elements ?? []).map { entry in
            Candidate(
                address: entry.value("address")?.text ?? "", offset: entry.value("offset")?.text.flatMap { Int64($0) },
                priority: entry.value("priority")?.text.flatMap { Int64($0) }, verdict: (entry.value("verdict")?.text ?? "").printable)
        }
    }

    package var isDone: Bool { outcome == "done" }
    package var isUnderWay: Bool { outcome == "under way" }
    /// What a person would call it.
    package var losesWrites: Bool { cause == "forced" }

    package var document: Document {
        func list(_ phases: [Phase], _ name: String) -> Document {
            .list(phases.map { .object([.init(name: name, value: .text($0.name)), .init(name: "ms", value: .decimal($0.milliseconds))]) })
        }
        return [
            "group": .text(group), "epoch": .number(epoch), "leader": .text("\(leader)"), "cause": .text(cause), "from": .text(from),
            "to": .text(to), "outcome": .text(outcome), "endedAtMs": .number(endedAt), "totalMs": .decimal(totalMilliseconds),
            "phases": list(phases, "phase"),
            "witnesses": list(witnesses, "monitor"), "votes": list(votes, "monitor"),
            "candidates": .list(
                candidates.map {
                    [
                        "address": .text($0.address), "offset": .number($0.offset), "priority": .number($0.priority),
                        "verdict": .text($0.verdict),
                    ]
                }),
        ]
    }
}
