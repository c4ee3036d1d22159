import NIOCore
import PicketAccess
import PicketRESP
import Synchronization

/// One client's connection, as others see it: CLIENT LIST, CLIENT KILL.
final class ClientRecord: Sendable {
    struct State: Sendable {
        var name: ByteString = ""
        var libraryName: ByteString = ""
        var libraryVersion: ByteString = ""
        var user: ByteString = "default"
        var version: RESPVersion = .two
        var channels: [ByteString] = []
        var patterns: [ByteString] = []
        var noEvict = false
        var tracking = false

        var isSubscribed: Bool { !channels.isEmpty || !patterns.isEmpty }
    }

    let id: Int64
    let channel: any Channel
    let address: String
    let localAddress: String
    let createdAt: NIODeadline
    let state = Mutex(State())
    /// Where the last command stands in `CommandTable.entries`; -1 before the first.
    private let lastCommand = Atomic<Int>(-1)
    private let lastUptimeNanoseconds: Atomic<UInt64>

    init(id: Int64, channel: any Channel, at now: NIODeadline) {
        self.id = id
        self.channel = channel
        address = Self.text(channel.remoteAddress)
        localAddress = Self.text(channel.localAddress)
        createdAt = now
        lastUptimeNanoseconds = Atomic(now.uptimeNanoseconds)
    }

    private static func text(_ address: SocketAddress?) -> String {
        guard let address else { return "?:0" }
        guard let host = address.ipAddress, let port = address.port else { return address.pathname.map { "\($0):0" } ?? "?:0" }
        return host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// A command is carried out. Written on the client's loop, before every command, and read by others.
    func note(command position: Int, at now: NIODeadline) {
        lastCommand.store(position, ordering: .relaxed)
        lastUptimeNanoseconds.store(now.uptimeNanoseconds, ordering: .relaxed)
    }

    /// When the last command came.
    var lastActivity: NIODeadline { .uptimeNanoseconds(lastUptimeNanoseconds.load(ordering: .relaxed)) }

    private var lastCommandName: String {
        let position = lastCommand.load(ordering: .relaxed)
        return position < 0 ? "NULL" : CommandTable.entries[position].fullName
    }

    /// CLIENT KILL's and CLIENT LIST's TYPE.
    var kind: String { state.withLock { $0.isSubscribed ? "pubsub" : "normal" } }

    /// One line of CLIENT LIST. What has no meaning here stands at its idle value: tools read the fields by name.
    func line(at now: NIODeadline) -> String {
        let state = self.state.withLock { $0 }
        let flags = (state.isSubscribed ? "P" : "") + (state.tracking ? "t" : "") + (state.noEvict ? "e" : "")
        return
            "id=\(id) addr=\(address) laddr=\(localAddress) fd=-1 name=\(state.name) age=\((now - createdAt).nanoseconds / 1_000_000_000) "
            + "idle=\((now - lastActivity).nanoseconds / 1_000_000_000) flags=\(flags.isEmpty ? "N" : flags) db=0 "
            + "sub=\(state.channels.count) psub=\(state.patterns.count) ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 "
            + "rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r cmd=\(lastCommandName) user=\(state.user) redir=-1 "
            + "resp=\(state.version.rawValue) lib-name=\(state.libraryName) lib-ver=\(state.libraryVersion)"
    }
}
