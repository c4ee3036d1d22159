/// This program, and the monitors it can reach.
package struct VersionReport: Report {
    package static let version = "0.1.0"

    /// Nil: nobody was asked.
    package let survey: Survey?

    package init(_ survey: Survey?) { self.survey = survey }

    package var document: Document {
        [
            "picket": .text(Self.version),
            "monitors": .list(
                (survey?.monitors ?? []).map {
                    [
                        "address": .text("\($0.address)"), "software": .text($0.software?.name), "version": .text($0.software?.version),
                        "failure": .text($0.failure?.text),
                    ]
                }),
        ]
    }

    package func lines(_ page: Page) -> [String] {
        let own = "picket \(Self.version)"
        guard let survey, !survey.monitors.isEmpty else { return [own] }
        var grid = Grid([.init("MONITOR"), .init("SOFTWARE"), .init("VERSION"), .init("ID", isWideOnly: true), .init("NOTE")])
        for monitor in survey.monitors {
            let note = monitor.failure.map { "does not answer: \($0.text)" } ?? (monitor.software?.isPicketd == true ? "" : Self.limits)
            grid.append([
                .init("\(monitor.address)"), .init(monitor.software?.name ?? "?"), .init(monitor.software?.version ?? "?"),
                .init(monitor.id ?? "?"),
                .init(note, monitor.answers ? .faint : .bad),
            ])
        }
        return [own] + grid.lines(page)
    }

    private static let limits = "no pause, maintenance, forget, explain, history, planned switch"
}
