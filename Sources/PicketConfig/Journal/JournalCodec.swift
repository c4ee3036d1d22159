import OrderedCollections
import PicketCore

/// The journal's content after its last whole frame.
package struct Journal: Hashable, Sendable {
    package var state = DurableState()
    /// Of the last whole frame.
    package var revision: Revision = .zero
    package var frameCount = 0
    /// Of the configuration file's text as it was written last, and before that. Two, because a digest is recorded before the file is
    /// put in place: after a crash in between, the older one is the file's.
    package var configDigests: [ConfigDigest] = []
    /// Set instead, where the configuration file is never written.
    package var fileBasis: FileBasis?
    /// How much of the file is good. Cut it to this length before anything is appended.
    package var validByteCount = 0
    /// What follows: the rest of a write that was interrupted, and was never acknowledged to anybody.
    package var tornByteCount = 0

    package init() {}

    /// The latest of `configDigests`.
    package var configDigest: ConfigDigest? { configDigests.last }
}

/// The durable journal as bytes: text, for people to read.
///
///     picket-journal 1
///     @7 69 9604c019
///     epoch 12
///     vote "my cache" 12 0123456789abcdef0123456789abcdef01234567
///
/// After the header come frames, one for each group commit: `@<revision> <length of what follows, in bytes> <CRC-32C>`, and then one
/// record a line. Revisions increase strictly. The checksum covers the revision, the length and the records. A frame that begins with
/// `snapshot` replaces everything before it; a compacted journal is a new file of header and one such frame.
///
/// One frame is one write and one flush, and no frame is begun before the one before it is on disk. So only the end of the file can be
/// torn, and a bad frame with a good one after it means damage.
package enum JournalCodec {
    package static let version = "1"
    static let signature = "picket-journal "
    package static let header = Array("\(signature)\(version)\n".utf8)
    /// A digest more than is needed to survive a crash while the file is replaced would be one too old.
    private static let configDigestCount = 2

    /// One frame, to be appended.
    package static func encode(batch: [JournalRecord], revision: Revision) -> [UInt8] {
        precondition(!batch.isEmpty, "a frame holds at least one record")
        return frame(batch.map(\.words), revision)
    }

    /// A whole new journal: header and snapshot.
    package static func snapshot(
        _ state: DurableState, revision: Revision, configDigests: [ConfigDigest] = [], fileBasis: FileBasis? = nil
    ) -> [UInt8] {
        var records: [JournalRecord] = []
        if let identity = state.identity { records.append(.change(.identified(identity))) }
        records.append(.change(.epochRaised(state.currentEpoch)))
        records.append(.change(.settingsChanged(state.settings)))
        for (name, group) in state.groups { records.append(.change(.groupAdded(name, group))) }
        for digest in configDigests { records.append(.configWritten(digest)) }
        if let fileBasis { records.append(.fileRead(fileBasis)) }
        return header + frame([[JournalKeyword.snapshot.rawValue]] + records.map(\.words), revision)
    }

    private static func frame(_ lines: [[String]], _ revision: Revision) -> [UInt8] {
        var payload: [UInt8] = []
        for words in lines { payload += Array(ConfigurationLine.joined(words).utf8) + [newline] }
        let sealed = "\(revision) \(payload.count)"
        var checksum = CRC32C()
        checksum.add(sealed.utf8)
        checksum.add(payload)
        return Array("@\(sealed) \(Hexadecimal.text(checksum.value))\n".utf8) + payload
    }

    /// Reads a journal. An unfinished end is left out and counted; anything else that is wrong is an error.
    package static func decode(_ bytes: [UInt8]) throws(JournalError) -> Journal {
        var journal = Journal()
        // A file that was created and not yet filled.
        if bytes.isEmpty { return journal }
        if header.starts(with: bytes) && bytes.count < header.count || bytes.allSatisfy({ $0 == 0 }) {
            throw .corrupt(byteOffset: 0, reason: firstFrameIsDamaged)
        }
        try checkHeader(bytes)
        var position = header.count
        while position < bytes.count {
            guard let frame = Frame(bytes, at: position) else {
                try refuseDamage(bytes, at: position)
                // A whole new file is put in place by renaming it: its beginning cannot be the rest of an interrupted write.
                if journal.frameCount == 0, position < bytes.count { throw .corrupt(byteOffset: position, reason: firstFrameIsDamaged) }
                break
            }
            guard journal.frameCount == 0 || frame.revision > journal.revision else {
                throw .corrupt(byteOffset: position, reason: "revision \(frame.revision) follows revision \(journal.revision)")
            }
            try apply(frame, bytes, to: &journal)
            journal.revision = frame.revision
            journal.frameCount += 1
            position = frame.payload.upperBound
        }
        journal.validByteCount = position
        journal.tornByteCount = bytes.count - position
        return journal
    }

    private static let firstFrameIsDamaged = "the beginning, which is always written as a whole, is damaged or cut off"

    private static func checkHeader(_ bytes: [UInt8]) throws(JournalError) {
        if bytes.starts(with: header) { return }
        guard bytes.starts(with: signature.utf8) else { throw .notAJournal }
        let version = bytes.dropFirst(signature.utf8.count).prefix { $0 != newline }
        let isNumber = !version.isEmpty && version.count < 10 && version.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        throw isNumber ? .unsupportedVersion(String(decoding: version, as: UTF8.self)) : .notAJournal
    }

    /// A bad frame is the torn end, unless there is a good one somewhere after it.
    private static func refuseDamage(_ bytes: [UInt8], at position: Int) throws(JournalError) {
        for later in bytes.indices[(position + 1)...] where bytes[later] == UInt8(ascii: "@") {
            if let frame = Frame(bytes, at: later) {
                throw .corrupt(
                    byteOffset: position,
                    reason: "what is there does not match its checksum, but revision \(frame.revision) after it is intact")
            }
        }
    }

    private static func apply(_ frame: Frame, _ bytes: [UInt8], to journal: inout Journal) throws(JournalError) {
        let lines = bytes[frame.payload].dropLast().split(separator: newline, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            do throws(JournalRecordReader.Fault) {
                var reader = try JournalRecordReader(ConfigurationLine(Array(line)))
                switch try reader.read() {
                case .snapshot where index == 0:
                    journal.state = DurableState()
                    journal.configDigests = []
                    journal.fileBasis = nil
                case .snapshot: throw .malformed("a snapshot does not start its frame")
                case .record(.change(let change)): journal.state.apply(change)
                case .record(.configWritten(let digest)):
                    journal.fileBasis = nil
                    if journal.configDigests.last != digest { journal.configDigests.append(digest) }
                    journal.configDigests = journal.configDigests.suffix(configDigestCount)
                case .record(.fileRead(let basis)):
                    journal.configDigests = []
                    journal.fileBasis = basis
                }
            } catch {
                switch error {
                case .unknownKeyword(let kind): throw .unknownRecord(byteOffset: frame.start, kind: kind)
                case .malformed(let reason): throw .malformedRecord(byteOffset: frame.start, line: index + 1, reason: reason)
                }
            }
        }
    }

    fileprivate static let newline = UInt8(ascii: "\n")
}

