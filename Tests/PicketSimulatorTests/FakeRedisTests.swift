import Foundation
import PicketSimulator
import Testing

/// The same commands to the fake and to a real redis-server; what supervision looks at has to be the same.
@Suite("The fake Redis is like the real one", .serialized, .enabled(if: RealRedis.isInstalled))
struct FakeRedisTests {
    /// `<instance> <command>`, or a pause in which both come to rest.
    private static let script = [
        "a ROLE", "b ROLE", "a SET w:1 1", "a GET w:1", "a GET w:2", "b SLAVEOF a", "rest", "a INFO", "b INFO", "b ROLE", "b GET w:1",
        "b SET w:2 2", "b SLAVEOF a", "a SET w:3 3", "a WAIT 1 1000", "b GET w:3", "c INFO", "c SLAVEOF b", "rest", "c GET w:3", "c INFO",
        "b INFO",
        "c SLAVEOF a", "rest", "c INFO", "a INFO", "b SLAVEOF NO ONE", "b SLAVEOF NO ONE", "b INFO", "b SET w:4 4", "c SLAVEOF b", "rest",
        "c INFO", "c GET w:4",
        "a SET w:5 5", "a SLAVEOF b", "rest", "a INFO", "a GET w:5", "a GET w:4", "b INFO", "b WAIT 2 1000", "a NOSUCH",
    ]

    @Test("roles, replication ids, links and data agree after each command")
    func agrees() throws {
        let fake = RedisRehearsal(instances: ["a", "b", "c"])
        let real = try RealRedis(instances: ["a", "b", "c"])
        defer { real.stop() }
        var fakeNames = IDNames()
        var realNames = IDNames()
        for (step, line) in Self.script.enumerated() {
            let words = line.split(separator: " ").map(String.init)
            if words == ["rest"] {
                fake.rest()
                try real.rest()
                continue
            }
            let isRole = words[1] == "ROLE"
            let expected = realNames.normalised(try real.send(Array(words.dropFirst()), to: words[0]), hidesNumbers: isRole)
            let found = fakeNames.normalised(fake.send(Array(words.dropFirst()), to: words[0]), hidesNumbers: isRole)
            #expect(found == expected, "step \(step): \(line)")
        }
    }
}

/// Replies made comparable: of INFO the lines that supervision reads, replication ids by the order in which they turned up.
private struct IDNames {
    private var known: [String] = []

    mutating func normalised(_ reply: String, hidesNumbers: Bool) -> String {
        let lines = reply.split(whereSeparator: \.isNewline).map(String.init)
        guard lines.contains(where: { $0.hasPrefix("role:") }) else {
            return lines.map { comparable($0, hidesNumbers) }.joined(separator: "|")
        }
        let kept = ["role:", "connected_slaves:", "master_link_status:", "master_sync_in_progress:", "master_replid", "slave_priority:"]
        return lines.filter { line in kept.contains { line.hasPrefix($0) } }.sorted().map { line in
            guard line.hasPrefix("master_replid") else { return line }
            let parts = line.split(separator: ":").map(String.init)
            return "\(parts[0]):\(name(parts[1]))"
        }.joined(separator: "|")
    }

    private mutating func name(_ id: String) -> String {
        if id.allSatisfy({ $0 == "0" }) { return "none" }
        if let index = known.firstIndex(of: id) { return "id\(index)" }
        known.append(id)
        return "id\(known.count - 1)"
    }

    /// Offsets and ports differ; what a reply says does not.
    private func comparable(_ line: String, _ hidesNumbers: Bool) -> String {
        if hidesNumbers, Int(line) != nil { return "#" }
        return line.contains("127.0.0.1") || line.hasPrefix("10.") ? "<host>" : line
    }
}

/// Three redis-servers on free ports of the loopback interface.
private final class RealRedis {
    static let isInstalled =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server")
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-cli")

    private var ports: [String: Int] = [:]
    private let directory: URL

    init(instances: [String]) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("picket-rehearsal-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for name in instances {
            let port = try Self.freePort()
            ports[name] = port
            _ = try Self.output(
                of: "/usr/bin/redis-server --port \(port) --bind 127.0.0.1 --save '' --dir '\(directory.path)' --dbfilename \(name).rdb"
                    + " --pidfile '\(directory.path)/\(name).pid' --repl-diskless-sync-delay 0 --daemonize yes")
        }
        for name in instances {
            var tries = 0
            while try send(["PING"], to: name) != "PONG\n", tries < 100 {
                tries += 1
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
    }

    func stop() {
        for name in ports.keys { _ = try? send(["SHUTDOWN", "NOSAVE"], to: name) }
        try? FileManager.default.removeItem(at: directory)
    }

    /// Until every replica has its link.
    func rest() throws {
        for _ in 0..<200 {
            let isAtRest = try ports.keys.allSatisfy { name in
                let info = try send(["INFO"], to: name)
                return !info.contains("role:slave") || info.contains("master_link_status:up")
            }
            if isAtRest { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    func send(_ words: [String], to name: String) throws -> String {
        var words = words
        if words[0] == "SLAVEOF", words.count == 2 { words = ["SLAVEOF", "127.0.0.1", String(ports[words[1]]!)] }
        return try Self.output(of: "/usr/bin/redis-cli -p \(ports[name]!) \(words.joined(separator: " ")) 2>&1")
    }

    private struct NotStarted: Error {}

    /// Of a command of the shell. (Foundation's Process wants a run loop to wait in, and a test has none.)
    private static func output(of command: String) throws -> String {
        guard let pipe = popen(command, "r") else { throw NotStarted() }
        defer { pclose(pipe) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
