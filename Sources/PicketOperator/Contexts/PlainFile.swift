import Glibc

/// Small files of text: contexts, passwords.
package enum PlainFile {
    private static let mostBytes = 1 << 20

    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String
    }

    package static func read(_ path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Unreadable(description: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var portion = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = Glibc.read(descriptor, &portion, portion.count)
            guard count >= 0 else { throw Unreadable(description: String(cString: strerror(errno))) }
            guard count > 0 else { break }
            bytes += portion[..<count]
            guard bytes.count <= mostBytes else { throw Unreadable(description: "it has more than \(mostBytes) bytes") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Unreadable(description: "it is not UTF-8") }
        return text
    }
}
