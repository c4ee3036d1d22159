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
        /// Both halves of each connection; one that has ended stays until the other has, since its end may still be under way.
        var halves: [ObjectIdentifier: Half] = [:]
        var condition = LinkCondition.open
    }

    private struct Half: Sendable {
        let channel: any Channel
        let partner: any Channel
        let handler: NIOLoopBound<RelayHandler>

        func close() {
            channel.close(promise: nil)
            partner.close(promise: nil)
        }
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
                ClientBootstrap(group: accepted.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .connect(to: Result { try to.address }, on: accepted.eventLoop)
                    .flatMapThrowing { [weak self] onward in
                        guard let self else { return }
                        let condition = state.withLock { $0.condition }
                        let forth = RelayHandler(partner: onward, .forward, condition)
                        let back = RelayHandler(partner: accepted, .backward, condition)
                        try accepted.pipeline.syncOperations.addHandler(forth)
                        try onward.pipeline.syncOperations.addHandler(back)
                        note(accepted, forth, onward)
                        note(onward, back, accepted)
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
        for half in halves { half.close() }
        if case .path(let path) = from { TextFile.remove(path) }
    }

    /// As a network that loses everything: connections stay, new ones are accepted, and nothing arrives.
    package func hold() { apply(.held) }

    /// What was on its way arrives.
    package func release() { apply(.open) }

    /// From now on; connections that come later are treated so, too.
    package func apply(_ condition: LinkCondition) {
        for half in halves(setting: condition) { half.channel.eventLoop.execute { half.handler.value.apply(condition) } }
    }

    /// Ends every connection; new ones are accepted.
    package func reset() {
        for half in halves() { half.close() }
    }

    /// Every connection of this moment passes nothing any more, for good, and neither side is told. New ones are as they should be.
    package func strand() {
        for half in halves() { half.channel.eventLoop.execute { half.handler.value.strand() } }
    }

    private func halves(setting condition: LinkCondition? = nil) -> [Half] {
        state.withLock { state in
            if let condition { state.condition = condition }
            return Array(state.halves.values)
        }
    }

    /// On its loop.
    private func note(_ channel: any Channel, _ handler: RelayHandler, _ partner: any Channel) {
        let id = ObjectIdentifier(handler)
        let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        let condition = state.withLock { state in
            state.halves[id] = Half(channel: channel, partner: partner, handler: bound)
            return state.condition
        }
        handler.apply(condition)
        partner.closeFuture.whenComplete { [weak self] _ in self?.state.withLock { $0.halves[id] = nil } }
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
