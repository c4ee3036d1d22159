/// What every verb begins with: the monitors, and what they and the Redis servers show.
package struct OperatorSession: Sendable {
    package let settings: OperatorSettings
    package let panel: Panel

    package init(_ settings: OperatorSettings) {
        self.settings = settings
        panel = Panel(settings)
    }

    /// Everything now; throws where nobody answers, or nobody knows the group.
    package func look(at group: String? = nil, withSettings asksSettings: Bool = false) async throws(OperatorError) -> (
        survey: Survey, pictures: [GroupPicture]
    ) {
        let survey = try await panel.requireSurvey(of: group)
        let reports = await InstanceInquiry(panel, settings, asksSettings: asksSettings).reports(survey)
        return (survey, GroupMerging(survey, reports: reports, zones: settings.zones).pictures)
    }

    /// One group; without a name the only one there is.
    package func look(atOne group: String?, withSettings asksSettings: Bool = false) async throws(OperatorError) -> (
        survey: Survey, picture: GroupPicture
    ) {
        let (survey, pictures) = try await look(at: group, withSettings: asksSettings)
        if let group, let picture = pictures.first(where: { $0.name == group }) { return (survey, picture) }
        guard pictures.count == 1 else {
            throw .usage(
                pictures.isEmpty ? "The monitors watch no group." : "Which group? There is more than one.",
                advice: pictures.isEmpty
                    ? "picket monitor NAME HOST:PORT QUORUM adds one."
                    : "They know \(FigureText.enumeration(pictures.map(\.name).sorted())).")
        }
        return (survey, pictures[0])
    }

    /// The group that an instance is of; of several, the one that was named.
    package func look(atInstance address: Address, group: String?) async throws(OperatorError) -> GroupPicture {
        let pictures = try await look(at: group).pictures.filter { $0.instance(address) != nil }
        guard let picture = pictures.first else {
            throw .usage(
                "No monitor knows an instance \(address)\(group.map { " of \($0.printable)" } ?? "").",
                advice: "picket list shows all; the address must be written as it is there.")
        }
        guard pictures.count == 1 else {
            throw .usage(
                "\(address) is in \(FigureText.enumeration(pictures.map(\.name))).", advice: "Say which one is meant: --group NAME.")
        }
        return picture
    }
}
