import DequeModule
import PicketConfig
import PicketCore
import PicketInvariants
import PicketRESP
import PicketWire

/// A picket: the very core that the daemon runs, with a simulated executor around it.
final class PicketMonitor: Process, SimulatedMonitor {
    let id: MonitorID
    var disk: FakeDisk
    private(set) var supervisor: Supervisor
    private var links: [LinkID: Int] = [:]
    /// Of what a connection is for us; only looked up.
    private var linkOf: [Int: LinkID] = [:]
    private var groupOf: [LinkID: GroupName] = [:]
    /// Where command links lead, and since when they are open; only looked up.
    private var targetOf: [LinkID: Endpoint] = [:]
    private var openSince: [LinkID: Microseconds] = [:]
    /// Requests whose replies have not come, by connection.
    private var pending: [Int: Deque<Request>] = [:]
    private var inbox: Deque<Event> = []
    private var isRunningCore = false
    private var gated: Deque<Effect> = []
    private var batch: [DurableChange] = []
    private var batchRevision: Revision = .zero
    private var durableRevision: Revision = .zero
    private(set) var hasDiskFailed = false
    private var retryAt: Microseconds?
    private var asked: [Ticket: Int] = [:]
    /// Commands that came behind one that is not answered yet: one at a time, and in order.
    private var unserved: [Int: Deque<[String]>] = [:]
    private var unanswered: Set<Int> = []
    /// Over these connections the next command can be served, at the end of the turn.
    private var servable: Deque<Int> = []
    private var votesAsked: [Ticket: GroupName] = [:]
    private var lastTicket: UInt64 = 0
    /// The epoch in which it voted for itself last, by group.
    private var ownEpochs: [GroupName: Epoch] = [:]
    /// When an operator ordered a failover that need not have a majority; only looked up.
    private var orderedAt: [GroupName: Microseconds] = [:]
    /// Whom an operator named for it; only looked up.
    private var orderedTargets: [GroupName: (endpoint: Endpoint, at: Microseconds)] = [:]
    private var knownEpoch: Epoch = .zero
    private var nextDeadline: Instant?
    /// It ends and starts again when a vote has left it.
    var restartsAfterVotes = false
    private var isToRestart = false
    /// What scripts will have done.
    private var timers: [(at: Microseconds, event: Event)] = []
    /// Of questions that a story's operator asked.
    private var ordered: [Ticket] = []
    private var effectCount = 0
    /// Those for nothing.
    private var wakes: (second: Microseconds, count: Int, busySeconds: Int) = (0, 0, 0)
    /// How much its clock gains, in millionths.
    private var drift: Int64 = 0
    /// What it said when its way of running changed last.
    private var clockSet: (at: Microseconds, local: Microseconds) = (0, 0)

    init(world: World, index: Int, name: String, endpoint: Endpoint, id: MonitorID, state: DurableState) {
        self.id = id
        disk = FakeDisk(state)
        supervisor = Supervisor(restoring: state, identity: id, listenPort: endpoint.port, seed: 0, at: Instant(sinceStart: .zero))
        super.init(world: world, index: index, name: name, endpoint: endpoint)
    }

    // MARK: Clock

    private var isClockTrue: Bool { drift == 0 && clockSet.at == clockSet.local }

    var localNow: Microseconds {
        let span = world.now - clockSet.at
        return clockSet.local + span + span * drift / 1_000_000
    }

    func jump(by span: Microseconds) {
        clockSet = (world.now, localNow + span)
        if isRunning, !isFrozen { wake(at: world.now) }
    }

    /// It gains so many millionths from now on. Never does it go back.
    func run(fasterBy perMillion: Int64) {
        clockSet = (world.now, localNow)
        drift = perMillion
        if isRunning, !isFrozen { wake(at: world.now) }
    }

    // MARK: Life

