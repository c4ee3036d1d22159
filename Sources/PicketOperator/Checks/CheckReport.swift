/// Whether a group would survive what may happen to it.
package struct CheckReport: Report {
    package let group: GroupPicture
    package let findings: [Finding]
    package let forecasts: [LossForecast]

    package init(_ group: GroupPicture) {
        self.group = group
        findings = (MonitorLint.findings(group) + InstanceLint.findings(group)).enumerated()
            .sorted { ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset) }.map(\.element)
        forecasts = LossForecast.all(group)
    }

    /// No quorum comes first: everything else can wait.
    package func status(isStrict: Bool) -> VerbStatus {
        if !group.hasMajority { return .noQuorum }
        let limit: Finding.Severity = isStrict ? .warning : .error
        return findings.contains { $0.severity <= limit } ? .refused : .done
    }

    package var document: Document {
        [
            "group": .text(group.name), "quorum": .number(group.quorum), "majority": .number(group.majority),
            "monitorsUsable": .number(group.usableMonitors), "monitorsKnown": .number(group.knownMonitors),
            "canFailOver": .flag(canFailOver),
            "findings": .list(
                findings.map {
                    ["severity": .text($0.severity.rawValue), "rule": .text($0.rule), "text": .text($0.text), "advice": .text($0.advice)]
                }),
            "losses": .list(
                forecasts.map {
                    [
                        "lost": .text($0.lost), "monitorsLeft": .number($0.monitorsLeft), "replicasLeft": .number($0.replicasLeft),
                        "losesPrimary": .flag($0.losesPrimary), "quorum": .flag($0.hasQuorum), "majority": .flag($0.hasMajority),
                        "survives": .flag(!$0.fails),
                    ]
                }),
        ]
    }

    private var canFailOver: Bool { group.hasMajority && !group.candidates.isEmpty && group.pause == nil }

    package func lines(_ page: Page) -> [String] {
        let palette = page.palette
        let verdict: (String, Style) =
            canFailOver
            ? ("could fail over now", .good)
            : (group.pause != nil && group.hasMajority ? "would not fail over: paused" : "could not fail over now", .bad)
        var lines = [
            "\(palette.paint(group.name, .strong))  \(palette.paint(verdict.0, verdict.1))",
            "Quorum \(group.quorum), majority \(group.majority): \(group.usableMonitors) of \(FigureText.count(group.knownMonitors, "monitor")) can be reached; "
                + "\(group.candidates.count) of \(FigureText.count(group.replicas.count, "replica")) could be promoted.", "",
            palette.paint("If this is lost", .strong),
        ]
        var grid = Grid([.init("LOST"), .init("MONITORS LEFT", isRight: true), .init("REPLICAS LEFT", isRight: true), .init("THEN")])
        for forecast in forecasts {
            grid.append([
                .init(forecast.lost), .init("\(forecast.monitorsLeft)"), .init("\(forecast.replicasLeft)"),
                .init(forecast.words, forecast.fails ? .bad : .good),
            ])
        }
        lines += grid.lines(page, indent: "  ") + ["", palette.paint("Findings", .strong)]
        guard !findings.isEmpty else { return lines + ["  none"] }
        for finding in findings {
            lines.append(
                "  \(palette.paint(finding.severity.rawValue.padded(to: 7), finding.severity.style))  \(finding.rule): \(finding.text)")
            lines.append("           \(palette.paint(finding.advice, .faint))")
        }
        return lines
    }
}
