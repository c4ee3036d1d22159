import Glibc
import PicketRESP

/// Thousands of make-believe Redis servers in processes of their own, so that what they cost is counted apart.
///
/// A process may have so many descriptors: each instance takes one, and two for each monitor. Where one process is not enough there are
/// several, each with whole groups.
package final class Fleet: Sendable {
    package struct Plan: Sendable {
        package var groups: Int
        package var replicas: Int
        /// How many monitors will watch it.
        package var monitors: Int
        /// A program that runs a `FleetShard`, with its first arguments.
        package var program: [String]

        package init(groups: Int, replicas: Int = 2, monitors: Int = 3, program: [String]) {
            self.groups = groups
            self.replicas = replicas
            self.monitors = monitors
            self.program = program
        }

        /// Groups that fit into a process with so many descriptors, of which some are left for reconnections.
        func groupsPerShard(descriptors: Int) -> Int { max(1, descriptors * 9 / 10 / ((1 + replicas) * (1 + 2 * monitors))) }
    }

    package struct Group: Sendable {
        package let name: String
        /// The first began as the primary.
        package let ports: [Int]
    }

    package enum Condition: String, Sendable {
        case alive, frozen, crashed
    }

    package struct State: Sendable {
        package let port: Int
        package let condition: Condition
        package let isPrimary: Bool
    }

    package let groups: [Group]
    private let shards: [Shard]
    private let shardOfPort: [Int: Int]

    private struct Shard: Sendable {
        let process: ChildProcess
        let connection: LabConnection
    }

    /// Nothing else listens on the ports of it, and all answer, when this returns.
    static func start(_ plan: Plan, directory: String, watchdog: Watchdog) async throws -> Fleet {
        guard let program = plan.program.first else { throw LabError.missingProgram("no program was named that could be the fleet") }
        var shards: [Shard] = []
        var groups: [Group] = []
        var shardOfPort: [Int: Int] = [:]
        let size = plan.groupsPerShard(descriptors: descriptorLimit)
        do {
            for first in stride(from: 1, through: plan.groups, by: size) {
                let count = min(size, plan.groups - first + 1)
                let reservation = try PortReservation()
                let process = try await ChildProcess.start(
                    .init(
                        executable: program,
                        arguments: plan.program.dropFirst() + [
                            "--first-group", String(first), "--groups", String(count), "--replicas", String(plan.replicas),
                            "--control-port",
                            String(reservation.port),
                        ], directory: directory, outputPath: "\(directory)/fleet.txt", errorPath: "\(directory)/fleet.txt"),
                    watchdog: watchdog)
                let connection = try await wait(for: "the fleet's control port answers", within: .seconds(20)) { () -> LabConnection? in
                    guard !process.isOver else {
                        throw NotYet("the fleet has ended: \(TextFile.tail("\(directory)/fleet.txt", lines: 5))")
                    }
                    return try await LabConnection.open(port: reservation.port)
                }
                for group in try layout(await connection.call("LAYOUT", within: .seconds(20))) {
                    for port in group.ports { shardOfPort[port] = shards.count }
                    groups.append(group)
                }
                shards.append(Shard(process: process, connection: connection))
            }
        } catch {
            for shard in shards { shard.process.signal(SIGKILL) }
            throw error
        }
        return Fleet(groups: groups, shards: shards, shardOfPort: shardOfPort)
    }

    private init(groups: [Group], shards: [Shard], shardOfPort: [Int: Int]) {
        self.groups = groups
        self.shards = shards
        self.shardOfPort = shardOfPort
    }

    /// By SIGKILL, and waits until they are gone.
    func end() async {
        for shard in shards { shard.process.signal(SIGKILL) }
        for shard in shards {
            await shard.process.exit()
            shard.connection.close()
        }
    }

    package var processIDs: [pid_t] { shards.map(\.process.processID) }

    /// How many descriptors a process may have.
    package static var descriptorLimit: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    // MARK: Life and death

    package func crash(_ ports: [Int]) async throws { try await change("CRASH", ports) }
    package func freeze(_ ports: [Int]) async throws { try await change("FREEZE", ports) }
    package func revive(_ ports: [Int]) async throws { try await change("REVIVE", ports) }

    /// In all processes at once; it is done when this returns.
    private func change(_ word: String, _ ports: [Int]) async throws {
        var portsOfShard = Array(repeating: [String](), count: shards.count)
        for port in ports {
            guard let shard = shardOfPort[port] else { throw LabError.unexpected("no instance of the fleet has port \(port)") }
            portsOfShard[shard].append(String(port))
        }
        try await withThrowingTaskGroup { tasks in
            for (shard, ports) in zip(shards, portsOfShard) {
                // What one request of the control port may hold.
                for begin in stride(from: 0, to: ports.count, by: 1_000) {
                    let words = [word] + ports[begin..<min(begin + 1_000, ports.count)]
                    tasks.addTask { _ = try await shard.connection.call(words, within: .seconds(30)) }
                }
            }
            try await tasks.waitForAll()
        }
    }

    // MARK: What it says

    /// By the names of the groups.
    package func states() async throws -> [String: [State]] {
        var states: [String: [State]] = [:]
        for shard in shards {
            for group in try await shard.connection.call("ROLES", within: .seconds(30)).elements ?? [] {
                guard let words = group.elements, let name = words.first?.text else { continue }
                states[name] = try stride(from: 1, to: words.count - 2, by: 3).map { index in
                    guard case .integer(let port) = words[index], let condition = words[index + 1].text.flatMap({ Condition(rawValue: $0) })
                    else { throw LabError.unexpected("the fleet tells of \(name): \(group)") }
                    return State(port: Int(port), condition: condition, isPrimary: words[index + 2].text == "primary")
                }
            }
        }
        return states
    }

    /// How much was served so far, by kinds.
    package func counts() async throws -> [String: Int] {
        var sums: [String: Int] = [:]
        for shard in shards {
            let words = try await shard.connection.call("COUNTS", within: .seconds(30)).elements ?? []
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                guard let name = words[index].text, case .integer(let number) = words[index + 1] else { continue }
                sums[name, default: 0] += Int(number)
            }
        }
        return sums
    }

    private static func layout(_ value: RESPValue) throws -> [Group] {
        try (value.elements ?? []).map { group in
            let words = group.elements ?? []
            let ports = words.dropFirst().compactMap { word in if case .integer(let port) = word { Int(port) } else { nil } }
            guard let name = words.first?.text, !ports.isEmpty else { throw LabError.unexpected("the fleet tells of a group: \(group)") }
            return Group(name: name, ports: ports)
        }
    }
}
