import PicketCore
import PicketInvariants
import PicketRESP

/// A few fake instances and somebody who gives them commands one by one, to compare them with real ones.
package struct RedisRehearsal {
    private let world: World
    private let instances: [FakeRedis]
    private let caller: Caller

    private final class Caller: Process {
        /// One session for each instance, and one more for commands that have to wait.
        var sessions: [Int] = []
        var replies: [RESPValue] = []
        var laterSessions: [Int] = []
        var laterReplies: [RESPValue] = []

        override func received(_ message: Message, over connection: Int) {
            guard case .replies(let values) = message else { return }
            if sessions.contains(connection) { replies += values } else { laterReplies += values }
        }
    }

    package init(instances names: [String]) {
        let world = World(seed: 1, deployment: Deployment(monitorCount: 1, failoverBound: .seconds(60)))
        self.world = world
        instances = names.enumerated().map { number, name in
            world.add(zone: 0, latency: (100, 100)) { index in
                FakeRedis(
                    world: world, index: index, name: name, endpoint: Endpoint(host: "10.0.0.\(number + 1)", port: 6379),
                    group: GroupName("rehearsal"),
                    origin: 0, follows: nil, settings: FakeRedis.Settings())
            }
        }
        caller = world.add(zone: 0, latency: (100, 100)) { index in
            Caller(world: world, index: index, name: "caller", endpoint: Endpoint(host: "10.0.0.100", port: 1))
        }
        for instance in instances { instance.start() }
        caller.start()
        caller.sessions = instances.map { world.open(.commands, from: caller, to: $0.endpoint, timeout: .second) }
        rest()
    }

    /// Long enough for every replica to be in sync.
    package func rest() { pause(milliseconds: 5_000) }

    package func pause(milliseconds: Int) {
        world.run(until: world.now + Microseconds(milliseconds) * .millisecond, stopAtViolation: false)
    }

    // MARK: What happens to processes

    package func freeze(_ name: String) { instance(name)?.freeze() }
    package func thaw(_ name: String) { instance(name)?.thaw() }

    package func kill(_ name: String) {
        instance(name)?.crash()
        pause(milliseconds: 10)
    }

    /// Again, with nothing: the real ones save nothing.
    package func start(_ name: String) {
        guard let index = instances.firstIndex(where: { $0.name == name }) else { return }
        instances[index].loseData()
        instances[index].forgetRewrites(following: nil)
        instances[index].start()
        caller.sessions[index] = world.open(.commands, from: caller, to: instances[index].endpoint, timeout: .second)
        pause(milliseconds: 10)
    }

    // MARK: Commands

    /// The reply as redis-cli prints it. Behind SLAVEOF and TO, a name stands for an instance of the rehearsal.
    package func send(_ words: [String], to name: String) -> String {
        guard let index = instances.firstIndex(where: { $0.name == name }) else { return "no such instance" }
        caller.replies = []
        world.send(.commands([Self.resolved(words, address)], epoch: .zero), over: caller.sessions[index], by: caller)
        pause(milliseconds: words[0] == "WAIT" ? 2_000 : 20)
        return caller.replies.map(Self.text).joined(separator: "\n") + "\n"
    }

    /// Its reply comes with `await`: somebody else may have to say something first.
    package func sendLater(_ words: [String], to name: String) {
        guard let instance = instance(name) else { return }
        caller.laterReplies = []
        let session = world.open(.commands, from: caller, to: instance.endpoint, timeout: .second)
        pause(milliseconds: 10)
        world.send(.commands([Self.resolved(words, address)], epoch: .zero), over: session, by: caller)
        pause(milliseconds: 10)
    }

    package func awaitReply() -> String {
        let end = world.now + 20 * .second
        while caller.laterReplies.isEmpty, world.now < end { pause(milliseconds: 20) }
        return caller.laterReplies.map(Self.text).joined(separator: "\n") + "\n"
    }

    private func instance(_ name: String) -> FakeRedis? { instances.first { $0.name == name } }

    private func address(_ name: String) -> (host: String, port: Int)? { instance(name).map { ($0.endpoint.host, $0.endpoint.port) } }

    /// With the names of instances replaced by their addresses.
    package static func resolved(_ words: [String], _ address: (String) -> (host: String, port: Int)?) -> [String] {
        var resolved: [String] = []
        for word in words {
            let isPlace = resolved.last == "SLAVEOF" || resolved.last == "TO"
            if isPlace, let place = address(word) { resolved += [place.host, String(place.port)] } else { resolved.append(word) }
        }
        return resolved
    }

    private static func text(_ value: RESPValue) -> String {
        switch value {
        case .simple(let text), .error(let text): text
        case .bulk(let bytes): bytes.text
        case .integer(let number): String(number)
        case .array(let values): values.map(text).joined(separator: "\n")
        case .null, .nullArray: ""
        default: "?"
        }
    }
}
