import PicketConfig
import PicketCore

/// A monitor's disk: a file of bytes, as the daemon writes them and reads them back.
///
/// A write that was under way when the process ended is there up to any byte, or not at all. When the power fails, so is everything
/// that was not flushed. A disk that lies says "flushed" and has nothing but a cache.
struct FakeDisk {
    /// What would be read after the process ended now: all that was reported as flushed.
    private(set) var durable: DurableState
    /// The file, as anybody who reads it while the host runs.
    private var bytes: [UInt8]
    /// The file that outlives the host: as it was at the last flush that was one.
    private var flushed: [UInt8]
    /// Of a write that failed: it may be there all the same, behind what counts.
    private var residue: [UInt8] = []
    private var lastFrame = Revision.zero.next
    private var snapshotSize: Int
    private(set) var writing: Write?
    /// Every flush fails while it is set.
    var isFailing = false
    /// Flushes are reported and do not happen.
    var isLying = false
    /// A flush takes up to this long.
    var slowness: Microseconds = 2 * .millisecond

    /// A frame that is on its way.
    struct Write {
        let changes: [DurableChange]
        let revision: Revision
        let frame: [UInt8]
        /// The whole file is written anew.
        let isWhole: Bool
    }

    /// The file grows by as much before it is written anew.
    private static let growth = 8_192

    init(_ state: DurableState) {
        durable = state
        bytes = JournalCodec.snapshot(state, revision: lastFrame)
        flushed = bytes
        snapshotSize = bytes.count
    }

    var isWriting: Bool { writing != nil }

    mutating func beginWrite(_ changes: [DurableChange], _ revision: Revision) {
        precondition(!isWriting, "one write at a time")
        residue = []
        let next = lastFrame.next
        if bytes.count > Self.growth + 2 * snapshotSize {
            var state = durable
            for change in changes { state.apply(change) }
            writing = Write(
                changes: changes, revision: revision, frame: JournalCodec.snapshot(state, revision: next), isWhole: true)
        } else {
            let frame = JournalCodec.encode(batch: changes.map { .change($0) }, revision: next)
            writing = Write(changes: changes, revision: revision, frame: frame, isWhole: false)
        }
    }

    /// The write, and whether it succeeded.
    mutating func finishWrite() -> (write: Write, isDone: Bool) {
        let write = writing!
        writing = nil
        guard !isFailing else {
            if !write.isWhole { residue = write.frame }
            return (write, false)
        }
        put(write)
        for change in write.changes { durable.apply(change) }
        if !isLying { flushed = bytes }
        return (write, true)
    }

    private mutating func put(_ write: Write) {
        if write.isWhole {
            bytes = write.frame
            snapshotSize = write.frame.count
        } else {
            bytes += write.frame
        }
        lastFrame = lastFrame.next
    }

    /// The process ends; `isPowerLoss`: with its host.
    mutating func crash(isPowerLoss: Bool, _ random: inout SeededGenerator) {
        let unfinished = writing
        writing = nil
        if let unfinished, unfinished.isWhole {
            // Put in place by a rename: either file is there, and whole.
            if random.next() % 2 == 0, !isFailing { put(unfinished) }
        } else {
            let torn = unfinished?.frame ?? residue
            bytes += torn.prefix(Int(random.next() % UInt64(torn.count + 1)))
        }
        residue = []
        guard isPowerLoss else { return }
        let isSameFile = bytes.count >= flushed.count && bytes.prefix(flushed.count) == flushed[...]
        // Any part of what was not flushed may have reached the disk, but never with a gap.
        let kept = isSameFile ? flushed.count + (isLying ? 0 : Int(random.next() % UInt64(bytes.count - flushed.count + 1))) : 0
        bytes = isSameFile ? Array(bytes.prefix(kept)) : flushed
    }

    /// As the daemon does at its start: what is torn is cut off.
    mutating func recover() throws(JournalError) {
        let journal = try JournalCodec.decode(bytes)
        bytes.removeSubrange(journal.validByteCount...)
        flushed = bytes
        lastFrame = journal.revision
        durable = journal.state
    }
}
