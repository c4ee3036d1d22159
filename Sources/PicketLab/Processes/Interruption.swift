import Dispatch
import Glibc

/// Runs something that has to clean up after itself also when the user interrupts it.
package enum Interruption {
    package enum Outcome {
        case finished
        case interrupted
        case failed(any Error)
    }

    /// SIGINT and SIGTERM cancel the work once; a second one ends the process at once.
    package static func run(_ body: @escaping @Sendable () async throws -> Void) async -> Outcome {
        let work = Task { try await body() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if work.isCancelled { _exit(130) }
                work.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            try await work.value
            return .finished
        } catch {
            return work.isCancelled ? .interrupted : .failed(error)
        }
    }
}
