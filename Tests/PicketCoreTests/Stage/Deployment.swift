import Testing

@testable import PicketCore

/// Several monitors and the Redis processes of one group, in one thread and in virtual time. Messages take half a
/// millisecond, a write to disk takes one; links can be cut, processes killed, frozen and restarted.
///
/// Small on purpose: enough to see whole failovers. What must hold in any history is checked along the way.
final class Deployment {
    static let latency: Duration = .microseconds(500)
    static let diskLatency: Duration = .milliseconds(1)
    static let connectTimeout: Duration = .seconds(1)

    final class Host {
        let id: MonitorID
        let endpoint: Endpoint
        fileprivate(set) var supervisor: Supervisor
        fileprivate(set) var durable: DurableState
        fileprivate(set) var isRunning = true
        /// The supervisor's, at hand without a look into it.
        fileprivate var nextDeadline: Instant?
        fileprivate var incarnation = 0
        fileprivate var links: [(id: LinkID, target: LinkTarget, isOpen: Bool)] = []
        fileprivate var gated: [Effect] = []
        fileprivate var durableRevision = Revision.zero
        fileprivate var questions: [(ticket: Ticket, from: Int, incarnation: Int, link: LinkID, request: Request)] = []
        fileprivate var lastTicket: UInt64 = 0
        fileprivate var counter = StepCounter()
        fileprivate(set) var notices: [(at: Instant, notice: Notice)] = []
        fileprivate(set) var answers: [Ticket: Answer] = [:]

        fileprivate init(_ state: DurableState, at endpoint: Endpoint, seed: UInt64, now: Instant) {
            id = state.identity!
            self.endpoint = endpoint
            durable = state
            supervisor = Supervisor(restoring: state, identity: id, listenPort: endpoint.port, seed: seed, at: now)
        }

        func time(of kind: Notice.Kind, since: Instant) -> Instant? { notices.first { $0.notice.kind == kind && $0.at >= since }?.at }
    }

    private(set) var now = Instant(sinceStart: .seconds(1_000))
    private(set) var monitors: [Host] = []
    var fleet = Fleet()
    private var queue: [(at: Instant, order: UInt64, run: () -> Void)] = []
    private var lastOrder: UInt64 = 0
    private var cuts: [(String, String)] = []
    private var stalled: [(monitor: Int, incarnation: Int, link: LinkID, to: Endpoint, request: Request)] = []
    private var hasFailed = false

    // What must hold in any history.
    private var votes: [String: MonitorID] = [:]
    private var configurations: [Epoch: Endpoint] = [:]
    private var promoted: [Epoch: Endpoint] = [:]

    init(monitors count: Int = 3, replicas: Int = 2, quorum: Int = 2, _ adjust: (inout GroupSettings) -> Void = { _ in }) {
        fleet[.primary] = FakeInstance(runID: RunID("run-0"))
        for number in stride(from: 1, through: replicas, by: 1) {
            fleet[.replica(number)] = FakeInstance(runID: RunID("run-\(number)"), follows: .primary)
        }
        for number in 1...count {
            var state = DurableState()
            state.identity = .made(of: Character(String(number)))
            var group = DurableGroup(settings: GroupSettings(quorum: quorum), primary: .primary)
            group.settings.crashDownAfter = .zero
            group.settings.downAfter = .seconds(1)
            group.settings.failoverTimeout = .seconds(10)
            adjust(&group.settings)
            state.groups[.cache] = group
            monitors.append(Host(state, at: .peer(number), seed: UInt64(number), now: now))
        }
        for index in monitors.indices { handle(.started, at: index) }
    }

    /// Everybody has found everybody.
    static func settled(
        monitors count: Int = 3, replicas: Int = 2, quorum: Int = 2, _ adjust: (inout GroupSettings) -> Void = { _ in }
    ) -> Deployment {
        let deployment = Deployment(monitors: count, replicas: replicas, quorum: quorum, adjust)
        deployment.run(.seconds(5))
        return deployment
    }

    // MARK: Time

    func run(_ duration: Duration) {
        let end = now + duration
        while !hasFailed {
            var deadline: (at: Instant, index: Int)?
            for index in monitors.indices where monitors[index].isRunning {
                guard let next = monitors[index].nextDeadline else { continue }
                let due = max(next, now)
                if deadline == nil || due < deadline!.at { deadline = (due, index) }
            }
            if let first = queue.first, first.at <= deadline?.at ?? first.at {
                guard first.at <= end else { break }
                queue.removeFirst()
                now = max(now, first.at)
                first.run()
            } else if let deadline, deadline.at <= end {
                now = deadline.at
                if monitors[deadline.index].counter.note(now) {
                    Issue.record("monitor \(deadline.index): more than \(StepCounter.bound) deadlines in one second, at \(now.sinceStart)")
                    hasFailed = true
                }
                handle(.deadlineReached, at: deadline.index)
            } else {
                break
            }
        }
        now = end
    }

