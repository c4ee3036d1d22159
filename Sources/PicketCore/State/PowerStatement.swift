/// What an operator's power is used on, within one group.
package enum PowerSubject: Hashable, Sendable, Codable {
    /// The group's automatic failovers.
    case pause
    /// One instance, which is not to be promoted.
    case maintenance(Endpoint)
    /// A replica that is to be forgotten.
    case replica(Endpoint)
    /// Another monitor that is to be forgotten.
    case monitor(MonitorID)
}

/// Which of two orders about one subject is the later one.
///
/// Whoever takes an order counts on from the highest counter that it knows of the group. Two that do so at the same time, or on two sides
/// of a cut, may arrive at the same counter: then the greater id wins, at every monitor alike.
package struct PowerVersion: Hashable, Sendable, Codable, Comparable {
    package let counter: UInt64
    /// The monitor that took the order.
    package let author: MonitorID

    package init(counter: UInt64, author: MonitorID) {
        self.counter = counter
        self.author = author
    }

    package static func < (left: PowerVersion, right: PowerVersion) -> Bool { (left.counter, left.author) < (right.counter, right.author) }

    /// Greatest counter that is believed when a message brings it, so that one forged message cannot end all counting.
    package static let greatestCounter = UInt64.max / 4 * 3
}

/// What was ordered last about one subject. The monitors pass it on as it is, and the later version counts everywhere.
package struct PowerStatement: Hashable, Sendable, Codable {
    package var subject: PowerSubject
    package var version: PowerVersion
    /// Paused, in maintenance or forgotten; or not any more.
    ///
    /// That a pause is over, or that somebody who was forgotten is here again, each monitor finds out by itself: the version stays.
    package var isOn: Bool
    /// In the operator's words; empty where there were none.
    package var reason: String
    /// Of a pause: what was left of it when this was told or written. Monitors have no clock in common, so a time of day would not do.
    package var remaining: Duration
    /// Of a pause: `remaining` was worked out by the time of day after a restart. Who has counted it down all the while knows better.
    package var isEstimate: Bool
    /// Of a pause on disk: the time of day at which `remaining` was left of it. Nil until it is written.
    package var savedAt: TimeOfDay?

    package init(
        _ subject: PowerSubject, _ version: PowerVersion, isOn: Bool, reason: String = "", remaining: Duration = .zero,
        isEstimate: Bool = false, savedAt: TimeOfDay? = nil
    ) {
        self.subject = subject
        self.version = version
        self.isOn = isOn
        self.reason = reason
        self.remaining = remaining
        self.isEstimate = isEstimate
        self.savedAt = savedAt
    }

    package static let shortestPause: Duration = .seconds(1)
    package static let longestPause: Duration = .seconds(7 * 86_400)
    package static let usualPause: Duration = .seconds(30 * 60)
    /// Bytes of UTF-8.
    package static let longestReason = 200
}

/// A reading of the host's clock, in milliseconds since 1970. The core never reads it, and decides nothing by it: it only tells how long
/// a process was away.
package struct TimeOfDay: Hashable, Sendable, Codable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.milliseconds < right.milliseconds }
}

extension PowerStatement {
    /// Of a pause: how much is left of it at that time of day. A clock that was set back makes no pause longer.
    fileprivate func aged(to now: TimeOfDay) -> PowerStatement {
        guard isOn, case .pause = subject, let savedAt else { return self }
        var aged = self
        let away = Duration.milliseconds(max(0, now.milliseconds.subtractingReportingOverflow(savedAt.milliseconds).partialValue))
        aged.remaining = max(.zero, remaining - away)
        aged.savedAt = now
        return aged
    }
}

extension DurableState {
    /// What a process starts with that read this at that time of day: pauses went on while nobody ran.
    package func aged(to now: TimeOfDay) -> DurableState {
        var aged = self
        for name in groups.keys where groups[name]?.powers.isEmpty == false {
            aged.groups[name]?.powers = groups[name]!.powers.mapValues { $0.aged(to: now) }
        }
        return aged
    }
}

extension DurableChange {
    /// As it is written at that time of day.
    package func stamped(at now: TimeOfDay) -> DurableChange {
        guard case .powerStated(let name, var statement) = self, case .pause = statement.subject else { return self }
        statement.savedAt = now
        return .powerStated(name, statement)
    }
}
