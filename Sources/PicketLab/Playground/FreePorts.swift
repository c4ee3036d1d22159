import Glibc

/// Ports that nobody uses, below those that the system gives to outgoing connections: a process that is dead for a while finds its own again.
enum FreePorts {
    static let range = 17_000..<30_000

    static func find(_ count: Int, from first: Int? = nil) throws(LabError) -> [Int] {
        var found: [Int] = []
        for port in (first ?? range.lowerBound)..<(first.map { $0 + 10_000 } ?? range.upperBound) where port <= 65_535 {
            if isFree(port) { found.append(port) }
            if found.count == count { return found }
        }
        throw .unexpected("fewer than \(count) ports are free")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        // With SO_REUSEADDR a port that is listened on can be bound all the same, as long as nobody listens through this socket.
        return isBound && listen(descriptor, 1) == 0
    }
}