    /// How long it takes until `condition` holds; nil where it does not within `bound`.
    func time(atMost bound: Duration, until condition: (Deployment) -> Bool) -> Duration? {
        let start = now
        while !condition(self) {
            guard now - start < bound, !hasFailed else { return nil }
            run(.milliseconds(1))
        }
        return now - start
    }

    private func after(_ delay: Duration, _ run: @escaping () -> Void) {
        lastOrder += 1
        let entry = (at: now + delay, order: lastOrder, run: run)
        let index = queue.lastIndex { ($0.at, $0.order) < (entry.at, entry.order) }.map { $0 + 1 } ?? 0
        queue.insert(entry, at: index)
    }

    // MARK: Faults

    func kill(_ endpoint: Endpoint) {
        fleet[conditionOf: endpoint] = .dead
        closeLinks(to: endpoint, .closedByPeer)
        stalled.removeAll { $0.to == endpoint }
    }

    func freeze(_ endpoint: Endpoint) { fleet[conditionOf: endpoint] = .frozen }

    /// A dead process is started again as what it was, a frozen one goes on with what it was asked.
    func revive(_ endpoint: Endpoint) {
        fleet[conditionOf: endpoint] = .serving
        let waiting = stalled.filter { $0.to == endpoint }
        stalled.removeAll { $0.to == endpoint }
        for question in waiting { arrive(question.request, at: endpoint, from: question.monitor, question.incarnation, question.link) }
    }

    func stop(_ index: Int) {
        monitors[index].isRunning = false
        monitors[index].incarnation += 1
        monitors[index].links = []
        monitors[index].gated = []
        monitors[index].questions = []
        closeLinks(to: monitors[index].endpoint, .closedByPeer)
    }

    /// With what it had on disk, and nothing else.
    func start(_ index: Int) {
        let host = monitors[index]
        host.incarnation += 1
        host.isRunning = true
        host.durableRevision = .zero
        host.supervisor = Supervisor(
            restoring: host.durable.aged(to: timeOfDay), identity: host.id, listenPort: host.endpoint.port, seed: UInt64(100 + index),
            at: now)
        handle(.started, at: index)
    }

    /// Nothing passes between these hosts any more.
    func cut(_ left: String, _ right: String) { cuts.append((left, right)) }

    func isolate(_ hosts: [String]) {
        let all = monitors.map(\.endpoint.host) + fleet.endpoints.map(\.host)
        for inside in hosts {
            for outside in all where !hosts.contains(outside) { cut(inside, outside) }
        }
    }

    /// What waited behind a cut is lost, and its links with it.
    func heal() {
        let former = cuts
        cuts = []
        for index in monitors.indices {
            let host = monitors[index].endpoint.host
            for link in monitors[index].links where former.contains(where: { isBetween($0, host, link.target.endpoint.host) }) {
                closeLink(link.id, of: index, .timedOut)
            }
        }
    }

    private func isBetween(_ cut: (String, String), _ left: String, _ right: String) -> Bool {
        cut == (left, right) || cut == (right, left)
    }

    private func isCut(_ left: String, _ right: String) -> Bool { cuts.contains { isBetween($0, left, right) } }

    private func closeLinks(to endpoint: Endpoint, _ failure: LinkFailure) {
        for index in monitors.indices where !isCut(monitors[index].endpoint.host, endpoint.host) {
            for link in monitors[index].links where link.target.endpoint == endpoint { closeLink(link.id, of: index, failure) }
        }
    }

    private func closeLink(_ id: LinkID, of index: Int, _ failure: LinkFailure) {
        monitors[index].links.removeAll { $0.id == id }
        deliver(.linkClosed(id, failure), to: index, monitors[index].incarnation, after: Self.latency)
    }

    /// What all clocks on walls say.
    private var timeOfDay: TimeOfDay { TimeOfDay(milliseconds: 1_700_000_000_000 + now.sinceStart.wholeMilliseconds) }

    // MARK: What can be seen

    var livePrimaries: [Endpoint] { fleet.endpoints.filter { fleet[$0].follows == nil && fleet[conditionOf: $0] == .serving } }
    func believed(by index: Int) -> Endpoint? { monitors[index].supervisor.primaryAddress(of: .cache) }

    /// The one primary of which everybody alive knows, and that knows it; nil where there is no such agreement.
    var agreed: Endpoint? {
        let beliefs = Set(monitors.indices.filter { monitors[$0].isRunning }.compactMap(believed))
        guard beliefs.count == 1, livePrimaries == Array(beliefs) else { return nil }
        return beliefs.first
    }

