/// Follows a request `*N` of N `$length` byte by byte, without keeping any of its bytes, and stops where the request ends.
///
/// It knows before the parser does what the client has announced, and words the refusal as Redis does. A byte is looked at once,
/// except those of a header that is not complete yet, of which there are few.
struct RESPRequestFraming {
    enum Stage: Equatable {
        case arrayHeader
        case bulkHeader
        /// Of the bulk string and its line end, so many bytes are to come.
        case bulkBody(missing: Int)
    }

    enum Outcome: Equatable {
        /// All bytes belong to the request, or to a header that goes on.
        case unfinished
        /// The request ends after the bytes consumed.
        case complete
        /// What was consumed is a request of no arguments, which nobody answers.
        case empty
    }

    /// A minus, 19 digits and the line end.
    private static let headerBytes = 22

    private(set) var stage = Stage.arrayHeader
    private var missingArguments = 0
    private var announcedBytes = 0

    var isBetweenRequests: Bool { stage == .arrayHeader }

    /// How many of the bytes belong to this request, and what that makes of it. `stranger` are the limits of a client that has not
    /// authenticated, nil for one that has.
    mutating func scan(
        _ bytes: UnsafeRawBufferPointer, limits: RESPLimits, stranger: RESPLimits?
    ) throws(RESPError) -> (consumed: Int, outcome: Outcome) {
        var cursor = 0
        while cursor < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[cursor...])
            switch stage {
            case .arrayHeader:
                guard let (length, size) = try header(rest, else: .invalidMultibulkLength) else { return (cursor, .unfinished) }
                cursor += size
                guard try beginArray(of: length, headerBytes: size, limits: limits, stranger: stranger) else { return (cursor, .empty) }
            case .bulkHeader:
                guard rest[0] == UInt8(ascii: "$") else { throw .expectedBulk(got: rest[0]) }
                guard let (length, size) = try header(rest, else: .invalidBulkLength) else { return (cursor, .unfinished) }
                cursor += size
                try beginBulk(of: length, headerBytes: size, limits: limits, stranger: stranger)
            case .bulkBody(let missing):
                guard rest.count >= missing else {
                    stage = .bulkBody(missing: missing - rest.count)
                    return (bytes.count, .unfinished)
                }
                cursor += missing
                missingArguments -= 1
                guard missingArguments > 0 else {
                    self = RESPRequestFraming()
                    return (cursor, .complete)
                }
                stage = .bulkHeader
            }
        }
        return (cursor, .unfinished)
    }

    /// False where no arguments follow.
    private mutating func beginArray(
        of length: Int, headerBytes: Int, limits: RESPLimits, stranger: RESPLimits?
    ) throws(RESPError) -> Bool {
        guard length <= limits.elements else { throw .invalidMultibulkLength }
        if let stranger, length > stranger.elements { throw .unauthenticatedMultibulkLength }
        guard length > 0 else { return false }
        missingArguments = length
        announcedBytes = headerBytes
        stage = .bulkHeader
        return true
    }

    private mutating func beginBulk(of length: Int, headerBytes: Int, limits: RESPLimits, stranger: RESPLimits?) throws(RESPError) {
        guard length >= 0, length <= limits.bulk else { throw .invalidBulkLength }
        if let stranger, length > stranger.bulk { throw .unauthenticatedBulkLength }
        announcedBytes += headerBytes + length + 2
        guard announcedBytes <= limits.bytes else { throw .invalidBulkLength }
        stage = .bulkBody(missing: length + 2)
    }

    /// What a request consists of that was found complete; `bytes` are all of it.
    static func arguments(of bytes: UnsafeRawBufferPointer) -> [ByteString] {
        var cursor = 0
        let count = knownNumber(bytes, at: &cursor)
        var arguments: [ByteString] = []
        arguments.reserveCapacity(count)
        for _ in 0..<count {
            let length = knownNumber(bytes, at: &cursor)
            arguments.append(ByteString(bytes: Array(bytes[cursor..<cursor + length])))
            cursor += length + 2
        }
        return arguments
    }

    /// Of a header that has been checked; the cursor goes on behind it.
    private static func knownNumber(_ bytes: UnsafeRawBufferPointer, at cursor: inout Int) -> Int {
        var number = 0
        cursor += 1
        while bytes[cursor] != .carriageReturn {
            number = number * 10 + Int(bytes[cursor] - UInt8(ascii: "0"))
            cursor += 1
        }
        cursor += 2
        return number
    }

    /// The number after the type byte and the size of the header with its line end, or nil where that has not arrived.
    private func header(
        _ bytes: UnsafeRawBufferPointer, else error: RESPError
    ) throws(RESPError) -> (length: Int, size: Int)? {
        let line = UnsafeRawBufferPointer(rebasing: bytes.dropFirst().prefix(Self.headerBytes))
        guard let end = line.firstIndex(of: .carriageReturn) else {
            guard line.count < Self.headerBytes else { throw error }
            return nil
        }
        guard let length = Int(decimal: UnsafeRawBufferPointer(rebasing: line[..<end])) else { throw error }
        guard end + 1 < line.count else {
            guard line.count < Self.headerBytes else { throw error }
            return nil
        }
        guard line[end + 1] == .lineFeed else { throw error }
        return (length, end + 3)
    }
}
