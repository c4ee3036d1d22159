/// An explanation, for people and for programs.
package struct ExplainReport: Report {
    package let explanation: Explanation

    package init(_ explanation: Explanation) { self.explanation = explanation }

    package var document: Document {
        let (teller, reason): (Document, Document) =
            switch explanation.source {
            case .told(let monitor): (.text("\(monitor)"), .null)
            case .derived(let reason): (.null, .text(reason))
            }
        return [
            "group": .text(explanation.group), "verdict": .text(explanation.verdict), "state": .text(explanation.state), "toldBy": teller,
            "derivedBecause": reason, "primary": .text(explanation.primary), "downSinceMs": .number(explanation.downSinceMilliseconds),
            "nextRetryMs": .number(explanation.nextRetryMilliseconds), "quorum": .number(explanation.quorum),
            "majority": .number(explanation.majority), "monitorsAlive": .number(explanation.monitorsAlive),
            "monitorsKnown": .number(explanation.monitorsKnown),
            "paused": explanation.pause.map { ["secondsLeft": .number($0.secondsLeft), "reason": .text($0.reason)] } ?? .null,
            "maintenance": .texts(explanation.maintenance),
            "witnesses": .list(
                explanation.witnesses.map {
                    [
                        "id": .text($0.id), "address": .text($0.address), "kind": .text($0.kind), "opinion": .text($0.opinion),
                        "ageMs": .number($0.ageMilliseconds),
                    ]
                }),
            "votes": .list(explanation.votes.map { ["voter": .text($0.voter), "epoch": .number($0.epoch), "for": .text($0.candidate)] }),
            "replicas": .list(
                explanation.candidates.map {
                    [
                        "address": .text($0.address), "choosable": .flag($0.isChoosable), "reason": .text($0.reason),
                        "offset": .number($0.offset),
                        "priority": .number($0.priority),
                    ]
                }),
            "dissent": .list(
                explanation.dissent.map { ["monitor": .text("\($0.monitor)"), "state": .text($0.state), "verdict": .text($0.verdict)] }),
        ]
    }

    package func lines(_ page: Page) -> [String] {
        var lines = [
            "\(page.palette.paint(explanation.group, .strong))  \(page.palette.paint(explanation.state, stateStyle))  primary \(explanation.primary)"
        ]
        lines.append(explanation.verdict)
        switch explanation.source {
        case .told(let monitor): lines.append(page.palette.paint("(told by \(monitor))", .faint))
        case .derived(let reason): lines.append(page.palette.paint("(concluded from what the monitors show: \(reason))", .faint))
        }
        for other in explanation.dissent {
            lines.append(page.palette.paint("! \(other.monitor) sees it otherwise: \(other.verdict)", .doubtful))
        }
        lines.append("")
        lines += facts
        lines += section("Monitors", witnesses, page) + section("Votes", votes, page) + section("Replicas", candidates, page)
        return lines
    }

    private var stateStyle: Style {
        switch explanation.state {
        case "ok": .good
        case "paused", "failover", "failing-over", "suspected", "degraded", "drift": .doubtful
        default: .bad
        }
    }

    private var facts: [String] {
        var facts = [
            "Needed: \(explanation.quorum) to hold the primary down, \(explanation.majority) votes; "
                + "\(explanation.monitorsAlive) of \(FigureText.count(Int(explanation.monitorsKnown), "monitor")) can be reached."
        ]
        if let since = explanation.downSinceMilliseconds { facts.append("Held down for \(DurationText.brief(.milliseconds(since))).") }
        if let retry = explanation.nextRetryMilliseconds { facts.append("Next try in \(DurationText.brief(.milliseconds(retry))).") }
        if let pause = explanation.pause {
            facts.append("\(pause.text.prefix(1).uppercased() + pause.text.dropFirst()): picket resume \(explanation.group) ends it.")
        }
        if !explanation.maintenance.isEmpty { facts.append("In maintenance: \(FigureText.enumeration(explanation.maintenance)).") }
        return facts
    }

    private func section(_ title: String, _ grid: Grid, _ page: Page) -> [String] {
        grid.isEmpty ? [] : ["", page.palette.paint(title, .strong)] + grid.lines(page, indent: "  ")
    }

    private var witnesses: Grid {
        var grid = Grid([
            .init("MONITOR"), .init("KIND"), .init("PRIMARY IS"), .init("HEARD", isRight: true), .init("ID", isWideOnly: true),
        ])
        for witness in explanation.witnesses {
            let style: Style = witness.opinion == "down" ? .bad : witness.opinion == "up" ? .good : .doubtful
            grid.append([
                .init(witness.address.isEmpty ? String(witness.id.prefix(8)) : witness.address), .init(witness.kind),
                .init(witness.opinion, style),
                .init(heard(witness)), .init(witness.id, .faint),
            ])
        }
        return grid
    }

    private func heard(_ witness: Explanation.Witness) -> String {
        if let age = witness.ageMilliseconds, age > 0 { return DurationText.brief(.milliseconds(age)) + " ago" }
        return witness.opinion == "unknown" ? "-" : "now"
    }

    private var votes: Grid {
        var grid = Grid([.init("VOTER"), .init("EPOCH", isRight: true), .init("FOR")])
        func name(_ id: String) -> String {
            explanation.witnesses.first { $0.id == id && !$0.address.isEmpty }?.address ?? String(id.prefix(8))
        }
        for vote in explanation.votes { grid.append([.init(name(vote.voter)), .init("\(vote.epoch)"), .init(name(vote.candidate))]) }
        return grid
    }

    private var candidates: Grid {
        var grid = Grid([
            .init("REPLICA"), .init("CHOOSABLE"), .init("PRIORITY", isRight: true), .init("OFFSET", isRight: true), .init("WHY"),
        ])
        for candidate in explanation.candidates {
            grid.append([
                .init(candidate.address), .init(candidate.isChoosable ? "yes" : "no", candidate.isChoosable ? .good : .bad),
                .init(candidate.priority.map(String.init) ?? "?"), .init(candidate.offset.map { FigureText.grouped($0) } ?? "?"),
                .init(candidate.reason),
            ])
        }
        return grid
    }
}
