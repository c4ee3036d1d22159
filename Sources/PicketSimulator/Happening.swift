import PicketCore
import PicketRESP
import PicketWire

/// Microseconds of virtual time since the start of a run.
package typealias Microseconds = Int64

extension Microseconds {
    static let millisecond: Microseconds = 1_000
    static let second: Microseconds = 1_000_000
    package var duration: Duration { .microseconds(self) }
}

extension Duration {
    /// Rounded up, so that a deadline is never met too early.
    var microsecondsRoundedUp: Microseconds {
        let (seconds, attoseconds) = components
        let remainder = attoseconds % 1_000_000_000_000
        return seconds * .second + attoseconds / 1_000_000_000_000 + (remainder > 0 ? 1 : 0)
    }
}

/// What one process says to another. What the daemon writes as bytes goes here as the words and values that it encodes and decodes.
enum Message {
    /// The first on a connection: what it is for.
    case introduce(Purpose)
    case introduced
    /// The commands of one request. `epoch` marks a promotion with its attempt; nobody on the way looks at it.
    case commands([[String]], epoch: Epoch)
    case replies([RESPValue])
    case published(String)
    case replication(ReplicationMessage)

    enum Purpose {
        case commands, subscription, replication
    }
}

/// What happens at a point in time.
enum Happening {
    case arrives(connection: Int, side: Int, Message)
    /// The other side has closed, or was reset.
    case closes(connection: Int, side: Int)
    /// What was stuck in a cut goes on to this side.
    case resumes(connection: Int, side: Int)
    case connects(connection: Int, attempt: Int)
    /// The opener learns that nobody listens.
    case refused(connection: Int)
    case openingTimesOut(connection: Int)
    /// A process wanted to be woken. Void where its generation has passed.
    case wakes(process: Int, generation: Int)
    case diskAnswers(process: Int, incarnation: Int)
    case fault(Int)
}

/// The one queue of a run. What is due at the same time comes out in the order in which it was put in.
struct EventQueue {
    private struct Entry {
        let at: Microseconds
        let order: UInt64
        let slot: Int

        func precedes(_ other: Entry) -> Bool { at == other.at ? order < other.order : at < other.at }
    }

    private var heap: [Entry] = []
    private var slots: [Happening?] = []
    private var free: [Int] = []
    private var lastOrder: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }
    var earliest: Microseconds? { heap.first?.at }

    mutating func push(_ happening: Happening, at: Microseconds) {
        lastOrder += 1
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = happening
        } else {
            slot = slots.count
            slots.append(happening)
        }
        heap.append(Entry(at: at, order: lastOrder, slot: slot))
        siftUp(heap.count - 1)
    }

    mutating func pop() -> (at: Microseconds, Happening)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        let happening = slots[first.slot].take()!
        free.append(first.slot)
        return (first.at, happening)
    }

    private mutating func siftUp(_ start: Int) {
        heap.withUnsafeMutableBufferPointer { heap in
            var index = start
            let entry = heap[index]
            while index > 0 {
                let parent = (index - 1) / 2
                guard entry.precedes(heap[parent]) else { break }
                heap[index] = heap[parent]
                index = parent
            }
            heap[index] = entry
        }
    }

    private mutating func siftDown() {
        heap.withUnsafeMutableBufferPointer { heap in
            var index = 0
            let entry = heap[0]
            while true {
                var child = 2 * index + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
                guard heap[child].precedes(entry) else { break }
                heap[index] = heap[child]
                index = child
            }
            heap[index] = entry
        }
    }
}
