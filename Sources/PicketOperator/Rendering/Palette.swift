/// How a word is to look like. What colours these are is the palette's affair.
package enum Style: String, Hashable, Sendable {
    case plain
    case strong
    case faint
    case good
    case doubtful
    case bad
    case named
}

/// Colours for a terminal; none anywhere else.
package struct Palette: Hashable, Sendable {
    package let isColoured: Bool

    package init(isColoured: Bool) { self.isColoured = isColoured }
    package static let plain = Palette(isColoured: false)

    package func paint(_ text: String, _ style: Style) -> String {
        let code =
            switch style {
            case .plain: ""
            case .strong: "1"
            case .faint: "2"
            case .good: "32"
            case .doubtful: "33"
            case .bad: "1;31"
            case .named: "36"
            }
        return isColoured && !code.isEmpty && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}

/// What text is made for.
package struct Page: Hashable, Sendable {
    package var palette: Palette
    /// With everything there is.
    package var isWide: Bool
    /// Characters in a line; nil: as many as it takes.
    package var width: Int?

    package init(palette: Palette = .plain, isWide: Bool = false, width: Int? = nil) {
        self.palette = palette
        self.isWide = isWide
        self.width = width
    }
}
