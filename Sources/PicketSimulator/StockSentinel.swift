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
    var currentEpoch: Epoch
    var groups: OrderedDictionary<GroupName, StockGroup>
    /// Shared by all groups, by the peer's id.
    var peerLinks: OrderedDictionary<MonitorID, StockLink> = [:]
    var requests: [Int: [Pending]] = [:]
    var owners: [Int: Owner] = [:]

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

    func planTick() { wake(at: world.now + 53 * .millisecond + Microseconds(world.random.next() % 47_000)) }

    override func woke() {
        for id in peerLinks.keys { tendPeer(id) }
        for name in groups.keys { tick(name) }
        planTick()
    }

    func tick(_ name: GroupName) {
        for endpoint in groups[name]!.instances.keys { tend(name, endpoint) }
        judge(name)
        stand(name)
        ask(name)
        advance(name)
        publish(name)
    }

    // MARK: What is heard

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

    func replied(_ connection: Int, _ pending: Pending, _ reply: Reply) {
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

    func reported(_ name: GroupName, _ endpoint: Endpoint, _ report: InstanceReport) {
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

    func repair(_ name: GroupName, _ endpoint: Endpoint, _ report: InstanceReport) {
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

    // MARK: Hellos

    func publish(_ name: GroupName) {
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

    func heard(_ hello: Hello) {
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
