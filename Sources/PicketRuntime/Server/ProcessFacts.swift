import NIOCore

/// What a client may want to know of the process. Does not change while it runs.
struct ProcessFacts: Sendable {
    /// The Redis release whose Sentinel surface is offered. Clients choose commands by it: 7.2 is the first with CLIENT SETINFO.
    static let redisVersion = "7.2.4"
    static let picketVersion = "0.1.0"

    let runID: String
    let processID: Int32
    let executable: String
    let configurationPath: String
    let startedAt: NIODeadline
    let listenPort: Int
}
