import Glibc

/// What a process has taken so far, as the kernel tells it.
package enum ProcessFigures {
    package struct Memory: Hashable, Sendable {
        /// In KiB: now (VmRSS), and at most so far (VmHWM).
        package let resident: Int
        package let peak: Int
    }

    /// In user and kernel mode, of all its threads. As fine as the kernel's clock ticks: 10 ms as a rule.
    package static func processorTime(of process: pid_t) throws -> Duration {
        let text = try TextFile.read("/proc/\(process)/stat")
        // The name stands in brackets and may hold anything.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
            throw LabError.unexpected("/proc/\(process)/stat says: \(text)")
        }
        return .nanoseconds((user + system) * 1_000_000_000 / max(1, sysconf(Int32(_SC_CLK_TCK))))
    }

    package static func memory(of process: pid_t) throws -> Memory {
        let text = try TextFile.read("/proc/\(process)/status")
        func field(_ name: String) throws -> Int {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
            guard let value = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
                throw LabError.unexpected("/proc/\(process)/status has no \(name)")
            }
            return value
        }
        return Memory(resident: try field("VmRSS:"), peak: try field("VmHWM:"))
    }

    /// Open files and sockets.
    package static func descriptors(of process: pid_t) -> Int {
        guard let stream = opendir("/proc/\(process)/fd") else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while let entry = readdir(stream) { if entry.pointee.d_name.0 != 0x2e { count += 1 } }
        return count
    }
}
