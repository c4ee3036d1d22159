import OrderedCollections
import PicketCore
import PicketInvariants
import PicketRESP
import PicketWire

/// A look-alike of redis-sentinel: a timer of 53 to 100 ms moves everything, the epoch is shared by all groups, a failover that was
/// voted for blocks one's own for twice its timeout. For quorums in which not every monitor is a picket.
///
/// Its rules are those of the documented behaviour; its disk never fails.
final class StockSentinel: Process, SimulatedMonitor {
    let id: MonitorID
    private var currentEpoch: Epoch
    private var groups: OrderedDictionary<GroupName, StockGroup>
    /// Shared by all groups, by the peer's id.
    private var peerLinks: OrderedDictionary<MonitorID, StockLink> = [:]
    private var requests: [Int: [Pending]] = [:]
    private var owners: [Int: Owner] = [:]

    enum Owner {
        case commands(GroupName, Endpoint)
        case subscription(GroupName, Endpoint)
        case peer(MonitorID)
    }

    struct Pending {
        let request: Request
        let group: GroupName?
    }

    init(world: World, index: Int, name: String, endpoint: Endpoint, id: MonitorID, state: DurableState) {
        self.id = id
        currentEpoch = state.currentEpoch
        groups = OrderedDictionary(uniqueKeysWithValues: state.groups.map { ($0.key, StockGroup($0.key, $0.value)) })
        super.init(world: world, index: index, name: name, endpoint: endpoint)
    }

    // MARK: Life

    override func began() {
        requests = [:]
        owners = [:]
        peerLinks = [:]
        for name in groups.keys {
            groups[name]!.restart(at: world.now)
            for peer in groups[name]!.peers.keys where peerLinks[peer] == nil { peerLinks[peer] = StockLink(at: world.now) }
        }
        world.tell(.epochs(monitor: id, known: currentEpoch, onDisk: currentEpoch))
        planTick()
    }

    override func ended(withHost: Bool) {
        world.tell(.monitorStopped(id))
        world.trace(name, "ends")
    }

    private func planTick() { wake(at: world.now + 53 * .millisecond + Microseconds(world.random.next() % 47_000)) }

    override func woke() {
        for id in peerLinks.keys { tendPeer(id) }
        for name in groups.keys { tick(name) }
        planTick()
    }

    private func tick(_ name: GroupName) {
        for endpoint in groups[name]!.instances.keys { tend(name, endpoint) }
        judge(name)
        stand(name)
        ask(name)
        advance(name)
        publish(name)
    }

    // MARK: Links

    private func tend(_ name: GroupName, _ endpoint: Endpoint) {
        guard let group = groups[name], let instance = group.instances[endpoint] else { return }
        let downAfter = group.downAfter
        if instance.link.connection == nil, world.now - instance.link.triedAt >= min(.second, downAfter) {
            instance.link.triedAt = world.now
            instance.link.connection = world.open(.commands, from: self, to: endpoint, timeout: 15 * .second)
            owners[instance.link.connection!] = .commands(name, endpoint)
        }
        if instance.subscription == nil, instance.link.isOpen {
            instance.subscription = world.open(.subscription, from: self, to: endpoint, timeout: 15 * .second)
            owners[instance.subscription!] = .subscription(name, endpoint)
        }
        if instance.link.isStale(at: world.now, downAfter), let connection = instance.link.connection {
            world.close(connection, by: self)
            instance.link.lost()
            if let subscription = instance.subscription { world.close(subscription, by: self) }
            instance.subscription = nil
        }
        guard instance.link.isOpen else { return }
        if instance.link.wantsPing(at: world.now, period: min(.second, downAfter)) {
            send(.ping, to: name, endpoint)
            instance.link.pinged(at: world.now)
        }
        let isHasty =
            endpoint != group.primary
            && (group.isObjectivelyDown || group.phase != nil || instance.report?.replication?.isLinkUp == false)
        if world.now - instance.infoAskedAt >= (isHasty ? .second : 10 * .second) {
            instance.infoAskedAt = world.now
            send(.info, to: name, endpoint)
        }
    }

