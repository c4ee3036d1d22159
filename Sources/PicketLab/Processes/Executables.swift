import Glibc

/// The programs that deployments are made of, by absolute path. Environment variables come first (PICKETD, REDIS_SERVER,
/// REDIS_SENTINEL, PICKET_BENCH), then the directory of the running program, then PATH.
package struct Executables: Sendable {
    package var picketd: String?
    package var redisServer: String?
    package var redisSentinel: String?
    /// Parts of the bench are processes of their own.
    package var picketBench: String?

    package static func find() -> Executables {
        Executables(
            picketd: environment("PICKETD") ?? beside("picketd") ?? inPath("picketd"),
            redisServer: environment("REDIS_SERVER") ?? inPath("redis-server"),
            redisSentinel: environment("REDIS_SENTINEL") ?? inPath("redis-sentinel"),
            picketBench: environment("PICKET_BENCH") ?? beside("picket-bench"))
    }

    func requireRedisServer() throws(LabError) -> String {
        guard let path = redisServer, access(path, X_OK) == 0 else {
            throw .missingProgram(
                "redis-server was not found" + (redisServer.map { " at \($0)" } ?? "")
                    + ". Install Redis (Debian, Ubuntu: apt install redis-server; Fedora: dnf install redis), or set REDIS_SERVER to its path."
            )
        }
        return path
    }

    func require(_ kind: MonitorKind) throws(LabError) -> String {
        switch kind {
        case .picketd:
            guard let path = picketd, access(path, X_OK) == 0 else {
                throw .missingProgram(
                    "picketd was not found" + (picketd.map { " at \($0)" } ?? "")
                        + ". Build it (swift build --product picketd), or set PICKETD to its path.")
            }
            return path
        case .redisSentinel:
            guard let path = redisSentinel, access(path, X_OK) == 0 else {
                throw .missingProgram(
                    "redis-sentinel was not found" + (redisSentinel.map { " at \($0)" } ?? "")
                        + ". Install it (Debian, Ubuntu: apt install redis-sentinel), or set REDIS_SENTINEL to its path.")
            }
            return path
        }
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The running program.
    package static var ownPath: String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }

    /// Programs that were built together lie together; a test bundle lies with them.
    private static func beside(_ name: String) -> String? {
        let own = ownPath
        guard !own.isEmpty else { return nil }
        return usable(directory(of: own) + "/" + name) ?? CommandLine.arguments.first.flatMap { usable(directory(of: $0) + "/" + name) }
    }

    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private static func inPath(_ name: String) -> String? {
        let directories = environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        return directories.split(separator: ":").lazy.compactMap { usable("\($0)/\(name)") }.first
    }

    private static func usable(_ path: String) -> String? { access(path, X_OK) == 0 ? path : nil }
}

/// What sort of monitor a process is.
package enum MonitorKind: String, Hashable, Sendable {
    case picketd
    case redisSentinel = "redis-sentinel"
}
