import Glibc

/// A new directory for one deployment's files.
package enum TemporaryDirectory {
    package static func create() throws(LabError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/picket-lab-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system("cannot make a directory in \(parent)", errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package static func makeDirectory(_ path: String) throws(LabError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .system("cannot make the directory \(path)", errno) }
    }

    /// With everything in it. What cannot be removed stays.
    package static func remove(_ path: String) {
        guard let stream = opendir(path) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard name != ".", name != ".." else { continue }
            let child = "\(path)/\(name)"
            if entry.pointee.d_type == UInt8(DT_DIR) { remove(child) } else { unlink(child) }
        }
        closedir(stream)
        rmdir(path)
    }
}