    private func tendPeer(_ id: MonitorID) {
        guard var link = peerLinks[id], let endpoint = groups.values.lazy.compactMap({ $0.peers[id]?.endpoint }).first else { return }
        let downAfter = groups.values.first?.downAfter ?? .second
        if link.connection == nil, world.now - link.triedAt >= min(.second, downAfter) {
            link.triedAt = world.now
            link.connection = world.open(.commands, from: self, to: endpoint, timeout: 15 * .second)
            owners[link.connection!] = .peer(id)
        }
        if link.isStale(at: world.now, downAfter), let connection = link.connection {
            world.close(connection, by: self)
            link.lost()
        }
        if link.isOpen, link.wantsPing(at: world.now, period: min(.second, downAfter)), let connection = link.connection {
            post(.ping, nil, over: connection)
            link.pinged(at: world.now)
        }
        peerLinks[id] = link
    }

    private func send(_ request: Request, to name: GroupName, _ endpoint: Endpoint, epoch: Epoch = .zero) {
        guard let link = groups[name]?.instances[endpoint]?.link, link.isOpen, let connection = link.connection else { return }
        post(request, name, over: connection, epoch: epoch)
    }

    private func post(_ request: Request, _ group: GroupName?, over connection: Int, epoch: Epoch = .zero) {
        requests[connection, default: []].append(Pending(request: request, group: group))
        world.send(.commands(RequestEncoding.commands(for: request, names: CommandNames()), epoch: epoch), over: connection, by: self)
    }

    override func accepted(_ connection: Int, _ purpose: Message.Purpose) { world.send(.introduced, over: connection, by: self) }

    override func closed(_ connection: Int, _ failure: LinkFailure) {
        requests[connection] = nil
        switch owners.removeValue(forKey: connection) {
        case .commands(let name, let endpoint)?: groups[name]?.instances[endpoint]?.link.lost()
        case .subscription(let name, let endpoint)?: groups[name]?.instances[endpoint]?.subscription = nil
        case .peer(let id)?: peerLinks[id]?.lost()
        case nil: break
        }
    }

    // MARK: What is heard

    override func received(_ message: Message, over connection: Int) {
        switch message {
        case .introduced:
            switch owners[connection] {
            case .commands(let name, let endpoint)?: groups[name]?.instances[endpoint]?.link.opened(at: world.now)
            case .peer(let id)?: peerLinks[id]?.opened(at: world.now)
            case .subscription?, nil: break
            }
        case .published(let text): if let hello = world.hello(text) { heard(hello) }
        case .commands(let commands, _): for command in commands { serve(command, over: connection) }
        case .replies(let values):
            guard let pending = requests[connection]?.first else { return }
            requests[connection]?.removeFirst()
            replied(connection, pending, ReplyDecoding.reply(to: pending.request, from: values))
        case .introduce, .replication: break
        }
    }

    private func replied(_ connection: Int, _ pending: Pending, _ reply: Reply) {
        switch owners[connection] {
        case .commands(let name, let endpoint)?:
            if case .alive = reply { groups[name]?.instances[endpoint]?.link.proved(at: world.now) }
            if case .report(let report) = reply { reported(name, endpoint, report) }
        case .peer(let id)?:
            if case .alive = reply { peerLinks[id]?.proved(at: world.now) }
            if case .opinion(let isDown, let leader, let epoch) = reply, let name = pending.group {
                groups[name]?.peers[id]?.opinion = (isDown, world.now)
                if let leader { groups[name]?.peers[id]?.vote = Vote(epoch: epoch, leader: leader) }
            }
        case .subscription?, nil: break
        }
    }

    private func reported(_ name: GroupName, _ endpoint: Endpoint, _ report: InstanceReport) {
        guard let group = groups[name], group.instances[endpoint] != nil else { return }
        if group.instances[endpoint]!.report?.role != report.role { group.instances[endpoint]!.roleSince = world.now }
        group.instances[endpoint]!.report = report
        group.instances[endpoint]!.reportedAt = world.now
        if endpoint == group.primary, report.role == .primary {
            for replica in report.replicas where group.instances[replica] == nil { group.instances[replica] = StockInstance(at: world.now) }
        }
        if report.role == .primary, group.phase == .awaitingPromotion, group.chosen == endpoint { confirm(name) }
        repair(name, endpoint, report)
    }

