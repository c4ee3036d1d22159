/// All monitors at one moment.
package struct Survey: Hashable, Sendable {
    /// In the order in which they were named; then those that were found, by address.
    package var monitors: [MonitorReport]

    package init(_ monitors: [MonitorReport]) { self.monitors = monitors }

    package var answering: [MonitorReport] { monitors.filter(\.answers) }

    /// By name.
    package var groups: [String] { Set(monitors.flatMap { $0.sightings.map(\.group) }).sorted() }

    /// Throws where nobody answers.
    package func requireAnswers(_ origin: String) throws(OperatorError) {
        guard answering.isEmpty else { return }
        let reasons = monitors.map { "\($0.address): \($0.failure?.text ?? "?")" }.joined(separator: "; ")
        let advice = monitors.lazy.compactMap { $0.failure?.advice }.first
        throw OperatorError(
            .noQuorum, "No monitor answers (\(reasons)).",
            advice: advice
                ?? "The addresses are from \(origin). Name others with --sentinels host:port,… or PICKET_SENTINELS, or choose a --context.")
    }
}
