import Subprocess
import SystemPackage

/// Where and with what something was measured.
package struct Surroundings: Codable, Hashable, Sendable {
    package let processor: String
    package let cores: Int
    package let kernel: String
    /// As the programs tell them.
    package let versions: [String]
    /// Runnable processes, on average over the last minute: at the beginning and at the end.
    package let loadBefore: Double
    package internal(set) var loadAfter: Double?

    package static func found(_ executables: Executables, _ kinds: [MonitorKind]) async -> Surroundings {
        let cpuinfo = (try? TextFile.read("/proc/cpuinfo")) ?? ""
        let fields = cpuinfo.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1).map(trimmed) }.filter { $0.count == 2 }
        let processor = fields.first { $0[0] == "model name" }?[1] ?? "unknown processor"
        var versions: [String] = []
        for kind in kinds {
            if let path = try? executables.require(kind) { versions.append("\(kind.rawValue): \(await version(of: path))") }
        }
        if let path = executables.redisServer { versions.append("redis-server: \(await version(of: path))") }
        return Surroundings(
            processor: processor, cores: max(1, fields.count { $0[0] == "processor" }),
            kernel: trimmed((try? TextFile.read("/proc/sys/kernel/osrelease")) ?? "unknown"), versions: versions, loadBefore: load)
    }

    package mutating func end() { loadAfter = Self.load }

    package var lines: [String] {
        let after = loadAfter.map { ", \(FigureText.number($0, decimals: 1)) at the end" } ?? ""
        return ["\(cores) × \(processor), Linux \(kernel); load \(FigureText.number(loadBefore, decimals: 1)) at the beginning\(after)"]
            + versions
    }

    private static var load: Double {
        (try? TextFile.read("/proc/loadavg")).flatMap { $0.split(separator: " ").first.flatMap { Double($0) } } ?? 0
    }

    private static func version(of path: String) async -> String {
        let result = try? await run(.path(FilePath(path)), arguments: ["--version"], output: .string(limit: 4_096), error: .discarded)
        return trimmed(result?.standardOutput.split(separator: "\n").first.map(String.init) ?? "unknown version")
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
