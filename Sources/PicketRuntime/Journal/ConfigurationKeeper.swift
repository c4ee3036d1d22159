import Logging
import NIOCore
import NIOPosix
import PicketConfig
import PicketCore

/// Keeps Sentinel's configuration file current: at most once a second in the background, at once where somebody waits for it.
///
/// On the control loop; files are touched on the thread pool.
final class ConfigurationKeeper {
    typealias Completion = (_ failure: String?) -> Void

    /// Sentinel's words.
    static let refusal = "ERR Failed to save config file. Check server logs."

    /// What stands in the file beside the durable state, and can change while the process runs.
    struct Extras: Sendable {
        var logLevel: LogLevel?
        var accessLines: [String]?
    }

    private let path: String
    private let isKept: Bool
    private let journal: JournalWriter
    private let loop: any EventLoop
    private let threads: NIOThreadPool
    private let logger: Logger
    private var document: ConfigurationDocument
    private var extras = Extras()
    private var isDirty: Bool
    private var isWriting = false
    private var waiting: [Completion] = []
    private var lastWrite = NIODeadline.distantPast
    private var timer: Scheduled<Void>?
    private var hasToldFailure = false

    init(
        path: String, isKept: Bool, document: ConfigurationDocument, journal: JournalWriter, loop: any EventLoop, threads: NIOThreadPool,
        logger: Logger
    ) {
        self.path = path
        self.isKept = isKept
        self.document = document
        self.journal = journal
        self.loop = loop
        self.threads = threads
        self.logger = logger
        isDirty = isKept
    }

    func note(_ changes: [DurableChange]) {
        if isKept, !changes.isEmpty { isDirty = true }
    }

    /// Changes what stands in the file beside the durable state.
    func update(_ change: (inout Extras) -> Void) {
        change(&extras)
        if isKept { isDirty = true }
    }

    /// The completion is called when a write that began after this call has ended. Where the file is not ours to write, at once.
    func save(_ completion: @escaping Completion) {
        guard isKept else {
            completion(nil)
            return
        }
        waiting.append(completion)
        tend()
    }

    func tend() {
        guard isKept, !isWriting else { return }
        if !waiting.isEmpty {
            begin()
        } else if isDirty {
            let due = lastWrite + RuntimeLimits.configurationInterval
            if due <= .now() { begin() } else { wake(at: due) }
        }
    }

    private func wake(at due: NIODeadline) {
        guard timer == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleTask(deadline: due) {
            bound.value.timer = nil
            bound.value.tend()
        }
    }

    /// First what is to be written is made and its digest put into the journal, then the file is replaced: a crash in between
    /// must not make our own text look like an operator's.
    private func begin() {
        isWriting = true
        isDirty = false
        let completions = waiting
        waiting = []
        let (path, document, state, extras) = (self.path, self.document, journal.state, self.extras)
        let bound = NIOLoopBound((self, completions), eventLoop: loop)
        threads.runIfActive(eventLoop: loop) { () -> ([UInt8], ConfigDigest) in
            // What an operator wrote into the file meanwhile is kept; where it is gone, it is made anew.
            let current = (try? FileBytes.read(path)).map { document.replacingText($0) } ?? document
            let bytes = current.rewritten(state, logLevel: extras.logLevel, accessLines: extras.accessLines)
            return (bytes, ConfigDigest(of: bytes))
        }.whenComplete { result in
            let (keeper, completions) = bound.value
            switch result {
            case .success(let (bytes, digest)): keeper.recordDigest(digest, then: bytes, completions)
            case .failure(let error): keeper.ended(completions, document: nil, failure: "\(error)")
            }
        }
    }

    private func recordDigest(_ digest: ConfigDigest, then bytes: [UInt8], _ completions: [Completion]) {
        journal.append(.configWritten(digest)) { [self] isDurable in
            guard isDurable else { return ended(completions, document: nil, failure: "the state journal cannot be written") }
            replace(with: bytes, completions)
        }
        journal.commit()
    }

    private func replace(with bytes: [UInt8], _ completions: [Completion]) {
        let path = self.path
        let bound = NIOLoopBound((self, completions), eventLoop: loop)
        threads.runIfActive(eventLoop: loop) { try FileBytes.replace(path, with: bytes) }.whenComplete { result in
            let (keeper, completions) = bound.value
            switch result {
            case .success: keeper.ended(completions, document: keeper.document.replacingText(bytes), failure: nil)
            case .failure(let error): keeper.ended(completions, document: nil, failure: "\(error)")
            }
        }
    }

    private func ended(_ completions: [Completion], document: ConfigurationDocument?, failure: String?) {
        isWriting = false
        lastWrite = .now()
        if let document { self.document = document }
        if let failure {
            isDirty = true
            if !hasToldFailure || !completions.isEmpty {
                logger.warning(
                    "The configuration file \(path) cannot be written: \(failure). The state is safe in the journal; trying again.")
            }
            hasToldFailure = true
        } else {
            hasToldFailure = false
        }
        for completion in completions { completion(failure) }
        tend()
    }

    /// Done when everything that was decided is in the journal and the file, or cannot be written, or takes too long.
    func settle() -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        let bound = loop.scheduleTask(in: RuntimeLimits.shutdown) { promise.succeed(()) }
        let settled = {
            bound.cancel()
            promise.succeed(())
        }
        if isKept, isDirty || isWriting { save { _ in settled() } } else { journal.whenIdle(settled) }
        return promise.futureResult
    }

    /// At the end of the process: blocking, best effort, since the journal has it all.
    func finish() {
        guard isKept, isDirty, !isWriting else { return }
        let current = (try? FileBytes.read(path)).map { document.replacingText($0) } ?? document
        let bytes = current.rewritten(journal.state, logLevel: extras.logLevel, accessLines: extras.accessLines)
        journal.append(.configWritten(ConfigDigest(of: bytes))) { _ in }
        guard journal.finish() else { return }
        try? FileBytes.replace(path, with: bytes)
    }
}
