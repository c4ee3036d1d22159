import Foundation
import Glibc
import Logging
import PicketStatus

@testable import PicketHTTP

/// A server on a free loopback port with one monitor behind it, ended however the test ends.
func withServer<Result>(_ monitor: FakeMonitor = FakeMonitor(), zones: [String: String] = [:], _ body: (Int) async throws -> Result)
    async throws -> Result
{
    let server = HTTPServer(
        HTTPSettings(port: 0, places: [.init("127.0.0.1")], zones: zones), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await server.start(monitor)
    do {
        let result = try await body(await server.ports[0])
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// One connection, bounded in time. It waits on threads of its own: those of the language are the server's, too.
final class WebClient: Sendable {
    struct Failure: Error {
        let errno: Int32
    }

    struct Answer {
        let status: Int
        let headers: [String: String]
        let body: String
    }

    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var bound = timeval(tv_sec: 240, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else { throw Failure(errno: errno) }
    }

    deinit { close(descriptor) }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What comes until the text contains this, the other side closes, or four minutes are over: other tests keep all threads busy for long.
    func read(until end: String? = nil) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.wait(until: end)) }
        }
    }

    private func wait(until end: String?) -> String {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if let end, String(decoding: received, as: UTF8.self).contains(end) { break }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            received += chunk[..<count]
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// One request on a connection of its own.
    static func ask(_ port: Int, _ path: String, method: String = "GET", headers: String = "", body: String = "") async throws -> Answer {
        let client = try WebClient(port: port)
        client.write("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)\r\n\(body)")
        return answer(await client.read())
    }

    static func answer(_ text: String) -> Answer {
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = (parts.first ?? "").split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            if pair.count == 2 { headers[pair[0].lowercased()] = String(pair[1].drop { $0 == " " }) }
        }
        return Answer(
            status: Int(lines.first?.split(separator: " ").dropFirst().first ?? "") ?? 0, headers: headers,
            body: parts.count > 1 ? String(parts[1]) : "")
    }
}
