import HeapModule

/// Who has to be looked at when. One time for each key; setting a new one replaces the old.
///
/// Replaced entries stay in the heap until they surface, and are recognised there by their time.
struct Agenda<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Comparable, Sendable {
        let due: Instant
        /// Entries of the same time come out in the order in which they were made, whatever the heap does.
        let order: UInt64
        let key: Key

        static func < (left: Entry, right: Entry) -> Bool {
            left.due == right.due ? left.order < right.order : left.due < right.due
        }
        static func == (left: Entry, right: Entry) -> Bool { left.order == right.order }
    }

    private var heap = Heap<Entry>()
    /// Only looked up, never iterated.
    private var current: [Key: (due: Instant, order: UInt64)] = [:]
    private var nextOrder: UInt64 = 0

    /// The earliest time at which something is due.
    private(set) var earliest: Instant?

    mutating func schedule(_ key: Key, at due: Instant) {
        if let known = current[key], known.due == due { return }
        nextOrder += 1
        current[key] = (due, nextOrder)
        heap.insert(Entry(due: due, order: nextOrder, key: key))
        if heap.count > 64, heap.count > 4 * current.count { compact() }
        settle()
    }

    mutating func cancel(_ key: Key) {
        current[key] = nil
        settle()
    }

    mutating func popDue(at now: Instant) -> Key? {
        guard let earliest, earliest <= now, let entry = heap.popMin() else { return nil }
        current[entry.key] = nil
        settle()
        return entry.key
    }

    private func isCurrent(_ entry: Entry) -> Bool { current[entry.key]?.order == entry.order }

    private mutating func settle() {
        while let top = heap.min, !isCurrent(top) { heap.removeMin() }
        earliest = heap.min?.due
    }

    private mutating func compact() {
        heap = Heap(heap.unordered.filter(isCurrent))
    }
}

extension Agenda: Equatable {
    static func == (left: Agenda, right: Agenda) -> Bool {
        left.earliest == right.earliest && left.current.count == right.current.count
            && left.current.allSatisfy { right.current[$0.key]?.due == $0.value.due }
    }
}
