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