/// The place of an intact frame. Strict: there is one way only to write it, so that no changed byte goes unnoticed.
private struct Frame {
    let start: Int
    let revision: Revision
    let payload: Range<Int>

    /// Nil if there is none at `start`, or its checksum is wrong.
    init?(_ bytes: [UInt8], at start: Int) {
        var position = start
        func take(_ byte: UInt8) -> Bool {
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }
        func takeNumber() -> UInt64? {
            let first = position
            var number: UInt64 = 0
            while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
                let (product, productOverflow) = number.multipliedReportingOverflow(by: 10)
                let (sum, sumOverflow) = product.addingReportingOverflow(UInt64(digit))
                guard !productOverflow, !sumOverflow else { return nil }
                number = sum
                position += 1
            }
            let hasLeadingZero = position - first > 1 && bytes[first] == UInt8(ascii: "0")
            return position == first || hasLeadingZero ? nil : number
        }
        func takeChecksum() -> UInt32? {
            var value: UInt32 = 0
            for _ in 0..<8 {
                guard position < bytes.count, let digit = Hexadecimal.digits.firstIndex(of: bytes[position]) else { return nil }
                value = value << 4 | UInt32(digit)
                position += 1
            }
            return value
        }
        guard take(UInt8(ascii: "@")), let revision = takeNumber(), take(UInt8(ascii: " ")), let length = takeNumber() else { return nil }
        let sealed = bytes[start + 1..<position]
        guard take(UInt8(ascii: " ")), let checksum = takeChecksum(), take(JournalCodec.newline) else { return nil }
        guard length > 0, length <= UInt64(bytes.count - position) else { return nil }
        let payload = position..<position + Int(length)
        guard bytes[payload.upperBound - 1] == JournalCodec.newline else { return nil }
        var actual = CRC32C()
        actual.add(sealed)
        actual.add(bytes[payload])
        guard actual.value == checksum else { return nil }
        self.start = start
        self.revision = Revision(revision)
        self.payload = payload
    }
}
