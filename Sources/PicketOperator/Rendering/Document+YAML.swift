extension Document {
    /// In block style; text that could be taken for something else is quoted.
    package var yaml: String { yamlLines.joined(separator: "\n") }

    private var yamlLines: [String] {
        switch self {
        case .list(let values) where !values.isEmpty:
            return values.flatMap { value in
                let lines = value.yamlLines
                return ["- " + lines[0]] + lines.dropFirst().map { "  " + $0 }
            }
        case .object(let fields) where !fields.isEmpty:
            return fields.flatMap { field in
                let name = Self.yamlText(field.name) + ":"
                let lines = field.value.yamlLines
                return field.value.isBlock ? [name] + lines.map { "  " + $0 } : [name + " " + lines[0]]
            }
        case .text(let text): return [Self.yamlText(text)]
        default: return [jsonLine]
        }
    }

    private var isBlock: Bool {
        switch self {
        case .list(let values): !values.isEmpty
        case .object(let fields): !fields.isEmpty
        default: false
        }
    }

    private static func yamlText(_ text: String) -> String {
        let isWord = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "_-./ ,;()+*".unicodeScalars.contains(scalar))
        }
        let first = text.unicodeScalars.first
        let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"].contains(text.lowercased())
        let isSafe =
            isWord && first?.properties.isAlphabetic == true && !reserved && text.last != " " && !text.hasSuffix(":")
            && !text.contains(" #")
        return isSafe ? text : quoted(text)
    }
}
