import NIOCore
import PicketAccess
import PicketRESP

/// CLIENT and its subcommands. Those that only make sense with keys are answered as Redis answers where there are none.
extension ClientSession {
    func client(_ subcommand: CommandName.Client, _ command: ResolvedCommand, _ arguments: [ByteString]) -> Outcome {
        switch subcommand {
        case .id: return .reply(.integer(record.id))
        case .getname:
            let name = record.state.withLock { $0.name }
            return .reply(name.isEmpty ? .null : .bulk(name))
        case .setname:
            guard Self.isGoodName(arguments[2]) else { return Self.badName }
            record.state.withLock { $0.name = arguments[2] }
            return .ok
        case .setinfo: return setInfo(arguments)
        case .info: return .reply(.verbatim(record.line(at: .now()) + "\n"))
        case .list: return list(arguments)
        case .kill: return kill(arguments)
        case .reply: return setReplyMode(arguments[2].text.uppercased())
        case .noEvict:
            guard let on = Self.flag(arguments[2]) else { return .error("ERR syntax error") }
            record.state.withLock { $0.noEvict = on }
            return .ok
        case .pause: return pauseClients(command, arguments)
        case .unpause:
            server.pause.cancel()
            return .ok
        case .tracking: return setTracking(arguments)
        case .trackinginfo:
            let flags = trackingFlags.isEmpty ? ["off"] : trackingFlags
            return .reply(
                .map([
                    RESPPair("flags", .set(flags.map { .bulk($0) })), RESPPair("redirect", .integer(trackingFlags.isEmpty ? -1 : 0)),
                    RESPPair("prefixes", .array([])),
                ]))
        case .getredir: return .reply(.integer(trackingFlags.isEmpty ? -1 : 0))
        case .caching:
            guard Self.yesOrNo(arguments[2]) != nil else { return .error("ERR syntax error") }
            guard trackingFlags.contains("optin") || trackingFlags.contains("optout") else {
                return .error(
                    "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled")
            }
            return .ok
        case .unblock:
            return unblock(command, arguments)
        case .help: return .reply(CommandTable.help("client"))
        }
    }

    private static func flag(_ argument: ByteString) -> Bool? {
        switch argument.text.uppercased() {
        case "ON": true
        case "OFF": false
        default: nil
        }
    }

    private static func yesOrNo(_ argument: ByteString) -> Bool? {
        switch argument.text.uppercased() {
        case "YES": true
        case "NO": false
        default: nil
        }
    }

    private func setInfo(_ arguments: [ByteString]) -> Outcome {
        let option = arguments[2].text.lowercased()
        guard option == "lib-name" || option == "lib-ver" else { return .error("ERR Unrecognized option '\(arguments[2].text)'") }
        guard Self.isGoodName(arguments[3]) else {
            return .error("ERR \(option) cannot contain spaces, newlines or special characters.")
        }
        record.state.withLock { if option == "lib-name" { $0.libraryName = arguments[3] } else { $0.libraryVersion = arguments[3] } }
        return .ok
    }

    /// No command of a monitor blocks.
    private func unblock(_ command: ResolvedCommand, _ arguments: [ByteString]) -> Outcome {
        guard arguments.count <= 4 else { return .reply(command.unfitting(arguments).reply) }
        if arguments.count == 4, !["TIMEOUT", "ERROR"].contains(arguments[3].text.uppercased()) {
            return .error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
        }
        guard Int64(decimal: arguments[2].text) != nil else { return .error("ERR value is not an integer or out of range") }
        return .reply(.integer(0))
    }

    private func setReplyMode(_ mode: String) -> Outcome {
        switch mode {
        case "ON":
            replyMode = .on
            return .ok
        case "OFF": replyMode = .off
        case "SKIP": if replyMode != .off { replyMode = .skipping }
        default: return .error("ERR syntax error")
        }
        return .silent
    }

    /// `CLIENT PAUSE ms [WRITE|ALL]`. A monitor has no writes: WRITE pauses nothing.
    private func pauseClients(_ command: ResolvedCommand, _ arguments: [ByteString]) -> Outcome {
        guard arguments.count <= 4 else { return .reply(command.unfitting(arguments).reply) }
        let mode = arguments.count == 4 ? arguments[3].text.uppercased() : "ALL"
        guard mode == "ALL" || mode == "WRITE" else { return .error("ERR CLIENT PAUSE mode must be WRITE or ALL") }
        guard let milliseconds = Int64(decimal: arguments[2].text) else { return .error("ERR timeout is not an integer or out of range") }
        guard milliseconds >= 0 else { return .error("ERR timeout is negative") }
        if mode == "ALL" {
            server.pause.extend(to: .now() + .milliseconds(min(milliseconds, 1_000_000_000)))
        }
        return .ok
    }

