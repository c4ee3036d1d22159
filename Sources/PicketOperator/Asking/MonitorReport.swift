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
