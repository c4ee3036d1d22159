import Dispatch
import Glibc

/// The terminal, all of it, for as long as this lives: another page than the one with the shell's history, without a cursor, every key
/// at once. Whatever ends the program gives the terminal back as it was.
package final class FullScreen {
    package enum Wish: Hashable, Sendable {
        case quit
        case up
        case down
        case look
        case resized
    }

    /// Keys, and changes of the size. Ends with `restore`.
    package let wishes: AsyncStream<Wish>
    private let continuation: AsyncStream<Wish>.Continuation
    private let before: termios
    private let sources: [any DispatchSourceProtocol]
    private var isRestored = false

    /// Nil where input or output is no terminal.
    package init?() {
        var before = termios()
        guard isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
        (wishes, continuation) = AsyncStream.makeStream(of: Wish.self, bufferingPolicy: .bufferingNewest(256))
        self.before = before
        var raw = before
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
        // Reading returns with what there is; it is only done when there is something.
        withUnsafeMutableBytes(of: &raw.c_cc) { bytes in
            bytes[Int(VMIN)] = 1
            bytes[Int(VTIME)] = 0
        }
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw)
        Self.put("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[2J")
        sources = Self.listen(continuation)
        for source in sources { source.resume() }
    }

    private static func listen(_ continuation: AsyncStream<Wish>.Continuation) -> [any DispatchSourceProtocol] {
        let keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
        keys.setEventHandler {
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            // The terminal is gone.
            guard count > 0 else { return _ = continuation.yield(.quit) }
            for wish in wishes(in: Array(bytes[..<count])) { continuation.yield(wish) }
        }
        var sources: [any DispatchSourceProtocol] = [keys]
        for (number, wish) in [(SIGWINCH, Wish.resized), (SIGINT, .quit), (SIGTERM, .quit), (SIGHUP, .quit)] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(wish) }
            sources.append(source)
        }
        return sources
    }

    /// What keys mean; of an escape sequence only arrows do.
    package static func wishes(in bytes: [UInt8]) -> [Wish] {
        var wishes: [Wish] = []
        var rest = bytes[...]
        while let first = rest.first {
            rest = rest.dropFirst()
            switch first {
            case UInt8(ascii: "q"), UInt8(ascii: "Q"), 0x03, 0x04: wishes.append(.quit)
            case UInt8(ascii: "k"): wishes.append(.up)
            case UInt8(ascii: "j"), UInt8(ascii: "\t"): wishes.append(.down)
            case UInt8(ascii: " "), 0x0c: wishes.append(.look)
            case 0x1b:
                guard rest.first == UInt8(ascii: "[") || rest.first == UInt8(ascii: "O") else { continue }
                rest = rest.dropFirst()
                if rest.first == UInt8(ascii: "A") { wishes.append(.up) } else if rest.first == UInt8(ascii: "B") { wishes.append(.down) }
                rest = rest.drop { !(0x40...0x7e).contains($0) }.dropFirst()
            default: continue
            }
        }
        return wishes
    }

    package var size: (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// In one go, over what is there: nothing flickers. A line is cleared before it is written: after a full one the cursor stands on its
    /// last character.
    package func draw(_ lines: [String]) {
        Self.put("\u{1b}[H" + lines.map { "\u{1b}[K" + $0 }.joined(separator: "\r\n"))
    }

    /// Once; a second time does nothing.
    package func restore() {
        guard !isRestored else { return }
        isRestored = true
        for source in sources { source.cancel() }
        Self.put("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l")
        var before = before
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
        continuation.finish()
    }

    deinit { restore() }

    private static func put(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR && errno != EAGAIN { return }
        }
    }
}
