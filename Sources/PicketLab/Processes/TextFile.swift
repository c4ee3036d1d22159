import Glibc
import SystemPackage

/// Whole files of text: configurations, logs, scripts.
package enum TextFile {
    package static func read(_ path: String) throws -> String {
        let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
        return try file.closeAfter {
            var bytes: [UInt8] = []
            var portion = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = try portion.withUnsafeMutableBytes { try file.read(into: $0) }
                guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
                bytes += portion[..<count]
            }
        }
    }

    package static func write(_ text: String, to path: String, isExecutable: Bool = false) throws {
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
            permissions: isExecutable ? [.ownerReadWriteExecute, .groupRead, .otherRead] : [.ownerReadWrite, .groupRead, .otherRead])
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }

    /// Whatever it is; what is not there is not missed.
    static func remove(_ path: String) { unlink(path) }

    /// The last lines of a file; empty where there is none.
    package static func tail(_ path: String, lines: Int) -> String {
        guard let text = try? read(path) else { return "" }
        return text.split(separator: "\n", omittingEmptySubsequences: false).suffix(lines + 1).joined(separator: "\n")
    }
}
