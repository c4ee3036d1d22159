import CEpoll
import Glibc

/// Sockets of 127.0.0.1 that never block.
enum LoopbackSocket {
    private static let backlog: Int32 = 511

    /// Bound and listening; nil where the port is taken.
    static func listening(port: Int) throws(LabError) -> Int32? {
        let descriptor = try make()
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        let status = withAddress(port) { bind(descriptor, $0, $1) == 0 ? Glibc.listen(descriptor, backlog) : -1 }
        guard status == 0 else {
            let reason = errno
            close(descriptor)
            guard reason == EADDRINUSE else { throw .system("cannot listen on port \(port)", reason) }
            return nil
        }
        return descriptor
    }

    /// New connections are refused from now on, and those not accepted yet are reset. The port stays taken.
    static func stopListening(_ descriptor: Int32) { shutdown(descriptor, Int32(SHUT_RDWR)) }

    static func listenAgain(_ descriptor: Int32) throws(LabError) {
        guard Glibc.listen(descriptor, backlog) == 0 else { throw .system("cannot listen again", errno) }
    }

    enum Accepted {
        case connection(Int32)
        case nobody
        /// There are no descriptors left, or it failed in another way.
        case failed(Int32)
    }

    static func accept(from listener: Int32) -> Accepted {
        let descriptor = accept4(listener, nil, nil, Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
        guard descriptor >= 0 else {
            return errno == EAGAIN || errno == ECONNABORTED || errno == EINVAL || errno == EINTR ? .nobody : .failed(errno)
        }
        sendAtOnce(descriptor)
        return .connection(descriptor)
    }

    /// Connected, or about to be: writing tells.
    static func connecting(to port: Int) throws(LabError) -> Int32 {
        let descriptor = try make()
        let status = withAddress(port) { connect(descriptor, $0, $1) }
        guard status == 0 || errno == EINPROGRESS else {
            let reason = errno
            close(descriptor)
            throw .system("cannot connect to port \(port)", reason)
        }
        sendAtOnce(descriptor)
        return descriptor
    }

    /// Waits for one socket alone, until it can be read from (POLLIN) or written to (POLLOUT).
    static func wait(for descriptor: Int32, _ events: Int32, milliseconds limit: Int32) throws(LabError) {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        guard poll(&entry, 1, limit) > 0 else { throw .timedOut("nothing on a socket within \(limit) ms") }
    }

    private static func make() throws(LabError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw .system("cannot open a socket", errno) }
        return descriptor
    }

    private static func sendAtOnce(_ descriptor: Int32) {
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}

/// Nanoseconds of the clock that never goes back: the same for all processes of a machine.
enum Nanoseconds {
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
