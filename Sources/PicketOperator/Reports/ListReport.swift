/// Every process that has to do with the groups, a line each: easy to read by awk, too.
package struct ListReport: Report {
    package let groups: [GroupPicture]

    package init(_ groups: [GroupPicture]) { self.groups = groups }

    package var document: Document { ["groups": .list(groups.map(\.document))] }

    package func lines(_ page: Page) -> [String] {
        var grid = Grid([
            .init("GROUP"), .init("ROLE"), .init("ADDRESS"), .init("ZONE", isWideOnly: !hasZones), .init("STATE"),
            .init("LAG", isRight: true),
            .init("PRIORITY", isRight: true, isWideOnly: true), .init("OFFSET", isRight: true, isWideOnly: true), .init("SOFTWARE"),
            .init("ID", isWideOnly: true),
        ])
        for group in groups.sorted(by: { $0.name < $1.name }) {
            for instance in group.instances { grid.append(row(instance, group.name)) }
            for monitor in group.monitors { grid.append(row(monitor, group.name)) }
        }
        return grid.isEmpty ? ["The monitors watch no group yet: picket monitor NAME HOST:PORT QUORUM adds one."] : grid.lines(page)
    }

    private var hasZones: Bool { groups.contains { $0.instances.contains { $0.zone != nil } || $0.monitors.contains { $0.zone != nil } } }

    private func row(_ instance: InstancePicture, _ group: String) -> [Grid.Cell] {
        let condition = instance.condition
        return [
            .init(group), .init(instance.isPrimary ? "primary" : "replica", instance.isPrimary ? .strong : .plain),
            .init("\(instance.address)"),
            .init(instance.zone ?? "-"), .init(condition.text, condition.style),
            .init(instance.isPrimary ? "-" : instance.lag.map { FigureText.bytes($0.bytes) } ?? "?"),
            .init(instance.priority.map(String.init) ?? "-"), .init(instance.report?.offset.map(String.init) ?? "-"),
            .init(instance.version.map { "redis-server \($0)" } ?? "redis-server"),
            .init(instance.runID.isEmpty ? "-" : instance.runID, .faint),
        ]
    }

    private func row(_ monitor: MonitorOpinion, _ group: String) -> [Grid.Cell] {
        let state: (String, Style) =
            switch monitor.stance {
            case .silent: ("silent", .bad)
            case .unaware: ("unaware", .bad)
            case .sees(let sight): sight.isPrimaryDown ? ("primary down", .bad) : ("watches", .good)
            }
        return [
            .init(group), "monitor", .init("\(monitor.address)"), .init(monitor.zone ?? "-"), .init(state.0, state.1), "-", "-", "-",
            .init(monitor.software.map { "\($0)" } ?? "?"), .init(monitor.id ?? "-", .faint),
        ]
    }
}
