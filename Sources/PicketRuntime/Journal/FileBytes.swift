import Glibc

/// Whole files as bytes. Blocking.
enum FileBytes {
    static func readAll(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var offset = 0
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw JournalFile.Failure("cannot read", path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            offset += count
        }
    }

    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw JournalFile.Failure("cannot open", path) }
        defer { close(descriptor) }
        return try readAll(descriptor, path)
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32, at start: Int, _ path: String) throws {
        var done = 0
        try bytes.withUnsafeBytes { buffer in
            while done < buffer.count {
                let count = pwrite(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(start + done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw JournalFile.Failure("cannot write", path) }
                done += count
            }
        }
    }

    /// A rename is durable only with its directory.
    static func syncDirectory(of path: String) throws {
        let directory = open(FilePaths.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw JournalFile.Failure("cannot open the directory of", path) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw JournalFile.Failure("cannot flush the directory of", path) }
    }

    /// Temporary file beside it, flush, rename, flush of the directory: a reader sees the old text or the new one.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        var template = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw JournalFile.Failure("cannot create a temporary file beside", path) }
        // A script started in this moment must not inherit it; `mkostemp` is not to be had here.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let temporary = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do {
            defer { close(descriptor) }
            try writeAll(bytes, to: descriptor, at: 0, temporary)
            guard fchmod(descriptor, FilePaths.mode(of: path) ?? FilePaths.defaultMode) == 0, fsync(descriptor) == 0 else {
                throw JournalFile.Failure("cannot flush", temporary)
            }
            guard rename(temporary, path) == 0 else { throw JournalFile.Failure("cannot rename \(temporary) to", path) }
            try syncDirectory(of: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }
}

enum FilePaths {
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Relative to where the process was started, before `dir` takes it elsewhere.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return String(cString: current) + "/" + path
    }

    /// Permissions of an existing file.
    static func mode(of path: String) -> mode_t? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return status.st_mode & 0o777
    }

    /// As redis-sentinel gives its file: readable by all, as far as the process' mask allows.
    static var defaultMode: mode_t {
        let mask = umask(0)
        umask(mask)
        return 0o644 & ~mask
    }

    static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
