import DequeModule
import NIOCore
import NIOPosix
import PicketCore

/// Runs the core on the control loop: events in, effects to the executor, a timer for the next deadline.
///
/// Run to completion: nothing in here waits. Not `Sendable`: it lives on one loop and is reached through `ControlLoop`.
final class Driver {
    let loop: any EventLoop
    private(set) var supervisor: Supervisor
    private let executor: EffectExecutor
    private let links: LinkPool
    private let keeper: FigureKeeper
    private var inbox: Deque<Event> = []
    private var isRunning = false
    private var isTurnEndScheduled = false
    private var timer: Scheduled<Void>?
    private var timerDue: Instant?
    private var isStopped = false

    init(loop: any EventLoop, supervisor: Supervisor, executor: EffectExecutor, links: LinkPool, keeper: FigureKeeper) {
        self.loop = loop
        self.supervisor = supervisor
        self.executor = executor
        self.links = links
        self.keeper = keeper
        links.attach(to: self)
        executor.attach(to: self)
    }

    /// Something happened. Handled at once, or right after what is being handled now.
    func receive(_ event: Event) {
        guard !isStopped else { return }
        inbox.append(event)
        run()
    }

    func linkEnded(_ id: LinkID, _ failure: LinkFailure) {
        guard links.forget(id) else { return }
        keeper.figures.linkFailures += 1
        receive(.linkClosed(id, failure))
    }

    private func run() {
        guard !isRunning else { return }
        isRunning = true
        while let event = inbox.popFirst() {
            keeper.figures.events += 1
            for effect in supervisor.handle(event, at: MonotonicClock.now) { executor.execute(effect) }
        }
        isRunning = false
        scheduleTurnEnd()
    }

    /// What one turn of the loop brought about leaves together: one flush for each link, one write to the disk.
    private func scheduleTurnEnd() {
        guard !isTurnEndScheduled else { return }
        isTurnEndScheduled = true
        let driver = NIOLoopBound(self, eventLoop: loop)
        loop.execute { driver.value.turnEnded() }
    }

    func turnEnded() {
        isTurnEndScheduled = false
        guard !isStopped else { return }
        executor.turnEnded()
        links.flush()
        armTimer()
    }

    private func armTimer() {
        guard let due = supervisor.nextDeadline else { return }
        if let timerDue, timerDue <= due, timer != nil { return }
        timer?.cancel()
        timerDue = due
        let driver = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleTask(deadline: Self.rounded(MonotonicClock.deadline(due))) { driver.value.timerFired() }
    }

    private static func rounded(_ deadline: NIODeadline) -> NIODeadline {
        let tick = RuntimeLimits.tickNanoseconds
        return .uptimeNanoseconds((deadline.uptimeNanoseconds + tick - 1) / tick * tick)
    }

    private func timerFired() {
        timer = nil
        if let timerDue { keeper.figures.lateness.observe(max(.zero, MonotonicClock.now - timerDue)) }
        timerDue = nil
        receive(.deadlineReached)
        turnEnded()
    }

    /// Nothing is handled after this; links are closed.
    func stop() {
        isStopped = true
        timer?.cancel()
        links.closeAll()
    }
}
