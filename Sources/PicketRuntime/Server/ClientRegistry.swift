import NIOCore

/// All connections of clients, whichever loop they live on.
final class ClientRegistry: Sendable {
    private struct State {
        var clients: [Int64: ClientRecord] = [:]
        var lastID: Int64 = 0
    }

    private let state = LockedBox(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Nil where there are as many as there may be.
    func register(_ channel: any Channel, at now: NIODeadline) -> ClientRecord? {
        state.withLock { state -> ClientRecord? in
            guard state.clients.count < limit else { return nil }
            state.lastID += 1
            let record = ClientRecord(id: state.lastID, channel: channel, at: now)
            state.clients[record.id] = record
            return record
        }
    }

    func remove(_ id: Int64) { state.withLock { _ = $0.clients.removeValue(forKey: id) } }

    var count: Int { state.withLock { $0.clients.count } }

    /// In the order in which they came.
    var all: [ClientRecord] { state.withLock { Array($0.clients.values) }.sorted { $0.id < $1.id } }

    func client(_ id: Int64) -> ClientRecord? { state.withLock { $0.clients[id] } }
}
