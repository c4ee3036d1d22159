/// A point on the monotonic clock of the one process that uses it. The core never asks for the time: it is told.
package struct Instant: Hashable, Sendable, Codable, Comparable, InstantProtocol {
    /// Since an arbitrary start that stays the same for the life of the process.
    package let sinceStart: Duration

    package init(sinceStart: Duration) { self.sinceStart = sinceStart }

    package func advanced(by duration: Duration) -> Instant { Instant(sinceStart: sinceStart + duration) }
    package func duration(to other: Instant) -> Duration { other.sinceStart - sinceStart }
    package static func < (left: Instant, right: Instant) -> Bool { left.sinceStart < right.sinceStart }
    package static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }
    package static func - (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: .zero - duration) }
    package static func - (later: Instant, earlier: Instant) -> Duration { later.sinceStart - earlier.sinceStart }
}

extension Instant {
    /// The next instant that is a multiple of `grid` after the start, in whole milliseconds.
    func roundedUp(to grid: Duration) -> Instant {
        let grid = max(grid.wholeMilliseconds, 1)
        return Instant(sinceStart: .milliseconds((sinceStart.wholeMilliseconds / grid + 1) * grid))
    }
}

extension Duration {
    /// Whole milliseconds, rounded down: the unit of every time in Sentinel's protocol and configuration.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
