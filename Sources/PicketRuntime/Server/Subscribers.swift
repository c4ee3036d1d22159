import NIOCore
import OrderedCollections
import PicketAccess
import PicketRESP

/// Who subscribed to what, on all clients' loops. Published from the control loop; each loop tells its own clients.
final class Subscribers: Sendable {
    private let loops: LockedBox<[ObjectIdentifier: NIOLoopBound<LoopSubscribers>]> = LockedBox([:])
    /// Subscriptions in number, by channel and by pattern, for PUBSUB.
    let counts = LockedBox(Counts())

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

    /// Those of the loop that this is called on.
    func local(to loop: any EventLoop) -> LoopSubscribers {
        let key = ObjectIdentifier(loop)
        if let known = loops.withLock({ $0[key] }) { return known.value }
        let bound = NIOLoopBound(LoopSubscribers(shared: self), eventLoop: loop)
        loops.withLock { $0[key] = bound }
        return bound.value
    }

    func publish(_ message: String, on channel: String) {
        // Each loop hears of it on its own; the order among loops is of no consequence.
        let loops = self.loops.withLock { Array($0.values) }
        for subscribers in loops {
            subscribers.eventLoop.execute { subscribers.value.publish(ByteString(message), on: ByteString(channel)) }
        }
    }
}

/// The subscribers of one loop.
final class LoopSubscribers {
    private var channels: [ByteString: OrderedDictionary<Int64, ClientHandler>] = [:]
    private var patterns: OrderedDictionary<ByteString, (glob: GlobPattern, clients: OrderedDictionary<Int64, ClientHandler>)> = [:]
    private let shared: Subscribers

    init(shared: Subscribers) { self.shared = shared }

    func subscribe(_ client: ClientHandler, _ id: Int64, to name: ByteString, _ kind: SubscriptionKind) {
        switch kind {
        case .channel: channels[name, default: [:]][id] = client
        case .pattern: patterns[name, default: (GlobPattern(name), [:])].clients[id] = client
        }
        shared.counts.withLock { $0[kind][name, default: 0] += 1 }
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
        shared.counts.withLock { Self.decrement(&$0[kind], name) }
    }

    private static func decrement(_ counts: inout OrderedDictionary<ByteString, Int>, _ key: ByteString) {
        guard let count = counts[key] else { return }
        if count > 1 { counts[key] = count - 1 } else { counts.removeValue(forKey: key) }
    }

    func publish(_ message: ByteString, on channel: ByteString) {
        // A client that is cut off for its slowness changes these tables: go over copies.
        for client in Array((channels[channel] ?? [:]).values) {
            client.push([.bulk("message"), .bulk(channel), .bulk(message)])
        }
        for (pattern, entry) in Array(patterns) where entry.glob.matches(channel) {
            for client in Array(entry.clients.values) {
                client.push([.bulk("pmessage"), .bulk(pattern), .bulk(channel), .bulk(message)])
            }
        }
    }
}
