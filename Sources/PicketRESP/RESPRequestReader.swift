import NIOCore

/// Reads what clients ask: arrays of bulk strings, and inline commands.
///
/// A request is checked while it arrives (`RESPRequestFraming`), so that a refusal comes in Redis' words and before anything is
/// buffered for it; the values are then read by the same parser as replies. Empty lines and empty arrays are skipped. Requests
/// are looked at one at a time, by `next()`: what an earlier one of a pipeline changed (`isAuthenticated`) holds for the next.
/// The first error is final: it is thrown again by every later call.
package struct RESPRequestReader: ~Copyable {
    /// Whether the client has shown who it is, or need not. Until then the stranger's limits hold.
    package var isAuthenticated: Bool

    private let limits: RESPLimits
    private let strangerLimits: RESPLimits
    private var parser: RESPReader
    private var framing = RESPRequestFraming()
    /// Fed, and not looked at yet, but for the beginning of a line or a header.
    private var unread = ByteBuffer()
    /// How much of `unread` is known to hold no line end.
    private var searchedBytes = 0
    private var failure: RESPError?

    package init(
        limits: RESPLimits = .requests, strangerLimits: RESPLimits = .unauthenticatedRequests, isAuthenticated: Bool = true
    ) {
        self.limits = limits
        self.strangerLimits = strangerLimits
        self.isAuthenticated = isAuthenticated
        parser = RESPReader(limits: limits)
    }

    /// Takes all readable bytes of the buffer. Throws where `RESPLimits.bytes` wait to be taken by `next()`.
    package mutating func feed(_ buffer: inout ByteBuffer) throws(RESPError) {
        try buffer.withUnsafeReadableBytes { bytes throws(RESPError) in try feed(bytes) }
        buffer.moveReaderIndex(forwardBy: buffer.readableBytes)
    }

    /// Takes all the bytes. Throws where `RESPLimits.bytes` wait to be taken by `next()`.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(RESPError) {
        if let failure { throw failure }
        let limit = isAuthenticated ? limits.bytes : strangerLimits.bytes
        guard bytes.count <= limit - unread.readableBytes else { throw fail(.tooManyBytes(limit: limit)) }
        if unread.readerIndex > unread.readableBytes { unread.discardReadBytes() }
        unread.writeBytes(bytes)
    }

    /// The next request's arguments, at least one, or nil where the bytes fed so far do not hold a whole request.
    package mutating func next() throws(RESPError) -> [ByteString]? {
        if let failure { throw failure }
        do {
            return try nextRequest()
        } catch {
            throw fail(error)
        }
    }

    private mutating func nextRequest() throws(RESPError) -> [ByteString]? {
        while let first = unread.getInteger(at: unread.readerIndex, as: UInt8.self) {
            if framing.isBetweenRequests && first != UInt8(ascii: "*") {
                guard let arguments = try nextLine() else { return nil }
                if !arguments.isEmpty { return arguments }
                continue
            }
            let stranger = isAuthenticated ? nil : strangerLimits
            let (consumed, outcome) = try unread.withUnsafeReadableBytes { bytes throws(RESPError) in
                try framing.scan(bytes, limits: limits, stranger: stranger)
            }
            switch outcome {
            case .empty:
                unread.moveReaderIndex(forwardBy: consumed)
            case .unfinished:
                _ = try parse(consumed)
                return nil
            case .complete:
                return try parse(consumed)
            }
        }
        return nil
    }

    /// Hands bytes to the parser and asks it for a value each time, so that it never holds them twice.
    private mutating func parse(_ count: Int) throws(RESPError) -> [ByteString]? {
        guard count > 0 else { return nil }
        try unread.withUnsafeReadableBytes { bytes throws(RESPError) in
            try parser.feed(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
        unread.moveReaderIndex(forwardBy: count)
        guard case .array(let values)? = try parser.next() else { return nil }
        return values.compactMap { value in
            guard case .bulk(let argument) = value else { return nil }
            return argument
        }
    }

    /// The arguments of an inline command, empty for an empty line, or nil where the line has no end yet.
    private mutating func nextLine() throws(RESPError) -> [ByteString]? {
        let limit = limits.line
        let searched = searchedBytes
        let line: (arguments: [ByteString], size: Int)? = try unread.withUnsafeReadableBytes { bytes throws(RESPError) in
            guard let lineFeed = bytes[searched...].firstIndex(of: .lineFeed) else {
                guard bytes.count <= limit + 1 else { throw .inlineTooLong }
                return nil
            }
            let end = lineFeed > 0 && bytes[lineFeed - 1] == .carriageReturn ? lineFeed - 1 : lineFeed
            guard end <= limit else { throw .inlineTooLong }
            return (try InlineArguments.split(UnsafeRawBufferPointer(rebasing: bytes[..<end])), lineFeed + 1)
        }
        guard let line else {
            searchedBytes = unread.readableBytes
            return nil
        }
        unread.moveReaderIndex(forwardBy: line.size)
        searchedBytes = 0
        return line.arguments
    }

    private mutating func fail(_ error: RESPError) -> RESPError {
        failure = error
        return error
    }
}
