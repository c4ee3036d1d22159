/// Why a reader gave up on its input. Nothing after it can be understood, so the connection has to be closed.
package enum RESPError: Error, Sendable, Hashable {
    /// Not RESP2, in the words of the parser.
    case malformed(String)
    /// More input than `RESPLimits.bytes` without a value that ends.
    case tooManyBytes(limit: Int)
    /// Arrays that announce more than `RESPLimits.elements`.
    case tooManyElements(limit: Int)
    /// A bulk string that is longer than `RESPLimits.bulk`, or that says it will be.
    case bulkTooLong(limit: Int)
    /// A line that is longer than `RESPLimits.line`.
    case lineTooLong(limit: Int)

    // What only a request can do wrong; Redis names each of these to the client.

    /// An argument that is not a bulk string: its first byte.
    case expectedBulk(got: UInt8)
    /// `*` and no number, or one beyond `RESPLimits.elements`.
    case invalidMultibulkLength
    /// `$` and no number, or one that takes the argument or the whole request beyond its limit.
    case invalidBulkLength
    /// An inline command longer than `RESPLimits.line`.
    case inlineTooLong
    /// An inline command with a quote that does not end, or that ends within a word.
    case unbalancedQuotes
    /// Too many arguments for a client that has not authenticated.
    case unauthenticatedMultibulkLength
    /// Too long an argument for a client that has not authenticated.
    case unauthenticatedBulkLength
}

extension RESPError: CustomStringConvertible {
    /// One line. For requests, what Redis answers after `-ERR ` before it hangs up.
    package var description: String { "Protocol error: \(reason)" }

    private var reason: String {
        switch self {
        case .malformed(let words): "this is not RESP2: \(words)"
        case .tooManyBytes(let limit): "more than \(limit) bytes without an end"
        case .tooManyElements(let limit): "more than \(limit) elements in one value"
        case .bulkTooLong(let limit): "a bulk string of more than \(limit) bytes"
        case .lineTooLong(let limit): "a line of more than \(limit) bytes"
        case .expectedBulk(let byte): "expected '$', got '\(String(decoding: [byte], as: UTF8.self))'"
        case .invalidMultibulkLength: "invalid multibulk length"
        case .invalidBulkLength: "invalid bulk length"
        case .inlineTooLong: "too big inline request"
        case .unbalancedQuotes: "unbalanced quotes in request"
        case .unauthenticatedMultibulkLength: "unauthenticated multibulk length"
        case .unauthenticatedBulkLength: "unauthenticated bulk length"
        }
    }
}