    /// Everybody agrees, and all replicas that live follow.
    var isWhole: Bool {
        guard let agreed else { return false }
        return fleet.endpoints.allSatisfy { $0 == agreed || fleet[conditionOf: $0] != .serving || fleet[$0].follows == agreed }
    }

    // MARK: Monitors

    @discardableResult
    func ask(_ question: Question, of index: Int) -> Ticket {
        monitors[index].lastTicket += 1
        let ticket = Ticket(monitors[index].lastTicket)
        handle(.asked(ticket, question), at: index)
        return ticket
    }

    private func deliver(_ event: Event, to index: Int, _ incarnation: Int, after delay: Duration) {
        after(delay) { [unowned self] in
            guard monitors[index].isRunning, monitors[index].incarnation == incarnation else { return }
            handle(event, at: index)
        }
    }

    private func handle(_ event: Event, at index: Int) {
        let effects = monitors[index].supervisor.handle(event, at: now)
        monitors[index].nextDeadline = monitors[index].supervisor.nextDeadline
        for effect in effects {
            if let needed = effect.after, needed > monitors[index].durableRevision {
                monitors[index].gated.append(effect)
            } else {
                perform(effect.action, at: index)
            }
        }
    }

    private func perform(_ action: Action, at index: Int) {
        let host = monitors[index]
        switch action {
        case .openLink(let id, let target): open(id, target, at: index)
        case .closeLink(let id): host.links.removeAll { $0.id == id }
        case .send(let link, let request, _): send(request, over: link, at: index)
        case .answer(let ticket, let answer), .answerOnceSaved(let ticket, let answer): reply(answer, to: ticket, at: index)
        case .persist(let revision, let changes): write(revision, changes, at: index)
        case .notify(let notice): host.notices.append((now, notice))
        case .resolve, .startScript, .killScript, .remark, .trace, .exit: break
        }
    }

    private func write(_ revision: Revision, _ changes: [DurableChange], at index: Int) {
        let incarnation = monitors[index].incarnation
        after(Self.diskLatency) { [unowned self] in
            let host = monitors[index]
            guard host.isRunning, host.incarnation == incarnation else { return }
            for change in changes {
                check(change, by: host.id)
                host.durable.apply(change.stamped(at: timeOfDay))
            }
            host.durableRevision = revision
            let ready = host.gated.prefix { $0.after! <= revision }
            host.gated.removeFirst(ready.count)
            for effect in ready { perform(effect.action, at: index) }
            handle(.persisted(revision), at: index)
        }
    }

    /// One vote a monitor and epoch, one primary an epoch.
    private func check(_ change: DurableChange, by id: MonitorID) {
        switch change {
        case .voted(_, let vote):
            guard let leader = vote.leader else { return }
            let before = votes.updateValue(leader, forKey: "\(id) \(vote.epoch)") ?? leader
            if before != leader { Issue.record("\(id.short) voted twice in epoch \(vote.epoch)") }
        case .configured(_, let primary, let epoch):
            let before = configurations.updateValue(primary, forKey: epoch) ?? primary
            if before != primary { Issue.record("two primaries in epoch \(epoch): \(before) and \(primary)") }
        default: break
        }
    }

    // MARK: Messages

    private func open(_ id: LinkID, _ target: LinkTarget, at index: Int) {
        let host = monitors[index]
        let incarnation = host.incarnation
        host.links.append((id, target, false))
        after(Self.latency * 2) { [unowned self] in
            guard host.incarnation == incarnation, let known = host.links.firstIndex(where: { $0.id == id }) else { return }
            let peer = monitors.first { $0.endpoint == target.endpoint }
            let condition: Condition = peer.map { $0.isRunning ? .serving : .dead } ?? fleet[conditionOf: target.endpoint]
            if isCut(host.endpoint.host, target.endpoint.host) || condition == .frozen {
                after(Self.connectTimeout) { [unowned self] in
                    if host.links.contains(where: { $0.id == id && !$0.isOpen }) { closeLink(id, of: index, .timedOut) }
                }
            } else if condition == .serving {
                host.links[known].isOpen = true
                handle(.linkOpened(id, localHost: host.endpoint.host), at: index)
            } else {
                host.links.remove(at: known)
                handle(.linkClosed(id, .refused), at: index)
            }
        }
    }

    private func send(_ request: Request, over link: LinkID, at index: Int) {
        let host = monitors[index]
        let incarnation = host.incarnation
        guard let target = host.links.first(where: { $0.id == link })?.target else { return }
        if request == .promote { notePromotion(of: target.endpoint, by: host) }
        after(Self.latency) { [unowned self] in
            guard !isCut(host.endpoint.host, target.endpoint.host) else { return }
            arrive(request, at: target.endpoint, from: index, incarnation, link)
        }
    }

