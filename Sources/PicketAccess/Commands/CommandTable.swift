import PicketRESP

/// Every command that a client may send.
///
/// Each command and each subcommand has an entry; a container's subcommands follow it. Positions in `entries` are what
/// permissions are counted by, and mean nothing outside the process.
package enum CommandTable {
    package struct Entry: Sendable {
        package let specification: CommandSpecification
        /// `sentinel|masters`.
        package let fullName: String
        /// Where the container stands, for a subcommand.
        package let container: Int?
        /// Where the subcommands stand; empty for most.
        package internal(set) var subcommands: Range<Int>
        /// The position that permission is given at: another one's where this is but a spelling of it.
        package internal(set) var permission: Int
        let subcommandIndex: NameIndex
    }

    package static let entries: [Entry] = {
        let specifications = [CommandSpecification.acl, .client, .command, .sentinel] + CommandSpecification.connection
        var entries: [Entry] = []
        for specification in (specifications + CommandSpecification.messaging).sorted(by: { $0.word < $1.word }) {
            append(specification, to: &entries)
        }
        precondition(entries.count <= CommandSet.capacity, "CommandSet has too few bits for the commands")
        return entries
    }()

    /// The positions of the commands that are not subcommands.
    package static let topLevel: [Int] = entries.indices.filter { entries[$0].container == nil }

    private static let index = NameIndex(topLevel.map { (entries[$0].fullName, $0) })

    private static func append(_ specification: CommandSpecification, to entries: inout [Entry]) {
        let container = entries.count
        let first = container + 1
        let subcommands = specification.subcommands
        entries.append(
            Entry(
                specification: specification, fullName: specification.word, container: nil,
                subcommands: first..<first + subcommands.count, permission: container,
                subcommandIndex: NameIndex(subcommands.indices.map { (subcommands[$0].word, first + $0) })))
        for (offset, subcommand) in subcommands.enumerated() {
            let original = subcommand.aliasOf.flatMap { alias in subcommands.firstIndex { $0.word == alias } }
            precondition((original == nil) == (subcommand.aliasOf == nil), "\(subcommand.word) is another name of nothing")
            entries.append(
                Entry(
                    specification: subcommand, fullName: "\(specification.word)|\(subcommand.word)", container: container,
                    subcommands: 0..<0, permission: first + (original ?? offset), subcommandIndex: NameIndex([])))
        }
    }

    /// Where a command stands, given by its full name in any letter case: `ping`, `SENTINEL|masters`.
    package static func position(ofFullName name: ByteString) -> Int? {
        guard let bar = name.bytes.firstIndex(of: UInt8(ascii: "|")) else { return index.position(of: name.bytes[...]) }
        guard let container = index.position(of: name.bytes[..<bar]) else { return nil }
        return entries[container].subcommandIndex.position(of: name.bytes[(bar + 1)...])
    }

    /// Finds out which command a request means, before anything is known of who sent it.
    ///
    /// As in Redis an unknown command or subcommand, or a wrong number of arguments, is told even to clients that have not
    /// authenticated or may not run it.
    ///
    /// - Parameter arguments: the whole request, the command's name first. An empty one is an unknown command.
    package static func resolve(_ arguments: [ByteString]) -> Result<ResolvedCommand, CommandRefusal> {
        guard let word = arguments.first, let top = index.position(of: word.bytes[...]) else {
            return .failure(.unknownCommand(arguments))
        }
        var position = top
        if arguments.count > 1, !entries[top].subcommands.isEmpty {
            guard let found = entries[top].subcommandIndex.position(of: arguments[1].bytes[...]) else {
                return .failure(.unknownSubcommand(arguments[1], of: entries[top].fullName))
            }
            position = found
        }
        let entry = entries[position]
        guard entry.specification.accepts(argumentCount: arguments.count), let name = entry.specification.name else {
            return .failure(.wrongNumberOfArguments(fullName: entry.fullName))
        }
        return .success(
            ResolvedCommand(name: name, position: position, permission: entry.permission, flags: entry.specification.flags))
    }
}

/// A request's command, found in the table and with a fitting number of arguments.
package struct ResolvedCommand: Sendable, Hashable {
    package let name: CommandName
    /// Where it stands in `CommandTable.entries`.
    package let position: Int
    /// Which bit of a `CommandSet` decides over it.
    package let permission: Int
    package let flags: CommandFlags

    /// The name as it was spelled in the request, in lower case: `sentinel|primaries`.
    package var fullName: String { CommandTable.entries[position].fullName }

    /// For what only the command itself finds out: `PING a b`.
    package var wrongNumberOfArguments: CommandRefusal { .wrongNumberOfArguments(fullName: fullName) }

    /// For a subcommand that takes so many arguments or so many, but not these: `ACL CAT a b`.
    package func unfitting(_ request: [ByteString]) -> CommandRefusal {
        let container = CommandTable.entries[position].container.map { CommandTable.entries[$0].fullName }
        return .unfittingArguments(request[container == nil ? 0 : 1], of: container ?? fullName)
    }
}

/// Finds positions by names, in any letter case and without allocating, since every request passes here.
struct NameIndex: Sendable {
    private let names: [[UInt8]]
    private let positions: [Int]
    /// Open addressing: where in `names` to look, -1 where nothing is. A power of two, at most half full.
    private var slots: [Int16]
    private let longest: Int

    init(_ entries: [(name: String, position: Int)]) {
        names = entries.map { Array($0.name.utf8) }
        positions = entries.map(\.position)
        longest = names.map(\.count).max() ?? 0
        var size = 2
        while size < names.count * 2 { size *= 2 }
        slots = Array(repeating: -1, count: size)
        for (ordinal, name) in names.enumerated() {
            var slot = Self.hash(name[...]) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int16(ordinal)
        }
    }

    func position(of name: ArraySlice<UInt8>) -> Int? {
        guard !name.isEmpty, name.count <= longest else { return nil }
        var slot = Self.hash(name) & (slots.count - 1)
        while slots[slot] >= 0 {
            let ordinal = Int(slots[slot])
            let known = names[ordinal]
            if known.count == name.count, zip(known, name).allSatisfy({ $0 == $1.asciiLowercased }) { return positions[ordinal] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// FNV-1a over the lower-cased bytes.
    private static func hash(_ name: ArraySlice<UInt8>) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in name { hash = (hash ^ UInt32(byte.asciiLowercased)) &* 16_777_619 }
        return Int(hash)
    }
}
