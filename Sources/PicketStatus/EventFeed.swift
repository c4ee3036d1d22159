import DequeModule
import OrderedCollections
import Synchronization

/// The latest events, and whoever wants to hear of the next ones. From any thread; whoever publishes never waits for a reader.
package final class EventFeed: Sendable {
    /// Events that are kept for readers that come back.
    package static let kept = 2_000
    /// Events that may wait for one reader. A reader that is slower than that is cut off, and comes back with the last id it has.
    package static let waiting = 256

    private struct State {
        var records: Deque<EventRecord> = []
        var lastID: Int64
        var readers: OrderedDictionary<UInt64, AsyncStream<Item>.Continuation> = [:]
        var lastReader: UInt64 = 0
        var cut = 0

        mutating func tell(_ item: Item) {
            for (id, reader) in readers {
                guard case .dropped = reader.yield(item) else { continue }
                reader.finish()
                readers[id] = nil
                cut += 1
            }
        }
    }

    private let state: Mutex<State>

    /// - Parameter earlier: what is known from before this start, oldest first.
    /// - Parameter milliseconds: now, since 1970. Ids begin above whatever this clock can have given before.
    package init(earlier: [EventRecord] = [], at milliseconds: Int64) {
        let first = max(milliseconds * 1_000, earlier.last?.id ?? 0)
        state = Mutex(State(records: Deque(earlier.suffix(Self.kept)), lastID: first))
    }

    /// Gives the event its id, keeps it, and tells it to all readers.
    @discardableResult
    package func publish(_ record: EventRecord) -> EventRecord {
        state.withLock { state in
            var record = record
            state.lastID += 1
            record.id = state.lastID
            state.records.append(record)
            if state.records.count > Self.kept { state.records.removeFirst() }
            state.tell(.record(record))
            return record
        }
    }

    /// A sign of life for all readers.
    package func beat() { state.withLock { $0.tell(.beat) } }

    package enum Item: Sendable {
        case record(EventRecord)
        case beat
    }

    /// One reader's view: what it missed, and then what happens.
    package struct Subscription: Sendable {
        package let missed: [EventRecord]
        /// Events between the reader's last id and the first of `missed` that are not kept any more.
        package let hasGap: Bool
        package let next: AsyncStream<Item>
        package let end: @Sendable () -> Void
    }

    /// - Parameter last: the last event that the reader has; nil for what happens from now on.
    /// - Returns: nil where there are as many readers as there may be.
    package func subscribe(after last: Int64?, atMost readers: Int) -> Subscription? {
        state.withLock { state in
            guard state.readers.count < readers else { return nil }
            // What is new is given to the reader through the stream, whole or not at all.
            let (stream, continuation) = AsyncStream.makeStream(of: Item.self, bufferingPolicy: .bufferingOldest(Self.waiting))
            state.lastReader += 1
            let id = state.lastReader
            state.readers[id] = continuation
            let missed = last.map { last in Array(state.records.drop { $0.id <= last }) } ?? []
            let hasGap = last.map { last in state.records.first.map { $0.id > last } ?? (last < state.lastID) } ?? false
            return Subscription(missed: missed, hasGap: hasGap, next: stream) { [self] in
                let ended = self.state.withLock { $0.readers.removeValue(forKey: id) }
                ended?.finish()
            }
        }
    }

    package var readerCount: Int { state.withLock { $0.readers.count } }
    /// Readers that were cut off since the start, because they were too slow.
    package var cutCount: Int { state.withLock { $0.cut } }
    package var lastID: Int64 { state.withLock { $0.lastID } }

    /// The latest, oldest first.
    package func latest(_ count: Int, of group: String? = nil) -> [EventRecord] {
        state.withLock { state in
            if group == nil { return Array(state.records.suffix(count)) }
            return state.records.reversed().lazy.filter { $0.group == group }.prefix(count).reversed()
        }
    }

    /// At the end of the process: readers are told that there is nothing more.
    package func finish() {
        let readers = state.withLock { state in
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }
}
