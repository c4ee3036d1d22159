/// No automatic failover for a while.
package struct Pause: Hashable, Sendable {
    package let secondsLeft: Int64
    package let reason: String

    package var text: String {
        "paused for \(DurationText.brief(.seconds(secondsLeft)))" + (reason.isEmpty ? "" : " (\(reason.printable))")
    }
}
