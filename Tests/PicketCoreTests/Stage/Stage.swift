import Testing

@testable import PicketCore

/// One supervisor under test. Time is virtual and stands still while everybody answers at once; `advance` moves it.
final class Stage {
    struct Sent: Equatable {
        let at: Instant
        let link: LinkID
        let to: Endpoint
        let request: Request
    }

    enum Disk: Equatable {
        case prompt
        /// Writes wait for `persist`.
        case slow
        case failing
    }

    enum Override {
        case reply(Reply)
        case silence
    }

    static let me = MonitorID.made(of: "a")
    static let myHost = "10.0.1.100"
    static let myPort = 26379

    private(set) var supervisor: Supervisor
    private(set) var now = Instant(sinceStart: .seconds(1_000))
    var fleet = Fleet()
    var peers: [FakePeer] = []
    var disk = Disk.prompt
    var clockError: Duration = .zero
    /// Asked before the doubles are.
    var override: ((Endpoint, Request) -> Override?)?

    /// What the world has seen, in order. Emptied by `forget`.
    private(set) var notices: [Notice] = []
    private(set) var remarks: [Remark] = []
    private(set) var sent: [Sent] = []
    private(set) var opened: [LinkTarget] = []
    private(set) var scripts: [(id: ScriptID, call: ScriptCall)] = []
    private(set) var killedScripts: [ScriptID] = []
    private(set) var resolved: [String] = []
    private(set) var exits: [Int] = []
    private(set) var traces: [FailoverTrace] = []
    private var answers: [Ticket: Answer] = [:]

    private(set) var durable: DurableState
    private var unwritten: [(revision: Revision, changes: [DurableChange])] = []
    private(set) var gated: [Effect] = []
    private var durableRevision = Revision.zero
    private var hasDiskFailed = false

    private var links: [(id: LinkID, target: LinkTarget, isOpen: Bool)] = []
    private var unanswered: [(link: LinkID, to: Endpoint, request: Request)] = []
    private var inbox: [Event] = []
    private var lastTicket: UInt64 = 0
    private(set) var history: [(event: Event, at: Instant, effects: [Effect])] = []
    private(set) var phases = PhaseTracker()
    private var counter = StepCounter()
    private var eventCounter = StepCounter(bound: StepCounter.eventBound)
    private(set) var isLivelocked = false

    /// A primary with replicas, all healthy, and peers that know the same. With `isSettled` false nothing but the primary is
    /// known, and nothing has been started.
    init(
        replicas: Int = 2, peers peerCount: Int = 2, quorum: Int = 2, isSettled: Bool = true, seed: UInt64 = 1,
        _ adjust: (inout DurableState) -> Void = { _ in }
    ) {
        var state = DurableState()
        state.identity = Self.me
        var group = DurableGroup(settings: GroupSettings(quorum: quorum), primary: .primary)
        group.settings.downAfter = .seconds(1)
        group.settings.failoverTimeout = .seconds(10)
        // Most stories are about what follows from an instance that is down, and begin when down-after is over.
        group.settings.crashDownAfter = .zero
        fleet[.primary] = FakeInstance(runID: RunID("run-0"))
        for number in stride(from: 1, through: replicas, by: 1) {
            fleet[.replica(number)] = FakeInstance(runID: RunID("run-\(number)"), follows: .primary)
            if isSettled { group.replicas.append(.replica(number)) }
        }
        for number in stride(from: 1, through: peerCount, by: 1) {
            let peer = FakePeer(id: .made(of: Character(String(number))), endpoint: .peer(number))
            peers.append(peer)
            if isSettled { group.peers[peer.id] = peer.endpoint }
        }
        state.groups[.cache] = group
        adjust(&state)
        durable = state
        supervisor = Supervisor(restoring: state, identity: Self.me, listenPort: Self.myPort, seed: seed, at: now)
        if isSettled {
            deliver(.started)
            advance(.seconds(2))
            forget()
        }
    }

    // MARK: Time and events

