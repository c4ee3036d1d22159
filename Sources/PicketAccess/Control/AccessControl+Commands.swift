import PicketRESP

/// An answer, and what follows from it for others.
package struct AccessOutcome: Sendable, Hashable {
    package let reply: RESPValue
    package let consequence: AccessConsequence

    package init(reply: RESPValue, consequence: AccessConsequence) {
        self.reply = reply
        self.consequence = consequence
    }
}

/// What ACL's subcommands answer. `arguments` is the whole request each time, and was resolved before.
///
/// LOAD and SAVE are left to whoever may touch files; see `AccessControl.parse` and `lines`.
extension AccessControl {
    /// `ACL CAT [category]`.
    package static func categories(_ arguments: [ByteString]) -> RESPValue {
        switch arguments.count {
        case 2:
            return .array(CommandCategory.allCases.map { .bulk($0.rawValue) })
        case 3:
            guard let category = CommandCategory(named: arguments[2]) else {
                return .error("ERR Unknown category '\(arguments[2].shown(limit: 128))'")
            }
            return CommandTable.names(in: category)
        default:
            return CommandRefusal.unfittingArguments(arguments[1], of: "acl").reply
        }
    }

    /// `ACL DELUSER name …`: none is removed if the default user is among them.
    package mutating func deleteUsers(_ arguments: [ByteString]) -> AccessOutcome {
        guard !arguments[2...].contains(Self.defaultUserName) else {
            return AccessOutcome(reply: .error("ERR The 'default' user cannot be removed"), consequence: .none)
        }
        let removed = remove(arguments[2...])
        return AccessOutcome(
            reply: .integer(Int64(removed.count)), consequence: AccessConsequence(removed: removed, changed: []))
    }

    /// `ACL DRYRUN user command [argument …]`.
    package func dryRun(_ arguments: [ByteString]) -> RESPValue {
        guard let user = user(named: arguments[2]) else { return .error("ERR User '\(arguments[2].shown())' not found") }
        let request = Array(arguments[3...])
        switch CommandTable.resolve(request) {
        case .failure(.unknownCommand), .failure(.unknownSubcommand):
            return .error("ERR Command '\(arguments[3].shown())' not found")
        case .failure(let refusal):
            return refusal.reply
        case .success(let command):
            switch user.permits(command, arguments: request) {
            case .permitted: return .simple("OK")
            case .refused(let refusal): return .bulk(refusal.explanation(user: user.name))
            }
        }
    }

    /// `ACL GENPASS [bits]`: four bits a digit, 256 bits unless told.
    package static func generatedPassword(_ arguments: [ByteString], using generator: inout some RandomNumberGenerator) -> RESPValue {
        guard arguments.count <= 3 else { return CommandRefusal.unfittingArguments(arguments[1], of: "acl").reply }
        var bits: Int64 = 256
        if arguments.count == 3 {
            guard let wanted = arguments[2].exactInteger else { return .error("ERR value is not an integer or out of range") }
            guard (1...4096).contains(wanted) else {
                return .error(
                    "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096")
            }
            bits = wanted
        }
        let alphabet = Array("0123456789abcdef".utf8)
        let digits = (0..<(bits + 3) / 4).map { _ in alphabet[Int(generator.next(upperBound: UInt(alphabet.count)))] }
        return .bulk(ByteString(bytes: digits))
    }

    /// `ACL GETUSER name`.
    package func userDescription(_ arguments: [ByteString]) -> RESPValue {
        user(named: arguments[2])?.description ?? .null
    }

    /// `ACL LIST`.
    package func userLines() -> RESPValue { .array(lines().map { .bulk($0) }) }

    /// `ACL USERS`.
    package func userNames() -> RESPValue { .array(users.map { .bulk($0.name) }) }

    /// `ACL SETUSER name [rule …]`: all rules or none.
    package mutating func setUser(_ arguments: [ByteString]) -> AccessOutcome {
        do {
            try set(arguments[2], rules: Array(arguments[3...]))
        } catch {
            return AccessOutcome(reply: error.reply, consequence: .none)
        }
        return AccessOutcome(reply: .simple("OK"), consequence: AccessConsequence(removed: [], changed: [arguments[2]]))
    }
}
