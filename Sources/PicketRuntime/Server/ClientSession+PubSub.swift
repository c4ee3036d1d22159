import PicketAccess
import PicketCore
import PicketRESP
import PicketWire

/// Subscriptions, and the hellos of other monitors.
extension ClientSession {
    func subscribe(_ names: [ByteString], to kind: SubscriptionKind) -> Outcome {
        guard channels.count + patterns.count + names.count <= RuntimeLimits.subscriptionsPerClient else {
            return .error("ERR Too many subscriptions; a client may have \(RuntimeLimits.subscriptionsPerClient)")
        }
        return .confirmations(
            names.map { name in
                if !self[keyPath: kind.held].contains(name) {
                    self[keyPath: kind.held].append(name)
                    subscribers.subscribe(handler, record.id, to: name, kind)
                    noteSubscriptions()
                }
                return confirmation(kind.joining, name)
            })
    }

    /// Without names: from all.
    func unsubscribe(_ names: [ByteString], from kind: SubscriptionKind) -> Outcome {
        let leaving = names.isEmpty ? self[keyPath: kind.held] : names
        guard !leaving.isEmpty else { return .confirmations([confirmation(kind.leaving, nil)]) }
        return .confirmations(
            leaving.map { name in
                if let index = self[keyPath: kind.held].firstIndex(of: name) {
                    self[keyPath: kind.held].remove(at: index)
                    subscribers.unsubscribe(record.id, from: name, kind)
                    noteSubscriptions()
                }
                return confirmation(kind.leaving, name)
            })
    }

    private func confirmation(_ kind: String, _ name: ByteString?) -> RESPValue {
        .push([.bulk(kind), name.map { .bulk($0) } ?? .null, .integer(Int64(channels.count + patterns.count))])
    }

    /// A peer's hello, sent to us directly.
    func publish(channel: ByteString, message: ByteString) -> Outcome {
        guard channel.text == HelloText.channel else {
            return .error("ERR Only HELLO messages are accepted by Sentinel instances.")
        }
        if let hello = HelloText.decode(message.text) { server.control.tell(.helloReceived(hello)) }
        return .reply(.integer(1))
    }

    func pubsub(_ subcommand: CommandName.PubSub, _ command: ResolvedCommand, _ arguments: [ByteString]) -> Outcome {
        let counts = server.subscribers.counts.withLock { $0 }
        let names = arguments.dropFirst(2)
        switch subcommand {
        case .channels:
            guard names.count <= 1 else { return .reply(command.unfitting(arguments).reply) }
            let pattern = names.first.map { GlobPattern($0) }
            return .reply(.array(counts.channels.keys.filter { pattern?.matches($0) ?? true }.map { .bulk($0) }))
        case .numsub: return .reply(.array(names.flatMap { [.bulk($0), .integer(Int64(counts.channels[$0] ?? 0))] }))
        case .numpat: return .reply(.integer(Int64(counts.patterns.count)))
        case .help: return .reply(CommandTable.help("pubsub"))
        }
    }
}

/// The two ways to subscribe: by a channel's name, or by a pattern of names.
enum SubscriptionKind {
    case channel, pattern

    var joining: String { self == .channel ? "subscribe" : "psubscribe" }
    var leaving: String { self == .channel ? "unsubscribe" : "punsubscribe" }

    /// Where a session keeps them.
    var held: ReferenceWritableKeyPath<ClientSession, [ByteString]> { self == .channel ? \.channels : \.patterns }
}
