import NIOCore

/// Reads what clients ask: arrays of bulk strings, and inline commands.
///
/// A request is checked while it arrives (`RESPRequestFraming`), so that a refusal comes in Redis' words and before anything is
/// buffered for it; its arguments are cut out when it is whole. Empty lines and empty arrays are skipped. Requests are looked at one
/// at a time, by `next()`: what an earlier one of a pipeline changed (`isAuthenticated`) holds for the next.
/// The first error is final: it is thrown again by every later call.
package struct RESPRequestReader: ~Copyable {
    /// Whether the client has shown who it is, or need not. Until then the stranger's limits hold.
    package var isAuthenticated: Bool

    private let limits: RESPLimits
    private let strangerLimits: RESPLimits
    private var framing = RESPRequestFraming()
    /// Fed, and not handed out yet.
    private var unread = ByteBuffer()
    /// Whether `unread` is the buffer that was fed, which whoever read from the socket wants back.
    private var isBorrowed = false
    /// How much of `unread` has been checked: the beginning of a request, or of a line without its end.
    private var searchedBytes = 0
    private var failure: RESPError?

    package init(
        limits: RESPLimits = .requests, strangerLimits: RESPLimits = .unauthenticatedRequests, isAuthenticated: Bool = true
    ) {
        self.limits = limits
        self.strangerLimits = strangerLimits
        self.isAuthenticated = isAuthenticated
    }

    /// Takes all readable bytes of the buffer. Throws where `RESPLimits.bytes` wait to be taken by `next()`.
    package mutating func feed(_ buffer: inout ByteBuffer) throws(RESPError) {
        if let failure { throw failure }
        let limit = isAuthenticated ? limits.bytes : strangerLimits.bytes
        // What belongs to the request that has begun is bounded by what that one may announce.
        guard buffer.readableBytes <= limit - (unread.readableBytes - searchedBytes) else { throw fail(.tooManyBytes(limit: limit)) }
        if unread.readableBytes == 0 {
            unread = buffer
            isBorrowed = true
            buffer.moveReaderIndex(forwardBy: buffer.readableBytes)
        } else {
            if unread.readerIndex > unread.readableBytes { unread.discardReadBytes() }
            unread.writeBuffer(&buffer)
        }
    }

    /// The next request's arguments, at least one, or nil where the bytes fed so far do not hold a whole request.
    package mutating func next() throws(RESPError) -> [ByteString]? {
        if let failure { throw failure }
        do {
            let request = try nextRequest()
            if request == nil { keepRest() }
            return request
        } catch {
            throw fail(error)
        }
    }

    /// Hands out what was asked in known ways, for as long as such requests stand whole at the head of the input and are answered.
    ///
    /// Spares what `next()` needs: no argument is copied. Nothing is taken before authentication, and whatever is not whole, or not
    /// in the form in which libraries send it, is left to `next()`.
    ///
    /// - Parameter answer: is given which one it is and its last argument; false leaves the request where it is.
    /// - Returns: how many were taken.
    package mutating func take(_ known: KnownRequests, _ answer: (Int, UnsafeRawBufferPointer) -> Bool) -> Int {
        guard isAuthenticated, failure == nil, searchedBytes == 0 else { return 0 }
        let longest = limits.bulk
        let (count, consumed) = unread.withUnsafeReadableBytes { bytes in
            var (count, cursor) = (0, 0)
            while let found = known.match(UnsafeRawBufferPointer(rebasing: bytes[cursor...])), found.argument.count <= longest,
                answer(found.place, found.argument)
            {
                cursor += found.size
                count += 1
            }
            return (count, cursor)
        }
        unread.moveReaderIndex(forwardBy: consumed)
        return count
    }

    private mutating func nextRequest() throws(RESPError) -> [ByteString]? {
        while let first = unread.getInteger(at: unread.readerIndex, as: UInt8.self) {
            if framing.isBetweenRequests && first != UInt8(ascii: "*") {
                guard let arguments = try nextLine() else { return nil }
                if !arguments.isEmpty { return arguments }
                continue
            }
            let stranger = isAuthenticated ? nil : strangerLimits
            let searched = searchedBytes
            let (consumed, outcome) = try unread.withUnsafeReadableBytes { bytes throws(RESPError) in
                try framing.scan(UnsafeRawBufferPointer(rebasing: bytes[searched...]), limits: limits, stranger: stranger)
            }
            searchedBytes += consumed
            guard outcome != .unfinished else { return nil }
            let size = searchedBytes
            searchedBytes = 0
            defer { unread.moveReaderIndex(forwardBy: size) }
            if outcome == .complete {
                return unread.withUnsafeReadableBytes { RESPRequestFraming.arguments(of: UnsafeRawBufferPointer(rebasing: $0[..<size])) }
            }
        }
        return nil
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

    /// Nothing but the beginning of a request is kept until more comes: thousands of clients wait with nothing to say.
    private mutating func keepRest() {
        if unread.readableBytes == 0 {
            unread = ByteBuffer()
        } else if isBorrowed {
            unread = ByteBuffer(bytes: unread.readableBytesView)
        }
        isBorrowed = false
    }

    private mutating func fail(_ error: RESPError) -> RESPError {
        failure = error
        unread = ByteBuffer()
        return error
    }
}
