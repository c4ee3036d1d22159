import Glibc
import NIOCore
import PicketRESP
import Synchronization

/// Asks one server the same questions again and again over many connections, in one thread, as cheaply as it can be done: requests are
/// encoded once, and replies only compared with the first one that came.
///
/// Not `Sendable`: `run` is called where it was made.
package final class LoadClient {
    package struct Plan: Sendable {
        package var port: Int
        /// Each connection asks for one of them.
        package var groups: [String]
        package var connections: Int
        /// Requests on their way over one connection.
        package var pipeline: Int
        package var seconds: Double
        /// Queries a second, of all connections; nil: as many as there is an answer to.
        package var rate: Int?

        package init(port: Int, groups: [String], connections: Int, pipeline: Int, seconds: Double, rate: Int? = nil) {
            self.port = port
            self.groups = groups
            self.connections = connections
            self.pipeline = pipeline
            self.seconds = seconds
            self.rate = rate
        }
    }

    private final class Connection {
        let descriptor: Int32
        let request: [UInt8]
        /// What is expected over and over; empty until the first answer has come.
        var reply: [UInt8] = []
        /// Bytes of the present round.
        var received = 0

        init(descriptor: Int32, request: [UInt8]) {
            self.descriptor = descriptor
            self.request = request
        }
    }

    /// How long the server may take for anything.
    private static let patience: Int64 = 10_000_000_000
    /// A pause of a throttled client, in milliseconds.
    private static let tick: Int32 = 1

    /// Set by a signal's handler: the time is over.
    private static let isStopped = Atomic(false)
    package static func stop() { isStopped.store(true, ordering: .relaxed) }

    private let plan: Plan
    private let poller: Poller
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var connections: [Connection] = []
    private var placeOf: [Int32: Int] = [:]
    private var queries = 0
    private var wrong = 0
    /// Connections whose round is over, and that wait for a turn.
    private var idle: [Int] = []

    package init(_ plan: Plan) throws(LabError) {
        self.plan = plan
        poller = try Poller()
        for index in 0..<plan.connections {
            var query = ByteBuffer()
            query.writeCommand(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", plan.groups[index % plan.groups.count]])
            let one = Array(query.readableBytesView)
            let descriptor = try LoopbackSocket.connecting(to: plan.port)
            connections.append(Connection(descriptor: descriptor, request: (0..<plan.pipeline).flatMap { _ in one }))
            placeOf[descriptor] = index
        }
    }

    deinit {
        for connection in connections { close(connection.descriptor) }
        scratch.deallocate()
    }

    /// Returns when the time is over. Throws where the server does not answer, or closes a connection.
    package func run() throws(LabError) -> LoadReport {
        try learn()
        let cpuBefore = Self.processorTime
        let startedAt = Nanoseconds.now
        let end = startedAt + Int64(plan.seconds * 1e9)
        var progressAt = startedAt
        var progress = 0
        for index in connections.indices {
            try poller.add(connections[index].descriptor)
            idle.append(index)
        }
        var now = startedAt
        while now < end, !Self.isStopped.load(ordering: .relaxed) {
            try startRounds(Self.allowed(plan.rate, now - startedAt))
            let count = try poller.wait(milliseconds: Self.tick)
            for index in 0..<count { try read(poller.ready(at: index)) }
            now = Nanoseconds.now
            if queries > progress { (progress, progressAt) = (queries, now) }
            guard now - progressAt < Self.patience else { throw .timedOut("no answer for \(Self.patience / 1_000_000_000) s") }
        }
        return LoadReport(
            queries: queries, wrong: wrong, seconds: Double(now - startedAt) / 1e9, processorSeconds: Self.processorTime - cpuBefore)
    }

    /// How many queries may have been begun by then.
    private static func allowed(_ rate: Int?, _ elapsed: Int64) -> Int {
        guard let rate else { return .max }
        return Int(Double(elapsed) / 1e9 * Double(rate)) + 1
    }

    private var begun: Int { queries + (connections.count - idle.count) * plan.pipeline }

    private func startRounds(_ allowed: Int) throws(LabError) {
        // The one that waits longest comes first: at a low rate all have their turn.
        var taken = 0
        while taken < idle.count, begun + taken * plan.pipeline < allowed {
            try startRound(of: connections[idle[taken]])
            taken += 1
        }
        if taken > 0 { idle.removeFirst(taken) }
    }

    private func startRound(of connection: Connection) throws(LabError) {
        connection.received = 0
        // A round is a few hundred bytes, and nothing else is on its way: the system takes it whole.
        let sent = connection.request.withUnsafeBytes { send(connection.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == connection.request.count else { throw .system("a request could not be sent", errno) }
    }

    private func read(_ ready: Poller.Ready) throws(LabError) {
        guard let index = placeOf[ready.descriptor] else { return }
        let connection = connections[index]
        let count = Glibc.read(connection.descriptor, scratch.baseAddress, scratch.count)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            throw .closed("the server closed a connection after \(queries) queries")
        }
        let size = connection.reply.count
        if !matches(count, connection) { wrong += 1 }
        connection.received += count
        guard connection.received >= size * plan.pipeline else { return }
        queries += plan.pipeline
        idle.append(index)
    }

    /// Whether the bytes are what is expected at this place of the round.
    private func matches(_ count: Int, _ connection: Connection) -> Bool {
        let size = connection.reply.count
        return connection.reply.withUnsafeBytes { reply in
            guard let expected = reply.baseAddress, let got = scratch.baseAddress else { return false }
            var done = 0
            while done < count {
                let place = (connection.received + done) % size
                let part = min(size - place, count - done)
                guard memcmp(expected + place, got + done, part) == 0 else { return false }
                done += part
            }
            return true
        }
    }

    /// One question over each connection, before the time counts: what the answer is.
    private func learn() throws(LabError) {
        for connection in connections {
            let one = connection.request.count / plan.pipeline
            try LoopbackSocket.wait(for: connection.descriptor, POLLOUT, milliseconds: Int32(Self.patience / 1_000_000))
            let sent = connection.request.withUnsafeBytes { send(connection.descriptor, $0.baseAddress, one, Int32(MSG_NOSIGNAL)) }
            guard sent == one else { throw .system("no connection to port \(plan.port)", errno) }
            var reader = RESPReader()
            while true {
                try LoopbackSocket.wait(for: connection.descriptor, POLLIN, milliseconds: Int32(Self.patience / 1_000_000))
                let count = Glibc.read(connection.descriptor, scratch.baseAddress, scratch.count)
                guard count > 0 else { throw .closed("port \(plan.port) closed a connection at once") }
                let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[..<count])
                connection.reply += bytes
                let value: RESPValue?
                do {
                    try reader.feed(bytes)
                    value = try reader.next()
                } catch { throw .unexpected("port \(plan.port): \(error)") }
                guard let value else { continue }
                guard value.elements?.count == 2 else { throw .unexpected("port \(plan.port) answered \(value)") }
                break
            }
        }
    }

    /// Of this process, in seconds.
    static var processorTime: Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

/// What a client that asks came to, as one line of text between processes.
package struct LoadReport: Hashable, Sendable, CustomStringConvertible {
    package let queries: Int
    /// Readings of bytes that were not the expected answer.
    package let wrong: Int
    package let seconds: Double
    /// The client's own.
    package let processorSeconds: Double

    package init(queries: Int, wrong: Int, seconds: Double, processorSeconds: Double) {
        self.queries = queries
        self.wrong = wrong
        self.seconds = seconds
        self.processorSeconds = processorSeconds
    }

    package var description: String { "queries \(queries) wrong \(wrong) seconds \(seconds) cpu \(processorSeconds)" }

    /// Nil where the text is not of that form.
    package init?(_ text: some StringProtocol) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 8, let queries = Int(words[1]), let wrong = Int(words[3]), let seconds = Double(words[5]),
            let processorSeconds = Double(words[7])
        else { return nil }
        self.init(queries: queries, wrong: wrong, seconds: seconds, processorSeconds: processorSeconds)
    }
}