    private func notePromotion(of endpoint: Endpoint, by host: Host) {
        guard let epoch = host.supervisor.groups[.cache]?.attempt?.epoch else { return }
        let before = promoted.updateValue(endpoint, forKey: epoch) ?? endpoint
        if before != endpoint { Issue.record("\(before) and \(endpoint) were both promoted in epoch \(epoch)") }
    }

    private func arrive(_ request: Request, at endpoint: Endpoint, from index: Int, _ incarnation: Int, _ link: LinkID) {
        if let peer = monitors.firstIndex(where: { $0.endpoint == endpoint }) {
            arrive(request, atMonitor: peer, from: index, incarnation, link)
            return
        }
        switch fleet[conditionOf: endpoint] {
        case .dead, .denying, .unreachable: return
        case .frozen: stalled.append((index, incarnation, link, endpoint, request))
        case .serving:
            let reply = fleet.answer(request, by: endpoint)
            if case .publish(let hello) = request { spread(hello, from: endpoint) }
            answer(reply, to: request, over: link, of: index, incarnation, from: endpoint)
        }
    }

    private func arrive(_ request: Request, atMonitor peer: Int, from index: Int, _ incarnation: Int, _ link: LinkID) {
        guard monitors[peer].isRunning else { return }
        let endpoint = monitors[peer].endpoint
        switch request {
        case .ping: answer(.alive(.serving), to: request, over: link, of: index, incarnation, from: endpoint)
        case .publish(let hello):
            answer(.accepted, to: request, over: link, of: index, incarnation, from: endpoint)
            handle(.helloReceived(hello), at: peer)
        case .askDown(_, let primary, let epoch, let candidate):
            monitors[peer].lastTicket += 1
            let ticket = Ticket(monitors[peer].lastTicket)
            monitors[peer].questions.append((ticket, index, incarnation, link, request))
            handle(.asked(ticket, .isPrimaryDown(primary, epoch: epoch, candidate: candidate)), at: peer)
        case .compareStandings(let report, _):
            monitors[peer].lastTicket += 1
            let ticket = Ticket(monitors[peer].lastTicket)
            monitors[peer].questions.append((ticket, index, incarnation, link, request))
            handle(.asked(ticket, .compareStandings(report)), at: peer)
        case .tellPowers(let report):
            monitors[peer].lastTicket += 1
            let ticket = Ticket(monitors[peer].lastTicket)
            monitors[peer].questions.append((ticket, index, incarnation, link, request))
            handle(.asked(ticket, .takePowers(report)), at: peer)
        case .probe, .info, .role, .promote, .follow, .rewriteConfiguration, .killScript, .stepBack, .handOver, .abortHandOver,
            .pauseWrites,
            .resumeWrites:
            Issue.record("\(request) was sent to a monitor")
        }
    }

    private func reply(_ answer: Answer, to ticket: Ticket, at index: Int) {
        monitors[index].answers[ticket] = answer
        guard let position = monitors[index].questions.firstIndex(where: { $0.ticket == ticket }) else { return }
        let reply: Reply
        switch answer {
        case .opinion(let isDown, let leader, let epoch): reply = .opinion(isDown: isDown, leader: leader, leaderEpoch: epoch)
        case .standings(let report): reply = .standings(report)
        case .done: reply = .accepted
        case .count, .quorum, .told, .refused: return
        }
        let question = monitors[index].questions.remove(at: position)
        self.answer(
            reply, to: question.request, over: question.link, of: question.from,
            question.incarnation, from: monitors[index].endpoint)
    }

    private func answer(
        _ reply: Reply, to request: Request, over link: LinkID, of index: Int, _ incarnation: Int, from endpoint: Endpoint
    ) {
        guard !isCut(monitors[index].endpoint.host, endpoint.host) else { return }
        after(Self.latency) { [unowned self] in
            guard monitors[index].links.contains(where: { $0.id == link }) else { return }
            deliver(.replied(link, request, reply), to: index, incarnation, after: .zero)
        }
    }

    /// To all who subscribed here, the sender included.
    private func spread(_ hello: Hello, from endpoint: Endpoint) {
        for index in monitors.indices where !isCut(monitors[index].endpoint.host, endpoint.host) {
            let subscription = monitors[index].links.first {
                $0.target.endpoint == endpoint && $0.target.purpose == .subscription && $0.isOpen
            }
            guard let link = subscription else { continue }
            deliver(.heard(link.id), to: index, monitors[index].incarnation, after: Self.latency)
            deliver(.helloReceived(hello), to: index, monitors[index].incarnation, after: Self.latency)
        }
    }
}
