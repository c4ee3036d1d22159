import NIOCore
import PicketRESP

/// Matches replies to requests in order, and sends what was published to those who listen.
final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Waiting {
        let what: String
        let promise: EventLoopPromise<RESPValue>
        let bound: Scheduled<Void>
    }

    private let peer: String
    private let messages: AsyncStream<PublishedMessage>.Continuation
    private var reader = RESPReader()
    private var waiting = CircularBuffer<Waiting>()
    private var context: ChannelHandlerContext?
    private var ending: LabError?

    init(peer: String, messages: AsyncStream<PublishedMessage>.Continuation) {
        self.peer = peer
        self.messages = messages
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func send(_ bytes: ByteBuffer, _ what: String, _ promise: EventLoopPromise<RESPValue>, within limit: Duration) {
        guard let context, ending == nil else {
            promise.fail(ending ?? .closed("the connection to \(peer) is closed"))
            return
        }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let timeout = context.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            // Replies have no names: once one is overdue, none that follows can be told apart.
            let handler = bound.value
            handler.end(.timedOut("\(handler.peer) did not answer '\(what)' within \(limit.milliseconds) ms"))
        }
        waiting.append(Waiting(what: what, promise: promise, bound: timeout))
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        do {
            try reader.feed(&bytes)
            while ending == nil, let value = try reader.next() { take(value) }
        } catch {
            end(.unexpected("\(peer): \(error)"))
        }
    }

    private func take(_ value: RESPValue) {
        if let message = PublishedMessage(value) {
            messages.yield(message)
        } else if let next = waiting.popFirst() {
            next.bound.cancel()
            next.promise.succeed(value)
        } else {
            end(.unexpected("\(peer) sent what nobody asked for: \(value)"))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.closed("\(peer) closed the connection" + (waiting.first.map { " and owed an answer to '\($0.what)'" } ?? "")))
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.closed("\(peer): \(error)"))
    }

    func end(_ reason: LabError) {
        guard ending == nil else { return }
        ending = reason
        for each in waiting {
            each.bound.cancel()
            each.promise.fail(reason)
        }
        waiting.removeAll()
        messages.finish()
        context?.close(promise: nil)
    }
}

/// What arrived by publication, and when.
package struct PublishedMessage: Sendable {
    package let channel: String
    package let text: String
    package let receivedAt: ContinuousClock.Instant

    /// Nil where the value is a reply.
    init?(_ value: RESPValue) {
        guard case .array(let words) = value, let kind = words.first?.text else { return nil }
        switch (kind, words.count) {
        case ("message", 3): (channel, text) = (words[1].text ?? "", words[2].text ?? "")
        case ("pmessage", 4): (channel, text) = (words[2].text ?? "", words[3].text ?? "")
        default: return nil
        }
        receivedAt = .now
    }
}
