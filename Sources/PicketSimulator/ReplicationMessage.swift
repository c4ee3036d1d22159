import PicketCore

/// What replicas and their primaries say to each other.
enum ReplicationMessage {
    /// PSYNC: what the replica has, and where it can be reached.
    case synchronise(replicationID: String, offset: Int64, from: Endpoint)
    /// +CONTINUE: from where the replica is; the missing part of the stream follows.
    case continued(replicationID: String)
    /// +FULLRESYNC: everything anew; the data set follows.
    case beginsAnew
    case dataSet(DataSet, replicationID: String, offset: Int64)
    /// A piece of the stream that ends at `offset`.
    case stream(StreamPiece, offset: Int64)
    case acknowledged(Int64)
    /// REPLCONF GETACK.
    case acknowledge
}

enum StreamPiece {
    case write(Int)
    case hello(String)
    case ping
}

/// What an instance holds. Writes have numbers, unique in a run, in place of contents.
struct DataSet {
    struct Entry {
        let write: Int
        /// Where in the stream it ends.
        let offset: Int64
    }
    /// Data of different origin never mixes; told apart by the group that it was first written for.
    var origin: Int?
    var entries: [Entry] = []

    var writes: [Int] { entries.map(\.write) }
    func contains(_ write: Int) -> Bool { entries.contains { $0.write == write } }
}