    func advance(_ duration: Duration) {
        let end = now + duration
        while let due = supervisor.nextDeadline, due <= end, !isLivelocked {
            now = max(now, due)
            if counter.note(now) {
                isLivelocked = true
                Issue.record("more than \(StepCounter.bound) deadlines in one second, at \(now.sinceStart); next \(due.sinceStart)")
            }
            deliver(.deadlineReached)
        }
        now = end
    }

    /// Until `condition` holds, at most for `bound`. False where it never did.
    func advance(atMost bound: Duration, until condition: (Stage) -> Bool) -> Bool {
        let end = now + bound
        while !condition(self) {
            guard now < end, !isLivelocked else { return false }
            let due = supervisor.nextDeadline ?? end
            advance(max(.zero, min(due, end) - now))
        }
        return true
    }

    /// This process itself stands still.
    func stall(_ duration: Duration) { now = now + duration }

    func deliver(_ event: Event) {
        inbox.append(event)
        drain()
    }

    private func drain() {
        while !inbox.isEmpty, !isLivelocked {
            if eventCounter.note(now) {
                isLivelocked = true
                Issue.record("more than \(StepCounter.eventBound) events in one second, at \(now.sinceStart)")
            }
            let next = inbox.removeFirst()
            let effects = supervisor.handle(next, at: now)
            history.append((next, now, effects))
            for effect in effects { execute(effect) }
            notePhase()
        }
    }

    /// Steps that no notice tells of.
    private func notePhase() {
        guard let phase = supervisor.groups[.cache]?.attempt?.phase, phase == .catchingUp || phase == .handingOver else { return }
        noteStep { $0.note(phase) }
    }

    private func noteStep(_ step: (inout PhaseTracker) -> Void) {
        let illegalBefore = phases.illegal.count
        step(&phases)
        if phases.illegal.count > illegalBefore { Issue.record("no legal edge: \(phases.illegal.last!)") }
    }

    func forget() {
        notices = []
        remarks = []
        sent = []
        opened = []
        scripts = []
        killedScripts = []
        resolved = []
        traces = []
    }

    /// The monitor's process ends and starts anew with what is on disk.
    func restart(seed: UInt64 = 2) {
        links = []
        unanswered = []
        gated = []
        unwritten = []
        durableRevision = .zero
        hasDiskFailed = false
        phases = PhaseTracker()
        supervisor = Supervisor(
            restoring: durable.aged(to: timeOfDay), identity: Self.me, listenPort: Self.myPort, seed: seed, at: now)
        deliver(.started)
    }

    /// What the clock on the wall says; `clockError` is how wrong it is.
    var timeOfDay: TimeOfDay { TimeOfDay(milliseconds: 1_700_000_000_000 + (now.sinceStart + clockError).wholeMilliseconds) }

    // MARK: Processes

    /// The primary ends and the peers have seen it.
    func losePrimary() {
        allPeers(holdDown: true)
        kill(.primary)
    }

    /// Until a failover has ended, successfully or not.
    @discardableResult
    func failOver(within bound: Duration = .seconds(20)) -> Bool {
        losePrimary()
        return advance(atMost: bound) { $0.notices.contains(.failoverEnded) }
    }

    func kill(_ endpoint: Endpoint) {
        fleet[conditionOf: endpoint] = .dead
        let cut = links.filter { $0.target.endpoint == endpoint }
        links.removeAll { $0.target.endpoint == endpoint }
        unanswered.removeAll { $0.to == endpoint }
        for link in cut { deliver(.linkClosed(link.id, link.isOpen ? .closedByPeer : .refused)) }
    }

    /// Its links end, though it goes on serving: the next ones will open.
    func cut(_ endpoint: Endpoint, _ failure: LinkFailure = .closedByPeer) {
        let cut = links.filter { $0.target.endpoint == endpoint }
        links.removeAll { $0.target.endpoint == endpoint }
        for link in cut { deliver(.linkClosed(link.id, failure)) }
    }

    func freeze(_ endpoint: Endpoint) { fleet[conditionOf: endpoint] = .frozen }

