import NIOCore
import PicketRESP

/// Redis' commands, as far as monitors give them, with Redis 7.0's answers.
extension FleetShard {
    /// How many words each takes, its name among them; below zero: so many or more. With its first argument where that is a part of the name.
    private static let arities: [String: Int] = [
        "ping": -1, "info": -1, "role": 1, "publish": 3, "subscribe": -2, "unsubscribe": -1, "slaveof": 3, "replicaof": 3, "multi": 1,
        "exec": 1, "discard": 1, "config": -2, "client": -2, "failover": -1, "auth": -2, "hello": -1, "script": -2, "quit": -1,
        "client|setname": 3, "client|getname": 2, "client|setinfo": 4, "client|id": 2, "client|kill": -3, "client|pause": -3,
        "client|unpause": 2, "config|get": -3, "config|set": -4, "config|rewrite": 2, "script|kill": 2,
    ]

    /// The commonest requests, recognised by their bytes.
    private static let ping: StaticString = "PING"
    private static let publish: StaticString = "PUBLISH"

    /// False where a pause keeps it waiting: it is to be tried again.
    func execute(_ words: [UnsafeRawBufferPointer], on connection: FleetConnection) throws(LabError) -> Bool {
        guard let instance = connection.instance else {
            try control(words.map { String(decoding: $0, as: UTF8.self) }, on: connection)
            return true
        }
        if connection.transaction == nil, !connection.isSubscriber, instance.pause == nil {
            if words.count == 1, words[0].elementsEqual(Self.ping) {
                counts.pings += 1
                connection.output.writeStaticString("+PONG\r\n")
                noteOutput(connection)
                return true
            }
            if words.count == 3, words[0].elementsEqual(Self.publish) {
                counts.publications += 1
                let receivers = publish(channel: words[1], words[2], on: instance)
                connection.output.writeString(":\(receivers)\r\n")
                noteOutput(connection)
                return true
            }
        }
        let texts = words.map { String(decoding: $0, as: UTF8.self) }
        let name = texts[0].lowercased()
        if let pause = instance.pause, !pause.isForWritesOnly || name == "publish" || name == "exec" { return false }
        if let answer = try answer(name, texts, on: connection, instance) { reply(answer, to: connection) }
        return true
    }

    /// Nil where nothing is to be said, or has been already.
    private func answer(_ name: String, _ words: [String], on connection: FleetConnection, _ instance: FleetInstance) throws(LabError)
        -> RESPValue?
    {
        if let refusal = Self.refusal(of: name, words) {
            connection.isTransactionBad = true
            return .error(refusal)
        }
        if connection.isSubscriber, !["ping", "subscribe", "unsubscribe", "quit"].contains(name) {
            return .error(
                "ERR Can't execute '\(name)': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context")
        }
        switch name {
        case "multi":
            guard connection.transaction == nil else { return .error("ERR MULTI calls can not be nested") }
            connection.transaction = []
            connection.isTransactionBad = false
            return .simple("OK")
        case "discard":
            guard connection.transaction != nil else { return .error("ERR DISCARD without MULTI") }
            connection.transaction = nil
            return .simple("OK")
        case "exec":
            guard let transaction = connection.transaction else { return .error("ERR EXEC without MULTI") }
            connection.transaction = nil
            guard !connection.isTransactionBad else { return .error("EXECABORT Transaction discarded because of previous errors.") }
            var answers: [RESPValue] = []
            for words in transaction { answers.append(try perform(words[0].lowercased(), words, on: connection, instance) ?? .null) }
            return .array(answers)
        default:
            guard connection.transaction == nil else {
                connection.transaction?.append(words)
                return .simple("QUEUED")
            }
            return try perform(name, words, on: connection, instance)
        }
    }

    private static func refusal(of name: String, _ words: [String]) -> String? {
        guard let arity = arities[name] else {
            let arguments = words.dropFirst().map { "'\($0)' " }.joined()
            return "ERR unknown command '\(words[0])', with args beginning with: \(arguments)"
        }
        guard fits(words.count, arity) else { return "ERR wrong number of arguments for '\(name)' command" }
        guard name == "client" || name == "config" || name == "script" else { return nil }
        let whole = "\(name)|\(words[1].lowercased())"
        guard let arity = arities[whole] else { return "ERR unknown subcommand '\(words[1])'. Try \(name.uppercased()) HELP." }
        return fits(words.count, arity) ? nil : "ERR wrong number of arguments for '\(whole)' command"
    }

    private static func fits(_ count: Int, _ arity: Int) -> Bool { arity < 0 ? count >= -arity : count == arity }

