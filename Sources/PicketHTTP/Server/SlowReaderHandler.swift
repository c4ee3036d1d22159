import NIOCore

/// Cuts off a client that leaves what is sent to it unread for too long.
final class SlowReaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private var timeout: Scheduled<Void>?

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        timeout?.cancel()
        timeout = nil
        if !context.channel.isWritable {
            let channel = context.channel
            timeout = context.eventLoop.scheduleTask(in: HTTPLimits.unread) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { timeout?.cancel() }
}
