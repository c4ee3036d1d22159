import NIOCore
import PicketCore

/// The one clock of the process. Monotonic: what an operator or NTP does to the time of day is no event.
enum MonotonicClock {
    static var now: Instant { instant(.now()) }

    static func instant(_ deadline: NIODeadline) -> Instant {
        Instant(sinceStart: .nanoseconds(Int64(clamping: deadline.uptimeNanoseconds)))
    }

    static func deadline(_ instant: Instant) -> NIODeadline {
        let (seconds, attoseconds) = instant.sinceStart.components
        // Some 146 years: a time-out can be set to more, and means never.
        guard seconds < Int64.max / 2_000_000_000 else { return .distantFuture }
        return .uptimeNanoseconds(UInt64(clamping: seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
    }
}
