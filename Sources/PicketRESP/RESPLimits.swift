/// What a reader accepts before it gives up on whoever is talking.
///
/// All of them are 1 or more; sizes are in bytes. They bound the memory that one connection can claim.
package struct RESPLimits: Sendable, Hashable {
    /// Input that was fed and does not belong to a value handed out yet: what is buffered, and what an unfinished value has used.
    package var bytes: Int
    /// Elements of one value, those of the arrays within it counted too.
    package var elements: Int
    /// One bulk string.
    package var bulk: Int
    /// One line: a simple string, an error, an inline command. The line's end is not counted.
    package var line: Int

    package init(bytes: Int, elements: Int, bulk: Int, line: Int) {
        self.bytes = bytes
        self.elements = elements
        self.bulk = bulk
        self.line = line
    }

    /// For what a monitored server or a peer answers.
    package static let replies = RESPLimits(bytes: 64 << 20, elements: 1 << 20, bulk: 64 << 20, line: 64 << 10)

    /// For what a client asks. Redis allows requests of many gigabytes, which hold data; none of a Sentinel's does.
    package static let requests = RESPLimits(bytes: 8 << 20, elements: 1 << 20, bulk: 8 << 20, line: 64 << 10)

    /// For a client that has yet to say who it is: Redis' ten arguments of 16 KiB, enough for AUTH and HELLO.
    package static let unauthenticatedRequests = RESPLimits(bytes: 1 << 20, elements: 10, bulk: 16 << 10, line: 64 << 10)
}
