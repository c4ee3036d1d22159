import PicketRESP

/// A class of commands that a rule may name as a whole: `+@admin`.
///
/// Redis' full list, in its order. Most have no member here, yet a user's rules may come from a Redis server's file.
package enum CommandCategory: String, CaseIterable, Sendable, Hashable {
    case keyspace, read, write, set, sortedset, list, hash, string, bitmap, hyperloglog, geo, stream, pubsub, admin, fast, slow
    case blocking, dangerous, connection, transaction, scripting

    /// The category of this name in any letter case, without the `@`.
    package init?(named name: ByteString) {
        guard let found = Self.allCases.first(where: { ByteString($0.rawValue).equalsIgnoringCase(name) }) else { return nil }
        self = found
    }
}

/// Some of the categories; kept in Redis' order.
package struct CommandCategories: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package init(_ category: CommandCategory) {
        let position = CommandCategory.allCases.firstIndex(of: category) ?? 0
        rawValue = 1 << UInt32(position)
    }

    package static let connection = CommandCategories(.connection)
    package static let dangerous = CommandCategories(.dangerous)

    package func contains(_ category: CommandCategory) -> Bool { contains(CommandCategories(category)) }

    package var members: [CommandCategory] { CommandCategory.allCases.filter { contains($0) } }

    /// The categories that a command belongs to by its flags alone.
    package init(impliedBy flags: CommandFlags) {
        var result: CommandCategories = [CommandCategories(flags.contains(.fast) ? .fast : .slow)]
        if flags.contains(.admin) { result.formUnion([CommandCategories(.admin), .dangerous]) }
        if flags.contains(.pubsub) { result.insert(CommandCategories(.pubsub)) }
        self = result
    }
}