    override func began() {
        links = [:]
        linkOf = [:]
        groupOf = [:]
        targetOf = [:]
        openSince = [:]
        phases = [:]
        switchingOver = []
        heardOver = [:]
        heardOfClosed = [:]
        lives = [:]
        timers = []
        ordered = []
        unserved = [:]
        unanswered = []
        servable = []
        pending = [:]
        inbox = []
        gated = []
        batch = []
        batchRevision = .zero
        durableRevision = .zero
        hasDiskFailed = false
        retryAt = nil
        asked = [:]
        votesAsked = [:]
        ownEpochs = [:]
        do throws(JournalError) {
            try disk.recover()
        } catch {
            // The daemon would not start. A disk that tears only the end gives no cause for it.
            preconditionFailure("the journal of \(name) cannot be read: \(error)")
        }
        knownEpoch = disk.durable.currentEpoch
        nextDeadline = nil
        tellEpochs()
        tellPowersAtStart()
        supervisor = Supervisor(
            restoring: disk.durable.aged(to: world.timeOfDay), identity: id, listenPort: endpoint.port, seed: world.random.next(),
            at: Instant(sinceStart: localNow.duration))
        #if PICKET_MUTATIONS
            supervisor.mutate(world.mutation)
        #endif
        receive(.started)
        turnEnded()
    }

    override func ended(withHost: Bool) {
        disk.crash(isPowerLoss: withHost, &world.random)
        world.tell(.monitorStopped(id))
        world.trace(name, "ends")
    }

    override func woke() {
        if let retryAt, retryAt <= world.now {
            self.retryAt = nil
            commit()
        }
        runTimers()
        let effectsBefore = effectCount
        if let nextDeadline, nextDeadline.sinceStart <= localNow.duration { receive(.deadlineReached) }
        if effectCount == effectsBefore { countIdleWake() }
        turnEnded()
    }

    /// A core that asks to be woken again and again for nothing would burn a processor.
    private func countIdleWake() {
        let second = world.now / .second
        if second != wakes.second {
            if wakes.count >= 450 { wakes.busySeconds += 1 } else { wakes.busySeconds = 0 }
            if wakes.busySeconds == 3 { world.tell(.spun(id, wakesPerSecond: wakes.count)) }
            (wakes.second, wakes.count) = (second, 0)
        }
        wakes.count += 1
    }

    // MARK: The core

    private func receive(_ event: Event) {
        guard !isRunningCore else {
            inbox.append(event)
            return
        }
        isRunningCore = true
        let now = Instant(sinceStart: localNow.duration)
        handle(event, at: now)
        while let event = inbox.popFirst() { handle(event, at: now) }
        isRunningCore = false
    }

    private func handle(_ event: Event, at now: Instant) {
        for effect in supervisor.handle(event, at: now) {
            effectCount += 1
            observe(effect.action)
            execute(effect)
        }
    }

    private func turnEnded() {
        guard isRunning else { return }
        while let connection = servable.popFirst() { serveWaiting(over: connection) }
        if isToRestart {
            isToRestart = false
            crash()
            return start()
        }
        commit()
        nextDeadline = supervisor.nextDeadline
        var due: Microseconds?
        if let deadline = nextDeadline {
            // What the local clock calls a span lasts a little longer or shorter.
            let span = min(max(0, deadline.sinceStart.microsecondsRoundedUp - localNow), 1_000_000 * .second)
            due = world.now + (drift == 0 ? span : span * 1_000_000 / (1_000_000 + drift) + 1)
        }
        if let retryAt { due = min(due ?? retryAt, retryAt) }
        for timer in timers { due = min(due ?? timer.at, timer.at) }
        // As the daemon does: many deadlines share a wake-up.
        if let due { wake(at: (max(due, world.now + 1) + 1_999) / 2_000 * 2_000) }
    }

    private func tellEpochs() { world.tell(.epochs(monitor: id, known: knownEpoch, onDisk: disk.durable.currentEpoch)) }

    // MARK: Effects

    private func execute(_ effect: Effect) {
        if let needed = effect.after, needed > durableRevision {
            if hasDiskFailed { letGo(effect.action) } else { gated.append(effect) }
        } else {
            perform(effect.action)
        }
    }

    private func perform(_ action: Action) {
        guard isRunning else { return }
        switch action {
        case .openLink(let link, let target): open(link, target)
        case .closeLink(let link):
            forgetTarget(of: link)
            if let connection = links.removeValue(forKey: link) {
                linkOf[connection] = nil
                pending[connection] = nil
                world.close(connection, by: self)
            }
        case .send(let link, let request, let names): send(request, names, over: link)
        case .answer(let ticket, let answer), .answerOnceSaved(let ticket, let answer): self.answer(ticket, answer)
        case .persist(let revision, let changes):
            batch += changes
            batchRevision = revision
        case .notify(let notice): world.trace(name, "\(NoticeText.channel(of: notice.kind)) \(NoticeText.message(of: notice))")
        case .startScript(let id, let call): startScript(id, call)
        case .killScript(let id): killScript(id)
        case .resolve(let host): receive(.resolved(host: host, addresses: world.addresses(of: host)))
        case .remark(let remark): if remark.level != .debug { world.trace(name, "# \(remark.text)") }
        case .trace: break
        case .exit: crash()
        }
    }

