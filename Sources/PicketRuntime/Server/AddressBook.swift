import NIOCore
import PicketAccess
import PicketCore
import PicketRESP
import PicketWire

/// The question that clients ask most, and its answers as bytes: where a group's primary is.
///
/// One loop's own, made of what is asked there; an answer holds for as long as the board's edition does. Only groups that exist are
/// kept, by the bytes of their names: whatever else is asked is left to the session.
struct AddressBook {
    /// Its spellings.
    private static let spellings = ["get-master-addr-by-name", "get-primary-addr-by-name"]
    static let commands: [ResolvedCommand] = spellings.map { spelling in
        guard case .success(let command) = CommandTable.resolve(["sentinel", ByteString(spelling), ""]),
            command.name == .sentinel(.getMasterAddrByName)
        else { preconditionFailure("\(spelling) is not what it was") }
        return command
    }

    private struct Entry {
        /// The name, and behind it the answer.
        var bytes: [UInt8]
        let nameLength: Int
        var edition: Int
    }

    /// To be recognised; the places are those of `commands`.
    let questions = KnownRequests(spellings.map { ["sentinel", $0] })
    private let board: TopologyBoard
    private var entries: [Entry] = []
    /// Open addressing: where in `entries` to look, -1 where nothing is. A power of two, at most half full.
    private var slots: [Int32] = Array(repeating: -1, count: 64)

    init(board: TopologyBoard) { self.board = board }

    /// The present edition, as of which answers are wanted.
    var edition: Int { board.edition }

    /// Appends the answer; false where there is none and nothing was appended.
    mutating func answer(_ name: UnsafeRawBufferPointer, edition: Int, to output: inout ByteBuffer) -> Bool {
        let slot = slot(of: name)
        if slots[slot] >= 0 {
            let place = Int(slots[slot])
            guard entries[place].edition == edition || renew(place, name, edition) else { return false }
            entries[place].bytes.withUnsafeBytes { _ = output.writeBytes(UnsafeRawBufferPointer(rebasing: $0[name.count...])) }
            return true
        }
        guard let bytes = read(name) else { return false }
        add(Entry(bytes: bytes, nameLength: name.count, edition: edition), at: slot)
        output.writeBytes(bytes[name.count...])
        return true
    }

    private mutating func renew(_ place: Int, _ name: UnsafeRawBufferPointer, _ edition: Int) -> Bool {
        // What is gone stays in its place and is looked up again each time, since it may come back.
        guard let bytes = read(name) else { return false }
        entries[place].bytes = bytes
        entries[place].edition = edition
        return true
    }

    private func read(_ name: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let text = String(validating: name, as: UTF8.self), let address = board.address(of: text) else { return nil }
        // In both versions of the protocol it reads the same.
        var answer = ByteBuffer()
        answer.writeRESP(ViewEncoding.address(address), version: .two)
        return Array(name) + answer.readableBytesView
    }

    // MARK: Finding

    private mutating func add(_ entry: Entry, at slot: Int) {
        if entries.count >= RuntimeLimits.rememberedAnswers {
            entries = []
            slots = Array(repeating: -1, count: 64)
            return
        }
        entries.append(entry)
        slots[slot] = Int32(entries.count - 1)
        guard entries.count * 2 > slots.count else { return }
        slots = Array(repeating: -1, count: slots.count * 2)
        for (place, entry) in entries.enumerated() {
            let slot = entry.bytes.withUnsafeBytes { self.slot(of: UnsafeRawBufferPointer(rebasing: $0[..<entry.nameLength])) }
            slots[slot] = Int32(place)
        }
    }

    /// Where the name stands, or where it belongs.
    private func slot(of name: UnsafeRawBufferPointer) -> Int {
        let mask = slots.count - 1
        var slot = Self.hash(name) & mask
        while slots[slot] >= 0, !isName(name, of: entries[Int(slots[slot])]) { slot = (slot + 1) & mask }
        return slot
    }

    private func isName(_ name: UnsafeRawBufferPointer, of entry: Entry) -> Bool {
        entry.nameLength == name.count && entry.bytes.withUnsafeBytes { $0.prefix(name.count).elementsEqual(name) }
    }

    /// FNV-1a. Whoever wants names to collide would have to have the groups named so.
    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int(hash)
    }
}
