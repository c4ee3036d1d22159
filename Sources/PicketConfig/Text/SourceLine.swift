/// A line and where it came from.
package struct SourceLine: Hashable, Sendable {
    package enum Origin: Hashable, Sendable { case mainFile, includedFile, commandLine }

    package let origin: Origin
    package let file: String
    /// From 1.
    package let number: Int
    package let line: ConfigurationLine

    /// A fault of the argument at `index`; past the last one: of the line's end.
    package func diagnostic(at index: Int, _ message: String, hint: String? = nil) -> Diagnostic {
        diagnostic(atOffset: index < line.tokens.count ? line.tokens[index].offset : line.bytes.count, message, hint: hint)
    }

    package func diagnostic(atOffset offset: Int, _ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(
            file: file, line: number, column: line.column(ofByteAt: offset), text: line.text.trimmedOfLineEnd, message: message, hint: hint)
    }
}

extension String {
    fileprivate var trimmedOfLineEnd: String { hasSuffix("\r") ? String(dropLast()) : self }
}
