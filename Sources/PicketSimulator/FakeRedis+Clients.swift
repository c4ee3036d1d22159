import PicketCore
import PicketRESP

/// Requests of clients: what has to wait, and until when.
extension FakeRedis {
    /// What a client sends while an earlier request of it waits, waits too.
    func take(_ request: ClientRequest, over connection: Int) {
        guard clients[connection] != nil else { return }
        if clients[connection]!.heldUp.isEmpty {
            run(request, over: connection)
        } else {
            clients[connection]!.heldUp.append(request)
        }
    }

    /// False where it has to wait.
    @discardableResult
    private func run(_ given: ClientRequest, over connection: Int) -> Bool {
        var request = given
        while let words = request.commands.first {
            if handOver != nil || pause != nil || shutdown != nil, isHeldUp(words, over: connection) {
                clients[connection]?.heldUp.prepend(request)
                return false
            }
            request.commands.removeFirst()
            if words[0] == "WAIT" {
                wait(Int(words[1]) ?? 0, milliseconds: Int(words[2]) ?? 0, over: connection)
                return true
            }
            request.replies.append(execute(words, over: connection, epoch: request.epoch))
        }
        world.send(.replies(request.replies), over: connection, by: self)
        return true
    }

    // MARK: CLIENT PAUSE

    /// Errors come first: a replica refuses a write at once.
    private func isHeldUp(_ words: [String], over connection: Int) -> Bool {
        if handOver == nil, shutdown == nil, pause?.isForAll == true { return true }
        let name = words[0].uppercased()
        if let transaction = clients[connection]?.transaction {
            return name == "EXEC" && clients[connection]?.isTransactionBad == false
                && transaction.contains { Self.isReplicated($0[0].uppercased()) }
        }
        return Self.isReplicated(name) && refusal(of: name) == nil
    }

    /// Writes, and what reaches replicas all the same.
    private static func isReplicated(_ name: String) -> Bool { name == "SET" || name == "PUBLISH" }

    func pauseClients(_ words: [String]) -> RESPValue {
        if settings.refusesPause { return .error("NOPERM this user has no permissions to run the 'client|pause' command") }
        guard words.count >= 3 else { return .error("ERR wrong number of arguments for 'client|pause' command") }
        var isForAll = true
        if words.count > 3 {
            switch words[3].uppercased() {
            case "WRITE": isForAll = false
            case "ALL": break
            default: return .error("ERR CLIENT PAUSE mode must be WRITE or ALL")
            }
        }
        guard let time = Microseconds(words[2]) else { return .error("ERR timeout is not an integer or out of range") }
        guard time >= 0 else { return .error("ERR timeout is negative") }
        // A second one never shortens the first.
        let until = max(world.now + time * .millisecond, pause?.until ?? 0)
        pause = ClientPause(until: until, isForAll: isForAll || pause?.isForAll == true)
        planWake()
        return .simple("OK")
    }

    func endPause() {
        guard let current = pause, current.until <= world.now else { return }
        pause = nil
        releaseClients()
    }

    /// Those who waited go on, in the order in which they came.
    func releaseClients() {
        guard handOver == nil, pause == nil, shutdown == nil else { return }
        for connection in clients.keys {
            while let request = clients[connection]?.heldUp.popFirst(), run(request, over: connection) {}
        }
    }

    // MARK: WAIT

    /// Its reply may come later, from `settleWaiters`.
    private func wait(_ count: Int, milliseconds: Int, over connection: Int) {
        let reached = clients[connection]?.lastWriteOffset ?? 0
        let now = acknowledgements(of: reached)
        if !isPrimary {
            world.send(.replies([.error("ERR WAIT cannot be used with replica instances.")]), over: connection, by: self)
        } else if now >= count {
            world.send(.replies([.integer(Int64(now))]), over: connection, by: self)
        } else {
            let until = world.now + Microseconds(milliseconds) * .millisecond
            waiters.append(Waiter(connection: connection, offset: reached, count: count, until: until))
            if handOver == nil, pause == nil, shutdown == nil, !replicas.isEmpty { append(.acknowledgementWanted, bytes: 37) }
            planWake()
        }
    }

    private func acknowledgements(of reached: Int64) -> Int { replicas.values.count { $0.isOnline && $0.acknowledged >= reached } }

    func settleWaiters() {
        guard !waiters.isEmpty else { return }
        var open: [Waiter] = []
        for waiter in waiters {
            let count = acknowledgements(of: waiter.offset)
            if count >= waiter.count || waiter.until <= world.now {
                world.send(.replies([.integer(Int64(count))]), over: waiter.connection, by: self)
            } else {
                open.append(waiter)
            }
        }
        waiters = open
    }
}
