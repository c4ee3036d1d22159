import Glibc
import NIOCore
import PicketRESP

/// A part of the make-believe fleet: the whole of a process, in one thread.
///
/// Groups of listeners that answer like Redis 7.0 servers, as far as monitors ask, and a control port (`FleetShard+Control.swift`). There is
/// no data, and nothing is replicated; what a server tells of it is made up as it is asked. Not `Sendable`: `run` is called where it was made.
package final class FleetShard {
    package struct Plan: Sendable {
        /// Groups are called `group-1`, `group-2` … over all shards; this is the first one's number.
        package var firstGroup: Int
        package var groups: Int
        package var replicas: Int
        package var controlPort: Int

        package init(firstGroup: Int = 1, groups: Int, replicas: Int = 2, controlPort: Int) {
            self.firstGroup = firstGroup
            self.groups = groups
            self.replicas = replicas
            self.controlPort = controlPort
        }
    }

    struct Group {
        let name: String
        let replication: FleetReplication
    }

    /// What was done so far.
    struct Counts {
        var pings = 0
        var infos = 0
        var publications = 0
        /// Messages to subscribers.
        var deliveries = 0
        var others = 0
        var accepted = 0
    }

    enum Entry {
        case none
        case listener(FleetInstance)
        case control
        case connection(FleetConnection)
    }

    /// Accepted from one listener in one turn at most.
    private static let acceptedAtOnce = 64
    static let outputLimit = 32 << 20

    let groups: [Group]
    let instances: [FleetInstance]
    let instancesByPort: [Int: FleetInstance]
    var counts = Counts()
    var now = Nanoseconds.now
    var isEnding = false
    let poller: Poller
    private var entries: [Entry] = []
    private var nextID: Int64 = 1
    private var toFlush: [FleetConnection] = []
    private var request = FleetRequest()
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    package init(_ plan: Plan) throws(LabError) {
        poller = try Poller()
        var ports = FleetPorts()
        var groups: [Group] = []
        for index in 0..<plan.groups {
            var members: [FleetInstance] = []
            for _ in 0...plan.replicas {
                let (port, listener) = try ports.listen()
                members.append(FleetInstance(port: port, listener: listener, group: index, at: now))
            }
            for replica in members.dropFirst() {
                replica.followed = .init(host: "127.0.0.1", port: members[0].port)
                replica.mayLinkAt = now
            }
            groups.append(Group(name: "group-\(plan.firstGroup + index)", replication: FleetReplication(members: members)))
        }
        guard let control = try LoopbackSocket.listening(port: plan.controlPort) else {
            throw .unexpected("the control port \(plan.controlPort) is taken")
        }
        self.groups = groups
        instances = groups.flatMap(\.replication.members)
        instancesByPort = Dictionary(uniqueKeysWithValues: instances.map { ($0.port, $0) })
        for instance in instances { try watch(instance.listener, .listener(instance)) }
        try watch(control, .control)
    }

    deinit {
        for (descriptor, entry) in entries.enumerated() {
            if case .none = entry { continue }
            close(Int32(descriptor))
        }
        scratch.deallocate()
    }

    func replication(of instance: FleetInstance) -> FleetReplication { groups[instance.group].replication }

    /// Serves until it is told to end, over the control port.
    package func run() throws(LabError) {
        while !isEnding {
            let count = try poller.wait(milliseconds: patience)
            now = Nanoseconds.now
            for index in 0..<count { try serve(poller.ready(at: index)) }
            try endPauses()
            try flushAll()
        }
    }

    /// Milliseconds until a pause ends.
    private var patience: Int32 {
        guard hasPauses, let end = instances.compactMap({ $0.pause?.until }).min() else { return -1 }
        return Int32(clamping: max(0, end - Nanoseconds.now) / 1_000_000 + 1)
    }

    /// Whether any instance keeps clients waiting: seldom, and asked often.
    var hasPauses = false

    private func endPauses() throws(LabError) {
        guard hasPauses else { return }
        for instance in instances where instance.pause.map({ $0.until <= now }) ?? false { try unpause(instance) }
        hasPauses = instances.contains { $0.pause != nil }
    }

    func unpause(_ instance: FleetInstance) throws(LabError) {
        instance.pause = nil
        for client in instance.clients where client.isPaused {
            client.isPaused = false
            try takeInput(of: client)
        }
    }

    // MARK: Sockets

    func watch(_ descriptor: Int32, _ entry: Entry) throws(LabError) {
        while entries.count <= Int(descriptor) { entries.append(.none) }
        entries[Int(descriptor)] = entry
        try poller.add(descriptor)
    }

    private func serve(_ ready: Poller.Ready) throws(LabError) {
        switch entries[Int(ready.descriptor)] {
        case .none: break
        case .control: try accept(ready.descriptor, for: nil)
        case .listener(let instance): if instance.condition == .alive { try accept(ready.descriptor, for: instance) }
        case .connection(let connection):
            guard connection.instance?.condition ?? .alive == .alive else { return }
            if ready.isReadable { try read(connection) }
            if ready.isWritable, !connection.isClosed { try flush(connection) }
        }
    }

    private func accept(_ listener: Int32, for instance: FleetInstance?) throws(LabError) {
        for _ in 0..<Self.acceptedAtOnce {
            switch LoopbackSocket.accept(from: listener) {
            case .nobody: return
            case .failed(let reason): throw .system("no more than \(counts.accepted) connections were accepted", reason)
            case .connection(let descriptor):
                let connection = FleetConnection(descriptor: descriptor, id: nextID, instance: instance)
                nextID += 1
                counts.accepted += 1
                instance?.clients.append(connection)
                try watch(descriptor, .connection(connection))
            }
        }
    }

    private func read(_ connection: FleetConnection) throws(LabError) {
        let count = Glibc.read(connection.descriptor, scratch.baseAddress, scratch.count)
        guard count > 0 else {
            if count == 0 || (errno != EAGAIN && errno != EINTR) { end(connection) }
            return
        }
        let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[..<count])
        guard connection.input.readableBytes == 0, !connection.isPaused else {
            connection.input.writeBytes(bytes)
            if connection.input.readableBytes > Self.outputLimit { end(connection) }
            return try takeInput(of: connection)
        }
        let used = try take(bytes, of: connection)
        if used < count, !connection.isClosed { connection.input.writeBytes(bytes[used...]) }
    }

    private func takeInput(of connection: FleetConnection) throws(LabError) {
        guard !connection.isPaused, !connection.isClosed else { return }
        // What is taken must stay where it is while it is looked at.
        let input = connection.input
        let used = try input.withUnsafeReadableBytes { bytes throws(LabError) in try take(bytes, of: connection) }
        connection.input.moveReaderIndex(forwardBy: used)
        if connection.input.readableBytes == 0 { connection.input = ByteBuffer() }
    }

    /// How many bytes were whole requests.
    private func take(_ bytes: UnsafeRawBufferPointer, of connection: FleetConnection) throws(LabError) -> Int {
        var used = 0
        while used < bytes.count, !connection.isClosed, !connection.isEnding {
            do {
                guard let size = try request.find(in: UnsafeRawBufferPointer(rebasing: bytes[used...])) else { break }
                guard try execute(request.words, on: connection) else {
                    connection.isPaused = true
                    break
                }
                used += size
            } catch let error as FleetRequest.Malformed {
                reply(.error(error.reply), to: connection)
                connection.isEnding = true
            } catch let error as LabError {
                throw error
            } catch {
                throw .unexpected("\(error)")
            }
        }
        return used
    }

    // MARK: Answers

    func reply(_ value: RESPValue, to connection: FleetConnection) {
        connection.output.writeRESP(value, version: .two)
        noteOutput(connection)
    }

    /// It is sent at the end of the turn, together with what else there is by then.
    func noteOutput(_ connection: FleetConnection) {
        guard !connection.isFlushDue else { return }
        connection.isFlushDue = true
        toFlush.append(connection)
    }

    private func flushAll() throws(LabError) {
        // By index: the connections that fall behind are closed meanwhile, and none is added.
        for index in toFlush.indices {
            let connection = toFlush[index]
            connection.isFlushDue = false
            if !connection.isClosed, !connection.awaitsRoom { try flush(connection) }
        }
        toFlush.removeAll(keepingCapacity: true)
    }

    private func flush(_ connection: FleetConnection) throws(LabError) {
        guard connection.instance?.condition ?? .alive == .alive else { return }
        while connection.output.readableBytes > 0 {
            let sent = connection.output.withUnsafeReadableBytes {
                send(connection.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent < 0 {
                guard errno == EAGAIN || errno == EINTR, connection.output.readableBytes < Self.outputLimit else { return end(connection) }
                guard !connection.awaitsRoom else { return }
                connection.awaitsRoom = true
                return try poller.change(connection.descriptor, writing: true)
            }
            connection.output.moveReaderIndex(forwardBy: sent)
        }
        connection.output.clear()
        if connection.output.capacity > 16 << 10 { connection.output = ByteBuffer() }
        if connection.awaitsRoom {
            connection.awaitsRoom = false
            try poller.change(connection.descriptor, writing: false)
        }
        if connection.isEnding { end(connection) }
    }

    func end(_ connection: FleetConnection) {
        guard !connection.isClosed else { return }
        connection.isClosed = true
        entries[Int(connection.descriptor)] = .none
        close(connection.descriptor)
        connection.instance?.clients.removeAll { $0 === connection }
    }
}

/// Free ports below those that the system gives to outgoing connections: a monitor that tries a dead instance again and again could
/// otherwise get that very port for its own end, and be connected with itself.
private struct FleetPorts {
    private let range: Range<Int>
    private var next: Int
    private var left: Int

    init() {
        let text = (try? TextFile.read("/proc/sys/net/ipv4/ip_local_port_range")) ?? ""
        let lowest = text.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 32_768
        range = lowest > 12_000 ? 3_000..<lowest : 10_000..<65_000
        // Not all begin at the same place: they would search where the others are.
        next = Int.random(in: range)
        left = range.count
    }

    mutating func listen() throws(LabError) -> (port: Int, listener: Int32) {
        while left > 0 {
            left -= 1
            let port = next
            next = next + 1 == range.upperBound ? range.lowerBound : next + 1
            if let listener = try LoopbackSocket.listening(port: port) { return (port, listener) }
        }
        throw .unexpected("there are no free ports left from \(range.lowerBound) to \(range.upperBound - 1)")
    }
}
