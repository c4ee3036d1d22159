import NIOCore
import PicketRESP
import Testing

@Suite("Encoding")
struct EncodingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let value: RESPValue
        let two: String
        let three: String
        var testDescription: String { "\(value)" }

        init(_ value: RESPValue, two: String, three: String) {
            self.value = value
            self.two = two
            self.three = three
        }

        init(_ value: RESPValue, both: String) {
            self.init(value, two: both, three: both)
        }
    }

    static let rows: [Row] = [
        Row(.simple("OK"), both: "+OK\r\n"),
        Row(.simple(""), both: "+\r\n"),
        Row(.error("ERR no such thing"), both: "-ERR no such thing\r\n"),
        Row(.integer(0), both: ":0\r\n"),
        Row(.integer(-7), both: ":-7\r\n"),
        Row(.integer(10), both: ":10\r\n"),
        Row(.integer(999), both: ":999\r\n"),
        Row(.integer(1_000_000_000_000_000_000), both: ":1000000000000000000\r\n"),
        Row(.integer(.max), both: ":9223372036854775807\r\n"),
        Row(.integer(.min), both: ":-9223372036854775808\r\n"),
        Row(.bulk(""), both: "$0\r\n\r\n"),
        Row(.bulk("a\r\nb"), both: "$4\r\na\r\nb\r\n"),
        Row(.bulk("zażółć"), both: "$10\r\nzażółć\r\n"),
        Row(.null, two: "$-1\r\n", three: "_\r\n"),
        Row(.nullArray, two: "*-1\r\n", three: "_\r\n"),
        Row(.array([]), both: "*0\r\n"),
        Row(.array([.integer(1), .array([.null])]), two: "*2\r\n:1\r\n*1\r\n$-1\r\n", three: "*2\r\n:1\r\n*1\r\n_\r\n"),
        Row(
            .map([RESPPair("proto", .integer(3)), RESPPair(.integer(1), .map([]))]),
            two: "*4\r\n$5\r\nproto\r\n:3\r\n:1\r\n*0\r\n", three: "%2\r\n$5\r\nproto\r\n:3\r\n:1\r\n%0\r\n"),
        Row(.set([.bulk("a"), .bulk("b")]), two: "*2\r\n$1\r\na\r\n$1\r\nb\r\n", three: "~2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        Row(.push([.bulk("message")]), two: "*1\r\n$7\r\nmessage\r\n", three: ">1\r\n$7\r\nmessage\r\n"),
        Row(.boolean(true), two: ":1\r\n", three: "#t\r\n"),
        Row(.boolean(false), two: ":0\r\n", three: "#f\r\n"),
        Row(.double(1.5), two: "$3\r\n1.5\r\n", three: ",1.5\r\n"),
        Row(.double(-3), two: "$2\r\n-3\r\n", three: ",-3\r\n"),
        Row(.double(0.1), two: "$3\r\n0.1\r\n", three: ",0.1\r\n"),
        Row(.double(.infinity), two: "$3\r\ninf\r\n", three: ",inf\r\n"),
        Row(.double(-.infinity), two: "$4\r\n-inf\r\n", three: ",-inf\r\n"),
        Row(.double(-.nan), two: "$3\r\nnan\r\n", three: ",nan\r\n"),
    ]

    @Test("every type is written as its protocol version writes it", arguments: rows)
    func types(_ row: Row) {
        #expect(encoded(row.value, .two) == row.two)
        #expect(encoded(row.value, .three) == row.three)
    }

    @Test("a line end in a simple string or an error cannot begin a reply of its own")
    func lineEndsInLines() {
        #expect(encoded(.simple("a\r\n+forged"), .two) == "+a  +forged\r\n")
        #expect(encoded(.error("ERR a\rb\nc"), .three) == "-ERR a b c\r\n")
    }

    @Test("bulk strings keep bytes that are not UTF-8")
    func bytes() {
        var buffer = ByteBuffer()
        buffer.writeRESP(.bulk(ByteString(bytes: [0xff, 0, 0xfe])), version: .two)
        #expect(Array(buffer.readableBytesView) == [0x24, 0x33, 0x0d, 0x0a, 0xff, 0, 0xfe, 0x0d, 0x0a])
    }

    @Test("a command is written as an array of bulk strings, from text or from bytes")
    func commands() {
        var buffer = ByteBuffer()
        buffer.writeCommand(["PING"])
        buffer.writeCommand(["PUBLISH", "__sentinel__:hello", "ł"])
        buffer.writeCommand([ByteString("AUTH"), ByteString(bytes: [0x80])])
        let expected =
            Array("*1\r\n$4\r\nPING\r\n*3\r\n$7\r\nPUBLISH\r\n$18\r\n__sentinel__:hello\r\n$2\r\nł\r\n*2\r\n$4\r\nAUTH\r\n$1\r\n".utf8)
            + [0x80, 0x0d, 0x0a]
        #expect(Array(buffer.readableBytesView) == expected)
    }

    @Test("writing appends: what the buffer held stays in front")
    func appending() {
        var buffer = ByteBuffer(string: "+before\r\n")
        buffer.writeRESP(.simple("a\nb"), version: .two)
        #expect(String(buffer: buffer) == "+before\r\n+a b\r\n")
    }
}
