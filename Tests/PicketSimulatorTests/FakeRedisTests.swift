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

    /// The words of FAILOVER, and what is refused while it is at work.
    private static let refusals = [
        "a FAILOVER ABORT", "a FAILOVER", "a FAILOVER TO b", "a FAILOVER FOO", "a FAILOVER TIMEOUT 0", "a FAILOVER TIMEOUT -1",
        "a FAILOVER TIMEOUT x", "a FAILOVER TO 10.9.9.9 x", "b SLAVEOF a", "c SLAVEOF a", "rest", "b FAILOVER", "b FAILOVER ABORT",
        "a FAILOVER TO b FORCE", "a FAILOVER FORCE TIMEOUT 100", "a FAILOVER TO 10.9.9.9 1", "a CLIENT PAUSE", "a CLIENT PAUSE x WRITE",
        "a CLIENT PAUSE -1 WRITE", "a CLIENT PAUSE 10 FOO", "a SET w:1 1", "freeze b", "a SET w:2 2", "a FAILOVER TO b TIMEOUT 4000",
        "a INFO",
        "a FAILOVER TO b TIMEOUT 4000", "a SLAVEOF NO ONE", "a SLAVEOF b", "later a SET w:3 3", "a CLIENT UNPAUSE", "a GET w:3", "a INFO",
        "a GET w:1", "await", "a INFO", "a GET w:3", "a FAILOVER TO b TIMEOUT 60000", "later a PUBLISH x y", "pause 300",
        "a FAILOVER ABORT",
        "await", "a INFO", "a ROLE", "thaw b", "rest", "b GET w:3", "a INFO", "b INFO",
    ]

    /// A target that is frozen, ends, and comes back with nothing.
    private static let forced = [
        "b SLAVEOF a", "c SLAVEOF a", "rest", "a SET w:1 1", "freeze b", "a SET w:2 2", "a FAILOVER TO b FORCE TIMEOUT 1000",
        "later a SET w:3 3",
        "pause 1600", "a INFO", "a ROLE", "a GET w:2", "a SET w:4 4", "a SLAVEOF NO ONE", "a FAILOVER TO b", "a FAILOVER ABORT", "await",
        "a INFO", "a GET w:3", "thaw b", "rest", "a INFO", "b INFO", "c INFO", "b GET w:3", "freeze b", "a SET w:5 5",
        "a FAILOVER TO b FORCE TIMEOUT 300", "pause 900", "a INFO", "kill b", "pause 300", "a INFO", "start b", "pause 1000", "a INFO",
        "b INFO",
        "a SET w:6 6", "b SLAVEOF a", "rest", "b INFO", "c INFO", "c GET w:6",
    ]

    /// The role goes from one to the next, with everything, and the third follows.
    private static let handedOver = [
        "b SLAVEOF a", "c SLAVEOF a", "rest", "a SET w:1 1", "a FAILOVER TO b TIMEOUT 20000", "later a SET w:2 2", "await", "rest",
        "a INFO",
        "b INFO", "c INFO", "b GET w:1", "a SET w:3 3", "b SET w:4 4", "c SLAVEOF b", "rest", "c INFO", "c GET w:4", "b INFO",
        "c SLAVEOF NO ONE",
        "pause 300", "b FAILOVER TIMEOUT 20000", "pause 1500", "a INFO", "b INFO", "a SET w:5 5", "b GET w:5", "b FAILOVER",
    ]

    /// Writes stopped by a client, refused for want of replicas, and a full resynchronisation that is put off.
    private static let pauses = [
        "b SLAVEOF a", "rest", "a CLIENT PAUSE 60000 WRITE", "later a SET w:1 1", "pause 200", "a GET w:1", "b GET w:1", "a PING",
        "b SET w:9 9",
        "a CLIENT UNPAUSE", "await", "a GET w:1", "a CLIENT PAUSE 1000 WRITE", "later a SET w:2 2", "a GET w:2", "await", "a GET w:2",
        "a CONFIG SET min-replicas-to-write 2", "a SET w:3 3", "a CONFIG SET min-replicas-to-write 1", "a SET w:4 4", "freeze b",
        "a CONFIG SET min-replicas-max-lag 1", "pause 4000", "a SET w:5 5", "thaw b", "pause 2500", "a SET w:6 6", "c SET w:7 7",
        "a CONFIG SET repl-diskless-sync-delay 4", "c SLAVEOF a", "pause 800", "c INFO", "c ROLE", "c GET w:7", "a INFO", "a FAILOVER TO c",
        "c SLAVEOF a", "pause 6000", "rest", "c INFO", "c GET w:7", "c GET w:6", "a INFO",
    ]

    @Test("roles, replication ids, links and data agree after each command")
    func agrees() throws { try compare(Self.script) }

    @Test("FAILOVER refuses the same, stops writes the same, and gives up the same") func failoverRefusals() throws {
        try compare(Self.refusals)
    }

    @Test("a forced FAILOVER whose target is gone goes the same way") func forcedFailover() throws { try compare(Self.forced) }

    @Test("FAILOVER hands the role over the same way, with all data") func handingOver() throws { try compare(Self.handedOver) }

    @Test("CLIENT PAUSE, min-replicas-* and a delayed full resynchronisation agree") func pausing() throws { try compare(Self.pauses) }

    private func compare(_ script: [String]) throws {
        let fake = RedisRehearsal(instances: ["a", "b", "c"])
        let real = try RealRedis(instances: ["a", "b", "c"])
        defer { real.stop() }
        var fakeNames = IDNames()
        var realNames = IDNames()
        for (step, line) in script.enumerated() {
            let words = line.split(separator: " ").map(String.init)
            let name = words.count > 1 ? words[1] : ""
            switch words[0] {
            case "rest":
                fake.rest()
                try real.rest()
            case "pause":
                fake.pause(milliseconds: Int(name)!)
                Thread.sleep(forTimeInterval: Double(name)! / 1000)
            case "freeze":
                fake.freeze(name)
                real.signal(name, SIGSTOP)
            case "thaw":
                fake.thaw(name)
                real.signal(name, SIGCONT)
            case "kill":
                fake.kill(name)
                real.signal(name, SIGKILL)
            case "start":
                fake.start(name)
                try real.start(name)
            case "later":
                fake.sendLater(Array(words.dropFirst(2)), to: name)
                try real.sendLater(Array(words.dropFirst(2)), to: name)
            case "await":
                let expected = realNames.normalised(real.awaitReply(), hidesNumbers: false)
                #expect(fakeNames.normalised(fake.awaitReply(), hidesNumbers: false) == expected, "step \(step): \(line)")
            default:
                let isRole = words[1] == "ROLE"
                let expected = realNames.normalised(try real.send(Array(words.dropFirst()), to: words[0]), hidesNumbers: isRole)
                let found = fakeNames.normalised(fake.send(Array(words.dropFirst()), to: words[0]), hidesNumbers: isRole)
                #expect(found == expected, "step \(step): \(line)")
            }
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
        let kept = [
            "role:", "connected_slaves:", "master_link_status:", "master_sync_in_progress:", "master_replid", "slave_priority:", "loading:",
            "master_failover_state:", "db0:",
        ]
        let states = lines.filter { $0.hasPrefix("slave") && $0.contains("state=") }
            .map { "state=\($0.components(separatedBy: "state=")[1].prefix { $0 != "," })" }
        return (lines.filter { line in kept.contains { line.hasPrefix($0) } } + states).sorted().map { line in
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
    private var frozen: Set<String> = []
    private var later: UnsafeMutablePointer<FILE>?
    private let directory: URL

    init(instances: [String]) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("picket-rehearsal-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for name in instances {
            ports[name] = try Self.freePort()
            try start(name)
        }
    }

    /// With nothing: also without what a replica keeps of a full resynchronisation.
    func start(_ name: String) throws {
        try? FileManager.default.removeItem(at: directory.appendingPathComponent("\(name).rdb"))
        _ = try Self.output(
            of: "/usr/bin/redis-server --port \(ports[name]!) --bind 127.0.0.1 --save '' --dir '\(directory.path)' --dbfilename \(name).rdb"
                + " --pidfile '\(directory.path)/\(name).pid' --repl-diskless-sync-delay 0 --daemonize yes")
        var tries = 0
        while try send(["PING"], to: name) != "PONG\n", tries < 100 {
            tries += 1
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    func signal(_ name: String, _ number: Int32) {
        guard let text = try? String(contentsOf: directory.appendingPathComponent("\(name).pid"), encoding: .utf8),
            let id = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), id > 1
        else { return }
        kill(id, number)
        if number == SIGSTOP { frozen.insert(name) } else { frozen.remove(name) }
        Thread.sleep(forTimeInterval: 0.02)
    }

    func stop() {
        for name in frozen { signal(name, SIGCONT) }
        for name in ports.keys.sorted() { _ = try? send(["SHUTDOWN", "NOSAVE"], to: name) }
        if let later { pclose(later) }
        try? FileManager.default.removeItem(at: directory)
    }

    /// Until every replica has its link, and its primary has heard from it that it has everything: before the first acknowledgement of a
    /// new replica Redis sends it nothing.
    func rest() throws {
        for _ in 0..<200 {
            let isAtRest = try ports.keys.allSatisfy { name in
                guard !frozen.contains(name) else { return true }
                let info = try send(["INFO"], to: name)
                let isWaited = info.contains("state=wait_bgsave") || info.contains("state=send_bulk")
                return (!info.contains("role:slave") || info.contains("master_link_status:up"))
                    && info.contains("master_failover_state:no-failover") && !isWaited && areLevel(info)
            }
            if isAtRest { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    private func areLevel(_ info: String) -> Bool {
        let lines = info.split(whereSeparator: \.isNewline)
        guard let own = lines.first(where: { $0.hasPrefix("master_repl_offset:") })?.dropFirst("master_repl_offset:".count) else {
            return true
        }
        let absent = frozen.compactMap { ports[$0] }.map { "port=\($0)," }
        return lines.filter { $0.hasPrefix("slave") && $0.contains("state=online") }.allSatisfy { line in
            absent.contains { line.contains($0) } || line.contains("offset=\(own),")
        }
    }

    func send(_ words: [String], to name: String) throws -> String { try Self.output(of: command(words, name)) }

    private func command(_ words: [String], _ name: String) -> String {
        let resolved = RedisRehearsal.resolved(words) { other in ports[other].map { ("127.0.0.1", $0) } }
        return "timeout 30 /usr/bin/redis-cli -p \(ports[name]!) \(resolved.joined(separator: " ")) 2>&1"
    }

    func sendLater(_ words: [String], to name: String) throws {
        guard let pipe = popen(command(words, name), "r") else { throw NotStarted() }
        later = pipe
        Thread.sleep(forTimeInterval: 0.2)
    }

    func awaitReply() -> String {
        guard let pipe = later else { return "" }
        later = nil
        return Self.rest(of: pipe)
    }

    private struct NotStarted: Error {}

    /// Of a command of the shell. (Foundation's Process wants a run loop to wait in, and a test has none.)
    private static func output(of command: String) throws -> String {
        guard let pipe = popen(command, "r") else { throw NotStarted() }
        return rest(of: pipe)
    }

    private static func rest(of pipe: UnsafeMutablePointer<FILE>) -> String {
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
