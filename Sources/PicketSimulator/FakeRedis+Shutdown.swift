/// SHUTDOWN: a primary keeps writes waiting until its replicas have acknowledged what there is, and ends then.
extension FakeRedis {
    struct Shutdown {
        /// `shutdown-timeout`: then it ends all the same.
        let until: Microseconds
        /// It looks ten times a second.
        var nextLookAt: Microseconds
    }

    func shutDown() {
        guard isRunning, !isFrozen, shutdown == nil else { return }
        world.trace(name, "was told to end")
        guard !isReadyToEnd else { return crash() }
        shutdown = Shutdown(until: world.now + 10 * .second, nextLookAt: world.now + 100 * .millisecond)
        planWake()
    }

    private var isReadyToEnd: Bool { replicas.values.allSatisfy { !$0.isOnline || $0.acknowledged >= offset } }

    /// True where it has ended.
    func endIfDue() -> Bool {
        guard let current = shutdown, current.nextLookAt <= world.now else { return false }
        guard isReadyToEnd || current.until <= world.now else {
            shutdown!.nextLookAt = world.now + 100 * .millisecond
            return false
        }
        crash()
        return true
    }
}