    /// A dead one is started again, a frozen one goes on and answers what it was asked meanwhile.
    func revive(_ endpoint: Endpoint) {
        fleet[conditionOf: endpoint] = .serving
        let waiting = unanswered.filter { $0.to == endpoint }
        unanswered.removeAll { $0.to == endpoint }
        for (index, link) in links.enumerated() where link.target.endpoint == endpoint && !link.isOpen {
            links[index].isOpen = true
            inbox.append(.linkOpened(link.id, localHost: Self.myHost))
        }
        for question in waiting { answer(question.link, question.to, question.request) }
        drain()
    }

    func linkID(to endpoint: Endpoint, _ purpose: LinkTarget.Purpose = .commands) -> LinkID? {
        links.first { $0.target.endpoint == endpoint && $0.target.purpose == purpose && $0.isOpen }?.id
    }

    // MARK: Other monitors and clients

    func hello(
        from peer: FakePeer, at endpoint: Endpoint? = nil, currentEpoch: Epoch = .zero, group: GroupName = .cache,
        primary: Endpoint = .primary, configEpoch: Epoch = .zero
    ) {
        deliver(
            .helloReceived(
                Hello(
                    sender: peer.id, senderEndpoint: endpoint ?? peer.endpoint, currentEpoch: currentEpoch, group: group, primary: primary,
                    configEpoch: configEpoch)))
    }

    /// All peers hold the primary down, or none.
    func allPeers(holdDown: Bool) {
        for index in peers.indices { peers[index].holdsPrimaryDown = holdDown }
    }

    @discardableResult
    func ask(_ question: Question) -> Ticket {
        lastTicket += 1
        deliver(.asked(Ticket(lastTicket), question))
        return Ticket(lastTicket)
    }

    func answer(to ticket: Ticket) -> Answer? { answers[ticket] }
    func answer(to question: Question) -> Answer? { answer(to: ask(question)) }

    /// A vote that `candidate` asks for.
    func vote(for candidate: MonitorID, in epoch: Epoch, primary: Endpoint = .primary) -> Answer? {
        answer(to: .isPrimaryDown(primary, epoch: epoch, candidate: candidate))
    }

    // MARK: What can be seen

    var group: ReplicationGroup { supervisor.groups[.cache]! }
    var primaryAddress: Endpoint? { supervisor.primaryAddress(of: .cache) }
    var phase: FailoverPhase? { group.attempt?.phase }
    func instance(at endpoint: Endpoint) -> Instance? { group.instances.values.first { $0.endpoint == endpoint } }
    func isDown(_ endpoint: Endpoint) -> Bool { instance(at: endpoint)?.isDown ?? false }
    var isObjectivelyDown: Bool { group.objectivelyDownSince != nil }
    func requests(to endpoint: Endpoint) -> [Request] { sent.filter { $0.to == endpoint }.map(\.request) }
    func sent(_ request: Request) -> [Sent] { sent.filter { $0.request == request } }
    /// What was sent that this picks, with whom it was sent to.
    func sent(where isWanted: (Request) -> Bool) -> [Sent] { sent.filter { isWanted($0.request) } }
    var promotions: [Endpoint] { sent(.promote).map(\.to) }
    /// Who was told to follow whom.
    var follows: [(Endpoint, to: Endpoint)] {
        sent.compactMap { if case .follow(let primary) = $0.request { ($0.to, primary) } else { nil } }
    }
    var hellos: [(to: Endpoint, Hello)] {
        sent.compactMap { if case .publish(let hello) = $0.request { ($0.to, hello) } else { nil } }
    }

    // MARK: Disk

    /// Everything that waits is on disk now.
    func persist() {
        becomeDurable()
        drain()
    }

    private func becomeDurable() {
        guard let last = unwritten.last?.revision else { return }
        for write in unwritten {
            for change in write.changes { durable.apply(change.stamped(at: timeOfDay)) }
        }
        unwritten = []
        durableRevision = last
        hasDiskFailed = false
        let ready = gated.prefix { $0.after! <= last }
        gated.removeFirst(ready.count)
        for effect in ready { perform(effect.action) }
        inbox.append(.persisted(last))
    }

