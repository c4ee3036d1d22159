import NIOCore
import PicketRESP
import Testing

@Suite("Limits on replies")
struct LimitTests {
    static let small = RESPLimits(bytes: 1_000, elements: 20, bulk: 100, line: 50)

    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let error: RESPError
        var testDescription: String { String(reflecting: text.prefix(30)) }

        init(_ text: String, _ error: RESPError) {
            self.text = text
            self.error = error
        }
    }

    @Test(
        "what is beyond a limit is refused, as soon as it is announced",
        arguments: [
            Row("*2000000000\r\n", .tooManyElements(limit: 20)),
            Row("*21\r\n", .tooManyElements(limit: 20)),
            Row("*10\r\n*11\r\n", .tooManyElements(limit: 20)),
            Row("*10\r\n*5\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n*6\r\n", .tooManyElements(limit: 20)),
            Row("$2000000000\r\n", .bulkTooLong(limit: 100)),
            Row("$9223372036854775807\r\n", .bulkTooLong(limit: 100)),
            Row("$101\r\n", .bulkTooLong(limit: 100)),
            Row("*1\r\n$101\r\nx", .bulkTooLong(limit: 100)),
            Row("$101\r\n\(String(repeating: "x", count: 101))\r\n", .bulkTooLong(limit: 100)),
            Row("+\(String(repeating: "x", count: 51))\r\n", .lineTooLong(limit: 50)),
            Row("-\(String(repeating: "x", count: 53))", .lineTooLong(limit: 50)),
            Row("$\(String(repeating: "1", count: 53))", .lineTooLong(limit: 50)),
            Row(":\(String(repeating: "1", count: 53))", .lineTooLong(limit: 50)),
            Row("*\(String(repeating: "1", count: 53))", .lineTooLong(limit: 50)),
            Row("+\(String(repeating: "x", count: 1_000))", .tooManyBytes(limit: 1_000)),
        ])
    func refused(_ row: Row) {
        let whole = readReplies(row.text, limits: Self.small)
        #expect(whole == Reading(values: [], error: row.error))
    }

    @Test("what is exactly at a limit is accepted, however it arrives")
    func accepted() {
        let line = String(repeating: "x", count: 50)
        let bulk = String(repeating: "y", count: 100)
        let numbers = String(repeating: ":1\r\n", count: 10)
        let bytes = Array("+\(line)\r\n$100\r\n\(bulk)\r\n*10\r\n*10\r\n\(numbers)\(numbers.dropLast(1))".utf8)
        let expected: [RESPValue] = [
            .simple(line),
            .bulk(bulk),
            .array([.array(Array(repeating: .integer(1), count: 10))] + Array(repeating: .integer(1), count: 9)),
        ]
        #expect(readReplies([bytes], limits: Self.small) == Reading(values: expected))
        #expect(readReplies(bytes.cutIntoBytes(), limits: Self.small) == Reading(values: expected))
    }

    @Test("the elements of a value that is done do not count against the next")
    func elementsOfEachValue() {
        let value = "*20\r\n" + String(repeating: ":1\r\n", count: 20)
        #expect(readReplies(value + value).error == nil)
        #expect(readReplies(value + value, limits: Self.small).values.count == 2)
    }

    @Test("an array that goes on for ever is refused once it has used the bytes, though all of them were parsed")
    func endlessArray() throws {
        let limits = RESPLimits(bytes: 10_000, elements: .max, bulk: 100, line: 50)
        var reader = RESPReader(limits: limits)
        var buffer = ByteBuffer(string: "*2000000000\r\n")
        try reader.feed(&buffer)
        #expect(try reader.next() == nil)
        var accepted = 13
        var refusal: RESPError?
        while refusal == nil && accepted < 20_000 {
            var portion = ByteBuffer(string: ":1\r\n")
            do throws(RESPError) {
                try reader.feed(&portion)
                accepted += 4
                let value = try reader.next()
                #expect(value == nil)
            } catch {
                refusal = error
            }
        }
        #expect(refusal == .tooManyBytes(limit: 10_000))
        #expect(accepted <= 10_000 && accepted > 9_990)
    }

    @Test("bytes that were handed out as values are no longer counted")
    func bytesOfEachValue() {
        let portion = Array("$90\r\n\(String(repeating: "z", count: 90))\r\n".utf8)
        let reading = readReplies(Array(repeating: portion, count: 500), limits: Self.small)
        #expect(reading.error == nil)
        #expect(reading.values.count == 500)
    }

    @Test("arrays nest eight deep and no deeper")
    func nesting() {
        func nested(_ depth: Int) -> String { String(repeating: "*1\r\n", count: depth) + ":1\r\n" }
        var value = RESPValue.integer(1)
        for _ in 0..<8 { value = .array([value]) }
        #expect(readReplies(nested(8)) == Reading(values: [value]))
        for depth in [9, 1_000, 100_000] {
            let reading = readReplies(nested(depth))
            #expect(reading.values.isEmpty)
            guard case .malformed? = reading.error else {
                Issue.record("depth \(depth): \(String(describing: reading.error))")
                continue
            }
        }
    }

    @Test(
        "what is not RESP2 is refused",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n", "\u{15}\u{3}\u{3}\0\u{2}\u{2}\n", "\r\n", ":\r\n", ":1x\r\n", ":+1\r\n",
            ":9223372036854775808\r\n",
            "$x\r\n", "$-2\r\n", "$\r\n", "*\r\n", "*-2\r\n", "*1\r\n!\r\n", "*3000000000\r\n", "_\r\n", "%1\r\n:1\r\n:1\r\n", "#t\r\n",
        ])
    func malformed(text: String) {
        for portions in [[Array(text.utf8)], Array(text.utf8).cutIntoBytes()] {
            let reading = readReplies(portions)
            #expect(reading.values.isEmpty)
            guard case .malformed(let words)? = reading.error else {
                Issue.record("\(String(describing: reading.error))")
                continue
            }
            #expect(!words.isEmpty)
        }
    }

    @Test("values before the error are handed out; after it every call throws it again")
    func errorIsFinal() throws {
        var reader = RESPReader()
        var buffer = ByteBuffer(string: ":1\r\n*1\r\n:2\r\n*2\r\n:3\r\n?\r\n:4\r\n")
        try reader.feed(&buffer)
        #expect(try reader.next() == .integer(1))
        #expect(try reader.next() == .array([.integer(2)]))
        var errors: [RESPError] = []
        for _ in 0..<2 {
            do throws(RESPError) { _ = try reader.next() } catch { errors.append(error) }
        }
        buffer.writeString(":5\r\n")
        do throws(RESPError) { try reader.feed(&buffer) } catch { errors.append(error) }
        #expect(errors.count == 3)
        #expect(errors.allSatisfy { $0 == errors.first })
        #expect(buffer.readableBytes == 4)
    }
}
