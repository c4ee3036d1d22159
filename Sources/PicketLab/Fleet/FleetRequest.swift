import PicketRESP

/// Finds the words of a request in bytes that were read, and leaves them where they are.
///
/// Only arrays of bulk strings, which is how monitors ask. `RESPRequestReader` understands everything, has a state for each connection
/// and makes values of what it reads: too much for a process that stands for thousands of others.
struct FleetRequest {
    struct Malformed: Error {
        let reply: String
    }

    /// Bounds of one request.
    private static let mostWords = 1_024
    private static let mostBytes = 64 << 10

    /// Of the request found last. They point into the bytes that were searched.
    private(set) var words: [UnsafeRawBufferPointer] = []

    /// How many bytes the first request takes; nil where it is not complete.
    mutating func find(in bytes: UnsafeRawBufferPointer) throws(Malformed) -> Int? {
        words.removeAll(keepingCapacity: true)
        guard let first = bytes.first else { return nil }
        guard first == UInt8(ascii: "*") else {
            throw Malformed(reply: "ERR Protocol error: expected '*', got '\(Character(Unicode.Scalar(first)))'")
        }
        var cursor = 1
        guard let count = try number(bytes, &cursor) else { return nil }
        guard (1...Self.mostWords).contains(count) else { throw Malformed(reply: "ERR Protocol error: invalid multibulk length") }
        for _ in 0..<count {
            guard cursor < bytes.count else { return nil }
            guard bytes[cursor] == UInt8(ascii: "$") else { throw Malformed(reply: "ERR Protocol error: expected '$'") }
            cursor += 1
            guard let length = try number(bytes, &cursor) else { return nil }
            guard (0...Self.mostBytes).contains(length) else { throw Malformed(reply: "ERR Protocol error: invalid bulk length") }
            guard cursor + length + 2 <= bytes.count else { return nil }
            words.append(UnsafeRawBufferPointer(rebasing: bytes[cursor..<cursor + length]))
            cursor += length + 2
        }
        return cursor
    }

    /// Digits and a line end; nil where they have not all arrived.
    private func number(_ bytes: UnsafeRawBufferPointer, _ cursor: inout Int) throws(Malformed) -> Int? {
        var value = 0
        var index = cursor
        while index < bytes.count, bytes[index] != UInt8(ascii: "\r") {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]), index - cursor < 9 else {
                throw Malformed(reply: "ERR Protocol error: invalid bulk length")
            }
            value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            index += 1
        }
        guard index + 1 < bytes.count else { return nil }
        cursor = index + 2
        return value
    }
}