    private func repair(_ name: GroupName, _ endpoint: Endpoint, _ report: InstanceReport) {
        guard let group = groups[name], endpoint != group.primary, group.phase == nil, let primary = group.instances[group.primary],
            primary.downSince == nil, primary.report?.role == .primary, world.now - primary.reportedAt < 20 * .second,
            let instance = group.instances[endpoint]
        else { return }
        let wait = report.role == .primary ? 8 * .second : group.failoverTimeout
        let isSettled = instance.downSince == nil && world.now - instance.lastDownAt > wait
        if report.role == .primary {
            if isSettled, world.now - instance.roleSince > wait {
                world.trace(self.name, "+convert-to-slave \(endpoint)")
                send(.follow(group.primary), to: name, endpoint)
            }
        } else if let followed = report.replication?.primary, followed != group.primary {
            if isSettled, world.now - group.configuredAt > wait { send(.follow(group.primary), to: name, endpoint) }
        }
    }

    // MARK: Being down

    private func judge(_ name: GroupName) {
        guard let group = groups[name] else { return }
        for (endpoint, instance) in group.instances {
            let isDemoted =
                endpoint == group.primary && instance.report?.role == .replica
                && world.now - instance.roleSince > group.downAfter + 20 * .second
            let isDown = isDemoted || instance.link.silence(at: world.now) > group.downAfter
            if isDown, instance.downSince == nil {
                instance.downSince = world.now
                instance.lastDownAt = world.now
            } else if !isDown {
                instance.downSince = nil
            }
        }
        let isDown = group.instances[group.primary]?.downSince != nil
        let agreeing = 1 + group.peers.values.count { $0.opinion.isDown && world.now - $0.opinion.at < 5 * .second }
        group.isObjectivelyDown = isDown && agreeing >= group.quorum
    }

    private func ask(_ name: GroupName) {
        guard let group = groups[name], group.instances[group.primary]?.downSince != nil else { return }
        for peer in group.peers.keys {
            guard let link = peerLinks[peer], link.isOpen, let connection = link.connection else { continue }
            guard group.isAskForced || world.now - group.peers[peer]!.askedAt >= .second else { continue }
            groups[name]!.peers[peer]!.askedAt = world.now
            let candidate = group.phase == .electing ? id : nil
            post(.askDown(group: name, primary: group.primary, epoch: currentEpoch, candidate: candidate), name, over: connection)
        }
        groups[name]!.isAskForced = false
    }

    // MARK: Votes

    private func serve(_ words: [String], over connection: Int) {
        switch words[0] {
        case "PING": world.send(.replies([.simple("PONG")]), over: connection, by: self)
        case "PUBLISH":
            if let hello = world.hello(words[2]) { heard(hello) }
            world.send(.replies([.integer(1)]), over: connection, by: self)
        case "SENTINEL" where words[1] == "get-master-addr-by-name":
            world.send(.replies([ViewEncoding.address(view(of: GroupName(words[2]))?.primary)]), over: connection, by: self)
        case "SENTINEL" where words[1] == "is-master-down-by-addr":
            guard
                case .isPrimaryDown(let endpoint, let epoch, let candidate)? = try? QuestionParsing.isPrimaryDown(Array(words.dropFirst(2)))
            else { return }
            answerOpinion(endpoint, epoch, candidate, over: connection)
        default: world.send(.replies([.error("ERR unknown command")]), over: connection, by: self)
        }
    }

    private func answerOpinion(_ endpoint: Endpoint, _ epoch: Epoch, _ candidate: MonitorID?, over connection: Int) {
        let name = groups.values.first { $0.primary == endpoint }?.name
        var vote: Vote?
        if let name, let candidate {
            vote = castVote(name, candidate, epoch)
            if let vote { world.tell(.voteAnswered(monitor: id, group: name, vote, onDisk: vote)) }
        }
        let isDown = name.flatMap { groups[$0]!.instances[endpoint]?.downSince } != nil
        let answer = Answer.opinion(isDown: isDown, leader: vote?.leader, leaderEpoch: vote?.epoch ?? .zero)
        world.send(.replies([AnswerEncoding.value(answer)]), over: connection, by: self)
    }

    private func raise(to epoch: Epoch) {
        guard epoch > currentEpoch else { return }
        currentEpoch = epoch
        world.tell(.epochs(monitor: id, known: epoch, onDisk: epoch))
    }

