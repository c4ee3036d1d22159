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

    func subscribe(_ client: ClientHandler, _ id: Int64, to channel: ByteString) {
        channels[channel, default: [:]][id] = client
        shared.counts.withLock { $0.channels[channel, default: 0] += 1 }
    }

    func unsubscribe(_ id: Int64, from channel: ByteString) {
        guard channels[channel]?.removeValue(forKey: id) != nil else { return }
        if channels[channel]?.isEmpty == true { channels[channel] = nil }
        shared.counts.withLock { Self.decrement(&$0.channels, channel) }
    }

    func subscribe(_ client: ClientHandler, _ id: Int64, toPattern pattern: ByteString) {
        patterns[pattern, default: (GlobPattern(pattern), [:])].clients[id] = client
        shared.counts.withLock { $0.patterns[pattern, default: 0] += 1 }
    }

    func unsubscribe(_ id: Int64, fromPattern pattern: ByteString) {
        guard patterns[pattern]?.clients.removeValue(forKey: id) != nil else { return }
        if patterns[pattern]?.clients.isEmpty == true { patterns[pattern] = nil }
        shared.counts.withLock { Self.decrement(&$0.patterns, pattern) }
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
