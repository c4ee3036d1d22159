/// Rows and columns, for a terminal or as Markdown.
package struct TextTable: Hashable, Sendable {
    package enum Alignment: Hashable, Sendable {
        case left
        case right
    }

    package struct Column: Hashable, Sendable {
        package let title: String
        package let alignment: Alignment

        package init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    package let columns: [Column]
    package private(set) var rows: [[String]] = []

    package init(_ columns: [Column]) { self.columns = columns }

    /// Missing cells at the end are empty.
    package mutating func append(_ cells: [String]) {
        precondition(cells.count <= columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells + Array(repeating: "", count: columns.count - cells.count))
    }

    /// Columns two blanks apart; no blanks at the end of a line.
    package var text: String {
        let widths = widths { $0 }
        let lines = [columns.map(\.title), widths.map { String(repeating: "─", count: $0) }] + rows
        return lines.map { cells in
            let line = zip(zip(columns, widths), cells).map { Self.padded($1, $0.0.alignment, $0.1) }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n") + "\n"
    }

    /// Readable as it is, too.
    package var markdown: String {
        let widths = widths(Self.escaped).map { max($0, 3) }
        let rule = zip(columns, widths).map { column, width in
            column.alignment == .left ? String(repeating: "-", count: width) : String(repeating: "-", count: width - 1) + ":"
        }
        let lines = ([columns.map(\.title)] + rows).map { cells in
            zip(zip(columns, widths), cells).map { Self.padded(Self.escaped($1), $0.0.alignment, $0.1) }
        }
        return ([lines[0], rule] + lines.dropFirst()).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n") + "\n"
    }

    private func widths(_ shown: (String) -> String) -> [Int] {
        columns.indices.map { index in ([columns[index].title] + rows.map { $0[index] }).map { shown($0).count }.max() ?? 0 }
    }

    private static func padded(_ cell: String, _ alignment: Alignment, _ width: Int) -> String {
        alignment == .left ? cell.left(width) : cell.right(width)
    }

    private static func escaped(_ cell: String) -> String {
        cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
