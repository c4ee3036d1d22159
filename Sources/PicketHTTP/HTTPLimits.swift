import NIOCore

/// Bounds of the HTTP side.
enum HTTPLimits {
    /// Connections at a time; more wait to be accepted.
    static let connections = 256
    static let headerBytes = 16 << 10
    static let headerFields = 64
    /// How long a connection may be open without a request.
    static let idleness: TimeAmount = .seconds(60)
    /// How long a client may leave what is sent to it unread, before it is cut off.
    static let unread: TimeAmount = .seconds(20)
    /// Readers of /v1/events at a time.
    static let eventReaders = 64
    /// Between two signs of life to such a reader.
    static let heartbeat: Duration = .seconds(15)
    /// Clean-up at the end.
    static let shutdown: Duration = .seconds(2)
    /// Events and traces that a page gets with its first question.
    static let pageEvents = 200
}