    private func letGo(_ action: Action) {
        switch action {
        case .send(let link, let request, _):
            receive(.replied(link, request, .refused(code: "NOTSENT", text: "NOTSENT not sent: the state cannot be written")))
        case .answer(let ticket, _), .answerOnceSaved(let ticket, _): answer(ticket, .refused(.other("ERR The state cannot be written")))
        case .notify, .startScript, .killScript, .exit, .trace, .remark, .openLink, .closeLink, .resolve, .persist: perform(action)
        }
    }

    private func open(_ link: LinkID, _ target: LinkTarget) {
        let purpose: Message.Purpose = target.purpose == .subscription ? .subscription : .commands
        let connection = world.open(purpose, from: self, to: target.endpoint, timeout: 5 * .second)
        links[link] = connection
        linkOf[connection] = link
        groupOf[link] = world.group(of: target.endpoint)
        if target.purpose == .commands { targetOf[link] = target.endpoint }
    }

    private func forgetTarget(of link: LinkID) {
        if let target = targetOf[link], let heard = heardOver[link] { heardOfClosed[target] = max(heard, heardOfClosed[target] ?? 0) }
        heardOver[link] = nil
        targetOf[link] = nil
        openSince[link] = nil
    }

    /// True where it has been able to tell the instance something since then.
    func hasLink(to endpoint: Endpoint, since time: Microseconds) -> Bool {
        targetOf.contains { link, target in
            target == endpoint && openSince[link].map { $0 <= time } == true && links[link].map(world.isAbandoned) == false
        }
    }

    /// The same, and nothing is on its way that a fault has delayed.
    func hasClearLink(to endpoint: Endpoint, since time: Microseconds) -> Bool {
        hasLink(to: endpoint, since: time) && !targetOf.contains { $1 == endpoint && links[$0].map(world.isHeldUp) == true }
    }

    private func send(_ request: Request, _ names: CommandNames, over link: LinkID) {
        guard let connection = links[link] else { return }
        pending[connection, default: []].append(request)
        var epoch = Epoch.zero
        switch request {
        case .promote: epoch = groupOf[link].flatMap { ownEpochs[$0] } ?? .zero
        case .handOver, .pauseWrites:
            epoch = groupOf[link].flatMap { ownEpochs[$0] } ?? .zero
            if let group = groupOf[link], !switchingOver.contains(group) { switchingOver.append(group) }
        case .follow: tellDemotion(over: link)
        default: break
        }
        world.send(.commands(RequestEncoding.commands(for: request, names: names), epoch: epoch), over: connection, by: self)
    }

    private func tellDemotion(over link: LinkID) {
        guard let group = groupOf[link], let target = targetOf[link], let instance = world.process(at: target) as? FakeRedis,
            instance.isPrimary
        else { return }
        world.tell(.demotes(monitor: id, group: group, target, knowing: view(of: group)?.epoch ?? .zero))
    }

    private func answer(_ ticket: Ticket, _ answer: Answer) {
        let group = votesAsked.removeValue(forKey: ticket)
        guard let connection = asked.removeValue(forKey: ticket) else {
            if let index = ordered.firstIndex(of: ticket) {
                ordered.remove(at: index)
                world.trace(self.name, "answers \(AnswerEncoding.value(answer))")
            }
            return
        }
        let votes = votes(in: answer, of: group)
        for (group, vote) in votes {
            world.tell(.voteAnswered(monitor: id, group: group, vote, onDisk: disk.durable.groups[group]?.vote))
        }
        world.send(.replies([AnswerEncoding.value(answer)]), over: connection, by: self)
        unanswered.remove(connection)
        servable.append(connection)
        if restartsAfterVotes, let group, votes.contains(where: { $0.0 == group && $0.1.leader != nil }) { isToRestart = true }
    }

    /// What is promised by it: to a candidate in Sentinel's words, or to another picketd, of many groups.
    private func votes(in answer: Answer, of group: GroupName?) -> [(GroupName, Vote)] {
        switch answer {
        case .opinion(_, let leader, let epoch):
            if let group, epoch > .zero { [(group, Vote(epoch: epoch, leader: leader))] } else { [] }
        case .standings(let report): report.standings.compactMap { standing in standing.vote.map { (standing.group, $0) } }
        default: []
        }
    }

