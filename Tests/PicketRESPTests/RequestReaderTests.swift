import NIOCore
import PicketRESP
import Testing

@Suite("Reading requests")
struct RequestReaderTests {
    static let text =
        "\r\n\nPING\r\n*0\r\n*-1\r\n*-5\r\n*1\r\n$4\r\nPING\r\n   \r\nset 'a b' \"\\x41\\n\"\n*3\r\n$0\r\n\r\n$4\r\n\r\n*1\r\n$5\r\nhello\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\nQUIT\r\n"
    static let requests: [[ByteString]] = [
        ["PING"], ["PING"], ["set", "a b", "A\n"], ["", "\r\n*1", "hello"], ["a", "b"], ["QUIT"],
    ]

    @Test("arrays and inline commands mix; empty lines and empty arrays are skipped")
    func pipeline() {
        #expect(readRequests(Self.text) == Reading(values: Self.requests))
    }

    @Test("a pipeline reads the same wherever it is cut in two")
    func cutInTwo() {
        let bytes = Array(Self.text.utf8)
        for position in 0...bytes.count {
            #expect(readRequests(bytes.cut(at: position)) == Reading(values: Self.requests), "cut at \(position)")
        }
    }

    @Test("a pipeline reads the same byte by byte")
    func byteByByte() {
        #expect(readRequests(Array(Self.text.utf8).cutIntoBytes()) == Reading(values: Self.requests))
    }

    @Test("arguments keep bytes that are not UTF-8")
    func bytes() {
        let all = Array(UInt8.min...UInt8.max)
        #expect(readRequests([Array("*1\r\n$256\r\n".utf8) + all + [0x0d, 0x0a]]).values == [[ByteString(bytes: all)]])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let text: String
        let answer: String
        var isAuthenticated = true
        var testDescription: String { String(reflecting: text.prefix(30)) }
    }

    @Test(
        "what no request may be is refused in Redis' words, however it arrives",
        arguments: [
            Refusal(text: "*1\r\n+PING\r\n", answer: "Protocol error: expected '$', got '+'"),
            Refusal(text: "*2\r\n$1\r\na\r\n:1\r\n", answer: "Protocol error: expected '$', got ':'"),
            Refusal(text: "*1\r\n*1\r\n$1\r\na\r\n", answer: "Protocol error: expected '$', got '*'"),
            Refusal(text: "*x\r\n", answer: "Protocol error: invalid multibulk length"),
            Refusal(text: "*\r\n", answer: "Protocol error: invalid multibulk length"),
            Refusal(text: "*01\r\n", answer: "Protocol error: invalid multibulk length"),
            Refusal(text: "*+1\r\n", answer: "Protocol error: invalid multibulk length"),
            Refusal(text: "*1\rx", answer: "Protocol error: invalid multibulk length"),
            Refusal(text: "*1048577\r\n", answer: "Protocol error: invalid multibulk length"),
            Refusal(text: "*2000000000\r\n", answer: "Protocol error: invalid multibulk length"),
            Refusal(text: "*18446744073709551617\r\n", answer: "Protocol error: invalid multibulk length"),
            Refusal(text: "*\(String(repeating: "1", count: 40))", answer: "Protocol error: invalid multibulk length"),
            Refusal(text: "*1\r\n$x\r\n", answer: "Protocol error: invalid bulk length"),
            Refusal(text: "*1\r\n$-1\r\n", answer: "Protocol error: invalid bulk length"),
            Refusal(text: "*1\r\n$2000000000\r\n", answer: "Protocol error: invalid bulk length"),
            Refusal(text: "*1\r\n$8388609\r\n", answer: "Protocol error: invalid bulk length"),
            Refusal(text: "*1\r\n$\(String(repeating: "1", count: 40))", answer: "Protocol error: invalid bulk length"),
            Refusal(text: "PING \"a\r\n", answer: "Protocol error: unbalanced quotes in request"),
            Refusal(text: String(repeating: "a", count: 65_537) + "\r\n", answer: "Protocol error: too big inline request"),
            Refusal(text: String(repeating: "a", count: 65_538), answer: "Protocol error: too big inline request"),
            Refusal(text: "*11\r\n", answer: "Protocol error: unauthenticated multibulk length", isAuthenticated: false),
            Refusal(text: "*1\r\n$16385\r\n", answer: "Protocol error: unauthenticated bulk length", isAuthenticated: false),
        ])
    func refusals(_ refusal: Refusal) {
        for portions in [[Array(refusal.text.utf8)], Array(refusal.text.utf8).cutIntoBytes()] {
            let reading = readRequests(portions, isAuthenticated: refusal.isAuthenticated)
            #expect(reading.values.isEmpty)
            #expect(reading.error?.description == refusal.answer)
        }
    }

