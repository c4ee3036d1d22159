import Dispatch
import Glibc

/// The whole life of a process that passes connections on: pairs of ends, `from=to`. A `!` in front: on SIGUSR1 refused, on SIGUSR2
/// accepted again. A `~`: on SIGUSR1 nothing passes, on SIGUSR2 all does again.
package enum RelayProgram {
    private enum Cut {
        case never
        case refused
        case held
    }

    package static func run(_ pairs: [String]) async throws {
        var relays: [(relay: Relay, cut: Cut)] = []
        for pair in pairs {
            let ends = pair.drop { $0 == "!" || $0 == "~" }.split(separator: "=").map { Relay.End(String($0)) }
            guard ends.count == 2 else { throw LabError.unexpected("'\(pair)' is not from=to") }
            relays.append((Relay(from: ends[0], to: ends[1]), pair.hasPrefix("!") ? .refused : pair.hasPrefix("~") ? .held : .never))
        }
        let signals = CutSignals()
        defer { signals.cancel() }
        // The first one tells by its being there that all are.
        for entry in relays.reversed() { try await entry.relay.open() }
        for await isCut in signals.wishes {
            for entry in relays {
                switch (entry.cut, isCut) {
                case (.never, _): break
                case (.refused, true): await entry.relay.close()
                case (.refused, false): try await entry.relay.open()
                case (.held, true): entry.relay.hold()
                case (.held, false): entry.relay.release()
                }
            }
        }
    }
}

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
