import PicketCore
import PicketRESP

/// FAILOVER: a primary hands its role over to a replica that has everything, and takes no writes meanwhile.
extension FakeRedis {
    struct HandOver {
        /// Nil: whichever replica is level first.
        let target: Endpoint?
        let until: Microseconds?
        /// When the time is over, it goes on with what the target has.
        let isForced: Bool
        let order: HandOverOrder
        /// It has become a replica of the target, and asks it to become the primary. No time-out ends that.
        var isUnderWay = false
    }

    var handOverState: String { handOver.map { $0.isUnderWay ? "failover-in-progress" : "waiting-for-sync" } ?? "no-failover" }

    func handOverCommand(_ words: [String], _ epoch: Epoch, over connection: Int) -> RESPValue {
        if words.count == 2, words[1].uppercased() == "ABORT" {
            guard handOver != nil else { return .error("ERR No failover in progress.") }
            abortHandOver("so it was told")
            return .simple("OK")
        }
        var target: Endpoint?
        var time: Microseconds?
        var isForced = false
        var index = 1
        while index < words.count {
            switch words[index].uppercased() {
            case "TO" where index + 2 < words.count && target == nil:
                guard let port = Int(words[index + 2]) else { return .error("ERR value is not an integer or out of range") }
                target = Endpoint(host: words[index + 1], port: port)
                index += 3
            case "TIMEOUT" where index + 1 < words.count && time == nil:
                guard let value = Microseconds(words[index + 1]) else { return .error("ERR value is not an integer or out of range") }
                guard value > 0 else { return .error("ERR FAILOVER timeout must be greater than 0") }
                time = value * .millisecond
                index += 2
            case "FORCE" where !isForced:
                isForced = true
                index += 1
            default: return .error("ERR syntax error")
            }
        }
        if let refusal = handOverRefusal(target, time, isForced) { return .error(refusal) }
        handOver = HandOver(
            target: target, until: time.map { world.now + $0 }, isForced: isForced,
            order: HandOverOrder(epoch: epoch, leader: world.opener(of: connection).index))
        world.trace(name, "hands its role over to \(target.map(\.description) ?? "any replica")")
        // After the reply has gone.
        wake(at: world.now)
        return .simple("OK")
    }

    private func handOverRefusal(_ target: Endpoint?, _ time: Microseconds?, _ isForced: Bool) -> String? {
        if handOver != nil { return "ERR FAILOVER already in progress." }
        if !isPrimary { return "ERR FAILOVER is not valid when server is a replica." }
        if replicas.isEmpty { return "ERR FAILOVER requires connected replicas." }
        if isForced, time == nil || target == nil {
            return "ERR FAILOVER with force option requires both a timeout and target HOST and IP."
        }
        guard let target else { return nil }
        guard let replica = replicas.values.first(where: { $0.endpoint == target }) else {
            return "ERR FAILOVER target HOST and PORT is not a replica."
        }
        return replica.isOnline ? nil : "ERR FAILOVER target replica is not online."
    }

    /// Looks whether the target is level, or the time over.
    func tendHandOver() {
        guard let current = handOver, !current.isUnderWay else { return }
        if let until = current.until, until <= world.now {
            if current.isForced { return demote(for: current.target!) }
            return abortHandOver("the replica never caught up in time")
        }
        // The replica says so once a second: nobody asks it to while writes are stopped.
        let level = replicas.values.first { replica in
            replica.isOnline && replica.acknowledged == offset && (current.target ?? replica.endpoint) == replica.endpoint
        }
        if let level { demote(for: level.endpoint) }
    }

    private func demote(for target: Endpoint) {
        handOver!.isUnderWay = true
        world.trace(name, "is level with \(target) and follows it")
        follow(target)
    }

    /// The target took over: this one is a replica for good.
    func handedOver() {
        guard handOver?.isUnderWay == true else { return }
        world.trace(name, "has handed its role over")
        handOver = nil
        releaseClients()
    }

    func abortHandOver(_ reason: String) {
        guard let current = handOver else { return }
        world.trace(name, "keeps its role: \(reason)")
        handOver = nil
        if current.isUnderWay { becomePrimary() }
        releaseClients()
    }
}
