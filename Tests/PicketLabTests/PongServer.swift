import NIOCore
import NIOPosix

/// A server that answers whatever arrives with PONG.
struct PongServer {
    private let channel: any Channel

    static func listen(port: Int) async throws -> PongServer {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answering()) }
            }
        return PongServer(channel: try await bootstrap.bind(host: "127.0.0.1", port: port).get())
    }

    func close() { channel.close(promise: nil) }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.channel.writeAndFlush(ByteBuffer(string: "+PONG\r\n"), promise: nil)
        }
    }
}
