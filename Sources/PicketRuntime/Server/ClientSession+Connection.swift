import NIOCore
import PicketAccess
import PicketCore
import PicketRESP

/// PING, AUTH, HELLO, RESET, ROLE, SHUTDOWN, COMMAND.
extension ClientSession {
    func ping(_ command: ResolvedCommand, _ arguments: [ByteString]) -> Outcome {
        guard arguments.count <= 2 else { return .reply(command.wrongNumberOfArguments.reply) }
        if isSubscribed, version == .two {
            return .reply(.array([.bulk("pong"), .bulk(arguments.count == 2 ? arguments[1] : "")]))
        }
        return .reply(arguments.count == 2 ? .bulk(arguments[1]) : .simple("PONG"))
    }

    func auth(_ arguments: [ByteString]) -> Outcome {
        switch server.access.control.authenticate(arguments) {
        case .success(let user):
            becomes(user)
            return .ok
        case .failure(let refusal):
            if refusal == .wrongPassword {
                logAuthenticationFailure(of: arguments.count == 3 ? arguments[1] : AccessControl.defaultUserName)
            }
            return .reply(refusal.reply)
        }
    }

    func hello(_ arguments: [ByteString]) -> Outcome {
        var wanted = version
        var next = 1
        if arguments.count > 1 {
            guard let number = Int64(decimal: arguments[1].text) else {
                return .error("ERR Protocol version is not an integer or out of range")
            }
            guard let known = RESPVersion(rawValue: Int(number)) else { return .error("NOPROTO unsupported protocol version") }
            wanted = known
            next = 2
        }
        var name: ByteString?
        var newUser: AccessUser?
        while next < arguments.count {
            let left = arguments.count - next - 1
            switch arguments[next].text.uppercased() {
            case "AUTH" where left >= 2:
                switch server.access.control.authenticate(user: arguments[next + 1], password: arguments[next + 2]) {
                case .success(let user): newUser = user
                case .failure(let refusal):
                    logAuthenticationFailure(of: arguments[next + 1])
                    return .reply(refusal.reply)
                }
                next += 3
            case "SETNAME" where left >= 1:
                guard Self.isGoodName(arguments[next + 1]) else { return Self.badName }
                name = arguments[next + 1]
                next += 2
            default: return .error("ERR Syntax error in HELLO option '\(arguments[next].text)'")
            }
        }
        if let newUser { becomes(newUser) }
        guard isAuthenticated else { return .reply(AuthenticationRefusal.requiredByHello) }
        if let name { record.state.withLock { $0.name = name } }
        version = wanted
        record.state.withLock { $0.version = wanted }
        return .reply(
            .map([
                RESPPair("server", .bulk("redis")), RESPPair("version", .bulk(ProcessFacts.redisVersion)),
                RESPPair("proto", .integer(Int64(wanted.rawValue))), RESPPair("id", .integer(record.id)),
                RESPPair("mode", .bulk("sentinel")),
                RESPPair("modules", .array([])),
            ]))
    }

    static func isGoodName(_ name: ByteString) -> Bool { name.bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
    static let badName = Outcome.error("ERR Client names cannot contain spaces, newlines or special characters.")

    /// As if the connection had just been made.
    func reset() -> Outcome {
        leaveAll()
        record.state.withLock {
            $0.name = ""
            $0.version = .two
            $0.noEvict = false
            $0.tracking = false
        }
        version = .two
        replyMode = .on
        trackingFlags = []
        noteSubscriptions()
        forgetUser()
        return .reply(.simple("RESET"))
    }

    func role() -> Outcome {
        let respond = handler.makeResponder()
        server.control.read({ supervisor, _ in supervisor.groupNames }) { names in
            respond(.array([.bulk("sentinel"), .array(names.map { .bulk($0.text) })]))
        }
        return .later
    }

    /// Sentinel has no dataset: SAVE, NOSAVE, NOW and FORCE all mean the same.
    func shutdown(_ arguments: [ByteString]) -> Outcome {
        let options = arguments.dropFirst().map { $0.text.uppercased() }
        guard options.allSatisfy({ ["SAVE", "NOSAVE", "NOW", "FORCE", "ABORT"].contains($0) }),
            !(options.contains("SAVE") && options.contains("NOSAVE"))
        else { return .error("ERR syntax error") }
        if options.contains("ABORT") { return .error(options.count == 1 ? "ERR No shutdown in progress." : "ERR syntax error") }
        logger.warning("Client \(record.address) asked for the end of this monitor (SHUTDOWN).")
        server.shutDown()
        return .silent
    }

    func commandTable(_ subcommand: CommandName.Command, _ arguments: [ByteString]) -> Outcome {
        switch subcommand {
        case .bare: .reply(CommandTable.everything())
        case .count: .reply(CommandTable.count())
        case .docs: .reply(CommandTable.docs(arguments))
        case .info: .reply(CommandTable.info(arguments))
        case .list: .reply(CommandTable.list(arguments))
        case .getkeys, .getkeysandflags: .reply(CommandTable.keys(arguments))
        case .help: .reply(CommandTable.help("command"))
        }
    }
}
