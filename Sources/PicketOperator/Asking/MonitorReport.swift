/// What one monitor tells, or that it tells nothing. A value: everything that is shown of a deployment is computed from these.
package struct MonitorReport: Hashable, Sendable {
    package let address: Address
    /// Its lasting id: as it says, or as others say that know it.
    package var id: String?
    package var software: MonitorSoftware?
    /// Nil: it answered.
    package var failure: TalkFailure?
    package var sightings: [GroupSighting]

    package init(
        _ address: Address, id: String? = nil, software: MonitorSoftware? = nil, failure: TalkFailure? = nil,
        sightings: [GroupSighting] = []
    ) {
        self.address = address
        self.id = id
        self.software = software
        self.failure = failure
        self.sightings = sightings
    }

    package var answers: Bool { failure == nil }
    package func sighting(of group: String) -> GroupSighting? { sightings.first { $0.group == group } }
}

/// A group as one monitor sees it.
package struct GroupSighting: Hashable, Sendable {
    package let group: String
    package var primary: InstanceFields
    package var replicas: [InstanceFields]
    package var peers: [InstanceFields]

    package init(_ primary: InstanceFields, replicas: [InstanceFields] = [], peers: [InstanceFields] = []) {
        group = primary.name
        self.primary = primary
        self.replicas = replicas
        self.peers = peers
    }
}

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
