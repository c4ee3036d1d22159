import PicketCore
import PicketInvariants

/// The last proof of each run: what has settled can still replace a primary that dies, with a minority of the monitors gone.
extension Cluster {
    /// Those that were killed.
    struct Victims {
        var primaries: [FakeRedis] = []
        var monitors: [any SimulatedMonitor] = []
    }

    func killPrimaries() -> Victims {
        var victims = Victims()
        for group in groups {
            let agreed = monitors[0].view(of: group)?.primary
            victims.primaries += instances.filter { $0.group == group && $0.endpoint == agreed }
        }
        let mostDead = max(0, min((monitors.count - 1) / 2, monitors.count - shape.quorum))
        let first = Int(world.random.next() % UInt64(monitors.count))
        let count = Int(world.random.next() % UInt64(mostDead + 1))
        victims.monitors = (0..<count).map { monitors[(first + $0) % monitors.count] }
        for instance in victims.primaries { instance.crash() }
        for monitor in victims.monitors { monitor.crash() }
        return victims
    }

    /// True where the living agree on a living primary.
    func isReplaced(_ dead: FakeRedis) -> Bool {
        let views = monitors.filter(\.isRunning).map { $0.view(of: dead.group)?.primary }
        guard let first = views.first, let agreed = first, agreed != dead.endpoint, views.allSatisfy({ $0 == agreed }) else { return false }
        return instances.contains { $0.endpoint == agreed && $0.isRunning && $0.isPrimary }
    }

    func revive(_ victims: Victims) {
        for monitor in victims.monitors { monitor.start() }
        for instance in victims.primaries { instance.start() }
    }
}