    /// There are no keys, so nothing is ever invalidated; clients that insist on tracking get it.
    private func setTracking(_ arguments: [ByteString]) -> Outcome {
        guard let on = Self.flag(arguments[2]) else { return .error("ERR syntax error") }
        var flags = ["on"]
        var hasPrefix = false
        var next = 3
        while next < arguments.count {
            switch arguments[next].text.uppercased() {
            case "BCAST": flags.append("bcast")
            case "OPTIN": flags.append("optin")
            case "OPTOUT": flags.append("optout")
            case "NOLOOP": flags.append("noloop")
            case "REDIRECT" where next + 1 < arguments.count:
                guard let id = Int64(decimal: arguments[next + 1].text) else {
                    return .error("ERR value is not an integer or out of range")
                }
                guard server.registry.client(id) != nil else { return .error("ERR The client ID you want redirect to does not exist") }
                next += 1
            case "PREFIX" where next + 1 < arguments.count:
                hasPrefix = true
                next += 1
            default: return .error("ERR syntax error")
            }
            next += 1
        }
        if on, let conflict = Self.trackingConflict(flags, hasPrefix: hasPrefix) { return .error(conflict) }
        trackingFlags = on ? flags : []
        record.state.withLock { $0.tracking = on }
        return .ok
    }

    private static func trackingConflict(_ flags: [String], hasPrefix: Bool) -> String? {
        let (isBroadcast, optsIn, optsOut) = (flags.contains("bcast"), flags.contains("optin"), flags.contains("optout"))
        if hasPrefix, !isBroadcast { return "ERR PREFIX option requires BCAST mode to be enabled" }
        if isBroadcast, optsIn || optsOut { return "ERR OPTIN and OPTOUT are not compatible with BCAST" }
        if optsIn, optsOut { return "ERR You can't specify both OPTIN mode and OPTOUT mode" }
        return nil
    }

    // MARK: LIST and KILL

    private func list(_ arguments: [ByteString]) -> Outcome {
        var clients = server.registry.all
        let options = arguments.dropFirst(2).map(\.text)
        if options.count == 2, options[0].uppercased() == "TYPE" {
            guard let kind = Self.kind(options[1]) else { return .error("ERR Unknown client type '\(options[1])'") }
            clients = clients.filter { $0.kind == kind }
        } else if options.count >= 2, options[0].uppercased() == "ID" {
            var ids: [Int64] = []
            for option in options.dropFirst() {
                guard let id = Int64(decimal: option) else { return .error("ERR Invalid client ID") }
                ids.append(id)
            }
            clients = clients.filter { ids.contains($0.id) }
        } else if !options.isEmpty {
            return .error("ERR syntax error")
        }
        let now = NIODeadline.now()
        return .reply(.verbatim(clients.map { $0.line(at: now) + "\n" }.joined()))
    }

    /// A monitor has no replication links, but knows their names.
    private static func kind(_ text: String) -> String? {
        switch text.lowercased() {
        case "normal", "master", "pubsub": text.lowercased()
        case "slave", "replica": "replica"
        default: nil
        }
    }

    private func kill(_ arguments: [ByteString]) -> Outcome {
        if arguments.count == 3 {
            let victims = server.registry.all.filter { $0.address == arguments[2].text }
            guard !victims.isEmpty else { return .error("ERR No such client") }
            return close(victims, answer: .simple("OK"))
        }
        var filters: [(ClientRecord) -> Bool] = []
        var skipsMe = true
        for index in stride(from: 2, to: arguments.count, by: 2) {
            guard index + 1 < arguments.count else { return .error("ERR syntax error") }
            let value = arguments[index + 1].text
            switch arguments[index].text.uppercased() {
            case "ID":
                guard let id = Int64(decimal: value), id > 0 else { return .error("ERR client-id should be greater than 0") }
                filters.append { $0.id == id }
            case "TYPE":
                guard let kind = Self.kind(value) else { return .error("ERR Unknown client type '\(value)'") }
                filters.append { $0.kind == kind }
            case "USER":
                let name = arguments[index + 1]
                guard server.access.control.user(named: name) != nil else { return .error("ERR No such user '\(value)'") }
                filters.append { $0.state.withLock { $0.user } == name }
            case "ADDR": filters.append { $0.address == value }
            case "LADDR": filters.append { $0.localAddress == value }
            case "MAXAGE":
                guard let age = Int64(decimal: value), age > 0 else { return .error("ERR maxage is not an integer or out of range") }
                let now = NIODeadline.now()
                filters.append { (now - $0.createdAt).nanoseconds / 1_000_000_000 >= age }
            case "SKIPME":
                guard let skips = Self.yesOrNo(arguments[index + 1]) else { return .error("ERR syntax error") }
                skipsMe = skips
            default: return .error("ERR syntax error")
            }
        }
        let victims = server.registry.all.filter { client in
            (!skipsMe || client.id != record.id) && filters.allSatisfy { $0(client) }
        }
        return close(victims, answer: .integer(Int64(victims.count)))
    }

    /// The client that asks gets its answer before its own end.
    private func close(_ victims: [ClientRecord], answer: RESPValue) -> Outcome {
        for victim in victims where victim.id != record.id { victim.channel.close(promise: nil) }
        return victims.contains { $0.id == record.id } ? .closing(answer) : .reply(answer)
    }
}
