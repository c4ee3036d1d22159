import Glibc

/// A free TCP port of the loopback interface, kept for whoever is told its number.
///
/// A bound socket that does not listen keeps the kernel from giving the port to anybody's outgoing connection or to another
/// `bind` to port 0, also while the process it belongs to is dead. Servers that set SO_REUSEADDR, as all of ours do, may listen on it.
package final class PortReservation: Sendable {
    package let port: Int
    private let descriptor: Int32

    package init() throws(LabError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("cannot open a socket", errno) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else {
            let reason = errno
            close(descriptor)
            throw .system("cannot find a free port", reason)
        }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
