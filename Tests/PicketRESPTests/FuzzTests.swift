import NIOCore
import PicketRESP
import Testing

/// Inputs from a seeded generator: the same on every run, and named by their seed when they fail.
@Suite("Generated input")
struct FuzzTests {
    static let seeds = Array(UInt64(1)...8)
    static let limits = RESPLimits(bytes: 3_000, elements: 64, bulk: 200, line: 100)

    /// Bytes that look like RESP often enough to get past the first one.
    private func noise(_ generator: inout SeededGenerator) -> [UInt8] {
        let pieces = [
            "\r\n", "\r", "\n", "*", "$", ":", "+", "-", "*1\r\n", "*2\r\n", "*3\r\n$1\r\na\r\n", "$3\r\nabc\r\n", "$-1\r\n", "*-1\r\n",
            ":12\r\n", "+OK\r\n", "-ERR x\r\n", "*65\r\n", "$201\r\n", "*2000000000\r\n", "PING \"a b\" '\\''\r\n", "\"", "'", "\\", "0",
            "9", " ",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...40, using: &generator) {
            if Int.random(in: 0..<12, using: &generator) == 0 {
                bytes.append(UInt8.random(in: .min ... .max, using: &generator))
            } else {
                bytes += Array(pieces.randomElement(using: &generator)!.utf8)
            }
        }
        return bytes
    }

    private func text(_ generator: inout SeededGenerator) -> ByteString {
        ByteString(bytes: (0..<Int.random(in: 0...40, using: &generator)).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    private func line(_ generator: inout SeededGenerator) -> String {
        String((0..<Int.random(in: 0...30, using: &generator)).map { _ in "abc Ż:$*+-".randomElement(using: &generator)! })
    }

    private func value(_ generator: inout SeededGenerator, depth: Int = 0) -> RESPValue {
        switch Int.random(in: 0..<(depth < 8 ? 8 : 6), using: &generator) {
        case 0: .simple(line(&generator))
        case 1: .error(line(&generator))
        case 2: .integer(Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0...63, using: &generator))
        case 3: .bulk(text(&generator))
        case 4: .null
        // The parser refuses any array header that deep, that of no array too.
        case 5: depth < 8 ? .nullArray : .null
        default:
            .array((0..<Int.random(in: 0...4, using: &generator)).map { _ in value(&generator, depth: depth + 1) })
        }
    }

    private func weight(_ value: RESPValue) -> (elements: Int, bytes: Int) {
        switch value {
        case .array(let values):
            values.map(weight).reduce((values.count, 0)) { ($0.0 + $1.elements, $0.1 + $1.bytes) }
        case .bulk(let text): (0, text.count)
        // A byte that is not UTF-8 becomes three.
        case .simple(let text), .error(let text): (0, text.utf8.count / 3)
        default: (0, 0)
        }
    }

    @Test("RESP2 values come back as they were written, however they are cut", arguments: seeds)
    func roundTrip(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let values = (0..<Int.random(in: 1...5, using: &generator)).map { _ in value(&generator) }
            var buffer = ByteBuffer()
            for value in values { buffer.writeRESP(value, version: .two) }
            #expect(readReplies(Array(buffer.readableBytesView).cut(using: &generator)) == Reading(values: values))
        }
    }

    @Test("requests come back as they were written, however they are cut", arguments: seeds)
    func requestRoundTrip(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            var requests: [[ByteString]] = []
            var buffer = ByteBuffer()
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let request = (0..<Int.random(in: 1...6, using: &generator)).map { _ in text(&generator) }
                requests.append(request)
                buffer.writeCommand(request)
            }
            #expect(readRequests(Array(buffer.readableBytesView).cut(using: &generator)) == Reading(values: requests))
        }
    }

    @Test("noise gives the same values and the same end wherever it is cut, and none beyond the limits", arguments: seeds)
    func noiseAsReplies(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var seen = 0
        for _ in 0..<400 {
            let bytes = noise(&generator)
            let whole = readReplies([bytes], limits: Self.limits)
            let portions = bytes.cut(using: &generator)
            let cut = readReplies(portions, limits: Self.limits)
            #expect(whole.values == cut.values)
            #expect((whole.error == nil) == (cut.error == nil))
            for value in whole.values {
                seen += 1
                let weight = weight(value)
                #expect(weight.elements <= Self.limits.elements)
                #expect(weight.bytes <= bytes.count)
            }
        }
        #expect(seen > 100)
    }

    @Test("noise gives the same requests and the same error wherever it is cut, and none beyond the limits", arguments: seeds)
    func noiseAsRequests(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var seen = 0
        for _ in 0..<400 {
            let bytes = noise(&generator)
            let whole = readRequests([bytes], limits: Self.limits)
            let cut = readRequests(bytes.cut(using: &generator), limits: Self.limits)
            #expect(whole == cut)
            for request in whole.values {
                seen += 1
                #expect(!request.isEmpty && request.count <= Self.limits.elements)
                #expect(request.map(\.count).reduce(0, +) <= bytes.count)
            }
        }
        #expect(seen > 100)
    }

    @Test("a valid stream with single bytes changed never traps and never yields more than its bytes hold", arguments: seeds)
    func mutated(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var buffer = ByteBuffer()
            for _ in 0..<4 { buffer.writeRESP(value(&generator), version: .two) }
            buffer.writeCommand([text(&generator), text(&generator)])
            var bytes = Array(buffer.readableBytesView)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[bytes.indices.randomElement(using: &generator)!] = UInt8.random(in: .min ... .max, using: &generator)
            }
            let replies = readReplies([bytes])
            #expect(replies.values.map { weight($0).bytes }.reduce(0, +) <= bytes.count)
            #expect(replies.values == readReplies(bytes.cut(using: &generator)).values)
            #expect(readRequests([bytes]) == readRequests(bytes.cut(using: &generator)))
        }
    }

    @Test("whatever arrives, a reader holds no more than its limit", arguments: seeds)
    func bounded(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            var reader = RESPReader(limits: Self.limits)
            // Begins a value that does not end, so that every byte accepted is a byte held.
            var buffer = ByteBuffer(string: "*60\r\n")
            var accepted = 0
            do throws(RESPError) {
                for _ in 0..<1_000 {
                    let size = buffer.readableBytes
                    try reader.feed(&buffer)
                    accepted += size
                    guard try reader.next() == nil else { break }
                    buffer.writeString(
                        ["$150\r\n\(String(repeating: "v", count: 150))\r\n", ":1\r\n", "+x\r\n"].randomElement(using: &generator)!)
                }
            } catch {
                #expect(error == .tooManyBytes(limit: Self.limits.bytes))
            }
            #expect(accepted <= Self.limits.bytes)
        }
    }
}
