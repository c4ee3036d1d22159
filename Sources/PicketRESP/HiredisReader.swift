import CHiredis

/// libhiredis' protocol parser (`<hiredis/read.h>`) with values built by `RESPValueBuilder`. Nothing else touches C.
///
/// Written for hiredis 0.14; what 1.x changed (RESP3 types, `size_t` counts, the task stack) is either left to inference or kept
/// in `shim.h`, and RESP3 types that 1.x would hand over are refused.
struct HiredisReader: ~Copyable {
    /// What the parser is waiting for at the end of its input.
    enum Pending: Equatable {
        /// The first byte of the next item.
        case item
        /// The end of a line.
        case lineEnd
        /// A bulk string's bytes, of which there are to be `length`.
        case bulk(length: Int)
    }

    /// `$` and a 64-bit number, with its line end: 21 bytes follow the `$`.
    private static let bulkHeaderBytes = 32

    private let reader: UnsafeMutablePointer<redisReader>
    private let builder: UnsafeMutablePointer<RESPValueBuilder>

    init(limits: RESPLimits) {
        guard let reader = redisReaderCreateWithFunctions(objectFunctions) else {
            fatalError("no memory for a protocol parser")
        }
        self.reader = reader
        builder = .allocate(capacity: 1)
        builder.initialize(to: RESPValueBuilder(limits: limits))
        reader.pointee.privdata = UnsafeMutableRawPointer(builder)
    }

    deinit {
        redisReaderFree(reader)
        builder.deinitialize(count: 1)
        builder.deallocate()
    }

    /// Bytes that no callback has seen yet.
    var unparsedBytes: Int { reader.pointee.len - reader.pointee.pos }

    /// Copies bytes to the end of the parser's input.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(RESPError) {
        guard !bytes.isEmpty else { return }
        let fed = redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        guard fed == REDIS_OK else { throw failure }
    }

    /// The next value, or nil where the input ends before it does.
    mutating func next() throws(RESPError) -> RESPValue? {
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &object) == REDIS_OK else { throw failure }
        guard object != nil else { return nil }
        guard let value = builder.pointee.takeFinished() else { throw .malformed("a type that RESP2 does not have") }
        return value
    }

    /// What is missing. Only means something after `next()` returned nil.
    var pending: Pending {
        let type = picketPendingItemType(reader)
        guard type >= 0 else { return .item }
        guard type == REDIS_REPLY_STRING else { return .lineEnd }
        let header = UnsafeRawBufferPointer(start: reader.pointee.buf + reader.pointee.pos, count: min(unparsedBytes, Self.bulkHeaderBytes))
        guard let end = header.firstIndex(of: .carriageReturn) else { return .lineEnd }
        // A CR in front of anything but LF: the parser reads on, as in a line.
        guard end + 1 < header.count, header[end + 1] == .lineFeed else { return .lineEnd }
        return .bulk(length: Int(decimal: UnsafeRawBufferPointer(rebasing: header[..<end])) ?? 0)
    }

    private var failure: RESPError {
        if let refusal = builder.pointee.refusal { return refusal }
        let words = withUnsafeBytes(of: reader.pointee.errstr) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return .malformed(words)
    }
}

/// The parser's callbacks. One table for all readers, never freed, since a reader keeps the pointer as long as it lives.
///
/// The object pointers they return are never followed: any that is not null says "go on".
nonisolated(unsafe) private let objectFunctions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
    var functions = redisReplyObjectFunctions()
    functions.createString = { task, bytes, count in
        guard let task, let data = task.pointee.privdata else { return nil }
        let builder = data.assumingMemoryBound(to: RESPValueBuilder.self)
        let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
        let isAccepted =
            switch task.pointee.type {
            case REDIS_REPLY_STRING: builder.pointee.addBulk(bytes)
            case REDIS_REPLY_STATUS: builder.pointee.addLine(bytes, as: RESPValue.simple)
            case REDIS_REPLY_ERROR: builder.pointee.addLine(bytes, as: RESPValue.error)
            default: false
            }
        return isAccepted ? data : nil
    }
    functions.createArray = { task, count in
        guard let task, let data = task.pointee.privdata, task.pointee.type == REDIS_REPLY_ARRAY else { return nil }
        return data.assumingMemoryBound(to: RESPValueBuilder.self).pointee.openArray(count: Int(count)) ? data : nil
    }
    functions.createInteger = { task, number in
        guard let task, let data = task.pointee.privdata, task.pointee.type == REDIS_REPLY_INTEGER else { return nil }
        data.assumingMemoryBound(to: RESPValueBuilder.self).pointee.add(.integer(number))
        return data
    }
    functions.createNil = { task in
        guard let task, let data = task.pointee.privdata else { return nil }
        // The task still says which header the -1 stood in.
        let value: RESPValue = task.pointee.type == REDIS_REPLY_ARRAY ? .nullArray : .null
        data.assumingMemoryBound(to: RESPValueBuilder.self).pointee.add(value)
        return data
    }
    functions.freeObject = { _ in }
    let table = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
    table.initialize(to: functions)
    return table
}()
