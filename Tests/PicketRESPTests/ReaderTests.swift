import NIOCore
import PicketRESP
import Testing

@Suite("Reading replies")
struct ReaderTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let value: RESPValue
        var testDescription: String { String(reflecting: text) }

        init(_ text: String, _ value: RESPValue) {
            self.text = text
            self.value = value
        }
    }

    static let rows: [Row] = [
        Row("+PONG\r\n", .simple("PONG")),
        Row("+\r\n", .simple("")),
        Row("+a\rb\nc\r\n", .simple("a\rb\nc")),
        Row("-ERR unknown command\r\n", .error("ERR unknown command")),
        Row(":42\r\n", .integer(42)),
        Row(":-9223372036854775808\r\n", .integer(.min)),
        Row(":9223372036854775807\r\n", .integer(.max)),
        Row("$0\r\n\r\n", .bulk("")),
        Row("$4\r\na\r\nb\r\n", .bulk("a\r\nb")),
        Row("$-1\r\n", .null),
        Row("*-1\r\n", .nullArray),
        Row("*0\r\n", .array([])),
        Row("*2\r\n$-1\r\n*-1\r\n", .array([.null, .nullArray])),
        Row(
            "*3\r\n*0\r\n*2\r\n:1\r\n*1\r\n+x\r\n-ERR y\r\n",
            .array([.array([]), .array([.integer(1), .array([.simple("x")])]), .error("ERR y")])),
    ]

    static let pipeline = Array(rows.map(\.text).joined().utf8)
    static let pipelineValues = rows.map(\.value)

    @Test("every type of RESP2 is read", arguments: rows)
    func types(_ row: Row) {
        #expect(readReplies(row.text) == Reading(values: [row.value]))
    }

    @Test("a pipeline reads the same wherever it is cut in two")
    func cutInTwo() {
        for position in 0...Self.pipeline.count {
            #expect(readReplies(Self.pipeline.cut(at: position)) == Reading(values: Self.pipelineValues), "cut at \(position)")
        }
    }

    @Test("a pipeline reads the same byte by byte")
    func byteByByte() {
        #expect(readReplies(Self.pipeline.cutIntoBytes()) == Reading(values: Self.pipelineValues))
    }

    @Test("without its last byte no value is complete", arguments: rows)
    func incomplete(_ row: Row) {
        #expect(readReplies(String(row.text.unicodeScalars.dropLast())) == Reading(values: []))
    }

    @Test("bytes of a bulk string arrive exactly as sent, those of a line repaired to UTF-8")
    func bytes() {
        let all = Array(UInt8.min...UInt8.max)
        #expect(readReplies([Array("$256\r\n".utf8) + all + [0x0d, 0x0a]]).values == [.bulk(ByteString(bytes: all))])
        #expect(readReplies([[0x2b, 0xff, 0x0d, 0x0a]]).values == [.simple("\u{fffd}")])
    }

    @Test("feeding takes all readable bytes of the buffer and nothing before them")
    func consumption() throws {
        var reader = RESPReader()
        var buffer = ByteBuffer(string: "skipped:1\r\n:2")
        buffer.moveReaderIndex(forwardBy: 7)
        try reader.feed(&buffer)
        #expect(buffer.readableBytes == 0)
        #expect(try reader.next() == .integer(1))
        #expect(try reader.next() == nil)
        buffer.writeString("3\r\n")
        try reader.feed(&buffer)
        #expect(try reader.next() == .integer(23))
    }

    @Test("many values fed at once, and more fed between taking them, arrive in order")
    func largePipeline() throws {
        var reader = RESPReader()
        var buffer = ByteBuffer()
        for number in 0..<60_000 { buffer.writeRESP(.integer(Int64(number)), version: .two) }
        try reader.feed(&buffer)
        for number in 0..<60_000 {
            #expect(try reader.next() == .integer(Int64(number)))
            guard number % 100 == 0 else { continue }
            buffer.writeRESP(.integer(Int64(60_000 + number / 100)), version: .two)
            try reader.feed(&buffer)
        }
        for number in 60_000..<60_600 { #expect(try reader.next() == .integer(Int64(number))) }
        #expect(try reader.next() == nil)
    }

    @Test("a long bulk string and a long line arrive whole, in portions of any size", arguments: [1, 1_000, 65_536, 300_000])
    func longValues(portion: Int) {
        let text = String(repeating: "0123456789\r", count: 20_000)
        let line = String(repeating: "x", count: 60_000)
        let bytes = Array("$\(text.utf8.count)\r\n\(text)\r\n+\(line)\r\n".utf8)
        let portions = stride(from: 0, to: bytes.count, by: portion).map { Array(bytes[$0..<min($0 + portion, bytes.count)]) }
        #expect(readReplies(portions) == Reading(values: [.bulk(text), .simple(line)]))
    }
}
