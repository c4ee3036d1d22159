/// All groups, one line each, those with problems first.
package struct StatusReport: Report {
    package let groups: [GroupPicture]
    package let monitors: [MonitorReport]

    package init(_ survey: Survey, _ groups: [GroupPicture]) {
        self.groups = groups
        monitors = survey.monitors
    }

    package var document: Document {
        [
            "groups": .list(groups.map(\.document)),
            "monitors": .list(
                monitors.map {
                    [
                        "address": .text("\($0.address)"), "id": .text($0.id), "software": .text($0.software?.name),
                        "version": .text($0.software?.version), "failure": .text($0.failure?.text),
                    ]
                }),
        ]
    }

    package func lines(_ page: Page) -> [String] {
        guard !groups.isEmpty else { return ["The monitors watch no group yet: picket monitor NAME HOST:PORT QUORUM adds one."] }
        return grid.lines(page) + silence(page)
    }

    package var grid: Grid {
        var grid = Grid([
            .init("GROUP"), .init("STATE"), .init("PRIMARY"), .init("REPLICAS", isRight: true, expendability: 2),
            .init("LAG", isRight: true, expendability: 4), .init("MONITORS", isRight: true, expendability: 3),
            .init("QUORUM", isRight: true, expendability: 5), .init("EPOCH", isRight: true, isWideOnly: true),
            .init("DOWN-AFTER", isRight: true, isWideOnly: true), .init("NOTE", expendability: 1, isProse: true),
        ])
        for group in groups {
            grid.append([
                .init(group.name, .strong), .init(group.state.rawValue, group.state.style),
                .init(group.primary.map { "\($0.address)" } ?? "?"),
                .init("\(group.wellReplicas)/\(group.replicas.count)", group.wellReplicas < group.replicas.count ? .doubtful : .plain),
                .init(group.largestLag.map { FigureText.bytes($0) } ?? "-"),
                .init("\(group.usableMonitors)/\(group.knownMonitors)", group.hasMajority ? .plain : .bad), .init("\(group.quorum)"),
                .init("\(group.configEpoch)"), .init(DurationText.brief(.milliseconds(group.downAfterMilliseconds))), .init(note(group)),
            ])
        }
        return grid
    }

    /// The worst, how many more there are, and, whatever else is wrong, that it is paused.
    private func note(_ group: GroupPicture) -> String {
        guard let first = group.problems.first else { return "" }
        var note = first
        if let pause = group.pause, !note.hasPrefix("paused") { note = "\(pause.text); \(note)" }
        return group.problems.count > 1 ? "\(note) (+\(group.problems.count - 1) more)" : note
    }

    private func silence(_ page: Page) -> [String] {
        let silent = monitors.filter { !$0.answers }
        guard !silent.isEmpty else { return [] }
        return [""]
            + silent.map { page.palette.paint("monitor \($0.address) does not answer: \($0.failure?.text ?? "?")", .doubtful) }
            + [silent.lazy.compactMap { $0.failure?.advice }.first].compactMap(\.self)
    }
}