    func repairDisk() {
        disk = .prompt
        persist()
    }

    // MARK: Executing

    private func execute(_ effect: Effect) {
        if case .notify(let notice) = effect.action { noteStep { $0.note(notice.kind) } }
        if let needed = effect.after, needed > durableRevision {
            if hasDiskFailed { letGo(effect.action) } else { gated.append(effect) }
        } else {
            perform(effect.action)
        }
    }

    private func perform(_ action: Action) {
        switch action {
        case .openLink(let id, let target): open(id, target)
        case .closeLink(let id):
            links.removeAll { $0.id == id }
            unanswered.removeAll { $0.link == id }
        case .send(let link, let request, _): send(request, over: link)
        case .answer(let ticket, let answer), .answerOnceSaved(let ticket, let answer): answers[ticket] = answer
        case .persist(let revision, let changes): write(revision, changes)
        case .notify(let notice): notices.append(notice)
        case .resolve(let host): resolved.append(host)
        case .startScript(let id, let call): scripts.append((id, call))
        case .killScript(let id): killedScripts.append(id)
        case .remark(let remark): remarks.append(remark)
        case .trace(let trace): traces.append(trace)
        case .exit(let status): exits.append(status)
        }
    }

    private func write(_ revision: Revision, _ changes: [DurableChange]) {
        unwritten.append((revision, changes))
        switch disk {
        case .prompt: becomeDurable()
        case .slow: break
        case .failing:
            hasDiskFailed = true
            let waiting = gated
            gated = []
            inbox.append(.persistenceFailed(revision, reason: "no space left"))
            for effect in waiting { letGo(effect.action) }
        }
    }

    /// As the daemon does: no promise is made, what only tells is told.
    private func letGo(_ action: Action) {
        switch action {
        case .send(let link, let request, _):
            inbox.append(.replied(link, request, .refused(code: "NOTSENT", text: "NOTSENT the state cannot be written")))
        case .answer(let ticket, _), .answerOnceSaved(let ticket, _): answers[ticket] = .refused(.other("ERR the state cannot be written"))
        default: perform(action)
        }
    }

    private func open(_ id: LinkID, _ target: LinkTarget) {
        opened.append(target)
        let isKnown = fleet.contains(target.endpoint) || peers.contains { $0.endpoint == target.endpoint }
        switch isKnown ? fleet[conditionOf: target.endpoint] : .dead {
        case .serving:
            links.append((id, target, true))
            inbox.append(.linkOpened(id, localHost: Self.myHost))
        case .frozen: links.append((id, target, false))
        case .dead: inbox.append(.linkClosed(id, .refused))
        case .denying(let reason): inbox.append(.linkClosed(id, .accessDenied(reason)))
        case .unreachable(let failure): inbox.append(.linkClosed(id, failure))
        }
    }

    private func send(_ request: Request, over link: LinkID) {
        guard let target = links.first(where: { $0.id == link })?.target else { return }
        sent.append(Sent(at: now, link: link, to: target.endpoint, request: request))
        if request == .follow(target.endpoint) { Issue.record("\(target.endpoint) was told to follow itself") }
        answer(link, target.endpoint, request)
    }

    private func answer(_ link: LinkID, _ endpoint: Endpoint, _ request: Request) {
        guard fleet[conditionOf: endpoint] != .frozen else {
            unanswered.append((link, endpoint, request))
            return
        }
        switch override?(endpoint, request) {
        case .silence?: return
        case .reply(let reply)?: inbox.append(.replied(link, request, reply))
        case nil:
            if let index = peers.firstIndex(where: { $0.endpoint == endpoint }) {
                if let reply = peers[index].answer(request) { inbox.append(.replied(link, request, reply)) }
            } else {
                inbox.append(.replied(link, request, fleet.answer(request, by: endpoint)))
            }
        }
    }
}
