import CEpoll
import Glibc

/// epoll, level-triggered, for programs that hold tens of thousands of sockets in one thread and must cost next to nothing themselves.
///
/// A descriptor that was closed and given to another socket within one turn may be told as ready for the old one's sake: whoever reads
/// must be content with finding nothing.
struct Poller: ~Copyable {
    struct Ready {
        let descriptor: Int32
        /// Also when the connection has ended: reading tells how.
        let isReadable: Bool
        let isWritable: Bool
    }

    private static let batch = 1_024

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    init() throws(LabError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .system("cannot watch sockets", errno) }
        events = .allocate(capacity: Self.batch)
    }

    deinit {
        close(descriptor)
        events.deallocate()
    }

    func add(_ watched: Int32) throws(LabError) { try control(EPOLL_CTL_ADD, watched, writing: false) }
    func change(_ watched: Int32, writing: Bool) throws(LabError) { try control(EPOLL_CTL_MOD, watched, writing: writing) }
    /// What is closed need not be removed.
    func remove(_ watched: Int32) throws(LabError) { try control(EPOLL_CTL_DEL, watched, writing: false) }

    private func control(_ operation: Int32, _ watched: Int32, writing: Bool) throws(LabError) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | (writing ? EPOLLOUT.rawValue : 0)
        event.data.fd = watched
        guard epoll_ctl(descriptor, operation, watched, &event) == 0 else { throw .system("cannot watch a socket", errno) }
    }

    /// How many are ready; `ready(at:)` tells which.
    ///
    /// - Parameter limit: milliseconds; below zero: as long as it takes.
    func wait(milliseconds limit: Int32) throws(LabError) -> Int {
        let count = epoll_wait(descriptor, events, Int32(Self.batch), limit)
        if count < 0 {
            guard errno == EINTR else { throw .system("cannot wait for sockets", errno) }
            return 0
        }
        return Int(count)
    }

    func ready(at index: Int) -> Ready {
        let event = events[index]
        let ends = EPOLLERR.rawValue | EPOLLHUP.rawValue
        return Ready(
            descriptor: event.data.fd, isReadable: event.events & (EPOLLIN.rawValue | ends) != 0,
            isWritable: event.events & EPOLLOUT.rawValue != 0)
    }
}
