/// What `watch` shows at one moment, in the room there is: all groups, the chosen one in detail, and the latest events.
package struct WatchPage: Sendable {
    /// An event and the time of day at which it came.
    package struct Line: Sendable {
        package let time: String
        package let news: MonitorNews

        package init(time: String, news: MonitorNews) {
            self.time = time
            self.news = news
        }
    }

    package let origin: String
    package let time: String
    package let survey: Survey
    package let groups: [GroupPicture]
    /// The one that is shown in detail; where it is not there, the first.
    package let chosen: String?
    /// The latest last.
    package let events: [Line]

    package init(origin: String, time: String, survey: Survey, groups: [GroupPicture], chosen: String?, events: [Line]) {
        self.origin = origin
        self.time = time
        self.survey = survey
        self.groups = groups
        self.chosen = chosen
        self.events = events
    }

    package static let leastWidth = 40
    package static let leastHeight = 8

    /// Exactly `height` lines of at most `width` characters.
    package func lines(width: Int, height: Int, palette: Palette) -> [String] {
        let page = Page(palette: palette, isWide: width >= 150, width: width)
        var lines = [header(page)]
        guard width >= Self.leastWidth, height >= Self.leastHeight else {
            return Self.fitted(lines + ["The window is too small: \(Self.leastWidth)x\(Self.leastHeight) at least."], width, height)
        }
        // A third for the groups, the chosen one in full if it fits, and what is left for the events: four lines at least.
        lines.append("")
        lines += table(page, room: max(3, (height - 4) / 3))
        let detail = detail(page)
        let room = height - lines.count - 1 - 5
        if !detail.isEmpty, room >= 3 {
            lines.append("")
            lines +=
                detail.count <= room
                ? detail : Array(detail.prefix(room - 1)) + [palette.paint("… \(detail.count - room + 1) more lines", .faint)]
        }
        lines += ["", palette.paint("Events", .strong)]
        lines += tail(page, room: height - lines.count)
        return Self.fitted(lines, width, height)
    }

    private static func fitted(_ lines: [String], _ width: Int, _ height: Int) -> [String] {
        let cut = lines.prefix(height).map { AnsiText.clipped($0, to: width) }
        return cut + Array(repeating: "", count: max(0, height - cut.count))
    }

    private func header(_ page: Page) -> String {
        let answering = survey.answering.count
        let style: Style = answering == survey.monitors.count ? .good : .doubtful
        let left =
            "\(page.palette.paint("picket", .strong))  \(origin)  "
            + page.palette.paint(
                "\(answering) of \(FigureText.count(survey.monitors.count, "monitor")) \(answering == 1 ? "answers" : "answer")", style)
        let right = "\(time)  q quits, ↑↓ choose"
        let gap = (page.width ?? 80) - AnsiText.length(left) - right.count
        return gap >= 2 ? left + String(repeating: " ", count: gap) + page.palette.paint(right, .faint) : left + "  " + right
    }

    private var chosenGroup: GroupPicture? { groups.first { $0.name == chosen } ?? groups.first }

    private func table(_ page: Page, room: Int) -> [String] {
        guard !groups.isEmpty else {
            return survey.answering.isEmpty ? [page.palette.paint("No monitor answers.", .bad)] + silence : ["The monitors watch no group."]
        }
        let rows = StatusReport(survey, groups).grid.lines(
            Page(palette: page.palette, isWide: page.isWide, width: page.width.map { $0 - 2 }))
        let chosenName = chosenGroup?.name
        // The first row has the titles.
        var lines = rows.enumerated().map { index, row in (index > 0 && groups[index - 1].name == chosenName ? "> " : "  ") + row }
        guard lines.count > room else { return lines }
        // The chosen one stays in sight.
        let index = groups.firstIndex { $0.name == chosenName } ?? 0
        let first = max(0, min(index - (room - 3) / 2, groups.count - (room - 2)))
        let shown = lines[(first + 1)..<(first + room - 1)]
        lines = [lines[0]] + shown + [page.palette.paint("  … \(groups.count - shown.count) more groups", .faint)]
        return lines
    }

    private var silence: [String] { survey.monitors.map { "  \($0.address): \($0.failure?.text ?? "?")" } }

    private func detail(_ page: Page) -> [String] { chosenGroup.map { TopologyReport($0).lines(page) } ?? [] }

    private func tail(_ page: Page, room: Int) -> [String] {
        guard room > 0 else { return [] }
        guard !events.isEmpty else { return [page.palette.paint("  none yet", .faint)] }
        let names = Dictionary(survey.monitors.compactMap { monitor in monitor.id.map { ($0, "\(monitor.address)") } }) { first, _ in first
        }
        return events.suffix(room).map { line in
            let words = EventWords.sentence(line.news) { names[String($0)] } ?? "\(line.news.name) \(line.news.text)"
            let group = line.news.group.map { groups.count > 1 ? "\($0): " : "" } ?? ""
            return "\(page.palette.paint(line.time, .faint))  \(page.palette.paint("\(line.news.monitor)", .named))  "
                + page.palette.paint("\(group)\(words)", EventWords.style(line.news))
        }
    }
}
