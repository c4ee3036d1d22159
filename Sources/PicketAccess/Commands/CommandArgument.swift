import PicketRESP

/// One argument of a command, as COMMAND DOCS describes it and HELP spells it.
package struct CommandArgument: Sendable, Hashable {
    package indirect enum Kind: Sendable, Hashable {
        case string
        case integer
        case pattern
        /// A word that stands for itself: `ON`.
        case word
        case oneOf([CommandArgument])
        /// Several arguments that come together.
        case block([CommandArgument])
    }

    package let name: String
    package let kind: Kind
    /// The word that introduces the argument, or that is it.
    package let token: String?
    package let since: String?
    package let isOptional: Bool
    package let isMultiple: Bool
    /// Whether each repetition brings its token anew: `PREFIX a PREFIX b`.
    package let repeatsToken: Bool

    init(
        _ name: String, _ kind: Kind = .string, token: String? = nil, since: String? = nil, optional: Bool = false,
        multiple: Bool = false, repeatsToken: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.token = token
        self.since = since
        isOptional = optional
        isMultiple = multiple
        self.repeatsToken = repeatsToken
    }

    /// `word("ON")`: an argument that is nothing but its own name.
    static func word(_ token: String, since: String? = nil, optional: Bool = false) -> CommandArgument {
        CommandArgument(token.lowercased(), .word, token: token, since: since, optional: optional)
    }

    /// `[<bits>]`, `(ON|OFF)`, `<option> <value> [<option> <value> ...]`: as HELP shows it.
    package var usage: String {
        var body =
            switch kind {
            case .string, .integer, .pattern: "<\(name)>"
            case .word: token ?? name
            case .oneOf(let choices): choices.map(\.usage).joined(separator: "|")
            case .block(let parts): parts.map(\.usage).joined(separator: " ")
            }
        let isBracketed = isOptional && token == nil && !isMultiple
        if case .oneOf = kind, !isBracketed { body = "(\(body))" }
        let once = kind == .word ? body : [token, body].compactMap { $0 }.joined(separator: " ")
        let again = repeatsToken ? once : body
        switch (isOptional, isMultiple) {
        case (false, false): return once
        case (true, false): return "[\(once)]"
        case (false, true): return "\(once) [\(again) ...]"
        case (true, true): return token == nil ? "[\(again) ...]" : "[\(once) [\(again) ...]]"
        }
    }

    /// A map in Redis' order of fields.
    package var documentation: RESPValue {
        var fields = [RESPPair("name", .bulk(name)), RESPPair("type", .bulk(typeName))]
        if let token { fields.append(RESPPair("token", .bulk(token))) }
        if let since { fields.append(RESPPair("since", .bulk(since))) }
        let flags = [isOptional ? "optional" : nil, isMultiple ? "multiple" : nil, repeatsToken ? "multiple_token" : nil]
        if isOptional || isMultiple { fields.append(RESPPair("flags", .set(flags.compactMap { $0 }.map { .simple($0) }))) }
        switch kind {
        case .oneOf(let parts), .block(let parts):
            fields.append(RESPPair("arguments", .array(parts.map(\.documentation))))
        case .string, .integer, .pattern, .word:
            break
        }
        return .map(fields)
    }

    private var typeName: String {
        switch kind {
        case .string: "string"
        case .integer: "integer"
        case .pattern: "pattern"
        case .word: "pure-token"
        case .oneOf: "oneof"
        case .block: "block"
        }
    }
}
