import HeapModule

/// Who has to be looked at when. One time for each key; setting a new one replaces the old.
///
/// Replaced entries stay in the heap until they surface, and are recognised there by their number.
struct Agenda<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Comparable, Sendable {
        let due: Instant
        /// Entries of the same time come out in the order in which they were made, whatever the heap does.
        let order: UInt64
        let slot: Int

        static func < (left: Entry, right: Entry) -> Bool {
            left.due == right.due ? left.order < right.order : left.due < right.due
        }
        static func == (left: Entry, right: Entry) -> Bool { left.order == right.order }
    }

    /// What is planned for one key. The heap refers to it by its place, so that keys are hashed only when something is planned.
    private struct Slot: Sendable {
        var key: Key
        /// Nil where nothing is planned at present.
        var due: Instant?
        /// Of the entry that counts.
        var order: UInt64
    }

    private var heap = Heap<Entry>()
    private var slots: [Slot] = []
    /// Slots whose keys were cancelled.
    private var free: [Int] = []
    /// Only looked up, never iterated.
    private var slotOf: [Key: Int] = [:]
    private var nextOrder: UInt64 = 0

    /// The earliest time at which something is due.
    private(set) var earliest: Instant?

    mutating func schedule(_ key: Key, at due: Instant) {
        let slot = slotOf[key] ?? newSlot(for: key)
        guard slots[slot].due != due else { return }
        nextOrder += 1
        slots[slot].due = due
        slots[slot].order = nextOrder
        heap.insert(Entry(due: due, order: nextOrder, slot: slot))
        if heap.count > 64, heap.count > 4 * slots.count { compact() }
        settle()
    }

    mutating func cancel(_ key: Key) {
        guard let slot = slotOf.removeValue(forKey: key) else { return }
        slots[slot].due = nil
        free.append(slot)
        settle()
    }

    mutating func popDue(at now: Instant) -> Key? {
        guard let earliest, earliest <= now, let entry = heap.popMin() else { return nil }
        slots[entry.slot].due = nil
        settle()
        return slots[entry.slot].key
    }

    private mutating func newSlot(for key: Key) -> Int {
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = Slot(key: key, due: nil, order: 0)
        } else {
            slot = slots.count
            slots.append(Slot(key: key, due: nil, order: 0))
        }
        slotOf[key] = slot
        return slot
    }

    private func isCurrent(_ entry: Entry) -> Bool { slots[entry.slot].due != nil && slots[entry.slot].order == entry.order }

    private mutating func settle() {
        while let top = heap.min, !isCurrent(top) { heap.removeMin() }
        earliest = heap.min?.due
    }

    private mutating func compact() {
        heap = Heap(heap.unordered.filter(isCurrent))
    }

    private func due(_ key: Key) -> Instant? { slotOf[key].flatMap { slots[$0].due } }
}

extension Agenda: Equatable {
    /// The same is planned at the same times.
    static func == (left: Agenda, right: Agenda) -> Bool {
        left.earliest == right.earliest && left.slots.count { $0.due != nil } == right.slots.count { $0.due != nil }
            && left.slots.allSatisfy { $0.due == nil || right.due($0.key) == $0.due }
    }
}
