import NIOCore
import PicketRESP

/// What a reader made of its input: the values it handed out, and the error that ended it.
struct Reading<Value: Equatable>: Equatable {
    var values: [Value] = []
    var error: RESPError?
}

/// Feeds the portions one after the other and takes all values after each.
func readReplies(_ portions: [[UInt8]], limits: RESPLimits = .replies) -> Reading<RESPValue> {
    var reader = RESPReader(limits: limits)
    var reading = Reading<RESPValue>()
    do throws(RESPError) {
        for portion in portions {
            var buffer = ByteBuffer(bytes: portion)
            try reader.feed(&buffer)
            while let value = try reader.next() { reading.values.append(value) }
        }
    } catch {
        reading.error = error
    }
    return reading
}

/// Feeds the portions one after the other and takes all requests after each.
func readRequests(
    _ portions: [[UInt8]], limits: RESPLimits = .requests, isAuthenticated: Bool = true
) -> Reading<[ByteString]> {
    var reader = RESPRequestReader(limits: limits, isAuthenticated: isAuthenticated)
    var reading = Reading<[ByteString]>()
    do throws(RESPError) {
        for portion in portions {
            var buffer = ByteBuffer(bytes: portion)
            try reader.feed(&buffer)
            while let request = try reader.next() { reading.values.append(request) }
        }
    } catch {
        reading.error = error
    }
    return reading
}

func readReplies(_ text: String, limits: RESPLimits = .replies) -> Reading<RESPValue> {
    readReplies([Array(text.utf8)], limits: limits)
}

func readRequests(_ text: String, limits: RESPLimits = .requests, isAuthenticated: Bool = true) -> Reading<[ByteString]> {
    readRequests([Array(text.utf8)], limits: limits, isAuthenticated: isAuthenticated)
}

func encoded(_ value: RESPValue, _ version: RESPVersion) -> String {
    var buffer = ByteBuffer()
    buffer.writeRESP(value, version: version)
    return String(buffer: buffer)
}

extension Array<UInt8> {
    /// Cut before the position, for 0...count; an empty portion is a portion.
    func cut(at position: Int) -> [[UInt8]] {
        [Array(self[..<position]), Array(self[position...])]
    }

    func cutIntoBytes() -> [[UInt8]] {
        map { [$0] }
    }

    func cut(using generator: inout SeededGenerator) -> [[UInt8]] {
        var portions: [[UInt8]] = []
        var rest = self[...]
        while !rest.isEmpty {
            let size = Int.random(in: 1...Swift.max(1, Swift.min(rest.count, 40)), using: &generator)
            portions.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return portions
    }
}

/// SplitMix64: the same numbers on every run and machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