    private func castVote(_ name: GroupName, _ candidate: MonitorID, _ epoch: Epoch) -> Vote? {
        raise(to: epoch)
        guard let group = groups[name] else { return nil }
        if group.vote?.epoch ?? .zero < epoch, currentEpoch <= epoch {
            let vote = Vote(epoch: currentEpoch, leader: candidate)
            group.vote = vote
            if candidate != id { group.lastStart = world.now + Microseconds(world.random.next() % 1_000_000) }
            world.tell(.voted(monitor: id, group: name, vote))
            world.trace(self.name, "+vote-for-leader \(candidate) \(currentEpoch)")
        }
        return groups[name]!.vote
    }

    // MARK: Failover

    private func stand(_ name: GroupName) {
        guard let group = groups[name], group.isObjectivelyDown, group.phase == nil,
            world.now - group.lastStart >= 2 * group.failoverTimeout
        else { return }
        raise(to: currentEpoch.next)
        group.phase = .electing
        group.epoch = currentEpoch
        group.isForced = false
        group.lastStart = world.now + Microseconds(world.random.next() % 1_000_000)
        group.phaseSince = world.now
        group.isAskForced = true
        world.tell(.failoverBegan(monitor: id, group: name, epoch: currentEpoch, isForced: false))
        world.trace(self.name, "+try-failover \(name) epoch \(currentEpoch)")
    }

    /// The original knows one manner only, and takes no wishes.
    func orderFailover(of name: GroupName, _ order: FailoverOrder) {
        guard isRunning, groups[name]?.phase == nil, choose(name) != nil else { return }
        raise(to: currentEpoch.next)
        groups[name]!.phase = .electing
        groups[name]!.epoch = currentEpoch
        groups[name]!.isForced = true
        groups[name]!.phaseSince = world.now
        world.tell(.failoverBegan(monitor: id, group: name, epoch: currentEpoch, isForced: true))
    }

    private func advance(_ name: GroupName) {
        guard let group = groups[name], let phase = group.phase else { return }
        switch phase {
        case .electing: count(name, group)
        case .selecting:
            guard let chosen = choose(name) else { return abort(name) }
            groups[name]!.chosen = chosen
            move(name, .promoting)
        case .promoting:
            guard let chosen = group.chosen else { return abort(name) }
            if group.instances[chosen]?.link.isOpen == true {
                send(.promote, to: name, chosen, epoch: group.epoch)
                send(.rewriteConfiguration, to: name, chosen)
                move(name, .awaitingPromotion)
            } else if world.now - group.phaseSince > group.failoverTimeout {
                abort(name)
            }
        case .awaitingPromotion: if world.now - group.phaseSince > group.failoverTimeout { abort(name) }
        case .reattaching: reattach(name)
        }
    }

    private func move(_ name: GroupName, _ phase: StockPhase) {
        groups[name]!.phase = phase
        groups[name]!.phaseSince = world.now
    }

    private func abort(_ name: GroupName) {
        groups[name]!.phase = nil
        groups[name]!.chosen = nil
        world.tell(.failoverEnded(monitor: id, group: name))
        world.trace(self.name, "-failover-abort \(name)")
    }

    private func count(_ name: GroupName, _ group: StockGroup) {
        if group.isForced { return elected(name) }
        var tally: OrderedDictionary<MonitorID, Int> = [:]
        for peer in group.peers.values {
            if let vote = peer.vote, let leader = vote.leader, vote.epoch == currentEpoch { tally[leader, default: 0] += 1 }
        }
        let favourite = tally.max { $0.value < $1.value }?.key ?? id
        if let own = castVote(name, favourite, group.epoch), own.epoch == group.epoch, let leader = own.leader {
            tally[leader, default: 0] += 1
        }
        let majority = (group.peers.count + 1) / 2 + 1
        if tally[id] ?? 0 >= max(majority, group.quorum) { return elected(name) }
        if world.now - group.phaseSince > min(10 * .second, group.failoverTimeout) { abort(name) }
    }

    private func elected(_ name: GroupName) {
        world.figures.elections += 1
        // Not told as a fact to be judged: the original adds its own vote of the attempt's epoch to its peers' votes of the present one.
        world.trace(self.name, "+elected-leader \(name)")
        move(name, .selecting)
    }

