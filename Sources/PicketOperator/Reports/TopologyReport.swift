/// One group as a tree: who replicates whom, and what each monitor thinks of it.
package struct TopologyReport: Report {
    package let group: GroupPicture

    package init(_ group: GroupPicture) { self.group = group }

    package var document: Document { group.document }

    package func lines(_ page: Page) -> [String] {
        let palette = page.palette
        var lines = [
            "\(palette.paint(group.name, .strong))  \(palette.paint(group.state.rawValue, group.state.style))  quorum \(group.quorum), "
                + "\(group.usableMonitors) of \(FigureText.count(group.knownMonitors, "monitor")) usable (majority \(group.majority)), "
                + "epoch \(group.configEpoch)"
        ]
        if let pause = group.pause { lines.append(palette.paint("! \(pause.text): no automatic failover", .doubtful)) }
        lines += tree(page)
        for problem in group.problems where problem != group.pause?.text {
            lines.append(palette.paint("! \(problem.printable)", group.state.style == .good ? .plain : group.state.style))
        }
        return lines.map { line in page.width.map { AnsiText.clipped(line, to: $0) } ?? line }
    }

    private func tree(_ page: Page) -> [String] {
        let showsZones = group.instances.contains { $0.zone != nil } || group.monitors.contains { $0.zone != nil }
        var instances = Grid(
            [
                .init(""), .init(""), .init("", expendability: showsZones ? 4 : 9), .init(""), .init("", isRight: true, expendability: 3),
                .init("", isRight: true, expendability: 5), .init("", expendability: 6), .init("", isWideOnly: true),
                .init("", expendability: 7),
            ], hasTitles: false)
        var branches: [String] = []
        if let primary = group.primary {
            branches.append("├─\(primary.mark) ")
            instances.append(row(primary))
        } else {
            branches.append("├─? ")
            instances.append(["primary", "unknown", "", "", "", "", "", "", ""])
        }
        for (index, replica) in group.replicas.enumerated() {
            branches.append("│  \(index == group.replicas.count - 1 ? "└" : "├")─\(replica.mark) ")
            instances.append(row(replica))
        }
        let widest = branches.map(\.count).max() ?? 0
        let narrowed = Page(palette: page.palette, isWide: page.isWide, width: page.width.map { $0 - widest })
        let rows = instances.lines(narrowed)
        var lines = zip(branches, rows).map { branch, row in branch.padded(to: widest) + row }
        lines.append("└─ monitors")
        var monitors = Grid(
            [
                .init(""), .init("", expendability: showsZones ? 4 : 9), .init("", expendability: 3), .init("", expendability: 2),
                .init(""),
                .init("", isRight: true, isWideOnly: true),
            ], hasTitles: false)
        for monitor in group.monitors { monitors.append(row(monitor)) }
        let monitorRows = monitors.lines(Page(palette: page.palette, isWide: page.isWide, width: page.width.map { $0 - 6 }))
        for (index, row) in monitorRows.enumerated() {
            let mark = group.monitors[index].isSilent ? "?" : group.monitors[index].style == .good ? " " : "!"
            lines.append("   \(index == monitorRows.count - 1 ? "└" : "├")─\(mark)" + row)
        }
        return lines
    }

    private func row(_ instance: InstancePicture) -> [Grid.Cell] {
        let condition = instance.condition
        var notes: [String] = []
        if instance.isInMaintenance, condition.text != "maintenance" { notes.append("maintenance") }
        if case .heard(let age)? = instance.report?.source, age >= 0 {
            notes.append("as heard \(DurationText.brief(.milliseconds(age))) ago")
        }
        if let failure = instance.report?.failure, !instance.isDown { notes.append("not asked itself: \(failure.text)") }
        return [
            .init(instance.isPrimary ? "primary" : "replica", instance.isPrimary ? .strong : .plain), .init("\(instance.address)"),
            .init(instance.zone.map { "zone \($0)" } ?? ""), .init(condition.text, condition.style),
            .init(lag(instance)), .init(instance.report?.offset.map { "offset \(FigureText.grouped($0))" } ?? ""),
            .init(instance.priority.map { "priority \($0)" } ?? ""), .init(instance.version.map { "Redis \($0)" } ?? ""),
            .init(notes.joined(separator: "; "), .faint),
        ]
    }

    private func lag(_ instance: InstancePicture) -> String {
        guard let lag = instance.lag, !instance.isDown else { return "" }
        return "lag \(FigureText.bytes(lag.bytes))" + (lag.seconds.map { ", \($0) s" } ?? "")
    }

    private func row(_ monitor: MonitorOpinion) -> [Grid.Cell] {
        var words = monitor.words
        if let named = monitor.sight?.primary, named != group.primary?.address { words += ", names \(named)" }
        if monitor.heldDownBy > 0 { words += "; held down by \(monitor.heldDownBy) of \(monitor.knownBy) others" }
        return [
            .init(" \(monitor.address)"), .init(monitor.zone.map { "zone \($0)" } ?? ""), .init(monitor.software.map { "\($0)" } ?? "?"),
            .init(monitor.shortID, .faint), .init(words, monitor.style), .init(monitor.sight.map { "epoch \($0.configEpoch)" } ?? ""),
        ]
    }
}
