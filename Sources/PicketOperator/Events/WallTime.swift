import Glibc

/// The time of day as the machine has it.
package struct WallTime: Hashable, Sendable {
    package let secondsSinceEpoch: Int64
    package let milliseconds: Int

    package init(secondsSinceEpoch: Int64, milliseconds: Int) {
        self.secondsSinceEpoch = secondsSinceEpoch
        self.milliseconds = milliseconds
    }

    package static var now: WallTime { of(.now) }

    /// One moment by both clocks: taken once, so that what happened in an order is shown in that order.
    private static let anchor: (instant: ContinuousClock.Instant, milliseconds: Int64) = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return (.now, Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }()

    /// When a moment of the monotonic clock was.
    package static func of(_ instant: ContinuousClock.Instant) -> WallTime {
        let total = anchor.milliseconds + (instant - anchor.instant).wholeMilliseconds
        return WallTime(secondsSinceEpoch: total / 1_000, milliseconds: Int(total % 1_000))
    }

    private var parts: tm {
        var (seconds, parts) = (time_t(secondsSinceEpoch), tm())
        localtime_r(&seconds, &parts)
        return parts
    }

    private func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// `15:04:05`
    package var clock: String {
        let parts = parts
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    /// `15:04:05.123`
    package var clockWithMilliseconds: String {
        let digits = String(milliseconds)
        return "\(clock).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }

    /// `2026-11-21T15:04:05.123Z`
    package var iso8601: String {
        var (seconds, parts) = (time_t(secondsSinceEpoch), tm())
        gmtime_r(&seconds, &parts)
        let digits = String(milliseconds)
        return
            "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
            + ".\(String(repeating: "0", count: 3 - digits.count))\(digits)Z"
    }
}
