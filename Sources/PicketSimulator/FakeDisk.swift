import PicketCore

/// A monitor's disk. Whole frames survive or do not: a torn one fails its checksum and counts as not written.
struct FakeDisk {
    /// What would be read after a crash of the process or of the host.
    private(set) var durable = DurableState()
    /// Written, and not yet known to be on disk.
    private var writing: [DurableChange] = []
    private(set) var writingRevision: Revision = .zero
    private(set) var isWriting = false
    /// Every flush fails while it is set.
    var isFailing = false
    /// A flush takes up to this long.
    var slowness: Microseconds = 2 * .millisecond

    init(_ state: DurableState) { durable = state }

    mutating func beginWrite(_ changes: [DurableChange], _ revision: Revision) {
        precondition(!isWriting, "one write at a time")
        writing = changes
        writingRevision = revision
        isWriting = true
    }

    var pendingChanges: [DurableChange] { writing }

    /// True where it succeeded.
    mutating func finishWrite() -> Bool {
        isWriting = false
        guard !isFailing else { return false }
        for change in writing { durable.apply(change) }
        writing = []
        return true
    }

    /// The process ends in the middle of a write: the frame is there, or is not.
    mutating func crash(keepsFrame: Bool) {
        if isWriting, keepsFrame, !isFailing { for change in writing { durable.apply(change) } }
        writing = []
        isWriting = false
    }

    /// Somebody put an older file in place, or the disk said "flushed" and was not.
    mutating func replace(with state: DurableState) { durable = state }
}
