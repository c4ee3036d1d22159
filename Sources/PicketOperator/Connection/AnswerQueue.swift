import NIOCore
import PicketRESP

/// Matches answers to requests in order, and hands on what was published.
final class AnswerQueue: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Waiting {
        let promise: EventLoopPromise<RESPValue>
        let bound: Scheduled<Void>
    }

    private let published: AsyncStream<Publication>.Continuation
    private var reader = RESPReader()
    private var waiting = CircularBuffer<Waiting>()
    private var context: ChannelHandlerContext?
    private var ending: TalkFailure?

    init(published: AsyncStream<Publication>.Continuation) { self.published = published }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func send(_ words: [String], _ promise: EventLoopPromise<RESPValue>, within limit: Duration) {
        guard let context, ending == nil else { return promise.fail(ending ?? .closed) }
        var bytes = context.channel.allocator.buffer(capacity: 64)
        bytes.writeCommand(words)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let timeout = context.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            // Answers have no names: once one is overdue, none that follows can be told apart.
            bound.value.end(.silent(after: limit))
        }
        waiting.append(Waiting(promise: promise, bound: timeout))
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        do {
            try reader.feed(&bytes)
            while ending == nil, let value = try reader.next() { take(value) }
        } catch {
            end(.strange("\(error)"))
        }
    }

    private func take(_ value: RESPValue) {
        if let publication = Publication(value) {
            published.yield(publication)
        } else if let next = waiting.popFirst() {
            next.bound.cancel()
            next.promise.succeed(value)
        } else {
            end(.strange("sent what nobody asked for"))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.closed)
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.of(error)) }

    private func end(_ reason: TalkFailure) {
        guard ending == nil else { return }
        ending = reason
        for each in waiting {
            each.bound.cancel()
            each.promise.fail(reason)
        }
        waiting.removeAll()
        published.finish()
        context?.close(promise: nil)
    }
}
