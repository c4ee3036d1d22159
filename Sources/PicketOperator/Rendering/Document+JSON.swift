extension Document {
    /// In lines with two blanks for each level.
    package var json: String {
        var text = ""
        writeJSON(to: &text, level: 0)
        return text
    }

    /// In one line.
    package var jsonLine: String {
        switch self {
        case .list(let values): "[" + values.map(\.jsonLine).joined(separator: ",") + "]"
        case .object(let fields): "{" + fields.map { "\(Self.quoted($0.name)):\($0.value.jsonLine)" }.joined(separator: ",") + "}"
        default: scalar
        }
    }

    private func writeJSON(to text: inout String, level: Int) {
        let inner = String(repeating: "  ", count: level + 1)
        let outer = String(repeating: "  ", count: level)
        switch self {
        case .list(let values) where !values.isEmpty:
            text += "[\n"
            for (index, value) in values.enumerated() {
                text += inner
                value.writeJSON(to: &text, level: level + 1)
                text += index == values.count - 1 ? "\n" : ",\n"
            }
            text += outer + "]"
        case .object(let fields) where !fields.isEmpty:
            text += "{\n"
            for (index, field) in fields.enumerated() {
                text += inner + Self.quoted(field.name) + ": "
                field.value.writeJSON(to: &text, level: level + 1)
                text += index == fields.count - 1 ? "\n" : ",\n"
            }
            text += outer + "}"
        default: text += jsonLine
        }
    }

    private var scalar: String {
        switch self {
        case .null: "null"
        case .flag(let isTrue): isTrue ? "true" : "false"
        case .number(let number): String(number)
        case .decimal(let number): number.isFinite ? "\(number)" : "null"
        case .text(let text): Self.quoted(text)
        case .list, .object: jsonLine
        }
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            // The terminal's own control characters too, though JSON would allow them.
            case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
