import PicketLab
import PicketOperator

/// A lab's processes.
struct LabReport: Report {
    let directory: String
    let lines: [Playground.Line]
    let sentinels: String

    init(_ playground: Playground) async {
        directory = playground.directory
        lines = await playground.status()
        sentinels = playground.monitorAddresses
    }

    var document: Document {
        [
            "directory": .text(directory), "sentinels": .text(sentinels),
            "processes": .list(
                lines.map { line in
                    [
                        "name": .text(line.entry.name), "kind": .text(line.entry.kind.rawValue), "group": .text(line.entry.group),
                        "port": .number(line.entry.port), "pid": .number(line.entry.process.map { Int($0.processID) }),
                        "condition": .text(line.condition),
                        "role": .text(line.role),
                    ]
                }),
        ]
    }

    func lines(_ page: Page) -> [String] {
        var grid = Grid([
            .init("NAME"), .init("KIND"), .init("PORT", isRight: true), .init("PID", isRight: true), .init("STATE"), .init("SAYS"),
            .init("LOG", isWideOnly: true),
        ])
        for line in lines {
            let entry = line.entry
            let style: Style = line.condition == "running" ? .good : line.condition == "dead" ? .bad : .doubtful
            grid.append([
                .init(entry.name), .init(entry.kind.rawValue), .init("\(entry.port)"),
                .init(entry.process.map { "\($0.processID)" } ?? "-"),
                .init(line.condition, style), .init(line.role),
                .init(NodeFiles(name: entry.name, port: entry.port, laboratory: directory).logPath),
            ])
        }
        return grid.lines(page)
    }
}
