import NIOCore
import PicketRESP
import Testing

@Suite("Verbatim strings and numbers of arguments")
struct VerbatimTests {
    @Test("text for people is marked as such in RESP3 and a bulk string in RESP2, its length in bytes")
    func verbatim() {
        var buffer = ByteBuffer()
        buffer.writeRESP(.verbatim("grün\n"), version: .three)
        #expect(String(buffer: buffer) == "=10\r\ntxt:grün\n\r\n")
        buffer.clear()
        buffer.writeRESP(.verbatim("grün\n"), version: .two)
        #expect(String(buffer: buffer) == "$6\r\ngrün\n\r\n")
    }

    @Test(
        "a number of an argument is written in one way only",
        arguments: ["+2", "02", " 2", "2 ", "", "-", "-0", "0x2", "2.0", "9223372036854775808", "٣"])
    func notNumbers(_ text: String) { #expect(Int64(decimal: text) == nil) }

    @Test("all 64-bit numbers are taken", arguments: [0, 1, -1, 10, Int64.max, Int64.min])
    func numbers(_ number: Int64) { #expect(Int64(decimal: String(number)) == number) }
}
