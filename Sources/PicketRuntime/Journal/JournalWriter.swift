import NIOCore
import NIOPosix
import PicketConfig
import PicketCore

/// Group commit: whatever was decided while one write was on its way to the disk goes with the next one.
///
/// On the control loop; the file itself is touched on the thread pool, by one write at a time.
final class JournalWriter {
    /// The state with everything that was appended, whether or not it is on disk yet.
    private(set) var state: DurableState
    /// Of the core's revisions, the highest that is on disk.
    private(set) var durable: Revision = .zero
    var onDurable: (Revision) -> Void = { _ in }
    var onFailure: (Revision, _ reason: String) -> Void = { _, _ in }
    /// After each write that succeeded: how much, and how long it took with its flush.
    var onWrite: (_ bytes: Int, _ took: Duration) -> Void = { _, _ in }

    private let loop: any EventLoop
    private let threads: NIOThreadPool
    private let file: JournalFile
    /// Of frames in the file. The core counts its revisions from zero at each start; the file goes on counting.
    private var lastFrame: Revision
    private var snapshotSize: Int
    private var configDigests: [ConfigDigest]
    private var fileBasis: FileBasis?

    private var batch = Batch()
    private var isWriting = false
    private var retry: Scheduled<Void>?
    private var awaitingIdleness: [() -> Void] = []

    private struct Batch {
        var records: [JournalRecord] = []
        var revision: Revision = .zero
        var completions: [(Bool) -> Void] = []

        var digests: [ConfigDigest] {
            records.compactMap { if case .configWritten(let digest) = $0 { digest } else { nil } }
        }
    }

    /// `state` is what the process starts with; it may be newer than what the file holds.
    init(file: JournalFile, content: Journal, state: DurableState, loop: any EventLoop, threads: NIOThreadPool) {
        self.file = file
        self.state = state
        self.loop = loop
        self.threads = threads
        lastFrame = content.revision
        snapshotSize = file.size
        configDigests = content.configDigests
        fileBasis = content.fileBasis
    }

    func append(_ changes: [DurableChange], _ revision: Revision) {
        let now = TimeOfDay(milliseconds: WallClock.milliseconds)
        for change in changes {
            let written = change.stamped(at: now)
            state.apply(written)
            batch.records.append(.change(written))
        }
        batch.revision = revision
    }

    /// A record of the journal's own. The completion hears whether it is on disk.
    func append(_ record: JournalRecord, completion: @escaping (Bool) -> Void) {
        batch.records.append(record)
        batch.completions.append(completion)
    }

    /// Begins a write where there is something to write and none is under way.
    func commit() {
        guard !isWriting, retry == nil, !batch.records.isEmpty else { return }
        isWriting = true
        let current = batch
        batch = Batch()
        let frame = lastFrame.next
        let isCompaction = file.mustBeReplaced || file.size > RuntimeLimits.journalGrowth + 2 * snapshotSize
        let digests = Array((configDigests + current.digests).suffix(2))
        let bytes =
            isCompaction
            ? JournalCodec.snapshot(state, revision: frame, configDigests: digests, fileBasis: fileBasis)
            : (file.size == 0 ? JournalCodec.header : []) + JournalCodec.encode(batch: current.records, revision: frame)
        let file = self.file
        let future = threads.runIfActive(eventLoop: loop) { () -> Duration in
            let began = MonotonicClock.now
            if isCompaction { try file.replace(with: bytes) } else { try file.append(bytes) }
            return MonotonicClock.now - began
        }
        let bound = NIOLoopBound((self, current, digests), eventLoop: loop)
        future.whenComplete { result in
            let (writer, current, digests) = bound.value
            if case .success(let time) = result {
                writer.configDigests = digests
                writer.onWrite(bytes.count, time)
            }
            writer.wrote(current, frame, snapshotSize: isCompaction ? bytes.count : nil, result.map { _ in })
        }
    }

    private func wrote(_ written: Batch, _ frame: Revision, snapshotSize: Int?, _ result: Result<Void, any Error>) {
        isWriting = false
        switch result {
        case .success:
            lastFrame = frame
            if let snapshotSize { self.snapshotSize = snapshotSize }
            durable = max(durable, written.revision)
            for completion in written.completions { completion(true) }
            onDurable(durable)
            commit()
            if !isWriting { tellIdle() }
        case .failure(let error):
            for completion in written.completions { completion(false) }
            // Nothing is lost: the same records go first with the next try. But for those that somebody waited for and has been
            // told of: whoever it was tries again with a record of its own.
            batch.records = written.records.filter(\.isChange) + batch.records
            batch.revision = max(batch.revision, written.revision)
            onFailure(written.revision, "\(error)")
            let bound = NIOLoopBound(self, eventLoop: loop)
            retry = loop.scheduleTask(in: RuntimeLimits.journalRetry) {
                bound.value.retry = nil
                bound.value.commit()
            }
            tellIdle()
        }
    }

    /// Calls back when nothing is on its way to the disk any more: all is there, or the disk has refused it.
    func whenIdle(_ body: @escaping () -> Void) {
        awaitingIdleness.append(body)
        commit()
        if !isWriting { tellIdle() }
    }

    private func tellIdle() {
        let bodies = awaitingIdleness
        awaitingIdleness = []
        for body in bodies { body() }
    }

    /// At the start: the file holds exactly `state`, as one snapshot. Blocks; nothing runs yet.
    func beginAnew(configDigest: ConfigDigest?, fileBasis: FileBasis?) throws {
        if let configDigest { configDigests = [configDigest] }
        self.fileBasis = fileBasis
        lastFrame = lastFrame.next
        let bytes = JournalCodec.snapshot(state, revision: lastFrame, configDigests: configDigests, fileBasis: fileBasis)
        try file.replace(with: bytes)
        snapshotSize = bytes.count
    }

    /// At the end: what is left is written, blocking. False where the disk does not have it all.
    @discardableResult
    func finish() -> Bool {
        guard !isWriting else { return false }
        guard !batch.records.isEmpty else { return true }
        let frame = lastFrame.next
        do {
            if file.mustBeReplaced {
                let digests = Array((configDigests + batch.digests).suffix(2))
                try file.replace(with: JournalCodec.snapshot(state, revision: frame, configDigests: digests, fileBasis: fileBasis))
            } else {
                try file.append((file.size == 0 ? JournalCodec.header : []) + JournalCodec.encode(batch: batch.records, revision: frame))
            }
        } catch {
            return false
        }
        lastFrame = frame
        batch = Batch()
        return true
    }
}

extension JournalRecord {
    fileprivate var isChange: Bool {
        if case .change = self { true } else { false }
    }
}
