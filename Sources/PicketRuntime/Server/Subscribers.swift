import NIOCore
import OrderedCollections
import PicketAccess
import PicketRESP

/// Who subscribed to what, on all clients' loops. Published from the control loop; each loop tells its own clients.
final class Subscribers: Sendable {
    /// Subscriptions in number, by channel and by pattern, for PUBSUB.
    let counts: LockedBox<Counts>
    private let loops: PerLoop<LoopSubscribers>

    struct Counts: Sendable {
        var channels: OrderedDictionary<ByteString, Int> = [:]
        var patterns: OrderedDictionary<ByteString, Int> = [:]

        subscript(kind: SubscriptionKind) -> OrderedDictionary<ByteString, Int> {
            get { kind == .channel ? channels : patterns }
            _modify {
                switch kind {
                case .channel: yield &channels
                case .pattern: yield &patterns
                }
            }
        }
    }

    init() {
        let counts = LockedBox(Counts())
        self.counts = counts
        loops = PerLoop { LoopSubscribers(counts: counts) }
    }

    /// Those of the loop that this is called on.
    func local(to loop: any EventLoop) -> LoopSubscribers { loops.local(to: loop) }

    func publish(_ message: String, on channel: String) {
        let (message, channel) = (ByteString(message), ByteString(channel))
        // Most events have no listeners, and no loop is woken for them. Who has had a subscription confirmed has been counted before.
        guard counts.withLock({ $0.channels[channel] != nil || !$0.patterns.isEmpty }) else { return }
        // Each loop hears of it on its own; the order among loops is of no consequence.
        for subscribers in loops.all {
            subscribers.eventLoop.execute { subscribers.value.publish(message, on: channel) }
        }
    }
}

/// The subscribers of one loop.
final class LoopSubscribers {
    private var channels: [ByteString: [Int64: ClientHandler]] = [:]
    private var patterns: OrderedDictionary<ByteString, (glob: GlobPattern, clients: [Int64: ClientHandler])> = [:]
    private let counts: LockedBox<Subscribers.Counts>

    init(counts: LockedBox<Subscribers.Counts>) { self.counts = counts }

    func subscribe(_ client: ClientHandler, _ id: Int64, to name: ByteString, _ kind: SubscriptionKind) {
        switch kind {
        case .channel: channels[name, default: [:]][id] = client
        case .pattern: patterns[name, default: (GlobPattern(name), [:])].clients[id] = client
        }
        counts.withLock { $0[kind][name, default: 0] += 1 }
    }

    func unsubscribe(_ id: Int64, from name: ByteString, _ kind: SubscriptionKind) {
        switch kind {
        case .channel:
            guard channels[name]?.removeValue(forKey: id) != nil else { return }
            if channels[name]?.isEmpty == true { channels[name] = nil }
        case .pattern:
            guard patterns[name]?.clients.removeValue(forKey: id) != nil else { return }
            if patterns[name]?.clients.isEmpty == true { patterns[name] = nil }
        }
        counts.withLock { Self.decrement(&$0[kind], name) }
    }

    private static func decrement(_ counts: inout OrderedDictionary<ByteString, Int>, _ key: ByteString) {
        guard let count = counts[key] else { return }
        if count > 1 { counts[key] = count - 1 } else { counts.removeValue(forKey: key) }
    }

    func publish(_ message: ByteString, on channel: ByteString) {
        // A client that is cut off for its slowness changes these tables: go over copies.
        if let clients = channels[channel] { tell(clients, ["message", channel, message]) }
        for (pattern, entry) in Array(patterns) where entry.glob.matches(channel) {
            tell(entry.clients, ["pmessage", pattern, channel, message])
        }
    }

    /// The same bytes to all who speak the same version of the protocol.
    private func tell(_ clients: [Int64: ClientHandler], _ words: [ByteString]) {
        let push = RESPValue.push(words.map { .bulk($0) })
        var encoded: (two: ByteBuffer?, three: ByteBuffer?)
        func bytes(_ version: RESPVersion) -> ByteBuffer {
            var buffer = ByteBuffer()
            buffer.writeRESP(push, version: version)
            return buffer
        }
        for client in clients.values {
            switch client.version {
            case .two:
                encoded.two = encoded.two ?? bytes(.two)
                encoded.two.map { client.push($0) }
            case .three:
                encoded.three = encoded.three ?? bytes(.three)
                encoded.three.map { client.push($0) }
            }
        }
    }
}