    private func perform(_ name: String, _ words: [String], on connection: FleetConnection, _ instance: FleetInstance) throws(LabError)
        -> RESPValue?
    {
        counts.others += 1
        switch name {
        case "ping":
            guard words.count <= 2 else { return .error("ERR wrong number of arguments for 'ping' command") }
            if connection.isSubscriber { return .array([.bulk("pong"), .bulk(words.count == 2 ? words[1] : "")]) }
            return words.count == 2 ? .bulk(words[1]) : .simple("PONG")
        case "info":
            counts.others -= 1
            counts.infos += 1
            let sections = FleetInfo.sections(Array(words.dropFirst()))
            let replication = sections.contains(.replication) ? replication(of: instance).information(of: instance, at: now) : ""
            let text = FleetInfo.text(sections, of: instance, replication: replication, at: now)
            return .bulk(ByteString(bytes: Array(text.readableBytesView)))
        case "role": return replication(of: instance).role(of: instance, at: now)
        case "publish":
            return .integer(
                Int64(
                    Array(words[1].utf8).withUnsafeBytes { channel in
                        Array(words[2].utf8).withUnsafeBytes { publish(channel: channel, $0, on: instance) }
                    }))
        case "subscribe", "unsubscribe": return subscribe(name, Array(words.dropFirst()), connection)
        case "slaveof", "replicaof": return changeRole(words, instance)
        case "failover": return handOver(words, instance)
        case "config": return configure(words, instance)
        case "client": return try client(words, connection, instance)
        case "auth": return authenticate(words)
        case "hello": return greet(words, connection)
        case "script": return .error("NOTBUSY No scripts in execution right now.")
        case "quit":
            connection.isEnding = true
            return .simple("OK")
        default: return .error("ERR unknown command '\(name)'")
        }
    }

    // MARK: Publishing

    /// To its own subscribers, and through the stream of replication to those of its replicas.
    private func publish(channel: UnsafeRawBufferPointer, _ message: UnsafeRawBufferPointer, on instance: FleetInstance) -> Int {
        var frame = ByteBuffer()
        frame.reserveCapacity(channel.count + message.count + 48)
        frame.writeString("*3\r\n$7\r\nmessage\r\n$\(channel.count)\r\n")
        frame.writeBytes(channel)
        frame.writeString("\r\n$\(message.count)\r\n")
        frame.writeBytes(message)
        frame.writeStaticString("\r\n")
        let replication = replication(of: instance)
        replication.settle(at: now)
        replication.write(frame.readableBytes, on: instance, at: now)
        let name = String(decoding: channel, as: UTF8.self)
        let receivers = deliver(frame, name, by: instance)
        if instance.isPrimary || instance.isLinkUp {
            for replica in replication.followers(of: instance) where replica.condition == .alive { _ = deliver(frame, name, by: replica) }
        }
        return receivers
    }

    private func deliver(_ frame: ByteBuffer, _ channel: String, by instance: FleetInstance) -> Int {
        var receivers = 0
        for client in instance.clients where client.channels.contains(channel) {
            client.output.writeImmutableBuffer(frame)
            noteOutput(client)
            receivers += 1
        }
        counts.deliveries += receivers
        return receivers
    }

    private func subscribe(_ name: String, _ channels: [String], _ connection: FleetConnection) -> RESPValue? {
        let isLeaving = name == "unsubscribe"
        let named = isLeaving && channels.isEmpty ? connection.channels : channels
        for channel in named {
            if isLeaving {
                connection.channels.removeAll { $0 == channel }
            } else if !connection.channels.contains(channel) {
                connection.channels.append(channel)
            }
            reply(.array([.bulk(name), .bulk(channel), .integer(Int64(connection.channels.count))]), to: connection)
        }
        return named.isEmpty ? .array([.bulk(name), .null, .integer(0)]) : nil
    }

    // MARK: Roles

    private func changeRole(_ words: [String], _ instance: FleetInstance) -> RESPValue {
        let replication = replication(of: instance)
        if words[1].lowercased() == "no", words[2].lowercased() == "one" {
            replication.promote(instance, at: now)
            return .simple("OK")
        }
        guard let port = Int(words[2]) else { return .error("ERR value is not an integer or out of range") }
        guard (0...65_535).contains(port) else { return .error("ERR Invalid master port") }
        let isNew = replication.follow(instance, .init(host: words[1], port: port), at: now)
        return .simple(isNew ? "OK" : "OK Already connected to specified master")
    }

    /// FAILOVER [TO host port] [TIMEOUT ms], done at once: the replica has everything.
    private func handOver(_ words: [String], _ instance: FleetInstance) -> RESPValue {
        var target: Int?
        var isAbort = false
        var rest = words.dropFirst()[...]
        while let word = rest.popFirst()?.lowercased() {
            switch word {
            case "to":
                guard rest.popFirst() != nil, let port = rest.popFirst().flatMap({ Int($0) }) else { return .error("ERR syntax error") }
                target = port
            case "timeout":
                guard let time = rest.popFirst().flatMap({ Int($0) }), time > 0 else {
                    return .error("ERR FAILOVER timeout must be greater than 0")
                }
            case "abort": isAbort = true
            case "force": break
            default: return .error("ERR syntax error")
            }
        }
        if isAbort { return .error("ERR No failover in progress.") }
        guard instance.isPrimary else { return .error("ERR FAILOVER is not valid when server is a replica.") }
        let replication = replication(of: instance)
        replication.settle(at: now)
        let replicas = replication.followers(of: instance).filter { $0.condition == .alive }
        guard !replicas.isEmpty else { return .error("ERR FAILOVER requires connected replicas.") }
        guard let successor = target.map({ port in replicas.first { $0.port == port } }) ?? replicas.first else {
            return .error("ERR FAILOVER target HOST and PORT is not a replica.")
        }
        replication.promote(successor, at: now)
        _ = replication.follow(instance, .init(host: "127.0.0.1", port: successor.port), at: now)
        return .simple("OK")
    }

