import NIOCore

/// Reads RESP2 values from a stream of bytes, cut wherever the network cut it.
///
/// Feed what arrived, then take values until there are none. The first error is final: it is thrown again by every later call.
package struct RESPReader: ~Copyable {
    /// The parser moves what is left of its input to the front after every value, so a heap of small values is handed over in portions.
    private static let portionBytes = 64 << 10

    private let limits: RESPLimits
    private var parser: HiredisReader
    /// Input the parser has not been given yet.
    private var backlog = ByteBuffer()
    /// Fed, and not part of a value that was handed out.
    private var openBytes = 0
    /// What the parser waits for; `.item` also while it has values ready.
    private var pending = HiredisReader.Pending.item
    private var hasDrained = true
    private var failure: RESPError?

    package init(limits: RESPLimits = .replies) {
        self.limits = limits
        parser = HiredisReader(limits: limits)
    }

    /// Takes all readable bytes of the buffer. Throws where `RESPLimits.bytes` are exceeded.
    package mutating func feed(_ buffer: inout ByteBuffer) throws(RESPError) {
        try buffer.withUnsafeReadableBytes { bytes throws(RESPError) in try feed(bytes) }
        buffer.moveReaderIndex(forwardBy: buffer.readableBytes)
    }

    /// Takes all the bytes. Throws where `RESPLimits.bytes` are exceeded.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(RESPError) {
        if let failure { throw failure }
        guard bytes.count <= limits.bytes - openBytes else { throw fail(.tooManyBytes(limit: limits.bytes)) }
        openBytes += bytes.count
        let fitsNow = bytes.count + (hasDrained ? 0 : parser.unparsedBytes) <= Self.portionBytes
        if backlog.readableBytes == 0 && fitsNow {
            try hand(bytes)
        } else {
            if backlog.readerIndex > backlog.readableBytes { backlog.discardReadBytes() }
            backlog.writeBytes(bytes)
        }
    }

    /// The next value, or nil where the bytes fed so far do not hold a whole one.
    package mutating func next() throws(RESPError) -> RESPValue? {
        if let failure { throw failure }
        while true {
            if let value = try parse() { return value }
            guard try handOverBacklog() else { return nil }
        }
    }

    private mutating func parse() throws(RESPError) -> RESPValue? {
        // A line that trickles in is not searched again for every byte of it.
        if pending != .lineEnd {
            let value: RESPValue?
            do { value = try parser.next() } catch { throw fail(error) }
            if let value {
                openBytes = parser.unparsedBytes + backlog.readableBytes
                pending = .item
                hasDrained = false
                return value
            }
            pending = parser.pending
            hasDrained = true
        }
        switch pending {
        case .item: break
        case .lineEnd:
            // Two more: the line's end may have arrived by half.
            guard parser.unparsedBytes <= limits.line + 2 else { throw fail(.lineTooLong(limit: limits.line)) }
        case .bulk(let length):
            guard length <= limits.bulk else { throw fail(.bulkTooLong(limit: limits.bulk)) }
        }
        return nil
    }

    /// Gives the parser the next portion of the backlog; false where there is none.
    private mutating func handOverBacklog() throws(RESPError) -> Bool {
        guard let portion = backlog.readSlice(length: min(backlog.readableBytes, Self.portionBytes)), portion.readableBytes > 0 else {
            return false
        }
        try portion.withUnsafeReadableBytes { bytes throws(RESPError) in try hand(bytes) }
        // Not cleared but dropped: a single long answer must not keep its memory for as long as the connection lives.
        if backlog.readableBytes == 0 { backlog = ByteBuffer() }
        return true
    }

    private mutating func hand(_ bytes: UnsafeRawBufferPointer) throws(RESPError) {
        if pending == .lineEnd && bytes.contains(.lineFeed) { pending = .item }
        do { try parser.feed(bytes) } catch { throw fail(error) }
    }

    private mutating func fail(_ error: RESPError) -> RESPError {
        failure = error
        return error
    }
}
