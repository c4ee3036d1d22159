import PicketCore

/// A process of the deployment: monitor, instance or client. Its memory ends with its incarnation.
class Process {
    /// Held in a circle, which `World.end` opens: an unowned reference would be checked at each use.
    let world: World
    let index: Int
    let name: String
    let endpoint: Endpoint
    private(set) var isRunning = false
    private(set) var isFrozen = false
    private(set) var incarnation = 0
    private(set) var startedAt: Microseconds = 0
    /// Connections that it holds a side of; may name some that have ended.
    var connections: [Int] = []
    /// What reached a frozen process.
    var backlog: [Happening] = []
    private var wakeGeneration = 0
    private(set) var wakesAt: Microseconds?

    init(world: World, index: Int, name: String, endpoint: Endpoint) {
        self.world = world
        self.index = index
        self.name = name
        self.endpoint = endpoint
    }

    var host: Int { index }

    final func start() {
        guard !isRunning else { return }
        isRunning = true
        isFrozen = false
        incarnation += 1
        startedAt = world.now
        connections = []
        backlog = []
        wakesAt = nil
        began()
    }

    /// The process ends at once, and everything that it had in memory.
    final func crash(silently: Bool = false) {
        guard isRunning else { return }
        ended(withHost: silently)
        isRunning = false
        isFrozen = false
        backlog = []
        wakesAt = nil
        wakeGeneration += 1
        for connection in connections { world.close(connection, by: self, silently: silently) }
        connections = []
    }

    final func freeze() {
        guard isRunning else { return }
        isFrozen = true
    }

    final func thaw() {
        guard isFrozen else { return }
        isFrozen = false
        let waiting = backlog
        backlog = []
        for happening in waiting { world.happenNow(happening) }
    }

    /// Replaces an earlier wish.
    final func wake(at time: Microseconds) {
        if let wakesAt, wakesAt == time { return }
        wakeGeneration += 1
        wakesAt = time
        world.schedule(.wakes(process: index, generation: wakeGeneration), at: time)
    }

    final func handleWake(_ generation: Int) {
        guard generation == wakeGeneration, isRunning else { return }
        wakesAt = nil
        woke()
    }

    // MARK: To be overridden

    func began() {}
    func ended(withHost: Bool) {}
    func woke() {}
    /// Somebody connected to us.
    func accepted(_ connection: Int, _ purpose: Message.Purpose) {}
    func received(_ message: Message, over connection: Int) {}
    func closed(_ connection: Int, _ failure: LinkFailure) {}
    func diskAnswered() {}
}
