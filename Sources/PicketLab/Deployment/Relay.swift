import NIOCore
import NIOPosix
import Synchronization

/// Passes connections on, from one socket to another, until it is told to refuse them, or to pass nothing on.
///
/// Between network namespaces, sockets in the file system are the common ground: one relay on each side makes a port of one
/// namespace a port of the other, with the same number.
package final class Relay: Sendable {
    package enum End: Hashable, Sendable {
        /// A port of the loopback interface.
        case port(Int)
        /// A socket in the file system.
        case path(String)

        /// A number, or a path.
        package init(_ text: String) { self = Int(text).map { .port($0) } ?? .path(text) }

        var address: SocketAddress {
            get throws {
                switch self {
                case .port(let port): try SocketAddress(ipAddress: "127.0.0.1", port: port)
                case .path(let path): try SocketAddress(unixDomainSocketPath: path)
                }
            }
        }
    }

    private let from: End
    private let to: End
    private let state = Mutex(State())

    private struct State {
        var listener: (any Channel)?
        /// Both halves of each connection.
        var halves: [ObjectIdentifier: any Channel] = [:]
        var isHeld = false
    }

    package init(from: End, to: End) {
        self.from = from
        self.to = to
    }

    /// Accepting when it returns.
    package func open() async throws {
        let to = self.to
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { [weak self] accepted in
                self?.note(accepted)
                return ClientBootstrap(group: accepted.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .connect(to: Result { try to.address }, on: accepted.eventLoop)
                    .flatMapThrowing { [weak self] onward in
                        try accepted.pipeline.syncOperations.addHandler(RelayHandler(partner: onward))
                        try onward.pipeline.syncOperations.addHandler(RelayHandler(partner: accepted))
                        self?.note(onward)
                        guard self?.state.withLock({ $0.isHeld }) != true else { return }
                        _ = accepted.setOption(.autoRead, value: true)
                        _ = onward.setOption(.autoRead, value: true)
                    }
            }
        let listener = try await bootstrap.bind(to: try from.address).get()
        state.withLock { $0.listener = listener }
    }

    /// Ends what passes through, and refuses what comes.
    package func close() async {
        let (listener, halves) = state.withLock { state in
            defer { state = State() }
            return (state.listener, Array(state.halves.values))
        }
        try? await listener?.close()
        for channel in halves { channel.close(promise: nil) }
        if case .path(let path) = from { TextFile.remove(path) }
    }

    /// As a network that loses everything: connections stay, new ones are accepted, and nothing arrives.
    package func hold() { setHeld(true) }

    /// What was on its way arrives.
    package func release() { setHeld(false) }

    private func setHeld(_ isHeld: Bool) {
        let halves = state.withLock { state in
            state.isHeld = isHeld
            return Array(state.halves.values)
        }
        for channel in halves { _ = channel.setOption(.autoRead, value: !isHeld) }
    }

    private func note(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        state.withLock { $0.halves[id] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in self?.state.withLock { $0.halves[id] = nil } }
    }
}

extension ClientBootstrap {
    fileprivate func connect(to address: Result<SocketAddress, any Error>, on loop: any EventLoop) -> EventLoopFuture<any Channel> {
        switch address {
        case .success(let address): connect(to: address)
        case .failure(let error): loop.makeFailedFuture(error)
        }
    }
}

/// One half of a connection that is passed on: what arrives here goes to the other half, and so does the end.
private final class RelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let partner: any Channel

    init(partner: any Channel) { self.partner = partner }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { partner.writeAndFlush(unwrapInboundIn(data), promise: nil) }
    func channelInactive(context: ChannelHandlerContext) { partner.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
