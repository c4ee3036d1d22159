import DequeModule
import Logging
import NIOCore
import PicketCore
import PicketStatus
import PicketWire

/// Carries out what the core asks for. The only place that tells effects apart.
final class EffectExecutor {
    private let links: LinkPool
    private let journal: JournalWriter
    private let configuration: ConfigurationKeeper
    private let scripts: ScriptRunner
    private let notices: NoticeSink
    private let events: EventFeed
    private let history: (any HistoryKeeping)?
    private let keeper: FigureKeeper
    private let answers: AnswerDesk
    private let topology: TopologyBoard
    private let resolver: NameResolver
    private let logger: Logger
    private unowned var driver: Driver!
    /// Effects that wait for the disk, in order.
    private var gated: Deque<Effect> = []
    private var hasJournalFailed = false

    init(
        links: LinkPool, journal: JournalWriter, configuration: ConfigurationKeeper, scripts: ScriptRunner, notices: NoticeSink,
        events: EventFeed, history: (any HistoryKeeping)?, keeper: FigureKeeper,
        answers: AnswerDesk, topology: TopologyBoard, resolver: NameResolver, logger: Logger
    ) {
        self.links = links
        self.journal = journal
        self.configuration = configuration
        self.scripts = scripts
        self.notices = notices
        self.events = events
        self.history = history
        self.keeper = keeper
        self.answers = answers
        self.topology = topology
        self.resolver = resolver
        self.logger = logger
    }

    func attach(to driver: Driver) {
        self.driver = driver
        let loop = driver.loop
        let bound = NIOLoopBound(self, eventLoop: loop)
        journal.onDurable = { bound.value.becameDurable($0) }
        journal.onWrite = { bound.value.wrote($0, took: $1) }
        journal.onFailure = { bound.value.journalFailed($0, reason: $1) }
    }

    func execute(_ effect: Effect) {
        if let needed = effect.after, needed > journal.durable {
            if hasJournalFailed { letGo(effect.action) } else { gated.append(effect) }
        } else {
            perform(effect.action)
        }
    }

    private func perform(_ action: Action) {
        switch action {
        case .openLink(let id, let target): links.openLink(id, target)
        case .closeLink(let id): links.closeLink(id)
        case .send(let id, let request, let names):
            keeper.figures.requests[request.place] += 1
            _ = links.send(request, names: names, over: id)
        case .answer(let ticket, let answer): answers.deliver(answer, to: ticket)
        case .answerOnceSaved(let ticket, let answer):
            let desk = answers
            configuration.save { failure in
                desk.deliver(failure == nil ? answer : .refused(.other(ConfigurationKeeper.refusal)), to: ticket)
            }
        case .persist(let revision, let changes):
            journal.append(changes, revision)
            configuration.note(changes)
            topology.note(changes, driver.supervisor)
            keeper.figures.note(changes, by: driver.supervisor.identity)
        case .notify(let notice):
            topology.note(notice, driver.supervisor)
            notices.publish(notice)
            keeper.figures.note(notice.kind)
            record(EventRecord(notice, at: WallClock.milliseconds))
        case .resolve(let host): resolve(host)
        case .startScript(let id, let call): scripts.start(id, call)
        case .killScript(let id): scripts.kill(id)
        case .remark(let remark): logger.log(level: remark.level.logLevel, "\(remark.text)")
        case .trace(let trace): tell(trace)
        case .exit(let status): ProcessExit.now(status)
        }
    }

    private func tell(_ trace: FailoverTrace) {
        logger.notice("\(FailoverTraceText.line(trace))")
        keeper.figures.note(trace)
        record(EventRecord(trace, ledBy: driver.supervisor.identity, at: WallClock.milliseconds))
    }

    private func record(_ record: EventRecord) {
        let numbered = events.publish(record)
        history?.append(numbered)
    }

    private func resolve(_ host: String) {
        let driver = NIOLoopBound(self.driver!, eventLoop: self.driver.loop)
        resolver.resolve(host, on: self.driver.loop).whenComplete { result in
            driver.value.receive(.resolved(host: host, addresses: (try? result.get()) ?? []))
        }
    }

    // MARK: Disk

    func turnEnded() {
        journal.commit()
        configuration.tend()
    }

    private func becameDurable(_ revision: Revision) {
        hasJournalFailed = false
        while let next = gated.first, next.after! <= revision {
            gated.removeFirst()
            perform(next.action)
        }
        driver.receive(.persisted(revision))
        driver.turnEnded()
    }

    private func wrote(_ bytes: Int, took time: Duration) {
        keeper.figures.journalWrites.observe(time)
        keeper.figures.journalBytes += UInt64(bytes)
    }

    private func journalFailed(_ revision: Revision, reason: String) {
        keeper.figures.journalFailures += 1
        hasJournalFailed = true
        let waiting = gated
        gated.removeAll()
        driver.receive(.persistenceFailed(revision, reason: reason))
        for effect in waiting { letGo(effect.action) }
        driver.turnEnded()
    }

    /// The disk has failed: what is a promise is not made; what only tells of things that happened is told.
    private func letGo(_ action: Action) {
        switch action {
        case .send(let id, let request, _):
            driver.receive(.replied(id, request, .refused(code: "NOTSENT", text: "NOTSENT not sent: the state cannot be written")))
        case .answer(let ticket, _), .answerOnceSaved(let ticket, _):
            answers.deliver(
                .refused(.other("ERR The state cannot be written to disk, so nothing was promised. Check the server logs.")), to: ticket)
        case .notify, .startScript, .killScript, .exit, .trace, .remark, .openLink, .closeLink, .resolve, .persist: perform(action)
        }
    }
}

extension Remark.Level {
    var logLevel: Logger.Level {
        switch self {
        case .debug: .debug
        case .notice: .notice
        case .warning: .warning
        }
    }
}
