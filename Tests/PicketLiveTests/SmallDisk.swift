import Glibc
import PicketLab
import Testing

/// A file system of a few pages, to be full when a test wants it to be.
struct SmallDisk {
    let path: String

    /// Whether this process may mount one: tried once.
    static let isPossible: Bool = {
        guard let disk = try? SmallDisk() else { return false }
        disk.unmount()
        return true
    }()

    static let whyNot: Comment = "skipped unless a small tmpfs can be mounted, for which one must be root"

    init() throws {
        path = try TemporaryDirectory.create()
        guard mount("tmpfs", path, "tmpfs", 0, "size=64k") == 0 else {
            let code = errno
            rmdir(path)
            throw LabError.system("cannot mount a tmpfs", code)
        }
    }

    func fill() throws {
        let descriptor = open("\(path)/filler", O_WRONLY | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw LabError.system("cannot fill the disk", errno) }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 512)
        while write(descriptor, page, page.count) > 0 {}
        guard errno == ENOSPC else { throw LabError.system("cannot fill the disk", errno) }
    }

    func clear() throws {
        guard unlink("\(path)/filler") == 0 else { throw LabError.system("cannot clear the disk", errno) }
    }

    func unmount() {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }
}
