import NIOCore
import PicketRESP
import Testing

@Suite("Requests known by their bytes")
struct KnownRequestTests {
    static let known = KnownRequests([["sentinel", "get-x"], ["sentinel", "get-yy"]])

    static func request(_ words: String...) -> String {
        var buffer = ByteBuffer()
        buffer.writeCommand(words)
        return String(buffer: buffer)
    }

    /// What was taken, one word each, and what `next()` still had: the first words of the rest.
    private func read(
        _ portions: [[UInt8]], limits: RESPLimits = .requests, isAuthenticated: Bool = true, refusing: String? = nil
    ) -> (taken: [String], rest: [ByteString], error: RESPError?) {
        var reader = RESPRequestReader(limits: limits, isAuthenticated: isAuthenticated)
        var (taken, rest): ([String], [ByteString]) = ([], [])
        do throws(RESPError) {
            for portion in portions {
                var buffer = ByteBuffer(bytes: portion)
                try reader.feed(&buffer)
                while true {
                    var names: [String] = []
                    let count = reader.take(Self.known) { place, argument in
                        let name = String(decoding: argument, as: UTF8.self)
                        guard name != refusing else { return false }
                        names.append("\(place)\(name)")
                        return true
                    }
                    #expect(count == names.count)
                    taken += names
                    guard let request = try reader.next() else { break }
                    rest.append(request[0])
                }
            }
        } catch {
            return (taken, rest, error)
        }
        return (taken, rest, nil)
    }

    private func read(_ text: String, isAuthenticated: Bool = true, refusing: String? = nil) -> (
        taken: [String], rest: [ByteString], error: RESPError?
    ) {
        read([Array(text.utf8)], isAuthenticated: isAuthenticated, refusing: refusing)
    }

    @Test("each is told from the others and from everything else, in any letter case")
    func recognised() {
        let text =
            Self.request("SENTINEL", "GET-X", "a") + Self.request("Sentinel", "get-YY", "") + Self.request("PING")
            + Self.request("sentinel", "Get-x", String(repeating: "n", count: 999))
        let (taken, rest, error) = read(text)
        #expect(taken == ["0a", "1", "0" + String(repeating: "n", count: 999)])
        #expect(rest == ["PING"])
        #expect(error == nil)
    }

    @Test(
        "what only looks like one is left to be read as any request",
        arguments: [
            request("SENTINEL", "GET-Z", "a"), request("SENTINEL", "GET-X"), request("SENTINEL", "GET-X", "a", "b"),
            request("SENTINEL", "GET\u{0d}X", "a"), request("3ENTINEL", "GET-X", "a"), request("XSENTINEL", "GET-X", "a"),
            request("SENTINEL", "GET-X", String(repeating: "n", count: 1_000)), "SENTINEL GET-X a\r\n",
        ])
    func lookalikes(_ text: String) {
        let (taken, rest, error) = read(text + Self.request("sentinel", "get-x", "b"))
        #expect(taken == ["0b"])
        #expect(rest.count == 1)
        #expect(error == nil)
    }

    @Test(
        "a wrong length is refused as in any request",
        arguments: ["", "-1", "-0", "00", "01", "+1", " 1", "1 ", "x", "1x", "99999999", "18446744073709551617"])
    func wrongLengths(_ length: String) {
        let (taken, rest, error) = read("*3\r\n$8\r\nSENTINEL\r\n$5\r\nGET-X\r\n$\(length)\r\na\r\n")
        #expect(taken.isEmpty)
        #expect(rest.isEmpty)
        #expect(error == .invalidBulkLength)
    }

    @Test("cut anywhere, into two or into bytes, every request is read once")
    func torn() {
        let text =
            Self.request("SENTINEL", "GET-X", "abc") + Self.request("PING") + "PING\r\n" + Self.request("SENTINEL", "GET-YY", "d")
            + Self.request("SENTINEL", "GET-X", "")
        let bytes = Array(text.utf8)
        for position in 0...bytes.count {
            let (taken, rest, error) = read(bytes.cut(at: position))
            // One that was cut is read in the long way.
            #expect(taken.count + rest.count == 5, "cut at \(position)")
            #expect(rest.count(where: { $0 == "PING" }) == 2)
            #expect(error == nil)
        }
        let (taken, rest, error) = read(bytes.cutIntoBytes())
        #expect(taken.count + rest.count == 5)
        #expect(error == nil)
    }

    @Test("nothing is taken from a stranger, beyond the limits, or where the answer is none")
    func leftAlone() {
        let text = Self.request("SENTINEL", "GET-X", "abcdef") + Self.request("SENTINEL", "GET-X", "g")
        #expect(read(text, isAuthenticated: false).taken.isEmpty)
        #expect(read(text, isAuthenticated: false).rest.count == 2)
        let refused = read(text, refusing: "abcdef")
        #expect(refused.taken == ["0g"])
        #expect(refused.rest == ["SENTINEL"])
        let limited = read([Array(text.utf8)], limits: RESPLimits(bytes: 1_000, elements: 3, bulk: 5, line: 10))
        #expect(limited.taken.isEmpty)
        #expect(limited.error == .invalidBulkLength)
    }

    @Test("a buffer that was fed is given up once all of it is read")
    func buffersAreGivenBack() throws {
        var reader = RESPRequestReader()
        var buffer = ByteBuffer(string: Self.request("PING") + "*1\r\n$4\r\nPI")
        try reader.feed(&buffer)
        #expect(buffer.modifyIfUniquelyOwned { $0.clear() } == nil)
        #expect(try reader.next() == ["PING"])
        #expect(try reader.next() == nil)
        #expect(buffer.modifyIfUniquelyOwned { $0.clear() } != nil)
        buffer.writeString("NG\r\n")
        try reader.feed(&buffer)
        #expect(try reader.next() == ["PING"])
    }
}
