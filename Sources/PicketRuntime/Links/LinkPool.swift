import NIOCore
import NIOPosix
import PicketCore

/// All connections to instances and peers. On the control loop only.
final class LinkPool {
    private let loop: any EventLoop
    private let resolver: NameResolver
    private let sourceAddress: SocketAddress?
    /// Towards peers where no `sentinel-pass` is set: as with Sentinel, our own password is taken for everybody's.
    private let fallbackPeerPassword: String?
    private unowned var driver: Driver!
    private var open: [LinkID: LinkHandler] = [:]
    private var dirty: [LinkHandler] = []

    init(loop: any EventLoop, resolver: NameResolver, sourceAddress: SocketAddress?, fallbackPeerPassword: String?) {
        self.loop = loop
        self.resolver = resolver
        self.sourceAddress = sourceAddress
        self.fallbackPeerPassword = fallbackPeerPassword
    }

    /// Open or being opened.
    var openCount: Int { open.count }

    func attach(to driver: Driver) { self.driver = driver }

    func openLink(_ id: LinkID, _ wanted: LinkTarget) {
        let target = withFallbackPassword(wanted)
        let handler = LinkHandler(id: id, target: target, driver: driver)
        open[id] = handler
        let host = target.endpoint.host
        if Endpoint.isNumeric(host) {
            connect(id, handler, address: host, port: target.endpoint.port)
            return
        }
        let pool = NIOLoopBound(self, eventLoop: loop)
        resolver.resolve(host, on: loop).whenComplete { result in
            let pool = pool.value
            guard let handler = pool.open[id] else { return }
            switch result {
            case .success(let addresses):
                pool.driver.receive(.resolved(host: host, addresses: addresses))
                pool.connect(id, handler, address: addresses[0], port: target.endpoint.port)
            case .failure(let error):
                pool.driver.linkEnded(id, .unresolved("\(error)"))
            }
        }
    }

    private func withFallbackPassword(_ target: LinkTarget) -> LinkTarget {
        guard target.purpose == .peer, target.credentials.password == nil else { return target }
        var target = target
        target.credentials.password = fallbackPeerPassword
        return target
    }

    private func connect(_ id: LinkID, _ handler: LinkHandler, address: String, port: Int) {
        let remote: SocketAddress
        do {
            remote = try SocketAddress(ipAddress: address, port: port)
        } catch {
            loopLater { $0.driver.linkEnded(id, .unreachable("\(error)")) }
            return
        }
        let bound = NIOLoopBound(handler, eventLoop: loop)
        var bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(RuntimeLimits.linkOpening)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            // One read a turn: epoll tells again where there is more, and mostly there is not.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
        if let sourceAddress { bootstrap = bootstrap.bind(to: sourceAddress) }
        let pool = NIOLoopBound(self, eventLoop: loop)
        bootstrap.connect(to: remote).whenFailure { error in
            pool.value.driver.linkEnded(id, LinkFailure(error))
            pool.value.driver.turnEnded()
        }
    }

    private func loopLater(_ body: @escaping (LinkPool) -> Void) {
        let pool = NIOLoopBound((self, body), eventLoop: loop)
        loop.execute { pool.value.1(pool.value.0) }
    }

    func closeLink(_ id: LinkID) { open.removeValue(forKey: id)?.closeQuietly() }

    /// False where there is no such link any more.
    func send(_ request: Request, names: CommandNames, over id: LinkID) -> Bool {
        guard let handler = open[id] else { return false }
        let wasDirty = handler.isFlushDue
        handler.send(request, names: names)
        if !wasDirty, handler.isFlushDue { dirty.append(handler) }
        return true
    }

    func flush() {
        let handlers = dirty
        dirty.removeAll(keepingCapacity: true)
        for handler in handlers { handler.flush() }
    }

    /// False where the link was closed by us before.
    func forget(_ id: LinkID) -> Bool { open.removeValue(forKey: id) != nil }

    func closeAll() {
        for handler in open.values { handler.closeQuietly() }
        open.removeAll()
    }
}
