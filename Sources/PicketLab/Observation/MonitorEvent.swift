/// What one monitor published, as seen by a subscriber.
package struct MonitorEvent: Sendable {
    /// The place of the monitor in its deployment, from 0.
    package let monitor: Int
    /// `+sdown`, `+switch-master` …
    package let name: String
    package let text: String
    package let at: ContinuousClock.Instant

    package var words: [Substring] { text.split(separator: " ") }
}
