/// Deployments by name, so that nobody has to type addresses at night. Lines of words; `#` begins a comment.
///
///     current production
///
///     context production
///         sentinels 10.0.0.1:26379 10.0.0.2:26379 10.0.0.3:26379
///         user operator
///         password-file /etc/picket/operator.password
///         zone 10.0.0.1 a
package struct ContextFile: Hashable, Sendable {
    package private(set) var current: String?
    package private(set) var contexts: [OperatorContext] = []

    package init() {}

    /// - Parameter source: What the file is called in errors.
    package init(parsing text: String, source: String) throws(OperatorError) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let directive = words.first else { continue }
            do throws(OperatorError) {
                try take(directive, Array(words.dropFirst()))
            } catch {
                throw .usage("\(source), line \(index + 1): \(error.message)", advice: error.advice)
            }
        }
        if let current, !contexts.contains(where: { $0.name == current }) {
            throw .usage("\(source): the current context '\(current.printable)' is not in it.", advice: known)
        }
    }

    package subscript(name: String) -> OperatorContext? { contexts.first { $0.name == name } }

    package var known: String {
        contexts.isEmpty ? "It has no contexts." : "It has \(FigureText.enumeration(contexts.map(\.name)))."
    }

    private mutating func take(_ directive: String, _ values: [String]) throws(OperatorError) {
        switch directive {
        case "current": current = try Self.single(directive, values)
        case "context":
            let name = try Self.single(directive, values)
            guard self[name] == nil else { throw .usage("the context '\(name.printable)' is there twice.") }
            contexts.append(OperatorContext(name: name))
        default:
            guard !contexts.isEmpty else {
                throw .usage("'\(directive.printable)' stands before the first 'context NAME'.", advice: OperatorContext.advice)
            }
            try contexts[contexts.count - 1].take(directive, values)
        }
    }

    static func single(_ directive: String, _ values: [String]) throws(OperatorError) -> String {
        guard values.count == 1 else { throw .usage("'\(directive)' takes one word, and \(values.count) follow.") }
        return values[0]
    }
}
