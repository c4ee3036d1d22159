import NIOCore

/// What the clients of one loop have in common. One of them is served at a time: its replies are gathered here, so that a connection
/// that is idle holds no memory for them.
final class ClientLoop {
    var addresses: AddressBook
    private(set) var output = ByteBuffer()

    init(board: TopologyBoard) { addresses = AddressBook(board: board) }

    /// Replies are appended in the body.
    func write<Result>(_ body: (inout ByteBuffer, inout AddressBook) -> Result) -> Result { body(&output, &addresses) }

    /// What was gathered, which is empty then.
    func takeOutput() -> ByteBuffer {
        defer { output = ByteBuffer() }
        return output
    }

    /// A buffer that was taken and has been sent: used again unless it is still on its way, or large.
    func giveBack(_ buffer: consuming ByteBuffer) {
        guard output.capacity == 0, buffer.capacity <= 2 * RuntimeLimits.gatheredReplies else { return }
        if buffer.modifyIfUniquelyOwned({ $0.clear() }) != nil { output = buffer }
    }
}
