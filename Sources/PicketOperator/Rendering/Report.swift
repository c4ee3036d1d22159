/// What a verb has to tell, for people and for programs.
package protocol Report: Sendable {
    var document: Document { get }
    func lines(_ page: Page) -> [String]
}

extension Report {
    package func text(_ format: OutputFormat, palette: Palette) -> String {
        switch format {
        case .table: lines(Page(palette: palette)).joined(separator: "\n")
        case .wide: lines(Page(palette: palette, isWide: true)).joined(separator: "\n")
        case .json: document.json
        case .yaml: document.yaml
        }
    }
}
