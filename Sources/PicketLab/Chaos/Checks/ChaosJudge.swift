/// Holds what was seen against what must come of a run.
package enum ChaosJudge {
    /// A node takes a write for certain between two probes that it took; what is shorter than two periods is not seen, or may be a
    /// probe's own width.
    package static let resolution = 40.0
    /// Longer without a look, and a short time with two primaries may have been missed.
    private static let mostBlindness = 1_000.0

    package static func findings(_ seen: ChaosObservation, _ expected: ChaosExpectation) -> [ChaosFinding] {
        [
            faultApplied(seen), losses(.confirmedWrites, seen.confirmed, mayLose: expected.mayLoseConfirmed),
            losses(.acknowledgedWrites, seen.unconfirmed, mayLose: expected.mayLoseAcknowledged), foreign(seen), counter(seen, expected),
            twoPrimaries(seen, expected), outage(seen, expected), failovers(seen, expected), epochs(seen), healing(seen, expected),
            monitors(seen),
        ]
    }

    /// A run is as good as its worst finding.
    package static func verdict(_ findings: [ChaosFinding]) -> ChaosVerdict {
        if findings.contains(where: { $0.verdict == .fail }) { return .fail }
        return findings.isEmpty || findings.contains { $0.verdict == .unknown } ? .unknown : .pass
    }

    private static func faultApplied(_ seen: ChaosObservation) -> ChaosFinding {
        // Not the supervisor's fault for certain, and no proof of anything either.
        seen.troubles.isEmpty
            ? ChaosFinding(check: .faultApplied, verdict: .pass, words: "all steps were carried out")
            : ChaosFinding(check: .faultApplied, verdict: .unknown, words: seen.troubles.joined(separator: "; "))
    }

    private static func losses(_ check: ChaosCheck, _ losses: ChaosObservation.Losses?, mayLose: Bool) -> ChaosFinding {
        guard let losses else { return ChaosFinding(check: check, verdict: .unknown, words: "no primary could be asked at the end") }
        guard losses.acknowledged > 0 else {
            return ChaosFinding(check: check, verdict: .unknown, words: "no write was acknowledged at all")
        }
        let words =
            "\(losses.lost.grouped) of \(losses.acknowledged.grouped) lost, \(losses.unacknowledged.grouped) there though never acknowledged"
        return ChaosFinding(check: check, verdict: losses.lost == 0 ? .pass : mayLose ? .told : .fail, words: words)
    }

    private static func foreign(_ seen: ChaosObservation) -> ChaosFinding {
        guard let one = seen.confirmed, let other = seen.unconfirmed else {
            return ChaosFinding(check: .foreignWrites, verdict: .unknown, words: "no primary could be asked at the end")
        }
        let count = one.foreign + other.foreign
        return ChaosFinding(
            check: .foreignWrites, verdict: count == 0 ? .pass : .fail, words: "\(count.grouped) keys with a value that no client wrote")
    }

    private static func counter(_ seen: ChaosObservation, _ expected: ChaosExpectation) -> ChaosFinding {
        guard let lost = seen.countsLost else {
            return ChaosFinding(check: .counter, verdict: .unknown, words: "the counter could not be read")
        }
        return ChaosFinding(
            check: .counter, verdict: lost == 0 ? .pass : expected.mayLoseAcknowledged ? .told : .fail,
            words: "at least \(lost.grouped) acknowledged increments were taken back")
    }

    private static func twoPrimaries(_ seen: ChaosObservation, _ expected: ChaosExpectation) -> ChaosFinding {
        guard let span = seen.twoPrimaries else {
            return ChaosFinding(check: .twoPrimaries, verdict: .unknown, words: "not every Redis server could be probed")
        }
        let words = "\(FigureText.milliseconds(span)) ms"
        if let bound = expected.twoPrimaries, span > Double(bound) + resolution {
            return ChaosFinding(check: .twoPrimaries, verdict: .fail, words: words + ", at most \(bound.grouped) ms are allowed")
        }
        if seen.blindness > mostBlindness {
            let gap = FigureText.milliseconds(seen.blindness)
            return ChaosFinding(
                check: .twoPrimaries, verdict: expected.twoPrimaries == nil ? .told : .unknown,
                words: words + ", but nobody looked for \(gap) ms")
        }
        return ChaosFinding(check: .twoPrimaries, verdict: expected.twoPrimaries == nil && span > resolution ? .told : .pass, words: words)
    }

    private static func outage(_ seen: ChaosObservation, _ expected: ChaosExpectation) -> ChaosFinding {
        guard let outage = seen.outage else {
            return ChaosFinding(check: .outage, verdict: .unknown, words: "the client's report is missing")
        }
        let words = "\(FigureText.milliseconds(outage)) ms"
        guard let bound = expected.outage else { return ChaosFinding(check: .outage, verdict: .told, words: words) }
        return outage <= Double(bound)
            ? ChaosFinding(check: .outage, verdict: .pass, words: words)
            : ChaosFinding(check: .outage, verdict: .fail, words: words + ", at most \(bound.grouped) ms are allowed")
    }

    private static func failovers(_ seen: ChaosObservation, _ expected: ChaosExpectation) -> ChaosFinding {
        guard let failovers = seen.failovers else {
            return ChaosFinding(check: .failovers, verdict: .unknown, words: "the monitors' events were not recorded")
        }
        let wanted = expected.failovers
        let words =
            "\(failovers.count), \(wanted.lowerBound == wanted.upperBound ? "\(wanted.lowerBound)" : "\(wanted.lowerBound) to \(wanted.upperBound)") expected"
        return ChaosFinding(check: .failovers, verdict: wanted.contains(failovers.count) ? .pass : .fail, words: words)
    }

    private static func epochs(_ seen: ChaosObservation) -> ChaosFinding {
        guard let violations = seen.violations else {
            return ChaosFinding(check: .epochs, verdict: .unknown, words: "not every monitor's log and configuration could be read")
        }
        return ChaosFinding(
            check: .epochs, verdict: violations.isEmpty ? .pass : .fail,
            words: violations.isEmpty ? "nothing contradicts" : violations.joined(separator: "; "))
    }

    private static func healing(_ seen: ChaosObservation, _ expected: ChaosExpectation) -> ChaosFinding {
        guard let heal = seen.heal else {
            return ChaosFinding(
                check: .healing, verdict: .fail,
                words: "not whole \(expected.heal.grouped) ms after the last step; last seen: \(seen.unhealed)")
        }
        return ChaosFinding(check: .healing, verdict: .pass, words: "whole \(FigureText.milliseconds(heal)) ms after the last step")
    }

    private static func monitors(_ seen: ChaosObservation) -> ChaosFinding {
        guard let deaths = seen.deaths else {
            return ChaosFinding(check: .monitorsLive, verdict: .unknown, words: "the processes could not be looked at")
        }
        return ChaosFinding(
            check: .monitorsLive, verdict: deaths.isEmpty ? .pass : .fail,
            words: deaths.isEmpty ? "none did" : deaths.joined(separator: "; "))
    }
}