    private func choose(_ name: GroupName) -> Endpoint? {
        guard let group = groups[name] else { return nil }
        let primaryDownFor = group.instances[group.primary]?.downSince.map { world.now - $0 } ?? 0
        return group.instances.elements.filter { endpoint, instance in
            guard endpoint != group.primary, instance.downSince == nil, instance.link.isOpen, let status = instance.report?.replication,
                status.priority > 0, world.now - instance.link.provedAt < 5 * .second, world.now - instance.reportedAt < 30 * .second
            else { return false }
            return (status.linkDownFor?.microsecondsRoundedUp ?? 0) <= primaryDownFor + 10 * group.downAfter
        }.min { left, right in
            let (one, other) = (left.value.report!.replication!, right.value.report!.replication!)
            if one.priority != other.priority { return one.priority < other.priority }
            if one.offset != other.offset { return one.offset > other.offset }
            return left.value.report!.runID?.text ?? "" < right.value.report!.runID?.text ?? ""
        }?.key
    }

    private func confirm(_ name: GroupName) {
        guard let chosen = groups[name]?.chosen else { return }
        groups[name]!.configEpoch = groups[name]!.epoch
        move(name, .reattaching)
        groups[name]!.announced = chosen
        groups[name]!.nextHelloAt = world.now
        world.tell(.configured(monitor: id, group: name, primary: chosen, epoch: groups[name]!.configEpoch))
        world.trace(self.name, "+promoted-slave \(chosen)")
    }

    private func reattach(_ name: GroupName) {
        guard let group = groups[name], let chosen = group.chosen else { return }
        var isOver = true
        for (endpoint, instance) in group.instances where endpoint != chosen && endpoint != group.primary && instance.downSince == nil {
            if instance.report?.replication?.primary == chosen { continue }
            isOver = false
            if world.now - instance.toldAt > 10 * .second {
                groups[name]!.instances[endpoint]!.toldAt = world.now
                send(.follow(chosen), to: name, endpoint)
            }
        }
        guard isOver || world.now - group.phaseSince > group.failoverTimeout, group.instances[chosen]?.downSince == nil else { return }
        world.tell(.failoverEnded(monitor: id, group: name))
        switchPrimary(name, to: chosen)
    }

    private func switchPrimary(_ name: GroupName, to new: Endpoint) {
        world.trace(self.name, "+switch-master \(name) \(groups[name]!.primary) \(new)")
        groups[name]!.reset(to: new, at: world.now)
    }

    // MARK: Hellos

    private func publish(_ name: GroupName) {
        guard let group = groups[name], world.now >= group.nextHelloAt else { return }
        groups[name]!.nextHelloAt = world.now + 2 * .second
        let hello = Hello(
            sender: id, senderEndpoint: endpoint, currentEpoch: currentEpoch, group: name, primary: group.announced ?? group.primary,
            configEpoch: group.configEpoch)
        for endpoint in group.instances.keys { send(.publish(hello), to: name, endpoint) }
        for peer in group.peers.keys {
            if let link = peerLinks[peer], link.isOpen, let connection = link.connection { post(.publish(hello), nil, over: connection) }
        }
    }

    private func heard(_ hello: Hello) {
        guard hello.sender != id, groups[hello.group] != nil else { return }
        let name = hello.group
        if groups[name]!.peers[hello.sender] == nil { groups[name]!.peers[hello.sender] = StockPeer(endpoint: hello.senderEndpoint) }
        if peerLinks[hello.sender] == nil { peerLinks[hello.sender] = StockLink(at: world.now) }
        raise(to: hello.currentEpoch)
        guard hello.configEpoch > groups[name]!.configEpoch else { return }
        groups[name]!.configEpoch = hello.configEpoch
        world.tell(.configured(monitor: id, group: name, primary: hello.primary, epoch: hello.configEpoch))
        if hello.primary != groups[name]!.primary {
            if groups[name]!.phase != nil { world.tell(.failoverEnded(monitor: id, group: name)) }
            switchPrimary(name, to: hello.primary)
        }
    }

    func view(of group: GroupName) -> (primary: Endpoint, epoch: Epoch?)? {
        groups[group].map { ($0.announced ?? $0.primary, $0.configEpoch) }
    }
}
