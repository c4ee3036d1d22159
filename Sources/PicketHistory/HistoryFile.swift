import FoundationEssentials
import Glibc
import PicketStatus

/// The two files of a history, used by one thread at a time. Every method blocks.
final class HistoryFile: @unchecked Sendable {
    enum Outcome: Equatable {
        case written
        case failed(String)
        /// The reason was told before.
        case failedAgain
    }

    private let path: String
    /// Of one file.
    private let limit: Int
    private var descriptor: Int32 = -1
    private var size = 0
    private var hasToldFault = false

    init(path: String, limit: Int) {
        self.path = path
        self.limit = limit
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    var older: String { path + ".1" }

    /// Why it cannot be used, if so.
    func open() -> String? {
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            hasToldFault = true
            return "The history \(path) cannot be opened: \(String(cString: strerror(errno)))."
        }
        size = max(0, Int(lseek(descriptor, 0, SEEK_END)))
        // The end of a write that was interrupted: a line of its own, which is then passed over.
        if size > 0, lastByte != UInt8(ascii: "\n") { _ = write([UInt8(ascii: "\n")]) }
        return nil
    }

    private var lastByte: UInt8 {
        var byte: UInt8 = 0
        pread(descriptor, &byte, 1, off_t(size - 1))
        return byte
    }

    // MARK: Writing

    func append(_ records: [EventRecord]) -> Outcome {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes: [UInt8] = []
        for record in records {
            guard let line = try? encoder.encode(record) else { continue }
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
            if size + bytes.count >= limit {
                if let failure = flush(&bytes) { return failure }
                rotate()
            }
        }
        return flush(&bytes) ?? .written
    }

    private func flush(_ bytes: inout [UInt8]) -> Outcome? {
        defer { bytes = [] }
        if descriptor < 0 { _ = open() }
        guard descriptor >= 0, write(bytes) else {
            let fault = "The history \(path) cannot be written: \(String(cString: strerror(errno)))."
            defer { hasToldFault = true }
            return hasToldFault ? .failedAgain : .failed(fault)
        }
        hasToldFault = false
        return nil
    }

    private func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
            size += count
        }
        return true
    }

    private func rotate() {
        close(descriptor)
        descriptor = -1
        // Where that fails the file is begun anew all the same: the limit holds.
        if rename(path, older) != 0 { unlink(path) }
        _ = open()
    }

    // MARK: Reading

    /// The newest first.
    func records(_ query: HistoryQuery) -> [EventRecord] {
        var found: [EventRecord] = []
        let decoder = JSONDecoder()
        let mark = Array("\"failover\":".utf8)
        for path in [path, older] {
            var rest = Self.bytes(of: path, atMost: 2 * limit)[...]
            while !rest.isEmpty, found.count < query.limit {
                let start = rest.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.startIndex
                let line = rest[start...]
                rest = rest[..<start]
                // To decode costs much more than to look.
                if query.failoversOnly, !line.contains(mark) { continue }
                // What is damaged, or from a version to come, is passed over.
                guard let record = try? decoder.decode(EventRecord.self, from: Data(line)), query.fits(record) else { continue }
                found.append(record)
            }
        }
        return found
    }

    private static func bytes(of path: String, atMost limit: Int) -> [UInt8] {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = min(limit, max(0, Int(lseek(descriptor, 0, SEEK_END))))
        var bytes = [UInt8](repeating: 0, count: size)
        var done = 0
        while done < size {
            let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + done, size - done, off_t(done)) }
            guard count > 0 else { break }
            done += count
        }
        return Array(bytes[..<done])
    }
}
