/// Puts a value together from the parser's callbacks, which arrive depth first.
///
/// The parser would carry a pointer to every object from callback to callback. Counting what each open array still lacks
/// says the same, and leaves nothing that could leak when the parser gives up halfway.
struct RESPValueBuilder {
    private struct OpenArray {
        var elements: [RESPValue]
        var missing: Int
    }

    /// Room made on an array's announcement alone. The rest grows with the elements that really arrive.
    private static let reservedElements = 256

    private let limits: RESPLimits
    private var open: [OpenArray] = []
    private var announcedElements = 0
    private var finished: RESPValue?

    /// Why a callback refused its object. The parser itself only learns that there was none.
    private(set) var refusal: RESPError?

    init(limits: RESPLimits) {
        self.limits = limits
    }

    mutating func takeFinished() -> RESPValue? {
        defer { finished = nil }
        return finished
    }

    /// Adds a value that is complete, and closes the arrays it completes.
    mutating func add(_ value: RESPValue) {
        var value = value
        while let last = open.indices.last {
            open[last].elements.append(value)
            open[last].missing -= 1
            guard open[last].missing == 0 else { return }
            value = .array(open.removeLast().elements)
        }
        finished = value
        announcedElements = 0
    }

    /// Adds a simple string or an error; false where it is longer than the limit.
    mutating func addLine(_ bytes: UnsafeRawBufferPointer, as make: (String) -> RESPValue) -> Bool {
        guard bytes.count <= limits.line else { return refuse(.lineTooLong(limit: limits.line)) }
        add(make(String(decoding: bytes, as: UTF8.self)))
        return true
    }

    /// Adds a bulk string; false where it is longer than the limit.
    mutating func addBulk(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= limits.bulk else { return refuse(.bulkTooLong(limit: limits.bulk)) }
        add(.bulk(ByteString(bytes: Array(bytes))))
        return true
    }

    /// Begins an array whose elements follow; false where they would be too many.
    mutating func openArray(count: Int) -> Bool {
        guard count <= limits.elements - announcedElements else { return refuse(.tooManyElements(limit: limits.elements)) }
        guard count > 0 else {
            add(.array([]))
            return true
        }
        announcedElements += count
        var elements: [RESPValue] = []
        elements.reserveCapacity(min(count, Self.reservedElements))
        open.append(OpenArray(elements: elements, missing: count))
        return true
    }

    mutating func refuse(_ error: RESPError) -> Bool {
        refusal = error
        return false
    }
}
