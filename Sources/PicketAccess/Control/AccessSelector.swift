import OrderedCollections
import PicketRESP

/// What one set of rules permits: commands, the channels they may touch, and keys, of which a sentinel has none.
///
/// A user has one such set and may have more of them in parentheses; a request needs one that permits all of it.
package struct AccessSelector: Sendable, Hashable {
    /// What may be run, counted by `ResolvedCommand.permission`.
    package private(set) var commands = CommandSet()
    /// Commands that may be run only with one of these as their first argument.
    private var firstArguments: OrderedDictionary<Int, [ByteString]> = [:]
    /// How `commands` came to be, for showing it and writing it down.
    private var startsWithEverything = false
    private var commandRules: [CommandRule] = []

    package private(set) var permitsEveryKey = false
    private var keys: OrderedDictionary<ByteString, KeyAccess> = [:]

    package private(set) var permitsEveryChannel = false
    /// Channels by the pattern's text.
    private var channels: OrderedDictionary<ByteString, GlobPattern> = [:]

    /// A command rule that still has an effect.
    fileprivate struct CommandRule: Sendable, Hashable {
        enum Subject: Hashable {
            case category(CommandCategory)
            case command(Int)
            case firstArgument(Int, ByteString)
        }

        let allows: Bool
        let subject: Subject
    }

    private struct KeyAccess: OptionSet, Sendable, Hashable {
        let rawValue: UInt8
        static let read = KeyAccess(rawValue: 1)
        static let write = KeyAccess(rawValue: 2)
        static let both: KeyAccess = [.read, .write]
    }

    package init() {}

    /// Whether no request can be refused by these rules.
    package var permitsEverything: Bool { permitsEveryChannel && commands == .everything }

    // MARK: Asking

    package func permits(_ command: ResolvedCommand, arguments: [ByteString]) -> AccessDecision {
        guard permitsRunning(command, arguments: arguments) else { return .refused(.command(command.fullName)) }
        guard !permitsEveryChannel else { return .permitted }
        switch command.name {
        case .subscribe:
            return decision(on: arguments.dropFirst(), asPatterns: false)
        case .publish:
            return decision(on: arguments.dropFirst().prefix(1), asPatterns: false)
        case .psubscribe:
            return decision(on: arguments.dropFirst(), asPatterns: true)
        default:
            return .permitted
        }
    }

    /// Whether a channel may be used, or, for a pattern, whether exactly this pattern was granted.
    package func permits(channel: ByteString, asPattern: Bool) -> Bool {
        if permitsEveryChannel { return true }
        return asPattern ? channels[channel] != nil : channels.values.contains { $0.matches(channel) }
    }

    private func permitsRunning(_ command: ResolvedCommand, arguments: [ByteString]) -> Bool {
        if commands.contains(command.permission) || command.flags.contains(.noAuth) { return true }
        guard !firstArguments.isEmpty, arguments.count > 1, let granted = firstArguments[command.permission] else { return false }
        return granted.contains { $0.equalsIgnoringCase(arguments[1]) }
    }

    private func decision(on channels: ArraySlice<ByteString>, asPatterns: Bool) -> AccessDecision {
        guard let refused = channels.first(where: { !permits(channel: $0, asPattern: asPatterns) }) else { return .permitted }
        return .refused(.channel(refused))
    }

    // MARK: Applying rules

    /// Applies one rule about commands, keys or channels.
    mutating func apply(_ rule: ByteString) throws(AccessRuleProblem) {
        if rule.isEmpty { return }
        if rule.isWord("allcommands") { return permitAllCommands(true) }
        if rule.isWord("nocommands") { return permitAllCommands(false) }
        if rule.isWord("allkeys") { return permitAllKeys(true) }
        if rule.isWord("resetkeys") { return permitAllKeys(false) }
        if rule.isWord("allchannels") { return permitAllChannels(true) }
        if rule.isWord("resetchannels") { return permitAllChannels(false) }
        let body = ByteString(bytes: Array(rule.bytes.dropFirst()))
        switch rule.bytes[0] {
        case UInt8(ascii: "+"), UInt8(ascii: "-"): try applyCommandRule(body, allows: rule.bytes[0] == UInt8(ascii: "+"))
        case UInt8(ascii: "~"): try grantKeys(body, .both)
        case UInt8(ascii: "%"): try applyKeyRule(body)
        case UInt8(ascii: "&"): try grantChannels(body)
        default: throw .syntax
        }
    }

    mutating func permitAllChannels(_ permitted: Bool) {
        permitsEveryChannel = permitted
        channels = [:]
    }

    private mutating func permitAllCommands(_ permitted: Bool) {
        commands = permitted ? .everything : CommandSet()
        firstArguments = [:]
        startsWithEverything = permitted
        commandRules = []
    }

    private mutating func permitAllKeys(_ permitted: Bool) {
        permitsEveryKey = permitted
        keys = [:]
    }

    private mutating func applyCommandRule(_ name: ByteString, allows: Bool) throws(AccessRuleProblem) {
        if name.bytes.first == UInt8(ascii: "@") {
            let category = ByteString(bytes: Array(name.bytes.dropFirst()))
            if category.isWord("all") { return permitAllCommands(allows) }
            guard let category = CommandCategory(named: category) else { throw .unknownCommandOrCategory }
            let members = CommandTable.entries.indices.filter { CommandTable.entries[$0].specification.categories.contains(category) }
            return settle(CommandRule(allows: allows, subject: .category(category)), on: members)
        }
        if let found = CommandTable.position(ofFullName: name) {
            // Another spelling is the same command, and is written down under the name that every server knows.
            let position = CommandTable.entries[found].permission
            return settle(
                CommandRule(allows: allows, subject: .command(position)), on: [position] + CommandTable.entries[position].subcommands)
        }
        guard allows, let bar = name.bytes.lastIndex(of: UInt8(ascii: "|")),
            let position = CommandTable.position(ofFullName: ByteString(bytes: Array(name.bytes[..<bar])))
        else { throw .unknownCommandOrCategory }
        let entry = CommandTable.entries[position]
        guard entry.container == nil else { throw .firstArgumentOfSubcommand }
        let argument = ByteString(bytes: Array(name.bytes[(bar + 1)...]))
        guard !argument.isEmpty else { throw .syntax }
        try Self.checkIsOneWord(argument)
        guard entry.subcommands.isEmpty else { throw .unknownCommandOrCategory }
        grant(position, withFirstArgument: argument)
    }

    /// Sets or clears the bits, and replaces what earlier rules said of the same commands.
    private mutating func settle(_ rule: CommandRule, on positions: [Int]) {
        for position in positions {
            let permission = CommandTable.entries[position].permission
            if rule.allows { commands.insert(permission) } else { commands.remove(permission) }
            firstArguments[permission] = nil
        }
        commandRules.removeAll { earlier in
            switch (earlier.subject, rule.subject) {
            case (.category(let earlier), .category(let category)): earlier == category
            case (.command(let earlier), .command), (.firstArgument(let earlier, _), .command): positions.contains(earlier)
            default: false
            }
        }
        commandRules.append(rule)
    }

    private mutating func grant(_ position: Int, withFirstArgument argument: ByteString) {
        guard firstArguments[position]?.contains(where: { $0.equalsIgnoringCase(argument) }) != true else { return }
        firstArguments[position, default: []].append(argument)
        let rule = CommandRule(allows: true, subject: .firstArgument(position, argument))
        commandRules.removeAll { $0 == rule }
        commandRules.append(rule)
    }

    private mutating func applyKeyRule(_ body: ByteString) throws(AccessRuleProblem) {
        // Before the letters are looked at, as in Redis.
        if permitsEveryKey { throw .everyKeyAlready }
        guard let tilde = body.bytes.firstIndex(of: UInt8(ascii: "~")), tilde > 0 else { throw .syntax }
        var access: KeyAccess = []
        for letter in body.bytes[..<tilde] {
            switch letter.asciiLowercased {
            case UInt8(ascii: "r"): access.insert(.read)
            case UInt8(ascii: "w"): access.insert(.write)
            default: throw .syntax
            }
        }
        try grantKeys(ByteString(bytes: Array(body.bytes[(tilde + 1)...])), access)
    }

    private mutating func grantKeys(_ pattern: ByteString, _ access: KeyAccess) throws(AccessRuleProblem) {
        if access == .both, pattern == "*" { return permitAllKeys(true) }
        if permitsEveryKey { throw .everyKeyAlready }
        try Self.checkIsOneWord(pattern)
        keys[pattern, default: []].formUnion(access)
    }

    private mutating func grantChannels(_ pattern: ByteString) throws(AccessRuleProblem) {
        if pattern == "*" { return permitAllChannels(true) }
        if permitsEveryChannel { throw .everyChannelAlready }
        try Self.checkIsOneWord(pattern)
        channels[pattern] = GlobPattern(pattern)
    }

    /// Blanks and zero bytes would not survive being written to a file.
    private static func checkIsOneWord(_ text: ByteString) throws(AccessRuleProblem) {
        if text.bytes.contains(where: { $0 == 0 || $0 == 0x20 || $0 >= 0x09 && $0 <= 0x0d }) { throw .syntax }
    }

    // MARK: Showing

    /// `-@all +ping -sentinel|set`: the rules that still count, which make the same commands when applied anew.
    package var commandsText: ByteString {
        let first: ByteString = startsWithEverything ? "+@all" : "-@all"
        return .joined([first] + commandRules.map(\.text))
    }

    /// `~a %R~b`.
    package var keysText: ByteString {
        if permitsEveryKey { return "~*" }
        return .joined(
            keys.map { pattern, access in
                switch access {
                case .read: "%R~" + pattern
                case .write: "%W~" + pattern
                default: "~" + pattern
                }
            })
    }

    /// `&a &b`.
    package var channelsText: ByteString {
        permitsEveryChannel ? "&*" : .joined(channels.keys.map { "&" + $0 })
    }

    /// All rules in the order in which Redis writes them.
    package var rulesText: ByteString {
        let channels = permitsEveryChannel ? channelsText : .joined(["resetchannels", channelsText])
        return .joined([keysText, channels, commandsText])
    }
}

extension AccessSelector.CommandRule {
    fileprivate var text: ByteString {
        let sign: ByteString = allows ? "+" : "-"
        switch subject {
        case .category(let category): return sign + ByteString("@\(category.rawValue)")
        case .command(let position): return sign + ByteString(CommandTable.entries[position].fullName)
        case .firstArgument(let position, let argument):
            return sign + ByteString("\(CommandTable.entries[position].fullName)|") + argument
        }
    }
}
