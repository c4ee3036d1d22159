import PicketAccess
import PicketCore
import PicketRESP
import PicketWire

/// Subscriptions, and the hellos of other monitors.
extension ClientSession {
    func subscribe(_ names: [ByteString]) -> Outcome {
        .confirmations(
            names.map { name in
                if !channels.contains(name) {
                    channels.append(name)
                    subscribers.subscribe(handler, record.id, to: name)
                    noteSubscriptions()
                }
                return confirmation("subscribe", name)
            })
    }

    func psubscribe(_ names: [ByteString]) -> Outcome {
        .confirmations(
            names.map { name in
                if !patterns.contains(name) {
                    patterns.append(name)
                    subscribers.subscribe(handler, record.id, toPattern: name)
                    noteSubscriptions()
                }
                return confirmation("psubscribe", name)
            })
    }

    /// Without names: from all.
    func unsubscribe(_ names: [ByteString]) -> Outcome {
        let leaving = names.isEmpty ? channels : names
        guard !leaving.isEmpty else { return .confirmations([confirmation("unsubscribe", nil)]) }
        return .confirmations(
            leaving.map { name in
                if let index = channels.firstIndex(of: name) {
                    channels.remove(at: index)
                    subscribers.unsubscribe(record.id, from: name)
                    noteSubscriptions()
                }
                return confirmation("unsubscribe", name)
            })
    }

    func punsubscribe(_ names: [ByteString]) -> Outcome {
        let leaving = names.isEmpty ? patterns : names
        guard !leaving.isEmpty else { return .confirmations([confirmation("punsubscribe", nil)]) }
        return .confirmations(
            leaving.map { name in
                if let index = patterns.firstIndex(of: name) {
                    patterns.remove(at: index)
                    subscribers.unsubscribe(record.id, fromPattern: name)
                    noteSubscriptions()
                }
                return confirmation("punsubscribe", name)
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
