import PicketRESP

/// What COMMAND and its subcommands answer. `arguments` is the whole request each time, and was resolved before.
extension CommandTable {
    /// `COMMAND`.
    package static func everything() -> RESPValue {
        .array(topLevel.filter { entries[$0].specification.isListed }.map(description(of:)))
    }

    /// `COMMAND COUNT`: subcommands do not count.
    package static func count() -> RESPValue {
        .integer(Int64(topLevel.count { entries[$0].specification.isListed }))
    }

    /// `COMMAND INFO [name …]`: null for each name that is none.
    package static func info(_ arguments: [ByteString]) -> RESPValue {
        guard arguments.count > 2 else { return everything() }
        return .array(arguments[2...].map { name in position(ofFullName: name).map(description(of:)) ?? .null })
    }

    /// `COMMAND DOCS [name …]`: names that are none are left out.
    package static func docs(_ arguments: [ByteString]) -> RESPValue {
        let wanted =
            arguments.count > 2
            ? arguments[2...].compactMap(position(ofFullName:)) : topLevel.filter { entries[$0].specification.isListed }
        return .map(wanted.map { RESPPair(entries[$0].fullName, documentation(of: $0)) })
    }

    /// `COMMAND LIST [FILTERBY MODULE|ACLCAT|PATTERN value]`: subcommands too.
    package static func list(_ arguments: [ByteString]) -> RESPValue {
        guard arguments.count > 2 else { return names { _ in true } }
        guard arguments.count == 5, arguments[2].isWord("filterby") else { return .error("ERR syntax error") }
        let value = arguments[4]
        if arguments[3].isWord("module") {
            return .array([])
        } else if arguments[3].isWord("aclcat") {
            guard let category = CommandCategory(named: value) else { return .array([]) }
            return names(in: category)
        } else if arguments[3].isWord("pattern") {
            let pattern = GlobPattern(value, ignoresCase: true)
            return names { pattern.matches($0.fullName) }
        }
        return .error("ERR syntax error")
    }

    /// The listed names of a category, for COMMAND LIST and ACL CAT.
    static func names(in category: CommandCategory) -> RESPValue {
        names { $0.specification.categories.contains(category) }
    }

    /// `COMMAND GETKEYS …` and `COMMAND GETKEYSANDFLAGS …`: nothing that a sentinel accepts has keys.
    package static func keys(_ arguments: [ByteString]) -> RESPValue {
        switch resolve(Array(arguments.dropFirst(2))) {
        case .success, .failure(.wrongNumberOfArguments), .failure(.unfittingArguments):
            .error("ERR The command has no key arguments")
        case .failure(.unknownCommand), .failure(.unknownSubcommand):
            .error("ERR Invalid command specified")
        }
    }

    /// `<container> HELP`, from the table itself. Spellings and deprecated names are left out.
    ///
    /// - Parameter container: a command with subcommands, by its name: `sentinel`.
    package static func help(_ container: String) -> RESPValue {
        guard let position = position(ofFullName: ByteString(container)) else { return .array([]) }
        let entry = entries[position]
        var lines = ["\(entry.fullName.uppercased()) <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"]
        if entry.specification.name != nil { lines += ["(no subcommand)", "    \(entry.specification.summary)"] }
        for position in entry.subcommands {
            let subcommand = entries[position].specification
            guard subcommand.aliasOf == nil, subcommand.deprecation == nil, subcommand.isExplained else { continue }
            lines.append(([subcommand.word.uppercased()] + subcommand.arguments.map(\.usage)).joined(separator: " "))
            lines.append("    \(subcommand.summary)")
        }
        return .array(lines.map { .simple($0) })
    }

    private static func names(where fits: (Entry) -> Bool) -> RESPValue {
        .array(entries.filter { $0.specification.isListed && fits($0) }.map { .bulk($0.fullName) })
    }

    /// The ten fields of COMMAND INFO. The three zeros are first key, last key and step: there are no keys.
    private static func description(of position: Int) -> RESPValue {
        let entry = entries[position]
        let specification = entry.specification
        let subcommands = entry.subcommands.filter { entries[$0].specification.isListed || !specification.isListed }
        return .array([
            .bulk(entry.fullName),
            .integer(Int64(specification.arity)),
            .set(specification.flags.names.map { .simple($0) }),
            .integer(0), .integer(0), .integer(0),
            .set(specification.categories.members.map { .simple("@\($0.rawValue)") }),
            .set(specification.tips.map { .bulk($0) }),
            .set([]),
            subcommands.isEmpty ? .set([]) : .array(subcommands.map(description(of:))),
        ])
    }

    private static func documentation(of position: Int) -> RESPValue {
        let entry = entries[position]
        let specification = entry.specification
        var fields = [
            RESPPair("summary", .bulk(specification.summary)), RESPPair("since", .bulk(specification.since)),
            RESPPair("group", .bulk(specification.group.rawValue)),
        ]
        if let complexity = specification.complexity { fields.append(RESPPair("complexity", .bulk(complexity))) }
        if let deprecation = specification.deprecation {
            fields.append(RESPPair("doc_flags", .set([.simple("deprecated")])))
            fields.append(RESPPair("deprecated_since", .bulk(deprecation.since)))
            fields.append(RESPPair("replaced_by", .bulk(deprecation.replacement)))
        }
        if !specification.arguments.isEmpty {
            fields.append(RESPPair("arguments", .array(specification.arguments.map(\.documentation))))
        }
        let subcommands = entry.subcommands.filter { entries[$0].specification.isListed || !specification.isListed }
        if !subcommands.isEmpty {
            fields.append(RESPPair("subcommands", .map(subcommands.map { RESPPair(entries[$0].fullName, documentation(of: $0)) })))
        }
        return .map(fields)
    }
}
