import NIOCore
import PicketCore
import Testing

@testable import PicketRuntime

@Suite("Addresses as bytes")
struct AddressBookTests {
    private func answer(_ book: inout AddressBook, _ name: String) -> String? {
        var output = ByteBuffer()
        let edition = book.edition
        let isKnown = Array(name.utf8).withUnsafeBytes { book.answer($0, edition: edition, to: &output) }
        #expect(isKnown || output.readableBytes == 0)
        return isKnown ? String(buffer: output).replacing("\r\n", with: "|") : nil
    }

    @Test("an answer holds until the board changes, and is the board's after that")
    func editions() {
        let board = TopologyBoard()
        var book = AddressBook(board: board)
        #expect(answer(&book, "a") == nil)
        board.post(GroupName("a"), Endpoint(host: "10.0.0.1", port: 6379))
        #expect(answer(&book, "a") == "*2|$8|10.0.0.1|$4|6379|")
        let edition = board.edition
        board.post(GroupName("a"), Endpoint(host: "10.0.0.1", port: 6379))
        #expect(board.edition == edition)
        board.post(GroupName("a"), Endpoint(host: "::1", port: 1))
        #expect(answer(&book, "a") == "*2|$3|::1|$1|1|")
        board.post(GroupName("a"), nil)
        #expect(answer(&book, "a") == nil)
        board.post(GroupName("a"), Endpoint(host: "10.0.0.2", port: 2))
        #expect(answer(&book, "a") == "*2|$8|10.0.0.2|$1|2|")
    }

    @Test("thousands of groups are found, each under its own name only")
    func many() {
        let board = TopologyBoard()
        var book = AddressBook(board: board)
        for number in 0..<3_000 { board.post(GroupName("group\(number)"), Endpoint(host: "h", port: number + 1)) }
        for _ in 0..<2 {
            for number in 0..<3_000 {
                #expect(answer(&book, "group\(number)") == "*2|$1|h|$\(String(number + 1).count)|\(number + 1)|")
            }
        }
        for name in ["", "group", "group3000", "Group1", "group1 "] { #expect(answer(&book, name) == nil) }
    }

    @Test("a name that is not UTF-8 is nobody's")
    func notText() {
        var book = AddressBook(board: TopologyBoard())
        var output = ByteBuffer()
        let isKnown = [UInt8](repeating: 0xff, count: 3).withUnsafeBytes { book.answer($0, edition: 0, to: &output) }
        #expect(!isKnown)
    }
}
