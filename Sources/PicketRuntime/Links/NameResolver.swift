import Glibc
import NIOCore
import NIOPosix

/// Host names → addresses, off the control loop, with the last good answer kept for when DNS is down.
final class NameResolver: Sendable {
    struct Unresolved: Error, CustomStringConvertible {
        let host: String
        let reason: String
        var description: String { "\(host): \(reason)" }
    }

    /// Of its own: a name server that hangs must not keep the disk's threads.
    private let threads = NIOThreadPool(numberOfThreads: 2)
    private let lastGood = LockedBox<[String: [String]]>([:])

    init() { threads.start() }

    /// At least one address, or an error. Bounded in time as the system's resolver is; the control loop does not wait.
    func resolve(_ host: String, on loop: any EventLoop) -> EventLoopFuture<[String]> {
        threads.runIfActive(eventLoop: loop) { [self] in
            do {
                let addresses = try Self.lookUp(host)
                lastGood.withLock { known in
                    if known[host] != nil || known.count < RuntimeLimits.rememberedNames { known[host] = addresses }
                }
                return addresses
            } catch {
                if let known = lastGood.withLock({ $0[host] }) { return known }
                throw error
            }
        }
    }

    static func lookUp(_ host: String) throws -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = AF_UNSPEC
        var results: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &results)
        guard status == 0 else { throw Unresolved(host: host, reason: String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(results) }
        var four: [String] = []
        var six: [String] = []
        var next = results
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
                let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if entry.pointee.ai_family == AF_INET { four.append(address) } else { six.append(address) }
            }
            next = entry.pointee.ai_next
        }
        // IPv4 first: Redis binds to it by default, and Sentinel chooses so.
        let addresses = four + six
        guard !addresses.isEmpty else { throw Unresolved(host: host, reason: "no address") }
        return addresses
    }
}