    // MARK: Disk

    private func commit() {
        guard !disk.isWriting, retryAt == nil, !batch.isEmpty else { return }
        disk.beginWrite(batch.map { $0.stamped(at: world.timeOfDay) }, batchRevision)
        batch = []
        let pause = 100 + Microseconds(world.random.next() % UInt64(max(1, disk.slowness)))
        world.schedule(.diskAnswers(process: index, incarnation: incarnation), at: world.now + pause)
    }

    override func diskAnswered() {
        let (write, isDone) = disk.finishWrite()
        let revision = write.revision
        if isDone {
            durableRevision = max(durableRevision, revision)
            hasDiskFailed = false
            tellEpochs()
            for change in write.changes { tellForgotten(change) }
            while let next = gated.first, next.after! <= durableRevision {
                gated.removeFirst()
                perform(next.action)
            }
            receive(.persisted(durableRevision))
        } else {
            batch = write.changes + batch
            batchRevision = max(batchRevision, revision)
            hasDiskFailed = true
            let waiting = gated
            gated = []
            retryAt = world.now + .second
            receive(.persistenceFailed(revision, reason: "no space left on device"))
            for effect in waiting { letGo(effect.action) }
        }
        turnEnded()
    }

    // MARK: Connections

    override func received(_ message: Message, over connection: Int) {
        switch message {
        case .introduced:
            if let link = linkOf[connection] {
                openSince[link] = world.now
                if let target = targetOf[link] { noteLife(of: target) }
                receive(.linkOpened(link, localHost: endpoint.host))
            }
        case .replies(let values):
            guard let link = linkOf[connection], let request = pending[connection]?.popFirst() else { return }
            if request == .ping || request == .probe { heardOver[link] = world.now }
            receive(.replied(link, request, ReplyDecoding.reply(to: request, from: values)))
        case .published(let text):
            guard let link = linkOf[connection] else { return }
            receive(.heard(link))
            if let hello = world.hello(text) { receive(.helloReceived(hello)) }
        case .commands(let commands, _):
            unserved[connection, default: []] += commands
            serveWaiting(over: connection)
        case .introduce, .replication: break
        }
        turnEnded()
    }

    override func accepted(_ connection: Int, _ purpose: Message.Purpose) { world.send(.introduced, over: connection, by: self) }

    override func closed(_ connection: Int, _ failure: LinkFailure) {
        pending[connection] = nil
        unserved[connection] = nil
        unanswered.remove(connection)
        guard let link = linkOf.removeValue(forKey: connection) else { return }
        links[link] = nil
        forgetTarget(of: link)
        receive(.linkClosed(link, failure))
        turnEnded()
    }

    private func serveWaiting(over connection: Int) {
        while !unanswered.contains(connection), let command = unserved[connection]?.popFirst() { serve(command, over: connection) }
    }

    /// The commands of other monitors and of clients.
    private func serve(_ words: [String], over connection: Int) {
        switch words[0] {
        case "PING": world.send(.replies([.simple("PONG")]), over: connection, by: self)
        case "PUBLISH":
            if let hello = world.hello(words[2]) { receive(.helloReceived(hello)) }
            world.send(.replies([.integer(1)]), over: connection, by: self)
        case "SENTINEL" where words[1] == "get-master-addr-by-name":
            let address = supervisor.primaryAddress(of: GroupName(words[2]))
            world.send(.replies([ViewEncoding.address(address)]), over: connection, by: self)
        case "SENTINEL" where words[1] == "is-master-down-by-addr":
            guard let question = try? QuestionParsing.isPrimaryDown(Array(words.dropFirst(2))) else { return }
            ask(question, over: connection)
        case "SENTINEL" where words[1] == "standings":
            guard let question = try? QuestionParsing.standings(Array(words.dropFirst(2))) else { return }
            ask(question, over: connection)
        case "SENTINEL" where words[1] == "powers":
            guard let question = try? QuestionParsing.powers(Array(words.dropFirst(2))) else { return }
            ask(question, over: connection)
        default: world.send(.replies([.error("ERR unknown command")]), over: connection, by: self)
        }
    }