    @Test("the largest request of each kind is accepted")
    func atTheLimits() {
        let line = String(repeating: "a", count: 65_536)
        #expect(readRequests(line + "\r\n").values == [[ByteString(line)]])
        let stranger = "*10\r\n" + String(repeating: "$16384\r\n\(String(repeating: "b", count: 16_384))\r\n", count: 10)
        #expect(readRequests(stranger, isAuthenticated: false).values.map(\.count) == [10])
        let limits = RESPLimits(bytes: 37, elements: 3, bulk: 10, line: 10)
        let tooLong = readRequests(Array("*3\r\n$10\r\n0123456789\r\n$3\r\nabc\r\n$2\r\nxy\r\n".utf8).cutIntoBytes(), limits: limits)
        #expect(tooLong.error == .invalidBulkLength)
    }

    @Test("authentication counts from the next request of a pipeline on")
    func authenticationWithinPipeline() throws {
        var reader = RESPRequestReader(isAuthenticated: false)
        let long = String(repeating: "x", count: 20_000)
        var buffer = ByteBuffer()
        buffer.writeCommand(["AUTH", "secret"])
        buffer.writeCommand(["PUBLISH", "c", long])
        try reader.feed(&buffer)
        #expect(try reader.next() == ["AUTH", "secret"])
        reader.isAuthenticated = true
        #expect(try reader.next() == ["PUBLISH", "c", ByteString(long)])
        reader.isAuthenticated = false
        buffer.writeCommand(["PUBLISH", "c", long])
        try reader.feed(&buffer)
        #expect(throws: RESPError.unauthenticatedBulkLength) { try reader.next() }
    }

    @Test("requests nobody takes are not piled up beyond the limit")
    func unread() throws {
        let limits = RESPLimits(bytes: 100, elements: 10, bulk: 50, line: 50)
        var reader = RESPRequestReader(limits: limits)
        var buffer = ByteBuffer(string: String(repeating: "PING\r\n", count: 16))
        try reader.feed(&buffer)
        #expect(try reader.next() == ["PING"])
        buffer.writeString("PING\r\nPI")
        try reader.feed(&buffer)
        buffer.writeString("NG\r\n")
        #expect(throws: RESPError.tooManyBytes(limit: 100)) { try reader.feed(&buffer) }
        #expect(throws: RESPError.tooManyBytes(limit: 100)) { try reader.next() }
    }

    @Test("requests before the error are handed out; after it every call throws it again")
    func errorIsFinal() throws {
        var reader = RESPRequestReader()
        var buffer = ByteBuffer(string: "PING\r\n*1\r\n$4\r\nECHO\r\n*y\r\nPING\r\n")
        try reader.feed(&buffer)
        #expect(try reader.next() == ["PING"])
        #expect(try reader.next() == ["ECHO"])
        #expect(throws: RESPError.invalidMultibulkLength) { try reader.next() }
        #expect(throws: RESPError.invalidMultibulkLength) { try reader.next() }
        #expect(throws: RESPError.invalidMultibulkLength) { try reader.feed(&buffer) }
    }

    @Test("a long request that arrives byte by byte takes time in proportion to its length", .timeLimit(.minutes(1)))
    func trickle() {
        let argument = String(repeating: "x\r", count: 100_000)
        let bytes = Array("*2\r\n$1\r\na\r\n$200000\r\n\(argument)\r\n".utf8)
        #expect(readRequests(bytes.cutIntoBytes()).values == [["a", ByteString(argument)]])
        let line = String(repeating: "y", count: 65_000)
        #expect(readRequests(Array("\(line)\r\n".utf8).cutIntoBytes()).values == [[ByteString(line)]])
    }
}
