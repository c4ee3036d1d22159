/// A primary that lives, and something that could be mistaken for its death.
package enum CalmCase: String, CaseIterable, Codable, Sendable {
    case sleep
    case load
    case script
    case stoppedMonitor = "stopped-monitor"
    case cutMonitor = "cut-monitor"
    case loopingReplica = "looping-replica"
    case resetConnections = "reset-connections"

    var downAfter: Duration { self == .script ? .seconds(3) : .seconds(1) }

    package var explanation: String {
        let down = "down-after \(downAfter.milliseconds.grouped) ms"
        return switch self {
        case .sleep: "the primary sleeps half a second (DEBUG SLEEP 0.5) every two to four seconds; \(down)"
        case .load: "twice as many busy loops as there are cores, of the same priority; \(down)"
        case .script: "a Lua script occupies the primary for two seconds, every five seconds; \(down)"
        case .stoppedMonitor: "one monitor after the other is stopped for three seconds (SIGSTOP), with two seconds between; \(down)"
        case .cutMonitor:
            "one monitor, in a network namespace of its own, has its connections to the primary closed and new ones refused for five"
                + " seconds, with three seconds between; \(down)"
        case .loopingReplica: "a replica is killed and started again, twice a second; \(down)"
        case .resetConnections: "CLIENT KILL TYPE normal on the primary, every 50 ms; \(down)"
        }
    }
}

/// What a calm run came to. Times are in milliseconds.
package struct CalmResult: Codable, Hashable, Sendable {
    package let `case`: CalmCase
    package let supervisor: MonitorKind
    package var seconds = 0.0
    /// Why there are no figures.
    package var failure: String?
    /// How often the primary was given occasion to be held down.
    package var disturbances = 0
    /// Different changes of address that were told: each is a false one.
    package var failovers = 0
    /// Events about the primary, of all monitors.
    package var tries = 0
    package var objectivelyDown = 0
    package var subjectivelyDown = 0
    package var acknowledged = 0
    package var lost: Int?
    package var longestSilence: Double?

    package init(_ case: CalmCase, _ supervisor: MonitorKind) {
        self.case = `case`
        self.supervisor = supervisor
    }

    package var summary: String {
        if let failure { return "not carried out: \(failure.split(separator: "\n").first ?? "")" }
        return "\(failovers) failovers, \(tries) +try-failover, \(objectivelyDown) +odown, \(subjectivelyDown) +sdown after \(disturbances)"
            + " disturbances; \(lost.map(\.grouped) ?? "?") of \(acknowledged.grouped) writes lost,"
            + " longest time without one \(longestSilence.map(FigureText.milliseconds) ?? "?") ms"
    }
}

/// All calm runs, and the table that is made of them.
package struct CalmReport: Codable, Hashable, Sendable {
    package let cases: [CalmCase]
    package internal(set) var surroundings: Surroundings
    package internal(set) var results: [CalmResult] = []

    package var table: TextTable {
        var table = TextTable([
            .init("case"), .init("supervisor"), .init("disturbances", .right), .init("failovers", .right), .init("+try-failover", .right),
            .init("+odown", .right), .init("+sdown", .right), .init("writes lost", .right), .init("of", .right),
            .init("longest time without a write, ms", .right),
        ])
        for result in results {
            let head = [result.case.rawValue, result.supervisor.rawValue]
            guard result.failure == nil else {
                table.append(head + ["failed"])
                continue
            }
            let counts = [result.disturbances, result.failovers, result.tries, result.objectivelyDown, result.subjectivelyDown]
            table.append(
                head + counts.map(\.grouped) + [result.lost.map(\.grouped) ?? "–", result.acknowledged.grouped]
                    + [result.longestSilence.map(FigureText.milliseconds) ?? "–"])
        }
        return table
    }

    package var notes: [String] {
        let spans = results.map(\.seconds)
        let shortest = FigureText.number(spans.min() ?? 0, decimals: 0)
        return [
            "At least \(shortest) s each, one primary, two replicas, three monitors on one machine, quorum 2; the primary lives all the"
                + " time, so that every failover is a false one. +sdown, +odown and +try-failover are those about the primary, of all"
                + " monitors together. A client writes each millisecond."
        ] + surroundings.lines + cases.map { "\($0.rawValue): \($0.explanation)." }
            + results.compactMap { result in result.failure.map { "\(result.case.rawValue), \(result.supervisor.rawValue): \($0)" } }
    }

    package var markdown: String {
        table.markdown + "\n" + notes.map { "- \($0.split(separator: "\n").first ?? "")" }.joined(separator: "\n") + "\n"
    }

    package var text: String { table.text + "\n" + notes.joined(separator: "\n") + "\n" }
}