    private func ask(_ question: Question, over connection: Int) {
        lastTicket += 1
        let ticket = Ticket(lastTicket)
        asked[ticket] = connection
        unanswered.insert(connection)
        switch question {
        case .isPrimaryDown(let endpoint, _, .some): votesAsked[ticket] = world.group(of: endpoint)
        case .compareStandings(let report): votesAsked[ticket] = report.standings.first(where: \.isCandidate)?.group
        default: break
        }
        receive(.asked(ticket, question))
    }

    func ask(_ question: Question) {
        guard isRunning, !isFrozen else { return }
        if case .failover(let group, let order) = question { orderedTargets[group] = order.target.map { ($0, world.now) } }
        lastTicket += 1
        ordered.append(Ticket(lastTicket))
        receive(.asked(Ticket(lastTicket), question))
        turnEnded()
    }

    // MARK: Scripts

    private func startScript(_ id: ScriptID, _ call: ScriptCall) {
        let behaviour = world.scripts[call.path] ?? .exits(0)
        world.trace(name, "runs \(call.path)")
        guard behaviour != .isMissing else { return later(.scriptEnded(id, .notStarted(reason: "no such file")), after: .millisecond) }
        later(.scriptStarted(id, processID: 1_000 + Int(id.number)), after: .millisecond)
        if case .exits(let status) = behaviour { later(.scriptEnded(id, .exited(status: status)), after: 50 * .millisecond) }
    }

    private func killScript(_ id: ScriptID) { later(.scriptEnded(id, .killed(signal: 9)), after: .millisecond) }

    private func later(_ event: Event, after pause: Microseconds) { timers.append((world.now + pause, event)) }

    private func runTimers() {
        let due = timers.filter { $0.at <= world.now }
        timers.removeAll { $0.at <= world.now }
        for timer in due { receive(timer.event) }
    }

    func orderFailover(of group: GroupName, _ order: FailoverOrder) {
        if order.manner != .coordinated { orderedAt[group] = world.now }
        ask(.failover(group, order))
    }

    func view(of group: GroupName) -> (primary: Endpoint, epoch: Epoch?)? {
        supervisor.primaryAddress(of: group).map { address in
            guard case .primary(let details)? = supervisor.primary(of: group, at: Instant(sinceStart: localNow.duration))?.kind else {
                return (address, nil)
            }
            return (address, details.configEpoch)
        }
    }

    // MARK: Facts

    /// What the core decided, whether or not the disk lets it be seen.
    private func observe(_ action: Action) {
        switch action {
        case .notify(let notice): observe(notice)
        case .send(let link, .handOver, _), .send(let link, .pauseWrites, _):
            if let group = groupOf[link], phases[group] == .selecting { step(group, to: .handingOver) }
        case .send(let link, .follow, _): if let group = groupOf[link], phases[group] == .selecting { step(group, to: .catchingUp) }
        case .persist(_, let changes):
            for change in changes {
                switch change {
                case .epochRaised(let epoch):
                    knownEpoch = epoch
                    tellEpochs()
                case .voted(let group, let vote):
                    if vote.leader == id { ownEpochs[group] = vote.epoch }
                    world.tell(.voted(monitor: id, group: group, vote))
                    if vote.leader == id, pendingBeginnings.contains(group) {
                        pendingBeginnings.removeAll { $0 == group }
                        world.tell(
                            .failoverBegan(
                                monitor: id, group: group, epoch: vote.epoch, isForced: supervisor.leadsAlone(group),
                                isAutomatic: supervisor.leadsAutomatically(group)))
                    }
                case .configured(let group, let primary, let epoch):
                    world.configured(id, group, primary, epoch)
                case .groupRemoved(let group): world.tell(.groupForgotten(monitor: id, group: group))
                case .powerStated(let group, let statement): tell(statement, of: group)
                case .replicaAdded(let group, let endpoint): tellFound(.replica(endpoint), in: group)
                case .peerAdded(let group, let peer, _): tellFound(.monitor(peer), in: group)
                default: break
                }
            }
            for group in pendingElections {
                tellElection(in: group)
            }
            pendingElections = []
        default: break
        }
    }

    /// A forced attempt may have ended with the event that it was elected by.
    private func mayForce(_ group: GroupName) -> Bool { orderedAt[group].map { $0 > world.now - 5 * .second } ?? false }

    private func tellElection(in group: GroupName) {
        guard let epoch = ownEpochs[group] else { return }
        world.tell(.elected(monitor: id, group: group, epoch: epoch, isForced: supervisor.leadsAlone(group) || mayForce(group)))
    }

