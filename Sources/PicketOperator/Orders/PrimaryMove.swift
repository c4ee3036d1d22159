/// Follows a switch that somebody else ordered: until the primary is another one for all that answer.
package struct PrimaryMove: Sendable {
    private static let lookAgain: Duration = .milliseconds(30)

    let panel: Panel
    let group: GroupPicture

    package init(_ panel: Panel, _ group: GroupPicture) {
        self.panel = panel
        self.group = group
    }

    /// - Returns: The new primary; nil where there is none in time.
    package func follow(within limit: Duration) async -> Address? {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while true {
            let survey = await panel.survey(of: group.name)
            let named = survey.answering.compactMap { $0.sighting(of: group.name)?.primary.address }
            if let first = named.first, first != group.primary?.address, named.allSatisfy({ $0 == first }) { return first }
            guard clock.now < deadline, (try? await clock.sleep(for: Self.lookAgain)) != nil else { return nil }
        }
    }
}
