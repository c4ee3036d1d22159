import OrderedCollections

/// What an instance calls a command instead (`sentinel rename-command`).
package struct CommandNames: Hashable, Sendable {
    /// Shared, because it travels with every command; nil where nothing is renamed, which is the rule.
    private let table: Table?

    private final class Table: Sendable {
        let renamed: OrderedDictionary<String, String>
        init(_ renamed: OrderedDictionary<String, String>) { self.renamed = renamed }
    }

    package init(_ renamed: OrderedDictionary<String, String> = [:]) { table = renamed.isEmpty ? nil : Table(renamed) }

    package var renamed: OrderedDictionary<String, String> { table?.renamed ?? [:] }

    /// The name to send for `command`, which is given in capitals as the wire module writes it.
    package subscript(command command: String) -> String {
        guard let table else { return command }
        return table.renamed[command.lowercased()] ?? command
    }

    package static func == (left: CommandNames, right: CommandNames) -> Bool {
        left.table === right.table || left.renamed == right.renamed
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(renamed) }
}

extension CommandNames: Codable {
    private enum CodingKeys: CodingKey {
        case renamed
    }

    package init(from decoder: any Decoder) throws {
        self.init(try decoder.container(keyedBy: CodingKeys.self).decode(OrderedDictionary<String, String>.self, forKey: .renamed))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(renamed, forKey: .renamed)
    }
}