    /// Of the event at hand: told when the epoch is known, from the state change that comes last.
    private var pendingBeginnings: [GroupName] = []
    private var pendingElections: [GroupName] = []
    /// When a ping was answered over a link last; only looked up.
    private var heardOver: [LinkID: Microseconds] = [:]
    /// Which life of an instance it is connected with, and since when; only looked up.
    private var lives: [Endpoint: (incarnation: Int, since: Microseconds)] = [:]

    private func lastHeard(of endpoint: Endpoint) -> Microseconds? {
        var latest: Microseconds?
        for (link, target) in targetOf where target == endpoint { latest = [latest, heardOver[link]].compactMap(\.self).max() }
        return [latest, heardOfClosed[endpoint]].compactMap(\.self).max()
    }

    /// The same of links that are closed.
    private var heardOfClosed: [Endpoint: Microseconds] = [:]

    func hasHeard(of endpoint: Endpoint, since time: Microseconds) -> Bool { lastHeard(of: endpoint).map { $0 >= time } ?? false }

    private func noteLife(of endpoint: Endpoint) {
        guard let process = world.process(at: endpoint), lives[endpoint]?.incarnation != process.incarnation else { return }
        lives[endpoint] = (process.incarnation, world.now)
    }
    /// Groups whose primaries it asked to hand over, in its latest attempt.
    private var switchingOver: [GroupName] = []
    func isSwitchingOver(_ group: GroupName) -> Bool { switchingOver.contains(group) }
    /// An operator wants this one and no other, with the old primary's consent or without.
    func isForcedTo(promote instance: FakeRedis) -> Bool {
        guard !isSwitchingOver(instance.group), let named = orderedTargets[instance.group] else { return false }
        return named.endpoint == instance.endpoint && named.at > world.now - 5 * .second
    }
    /// Where its failovers stand, told from their notices.
    private var phases: [GroupName: FailoverPhase] = [:]

    private func observe(_ notice: Notice) {
        world.coverage.note(notice.kind)
        guard let group = notice.subject?.group else { return }
        followSteps(notice.kind, group)
        switch notice.kind {
        case .failoverTried:
            pendingBeginnings.append(group)
            switchingOver.removeAll { $0 == group }
        case .elected:
            world.figures.elections += 1
            if pendingBeginnings.contains(group) { pendingElections.append(group) } else { tellElection(in: group) }
        case .failoverEnded, .abortedNotElected, .abortedNoGoodReplica, .abortedReplicaTimeout, .groupReset, .configurationAdopted:
            world.tell(.failoverEnded(monitor: id, group: group))
        case .subjectivelyDown where notice.subject?.kind == .primary: if let subject = notice.subject { tellDown(subject) }
        default: break
        }
    }

    /// Of a primary that has lived and served for a while, and says that it is one.
    private func tellDown(_ subject: Notice.Subject) {
        guard let instance = world.process(at: subject.endpoint) as? FakeRedis, instance.isRunning, !instance.isFrozen, instance.isPrimary,
            let life = lives[subject.endpoint], life.incarnation == instance.incarnation, life.since < world.now - 20 * .second,
            let heard = lastHeard(of: subject.endpoint), isClockTrue,
            !instance.isLoading, world.hasWitness(of: instance, for: self)
        else { return }
        let slack = 20 * Microseconds.millisecond
        world.tell(
            .heldDown(
                monitor: id, group: subject.group, subject.endpoint, silentFor: (world.now - heard + slack).duration,
                downAfter: downAfter(of: subject.group)))
    }

    private func downAfter(of group: GroupName) -> Duration {
        .milliseconds(supervisor.primary(of: group, at: Instant(sinceStart: localNow.duration))?.downAfter ?? 0)
    }

    private func followSteps(_ kind: Notice.Kind, _ group: GroupName) {
        let next: FailoverPhase
        switch kind {
        case .failoverTried:
            phases[group] = .electing
            return
        case .selecting: next = .selecting
        case .awaitingPromotion: next = .awaitingPromotion
        case .reattaching: next = .reattaching
        default: return
        }
        step(group, to: next)
    }

    private func step(_ group: GroupName, to next: FailoverPhase) {
        if let before = phases[group] { world.coverage.note(from: before, to: next) }
        phases[group] = next
    }
}
