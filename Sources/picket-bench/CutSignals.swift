import Dispatch
import Glibc

/// SIGUSR1: cut; SIGUSR2: no more.
struct CutSignals {
    let wishes: AsyncStream<Bool>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (wishes, continuation) = AsyncStream.makeStream(of: Bool.self)
        self.wishes = wishes
        sources = [(SIGUSR1, true), (SIGUSR2, false)].map { number, isCut in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(isCut) }
            source.resume()
            return source
        }
    }

    func cancel() { for source in sources { source.cancel() } }
}
