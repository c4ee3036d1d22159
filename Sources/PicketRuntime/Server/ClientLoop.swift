import NIOCore

/// What the clients of one loop have in common. One of them is served at a time: its replies are gathered here, so that a connection
/// that is idle holds no memory for them.
final class ClientLoop {
    var addresses: AddressBook
    private(set) var output = ByteBuffer()

    init(board: TopologyBoard) { addresses = AddressBook(board: board) }

    /// Replies are appended in the body.
    func write<Result>(_ body: (inout ByteBuffer, inout AddressBook) -> Result) -> Result { body(&output, &addresses) }

    /// What was gathered has been sent. Its memory is used again unless it is still on its way, or much.
    func clearOutput() {
        guard output.capacity <= 2 * RuntimeLimits.gatheredReplies, output.modifyIfUniquelyOwned({ $0.clear() }) != nil else {
            output = ByteBuffer()
            return
        }
    }
}
