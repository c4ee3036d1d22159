/// Rows and columns for a terminal, in the manner of kubectl: titles in capitals, columns two blanks apart. Where a line has to fit, the
/// least important columns are left out, and then the last one is cut.
package struct Grid: Sendable {
    package struct Column: Sendable {
        package let title: String
        package var isRight = false
        /// 0: always there; of the others the highest goes first.
        package var expendability = 0
        /// Only where all is to be shown.
        package var isWideOnly = false
        /// Sentences: cut before other columns are left out, as long as their beginning is there.
        package var isProse = false

        package init(_ title: String, isRight: Bool = false, expendability: Int = 0, isWideOnly: Bool = false, isProse: Bool = false) {
            self.title = title
            self.isRight = isRight
            self.expendability = expendability
            self.isWideOnly = isWideOnly
            self.isProse = isProse
        }
    }

    package struct Cell: Sendable, ExpressibleByStringInterpolation {
        let text: String
        let style: Style

        package init(_ text: String, _ style: Style = .plain) {
            self.text = text.printable
            self.style = style
        }

        package init(stringLiteral value: String) { self.init(value) }
    }

    private static let gap = 2
    private static let leastProse = 24

    private let columns: [Column]
    private var rows: [[Cell]] = []
    private let hasTitles: Bool

    package init(_ columns: [Column], hasTitles: Bool = true) {
        self.columns = columns
        self.hasTitles = hasTitles
    }

    package var isEmpty: Bool { rows.isEmpty }

    package mutating func append(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells)
    }

    /// - Parameter indent: What stands in front of each line; the titles' line has blanks there.
    package func lines(_ page: Page, indent: String = "") -> [String] {
        let shown = shownColumns(page, room: page.width.map { $0 - indent.count })
        let widths = widths(shown)
        var lines: [String] = []
        if hasTitles {
            let titles = shown.map { Cell(columns[$0].title, .faint) }
            lines.append(line(titles, shown, widths, page, String(repeating: " ", count: indent.count)))
        }
        return lines + rows.map { row in line(shown.map { row[$0] }, shown, widths, page, indent) }
    }

    private func line(_ cells: [Cell], _ shown: [Int], _ widths: [Int], _ page: Page, _ indent: String) -> String {
        var text = indent
        var room = page.width.map { $0 - indent.count } ?? .max
        // Blanks at the end of a line are left out: what follows the last cell that says something is not written.
        let last = cells.lastIndex { !$0.text.isEmpty } ?? -1
        for (index, cell) in cells.enumerated() where index <= last && room > 0 {
            let isRight = columns[shown[index]].isRight
            let clipped = cell.text.clipped(to: min(room, max(widths[index], 1)))
            let padding = String(repeating: " ", count: max(0, min(widths[index], room) - clipped.count))
            let gap = index == last ? "" : String(repeating: " ", count: Self.gap)
            let painted = page.palette.paint(clipped, cell.style)
            text += isRight ? padding + painted + gap : painted + (index == last ? "" : padding) + gap
            room -= widths[index] + Self.gap
        }
        return text
    }

    private func shownColumns(_ page: Page, room: Int?) -> [Int] {
        var shown = columns.indices.filter { page.isWide || !columns[$0].isWideOnly }
        guard let room else { return shown }
        while leastWidth(shown) + Self.gap * (shown.count - 1) > room {
            guard let worst = shown.max(by: { columns[$0].expendability < columns[$1].expendability }), columns[worst].expendability > 0
            else { break }
            shown.removeAll { $0 == worst }
        }
        return shown
    }

    private func leastWidth(_ shown: [Int]) -> Int {
        zip(shown, widths(shown)).reduce(0) { $0 + (columns[$1.0].isProse ? min($1.1, Self.leastProse) : $1.1) }
    }

    private func widths(_ shown: [Int]) -> [Int] {
        shown.map { index in max(hasTitles ? columns[index].title.count : 0, rows.map { $0[index].text.count }.max() ?? 0) }
    }
}
