import PicketCore
import PicketInvariants
import PicketRESP

/// A few fake instances and somebody who gives them commands one by one, to compare them with real ones.
package struct RedisRehearsal {
    private let world: World
    private let instances: [FakeRedis]
    private let caller: Caller

    private final class Caller: Process {
        var sessions: [Int] = []
        var replies: [RESPValue] = []

        override func received(_ message: Message, over connection: Int) {
            if case .replies(let values) = message { replies += values }
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
    package func rest() { world.run(until: world.now + 5 * .second, stopAtViolation: false) }

    /// The reply as redis-cli prints it. `SLAVEOF <name>` names an instance of the rehearsal.
    package func send(_ words: [String], to name: String) -> String {
        guard let index = instances.firstIndex(where: { $0.name == name }) else { return "no such instance" }
        var words = words
        if words[0] == "SLAVEOF", words.count == 2, let target = instances.first(where: { $0.name == words[1] }) {
            words = ["SLAVEOF", target.endpoint.host, String(target.endpoint.port)]
        }
        caller.replies = []
        world.send(.commands([words], epoch: .zero), over: caller.sessions[index], by: caller)
        let isWait = words[0] == "WAIT"
        world.run(until: world.now + (isWait ? 2 * .second : 20 * .millisecond), stopAtViolation: false)
        return caller.replies.map(Self.text).joined(separator: "\n") + "\n"
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
