import Glibc
import Logging
import NIOCore
import NIOPosix
import PicketConfig

/// Where clients come in. Nobody is accepted before `autoRead` is switched on.
enum Listener {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Binds all addresses of the configuration, or none. What is bound accepts at once.
    static func bind(_ settings: DaemonSettings, group: any EventLoopGroup, logger: Logger, server: @escaping @Sendable () -> ServerContext)
        async throws
        -> [any Channel]
    {
        let bootstrap = bootstrap(settings, group: group, server: server)
        var channels: [any Channel] = []
        do {
            if settings.port != 0 {
                for address in settings.bindAddresses {
                    if let channel = try await bind(address, settings.port, bootstrap, logger) { channels.append(channel) }
                }
                guard !channels.isEmpty else { throw Failure(description: "Could not listen on any address of 'bind'.") }
            }
            if let path = settings.unixSocket {
                let channel = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
                if let mode = settings.unixSocketPermissions { chmod(path, mode_t(mode)) }
                channels.append(channel)
            }
            guard !channels.isEmpty else { throw Failure(description: "Nothing to listen on: 'port' is 0 and no 'unixsocket' is set.") }
            return channels
        } catch {
            for channel in channels { try? await channel.close() }
            throw error
        }
    }

    private static func bootstrap(
        _ settings: DaemonSettings, group: any EventLoopGroup, server: @escaping @Sendable () -> ServerContext
    ) -> ServerBootstrap {
        let keepalive = settings.tcpKeepalive
        let keepIdle = ChannelOptions.Types.SocketOption(level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_KEEPIDLE))
        return ServerBootstrap(group: group)
            // Nobody is let in before everything is ready.
            .serverChannelOption(.autoRead, value: false)
            .serverChannelOption(.backlog, value: Int32(clamping: settings.tcpBacklog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            // Each connection keeps such a buffer: few are ever asked more than a line at a time.
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: RuntimeLimits.firstRead, initial: RuntimeLimits.firstRead, maximum: RuntimeLimits.largestRead)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: RuntimeLimits.clientHighWatermark / 2, high: RuntimeLimits.clientHighWatermark)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Not for Unix sockets, where these mean nothing.
                    if channel.remoteAddress?.port != nil, let options = channel.syncOptions {
                        try options.setOption(.tcpOption(.tcp_nodelay), value: 1)
                        if keepalive > .zero {
                            try options.setOption(.socketOption(.so_keepalive), value: 1)
                            try options.setOption(keepIdle, value: SocketOptionValue(clamping: keepalive.components.seconds))
                        }
                    }
                    try channel.pipeline.syncOperations.addHandler(ClientHandler(server: server()))
                }
            }
    }

    /// Nil where the address may be missing and is.
    private static func bind(_ address: BindAddress, _ port: Int, _ bootstrap: ServerBootstrap, _ logger: Logger) async throws -> (
        any Channel
    )? {
        let host = address.host == "*" ? "0.0.0.0" : address.host == "::*" ? "::" : address.host
        do {
            let socket = try SocketAddress.makeAddressResolvingHost(host, port: port)
            // IPv4 has sockets of its own: `::` must not take its port as well.
            let own =
                socket.protocol == .inet6
                ? bootstrap.serverChannelOption(ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1) : bootstrap
            return try await own.bind(to: socket).get()
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            if address.mayBeMissing, (error as? IOError)?.errnoCode != EADDRINUSE {
                logger.debug("Not listening on \(host):\(port): \(reason). It is marked as one that may be missing.")
                return nil
            }
            throw Failure(
                description:
                    "Cannot listen on \(host):\(port): \(reason). Is another process using the port, or is the address not of this machine?"
            )
        }
    }
}
