/// What became of an order, monitor by monitor.
package struct OrderReport: Report {
    package struct Line: Hashable, Sendable {
        package let monitor: Address
        package let software: MonitorSoftware?
        package let isDone: Bool
        package let text: String

        package init(monitor: Address, software: MonitorSoftware?, isDone: Bool, text: String) {
            self.monitor = monitor
            self.software = software
            self.isDone = isDone
            self.text = text
        }
    }

    /// What was to be done, in a sentence.
    package let order: String
    package let lines: [Line]
    package let notes: [String]
    package let status: VerbStatus

    package init(_ order: String, lines: [Line], notes: [String] = [], status: VerbStatus) {
        self.order = order
        self.lines = lines
        self.notes = notes
        self.status = status
    }

    package var document: Document {
        [
            "order": .text(order), "status": .number(Int(status.rawValue)), "meaning": .text(status.meaning),
            "monitors": .list(
                lines.map {
                    [
                        "address": .text("\($0.monitor)"), "software": .text($0.software?.name), "done": .flag($0.isDone),
                        "text": .text($0.text),
                    ]
                }), "notes": .texts(notes),
        ]
    }

    package func lines(_ page: Page) -> [String] {
        var grid = Grid([.init("MONITOR"), .init("SOFTWARE"), .init("RESULT")])
        for line in lines {
            grid.append([
                .init("\(line.monitor)"), .init(line.software.map { "\($0)" } ?? "?"), .init(line.text, line.isDone ? .good : .bad),
            ])
        }
        return [order] + grid.lines(page) + notes.map { page.palette.paint("! \($0.printable)", .doubtful) }
    }
}
