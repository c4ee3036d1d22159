/// What became of a switch.
package struct SwitchOutcome: Report {
    package let group: String
    package let status: VerbStatus
    package let from: Address?
    package let to: Address?
    /// From the order until every monitor that answers names the new primary.
    package let milliseconds: Double
    /// Nil where no picketd led it.
    package let record: FailoverRecord?
    package let reason: String?
    package let advice: String?
    package let notes: [String]
    package let after: GroupPicture?

    package var document: Document {
        [
            "group": .text(group), "status": .number(Int(status.rawValue)), "meaning": .text(status.meaning), "from": .text(from),
            "to": .text(to),
            "ms": .decimal((milliseconds * 10).rounded() / 10), "reason": .text(reason), "notes": .texts(notes),
            "trace": record?.document ?? .null,
            "after": after?.document ?? .null,
        ]
    }

    package func lines(_ page: Page) -> [String] {
        let palette = page.palette
        var lines: [String] = []
        let took = "\(FigureText.milliseconds(milliseconds)) ms"
        switch status {
        case .done, .doneWithPossibleLoss:
            lines.append(palette.paint("\(group): the primary is \(to.map { "\($0)" } ?? "?"), after \(took).", .good))
            if status == .doneWithPossibleLoss { lines.append(palette.paint("! writes that it did not have are lost", .doubtful)) }
        case .timedOutChanged:
            lines.append(palette.paint("\(group): not all agree after \(took), and something has changed: \(reason ?? "")", .bad))
        default:
            lines.append(palette.paint("\(group): nothing was changed: \(reason ?? status.meaning)", .bad))
        }
        if let record, !record.phases.isEmpty {
            let phases = record.phases.map { "\($0.name) \(FigureText.milliseconds($0.milliseconds))" }.joined(separator: ", ")
            lines.append("Phases, ms: \(phases); \(record.cause), epoch \(record.epoch), \(record.outcome)")
        }
        lines += notes.map { palette.paint("! \($0)", .doubtful) }
        if let after { lines += [""] + TopologyReport(after).lines(page) }
        if let advice { lines.append(advice) }
        return lines
    }
}
