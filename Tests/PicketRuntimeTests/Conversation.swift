import Glibc
import NIOCore
import PicketRESP

/// A client's connection, blocking and bounded in time: what is sent, and what came back to the byte.
final class Conversation {
    struct Silence: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private var received: [UInt8] = []
    private(set) var isClosed = false

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(errno) }
        var address = loopback(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SystemError(errno) }
        var bound = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    // MARK: Asking

    /// One command, words separated by blanks, and its reply as it came, CR and LF shown as `|`.
    func ask(_ command: String) throws -> String {
        try send(command)
        return try reply()
    }

    func ask(words: [String]) throws -> String {
        try send(words: words)
        return try reply()
    }

    func send(_ command: String) throws { try send(words: command.split(separator: " ").map(String.init)) }

    func send(words: [String]) throws {
        var bytes = ByteBuffer()
        bytes.writeCommand(words)
        try write(Array(bytes.readableBytesView))
    }

    func write(_ text: String) throws { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw SystemError(errno) }
            done += count
        }
    }

    // MARK: Hearing

    /// The next reply or push, whole.
    func reply() throws -> String {
        var end = 0
        try skipValue(&end)
        return String(decoding: try bytes(end), as: UTF8.self).replacing("\r\n", with: "|")
    }

    /// So many bytes, whatever they are.
    func bytes(_ count: Int) throws -> [UInt8] {
        while received.count < count { try more() }
        let bytes = Array(received[..<count])
        received.removeFirst(count)
        return bytes
    }

    func replies(_ count: Int) throws -> [String] { try (0..<count).map { _ in try reply() } }

    /// True where the other side closes, and nothing more arrives before it does.
    func isLetGo() -> Bool {
        while received.isEmpty, !isClosed { guard (try? more()) != nil else { break } }
        return isClosed && received.isEmpty
    }

    private func more() throws {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 {
            received += chunk[..<count]
        } else {
            if count == 0 || errno == ECONNRESET { isClosed = true }
            throw Silence(description: isClosed ? "the connection was closed" : "nothing came for ten seconds")
        }
    }

    private func line(_ position: inout Int) throws -> (kind: UInt8, number: Int?) {
        let start = position
        while true {
            if let end = received[position...].firstIndex(of: UInt8(ascii: "\n")) {
                position = end + 1
                return (received[start], Int(String(decoding: received[(start + 1)..<(end - 1)], as: UTF8.self)))
            }
            try more()
        }
    }

    private func skipValue(_ position: inout Int) throws {
        let (kind, number) = try line(&position)
        switch kind {
        case UInt8(ascii: "$"), UInt8(ascii: "="):
            guard let number, number >= 0 else { return }
            while received.count < position + number + 2 { try more() }
            position += number + 2
        case UInt8(ascii: "*"), UInt8(ascii: ">"), UInt8(ascii: "~"): for _ in 0..<max(0, number ?? 0) { try skipValue(&position) }
        case UInt8(ascii: "%"): for _ in 0..<2 * max(0, number ?? 0) { try skipValue(&position) }
        default: break
        }
    }
}
