import OrderedCollections
import PicketCore
import PicketInvariants
import PicketRESP
import PicketWire

/// Connections, and the pings and questions that go over them.
extension StockSentinel {
    // MARK: Links

    func tend(_ name: GroupName, _ endpoint: Endpoint) {
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
            send(.info(sentAt: Instant(sinceStart: world.now.duration)), to: name, endpoint)
        }
    }

    func tendPeer(_ id: MonitorID) {
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

    func send(_ request: Request, to name: GroupName, _ endpoint: Endpoint, epoch: Epoch = .zero) {
        guard let link = groups[name]?.instances[endpoint]?.link, link.isOpen, let connection = link.connection else { return }
        post(request, name, over: connection, epoch: epoch)
    }

    func post(_ request: Request, _ group: GroupName?, over connection: Int, epoch: Epoch = .zero) {
        requests[connection, default: []].append(Pending(request: request, group: group))
        world.send(.commands(RequestEncoding.commands(for: request, names: CommandNames()), epoch: epoch), over: connection, by: self)
    }
}
