import Glibc
import Logging
import NIOPosix
import PicketStatus
import Synchronization

/// What happened, in a file of its own: one JSON object a line, appended. At a limit the file becomes `<path>.1`, in place of the one
/// before it, so that there are never more than two.
///
/// It is a help for people and no promise: nothing waits for the disk, and what a failing disk does not take is left out.
package final class FileHistory: HistoryKeeping {
    /// Records that may wait for the disk; what comes on top is left out.
    static let mostWaiting = 10_000

    private struct State {
        var waiting: [EventRecord] = []
        var isWriting = false
        var lost = 0
    }

    private let file: HistoryFile
    private let logger: Logger
    private let threads = NIOThreadPool(numberOfThreads: 1)
    private let state = Mutex(State())

    /// - Parameter bytes: of both files together.
    package init(path: String, bytes: Int, logger: Logger) {
        file = HistoryFile(path: path, limit: bytes / 2)
        self.logger = logger
    }

    // MARK: Writing

    package func open() -> [EventRecord] {
        threads.start()
        if let fault = file.open() { logger.warning("\(fault) Events are told, but not kept.") }
        return file.records(HistoryQuery(limit: HistoryQuery.mostRecords)).reversed()
    }

    /// From the control loop: a lock for a moment, and nothing else.
    package func append(_ record: EventRecord) {
        let mustBegin = state.withLock { state in
            guard state.waiting.count < Self.mostWaiting else {
                state.lost += 1
                return false
            }
            state.waiting.append(record)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if mustBegin { threads.submit { [self] _ in drain() } }
    }

    private func drain() {
        while true {
            let (records, lost) = state.withLock { state in
                defer {
                    state.isWriting = !state.waiting.isEmpty
                    state.waiting = []
                    state.lost = 0
                }
                return (state.waiting, state.lost)
            }
            guard !records.isEmpty else { return }
            if lost > 0 { logger.warning("\(lost) events were not kept in the history: its disk is too slow.") }
            switch file.append(records) {
            case .written: break
            case .failed(let fault): logger.warning("\(fault) What happens is told, but not kept, until that is mended.")
            case .failedAgain: break
            }
        }
    }

    package func close() async { try? await threads.shutdownGracefully() }

    // MARK: Reading

    /// Together with what has not been written yet.
    package func records(_ query: HistoryQuery) async -> [EventRecord] {
        await withCheckedContinuation { continuation in
            threads.submit { [self] state in
                guard case .active = state else { return continuation.resume(returning: []) }
                drain()
                continuation.resume(returning: file.records(query))
            }
        }
    }
}
