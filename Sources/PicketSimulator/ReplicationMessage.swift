import PicketCore

/// What replicas and their primaries say to each other.
enum ReplicationMessage {
    /// PSYNC: what the replica has, and where it can be reached.
    /// With FAILOVER at its end: who asks was the primary, and has stopped taking writes.
    case synchronise(replicationID: String, offset: Int64, from: Endpoint, handOver: HandOverOrder?)
    /// The error to PSYNC FAILOVER.
    case refusedHandOver(String)
    /// +CONTINUE: from where the replica is; the missing part of the stream follows.
    case continued(replicationID: String)
    /// +FULLRESYNC: everything anew; the data set follows.
    case beginsAnew
    case dataSet(DataSet, replicationID: String, offset: Int64)
    /// A piece of the stream that ends at `offset`.
    case stream(StreamPiece, offset: Int64)
    case acknowledged(Int64)
}

enum StreamPiece {
    case write(Int)
    case hello(String)
    case ping
    /// REPLCONF GETACK.
    case acknowledgementWanted
}

/// Who had a primary hand its role over; for the record only.
struct HandOverOrder {
    let epoch: Epoch
    /// The index of its process.
    let leader: Int
}

/// What an instance holds. Writes have numbers, unique in a run, in place of contents.
struct DataSet {
    struct Entry {
        let write: Int
        /// Where in the stream it ends.
        let offset: Int64
        /// When this instance had it.
        let at: Microseconds
    }
    /// Data of different origin never mixes; told apart by the group that it was first written for.
    var origin: Int?
    var entries: [Entry] = []

    var writes: [Int] { entries.map(\.write) }
    func contains(_ write: Int) -> Bool { entries.contains { $0.write == write } }
}
