import Glibc
import PicketConfig
import PicketCore

/// The journal's file, used by one thread at a time. Every method blocks.
final class JournalFile: @unchecked Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ what: String, _ path: String) {
            description = "\(what) \(path): \(String(cString: strerror(errno)))"
        }

        init(description: String) { self.description = description }
    }

    let path: String
    private var descriptor: Int32 = -1
    /// Where the next frame goes. What lies behind it is the rest of a write that failed.
    private(set) var size = 0
    /// What is on disk cannot be continued: only `replace` helps.
    private(set) var mustBeReplaced = false

    /// Opens or creates, locks against a second process, reads, and cuts a torn end off.
    static func open(_ path: String) throws -> (file: JournalFile, content: Journal) {
        let file = JournalFile(path: path)
        try file.openAndLock()
        let bytes = try FileBytes.readAll(file.descriptor, path)
        let content: Journal
        do {
            content = try JournalCodec.decode(bytes)
        } catch {
            throw Failure(description: "\(path): \(error)")
        }
        file.size = content.validByteCount
        if content.validByteCount < bytes.count { try file.cut() }
        return (file, content)
    }

    private init(path: String) { self.path = path }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private func openAndLock() throws {
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                description: "cannot open the state journal \(path): \(String(cString: strerror(errno))). "
                    + "Make its directory writable, or choose another one with 'sentinel state-dir <path>'")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure(
                description: "the state journal \(path) is in use by another process: is a picketd with this configuration running already?"
            )
        }
    }

    private func cut() throws {
        guard ftruncate(descriptor, off_t(size)) == 0, fdatasync(descriptor) == 0 else { throw Failure("cannot cut", path) }
    }

    /// Durable when it returns. After an error the file is as before, as far as the next write is concerned.
    func append(_ bytes: [UInt8]) throws {
        if descriptor < 0 { try reopen() }
        do {
            guard try status().st_nlink > 0 else { throw lost() }
            try FileBytes.writeAll(bytes, to: descriptor, at: size, path)
            // After a failed flush the kernel may forget what was dirty: never trust this descriptor again.
            guard fdatasync(descriptor) == 0 else { throw Failure("cannot flush", path) }
        } catch {
            close(descriptor)
            descriptor = -1
            throw error
        }
        size += bytes.count
    }

    private func reopen() throws {
        try openAndLock()
        guard try status().st_size >= size else { throw lost() }
        try cut()
    }

    private func status() throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure("cannot look at", path) }
        return status
    }

    private func lost() -> Failure {
        mustBeReplaced = true
        return Failure(description: "the state journal \(path) was removed or cut short by somebody else; it is written anew from memory")
    }

    /// Replaces the whole file, atomically: before or after, never in between.
    func replace(with bytes: [UInt8]) throws {
        let temporary = path + ".new"
        let fresh = Glibc.open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard fresh >= 0 else { throw Failure("cannot create", temporary) }
        do {
            guard flock(fresh, LOCK_EX | LOCK_NB) == 0 else { throw Failure("cannot lock", temporary) }
            try FileBytes.writeAll(bytes, to: fresh, at: 0, temporary)
            guard fsync(fresh) == 0 else { throw Failure("cannot flush", temporary) }
            guard rename(temporary, path) == 0 else { throw Failure("cannot rename \(temporary) to", path) }
        } catch {
            close(fresh)
            unlink(temporary)
            throw error
        }
        // From here on the new file is the journal, even where a crash might still bring the old one back.
        if descriptor >= 0 { close(descriptor) }
        descriptor = fresh
        size = bytes.count
        mustBeReplaced = true
        try FileBytes.syncDirectory(of: path)
        mustBeReplaced = false
    }
}
