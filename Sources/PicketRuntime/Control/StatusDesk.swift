import NIOCore
import PicketCore
import PicketStatus

/// Looks at the whole monitor for those who only want to see, without holding up the control loop.
///
/// A look goes by slices of a few groups, between which the loop does what else there is. However many ask, there is one look at a time,
/// and looks never take more than a small part of the loop's time: who asks in between is given the one before.
final class StatusDesk {
    typealias Receiver = @Sendable (MonitorStatus) -> Void

    private let loop: any EventLoop
    private let driver: Driver
    private let links: LinkPool
    private let answers: AnswerDesk
    private let keeper: FigureKeeper
    private let latest: LockedBox<MonitorStatus?>

    private var waiting: [Receiver] = []
    private var names: [GroupName] = []
    private var groups: [GroupReview] = []
    private var isLooking = false
    private var sequence: UInt64 = 0
    private var spent: Int64 = 0
    private var nextLook = NIODeadline.distantPast

    init(
        loop: any EventLoop, driver: Driver, links: LinkPool, answers: AnswerDesk, keeper: FigureKeeper, latest: LockedBox<MonitorStatus?>
    ) {
        self.loop = loop
        self.driver = driver
        self.links = links
        self.answers = answers
        self.keeper = keeper
        self.latest = latest
    }

    /// The receiver hears of the next look that ends.
    func look(_ receive: @escaping Receiver) {
        guard waiting.count < RuntimeLimits.waitingLooks else {
            if let last = latest.withLock({ $0 }) { receive(last) }
            return
        }
        waiting.append(receive)
        guard !isLooking else { return }
        isLooking = true
        spent = 0
        names = []
        groups = []
        let desk = NIOLoopBound(self, eventLoop: loop)
        // Not before its time, and then not at once: what is due now comes first.
        loop.scheduleTask(deadline: max(nextLook, .now())) { desk.value.begin() }
    }

    private func begin() {
        names = driver.supervisor.groupNames.reversed()
        groups.reserveCapacity(names.count)
        slice()
    }

    private func slice() {
        let began = NIODeadline.now()
        let now = MonotonicClock.now
        for _ in 0..<RuntimeLimits.groupsPerSlice {
            guard let name = names.popLast() else { break }
            if let group = driver.supervisor.review(of: name, at: now) { groups.append(group) }
        }
        spent += (NIODeadline.now() - began).nanoseconds
        guard !names.isEmpty else { return end() }
        let desk = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: RuntimeLimits.sliceInterval) { desk.value.slice() }
    }

    private func end() {
        let supervisor = driver.supervisor
        let jobs = supervisor.scriptJobs
        sequence += 1
        let status = MonitorStatus(
            sequence: sequence, takenAt: WallClock.milliseconds, identity: supervisor.identity,
            currentEpoch: supervisor.currentEpoch.number, isTilted: supervisor.isTilted, tiltTotal: supervisor.tiltTotal,
            storageFault: supervisor.storageFault, runningScripts: jobs.count(where: \.isRunning),
            queuedScripts: jobs.count(where: { !$0.isRunning }), waitingQuestions: answers.waitingCount, openLinks: links.openCount,
            figures: keeper.figures, groups: groups)
        groups = []
        isLooking = false
        nextLook = .now() + max(RuntimeLimits.lookInterval, .nanoseconds(spent * RuntimeLimits.lookSparing))
        latest.withLock { $0 = status }
        let receivers = waiting
        waiting = []
        for receive in receivers { receive(status) }
    }
}
