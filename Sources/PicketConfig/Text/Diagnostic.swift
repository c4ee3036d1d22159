/// One thing wrong with a configuration, and where.
package struct Diagnostic: Hashable, Sendable {
    /// The file as it was named, or `Configuration.commandLineName`.
    package let file: String
    /// From 1. On the command line: which directive.
    package let line: Int
    /// From 1, in characters: where the offending argument starts.
    package let column: Int
    /// The line as it stands.
    package let text: String
    package let message: String
    package let hint: String?

    package init(file: String, line: Int, column: Int, text: String, message: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.text = text
        self.message = message
        self.hint = hint
    }

    /// The block for stderr, in the shape that Redis' users know: line number, the line, and what is wrong with it.
    package static func report(_ diagnostics: [Diagnostic]) -> String {
        var report = "\n*** FATAL CONFIG FILE ERROR (picketd) ***\n"
        for diagnostic in diagnostics { report += diagnostic.rendered + "\n" }
        return report
    }

    /// The command line comes last, in reports as in effect.
    var fileRank: Int { isOfCommandLine ? 1 : 0 }
    private var isOfCommandLine: Bool { file == Configuration.commandLineName }

    private var rendered: String {
        let prefix = ">>> '"
        let place =
            isOfCommandLine
            ? "Reading the command line, at directive \(line)" : "Reading the configuration file, at line \(line) of \(file)"
        // A tab moves the caret as it moved the text above it.
        let margin = String((prefix + text).prefix(prefix.count + column - 1).map { $0 == "\t" ? "\t" : " " })
        var rendered = "\(place)\n\(prefix)\(text)'\n\(margin)^\n\(message)\n"
        if let hint { rendered += "Hint: \(hint)\n" }
        return rendered
    }
}

/// A configuration that cannot be used. Holds every fault that was found, at least one.
package struct InvalidConfiguration: Error, Hashable, CustomStringConvertible {
    package let diagnostics: [Diagnostic]

    package init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    package var description: String { Diagnostic.report(diagnostics) }
}
