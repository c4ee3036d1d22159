import OrderedCollections

/// What an instance calls a command instead (`sentinel rename-command`).
package struct CommandNames: Hashable, Sendable, Codable {
    package let renamed: OrderedDictionary<String, String>

    package init(_ renamed: OrderedDictionary<String, String> = [:]) { self.renamed = renamed }

    /// The name to send for `command`, which is given in capitals as the wire module writes it.
    package subscript(command command: String) -> String {
        renamed.isEmpty ? command : renamed[command.lowercased()] ?? command
    }
}
