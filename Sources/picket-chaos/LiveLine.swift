import Glibc
import PicketLab
import Synchronization

/// Progress on a terminal: a line for each run that has ended, and below them one that tells what is under way. Where standard error is
/// no terminal there are the lines only.
final class LiveLine: Sendable {
    private static let period: Duration = .milliseconds(250)

    private let state = Mutex(State())
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let drawing = Mutex<Task<Void, Never>?>(nil)

    private struct State {
        var running: [(name: String, since: ContinuousClock.Instant)] = []
        var counts: [ChaosVerdict: Int] = [:]
        var done = 0
        var all = 0
    }

    init(runs: Int) { state.withLock { $0.all = runs } }

    func start() {
        guard isTerminal else { return }
        let task = Task {
            while !Task.isCancelled {
                redraw()
                try? await Task.sleep(for: Self.period)
            }
        }
        drawing.withLock { $0 = task }
    }

    func began(_ name: String) {
        state.withLock { $0.running.append((name, .now)) }
        if !isTerminal { Console.tell("  … \(name)") }
    }

    func ended(_ name: String, _ verdict: ChaosVerdict, _ summary: String) {
        let done = state.withLock { state in
            if let index = state.running.firstIndex(where: { $0.name == name }) { state.running.remove(at: index) }
            state.counts[verdict, default: 0] += 1
            state.done += 1
            return "\(state.done)/\(state.all)"
        }
        Console.tell((isTerminal ? Self.clear : "") + "\(done) \(verdict.rawValue.left(7)) \(name): \(summary)")
    }

    func stop() {
        drawing.withLock { $0 }?.cancel()
        if isTerminal { Console.put(Self.clear) }
    }

    private static let clear = "\r\u{1b}[2K"

    private func redraw() {
        let line = state.withLock { state in
            let verdicts = [ChaosVerdict.pass, .fail, .unknown].map { "\(state.counts[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
            let running = state.running.map { "\($0.name) \((ContinuousClock.now - $0.since).components.seconds) s" }.joined(
                separator: "; ")
            return "\(state.done)/\(state.all)  \(verdicts)  now: \(running)"
        }
        Console.put(Self.clear + line.prefix(Self.width - 1))
    }

    private static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 10 else { return 80 }
        return Int(size.ws_col)
    }
}
