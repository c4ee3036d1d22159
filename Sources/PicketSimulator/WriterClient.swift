import PicketCore
import PicketRESP

/// An application: asks a monitor where the primary is, writes there, and asks again where anything goes wrong.
final class WriterClient: Process {
    private let group: GroupName
    private let monitors: [Endpoint]
    private let period: Microseconds
    /// Every so many writes, it waits for this many replicas.
    private let replicaCount: Int
    private let waitsEvery: Int
    private var nextMonitor: Int
    private var state: State = .idle
    private var isStopped = false

    private enum State {
        case idle
        case asking(Int)
        case connecting(Int, Endpoint)
        case ready(Int, Endpoint)
        case writing(Int, Endpoint, write: Int, since: Microseconds)
        case waiting(Int, Endpoint, write: Int, since: Microseconds)

        var connection: Int? {
            switch self {
            case .idle: nil
            case .asking(let connection), .connecting(let connection, _), .ready(let connection, _), .writing(let connection, _, _, _),
                .waiting(let connection, _, _, _):
                connection
            }
        }
    }

    init(
        world: World, index: Int, name: String, endpoint: Endpoint, group: GroupName, monitors: [Endpoint], replicaCount: Int,
        period: Microseconds, waitsEvery: Int
    ) {
        self.group = group
        self.monitors = monitors
        self.replicaCount = replicaCount
        self.period = period
        self.waitsEvery = waitsEvery
        nextMonitor = index % monitors.count
        super.init(world: world, index: index, name: name, endpoint: endpoint)
    }

    func stop() { isStopped = true }

    override func began() {
        state = .idle
        wake(at: world.now + period)
    }

    override func woke() {
        switch state {
        case .idle: askMonitor()
        case .asking, .connecting: startOver()
        case .ready(let connection, let primary): write(over: connection, to: primary)
        case .writing, .waiting: startOver()
        }
    }

    private func askMonitor() {
        guard !isStopped else { return }
        nextMonitor = (nextMonitor + 1) % monitors.count
        state = .asking(world.open(.commands, from: self, to: monitors[nextMonitor], timeout: .second))
        wake(at: world.now + .second)
    }

    private func startOver() {
        if let connection = state.connection { world.close(connection, by: self) }
        state = .idle
        wake(at: world.now + 100 * .millisecond)
    }

    private func write(over connection: Int, to primary: Endpoint) {
        guard !isStopped else { return }
        let write = world.newWrite()
        state = .writing(connection, primary, write: write, since: world.now)
        world.send(.commands([["SET", "w:\(write)", "1"]], epoch: .zero), over: connection, by: self)
        wake(at: world.now + .second)
    }

    override func received(_ message: Message, over connection: Int) {
        guard connection == state.connection else { return }
        switch (state, message) {
        case (.asking, .introduced):
            world.send(.commands([["SENTINEL", "get-master-addr-by-name", group.text]], epoch: .zero), over: connection, by: self)
        case (.asking, .replies(let values)):
            world.close(connection, by: self)
            guard case .array(let words)? = values.first, words.count == 2, let host = words[0].text,
                let port = words[1].text.flatMap({ Int($0) })
            else { return startOver() }
            let primary = Endpoint(host: host, port: port)
            state = .connecting(world.open(.commands, from: self, to: primary, timeout: .second), primary)
            wake(at: world.now + .second)
        case (.connecting(_, let primary), .introduced):
            state = .ready(connection, primary)
            write(over: connection, to: primary)
        case (.writing(_, let primary, let write, _), .replies(let values)):
            guard case .simple("OK")? = values.first else { return startOver() }
            world.acknowledged(write, of: group, by: primary)
            if waitsEvery > 0, write % waitsEvery == 0 {
                state = .waiting(connection, primary, write: write, since: world.now)
                world.send(.commands([["WAIT", String(replicaCount), "500"]], epoch: .zero), over: connection, by: self)
                wake(at: world.now + .second)
            } else {
                state = .ready(connection, primary)
                wake(at: world.now + period)
            }
        case (.waiting(_, let primary, let write, _), .replies(let values)):
            if case .integer(let count)? = values.first, count > Int64(replicaCount / 2) {
                world.confirmed(write, of: group, by: primary, byAll: count >= Int64(replicaCount))
            }
            state = .ready(connection, primary)
            wake(at: world.now + period)
        default: break
        }
    }

    override func closed(_ connection: Int, _ failure: LinkFailure) {
        guard connection == state.connection else { return }
        state = .idle
        wake(at: world.now + 20 * .millisecond)
    }
}