    // MARK: The server

    private func configure(_ words: [String], _ instance: FleetInstance) -> RESPValue {
        let known = [
            "replica-priority": "100", "min-replicas-to-write": "0", "min-replicas-max-lag": "10", "repl-diskless-sync-delay": "5",
        ]
        switch words[1].lowercased() {
        case "get":
            let names = words.dropFirst(2).map { Self.parameter($0) }.filter { known[$0] != nil }
            return .array(names.flatMap { [.bulk($0), .bulk(instance.parameters[$0] ?? known[$0] ?? "")] })
        case "set":
            guard words.count.isMultiple(of: 2) else { return .error("ERR wrong number of arguments for 'config|set' command") }
            let pairs = stride(from: 2, to: words.count, by: 2).map { (words[$0], words[$0 + 1]) }
            for (name, value) in pairs {
                guard known[Self.parameter(name)] != nil else {
                    return .error("ERR Unknown option or number of arguments for CONFIG SET - '\(name)'")
                }
                guard let number = Int(value), number >= 0 else {
                    return .error(
                        "ERR CONFIG SET failed (possibly related to argument '\(name)') - argument couldn't be parsed into an integer")
                }
            }
            for (name, value) in pairs { instance.parameters[Self.parameter(name)] = value }
            return .simple("OK")
        default: return .simple("OK")
        }
    }

    private static func parameter(_ name: String) -> String {
        let name = name.lowercased()
        return name == "slave-priority" ? "replica-priority" : name
    }

    private func client(_ words: [String], _ connection: FleetConnection, _ instance: FleetInstance) throws(LabError) -> RESPValue {
        switch words[1].lowercased() {
        case "setname":
            guard words[2].utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                return .error("ERR Client names cannot contain spaces, newlines or special characters.")
            }
            connection.name = words[2]
            return .simple("OK")
        case "getname": return connection.name.isEmpty ? .null : .bulk(connection.name)
        case "id": return .integer(connection.id)
        case "kill": return kill(words, connection, instance)
        case "pause":
            guard let time = Int64(words[2]), (0...3_600_000).contains(time) else {
                return .error("ERR timeout is not an integer or out of range")
            }
            guard words.count == 3 || ["write", "all"].contains(words[3].lowercased()) else {
                return .error("ERR CLIENT PAUSE mode must be WRITE or ALL")
            }
            instance.pause = (until: now + time * 1_000_000, isForWritesOnly: words.count > 3 && words[3].lowercased() == "write")
            hasPauses = true
            return .simple("OK")
        case "unpause":
            try unpause(instance)
            return .simple("OK")
        // Of Redis 7.2 on; the rest is 7.0's.
        default: return .simple("OK")
        }
    }

    private func kill(_ words: [String], _ connection: FleetConnection, _ instance: FleetInstance) -> RESPValue {
        guard words[2].lowercased() == "type", words.count >= 4 else { return .error("ERR syntax error") }
        let type = words[3].lowercased()
        var sparesCaller = true
        if words.count == 6, words[4].lowercased() == "skipme" { sparesCaller = words[5].lowercased() != "no" }
        guard ["normal", "pubsub", "master", "slave", "replica"].contains(type) else {
            return .error("ERR Unknown client type '\(words[3])'")
        }
        guard type == "normal" || type == "pubsub" else { return .integer(0) }
        let victims = instance.clients.filter { $0.isSubscriber == (type == "pubsub") && !(sparesCaller && $0 === connection) }
        for victim in victims {
            if victim === connection { victim.isEnding = true } else { end(victim) }
        }
        return .integer(Int64(victims.count))
    }

    private func authenticate(_ words: [String]) -> RESPValue {
        guard words.count <= 3 else { return .error("ERR syntax error") }
        guard words.count == 3 else {
            return .error(
                "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"
            )
        }
        return words[1] == "default" ? .simple("OK") : .error("WRONGPASS invalid username-password pair or user is disabled.")
    }

    /// There is only RESP2 here.
    private func greet(_ words: [String], _ connection: FleetConnection) -> RESPValue {
        guard words.count == 1 || words[1] == "2" else { return .error("NOPROTO unsupported protocol version") }
        return .array([
            .bulk("server"), .bulk("redis"), .bulk("version"), .bulk("7.0.15"), .bulk("proto"), .integer(2), .bulk("id"),
            .integer(connection.id), .bulk("mode"), .bulk("standalone"), .bulk("role"),
            .bulk(connection.instance?.isPrimary == false ? "replica" : "master"), .bulk("modules"), .array([]),
        ])
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func elementsEqual(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && memcmpEqual(text.utf8Start)
    }

    private func memcmpEqual(_ other: UnsafePointer<UInt8>) -> Bool {
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
