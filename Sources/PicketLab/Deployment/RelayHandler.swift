import NIOCore

/// One half of a connection that is passed on: what arrives here goes to the other half as the link's condition lets it, and so does
/// the end.
final class RelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    enum Direction: Sendable {
        case forward
        case backward
    }

    /// More than this on its way, and no more is taken: the sender's buffers fill, as with a slow network.
    private static let mostUnderWay = 256 << 10

    private let partner: any Channel
    private let direction: Direction
    private var flow: LinkCondition.Flow
    private var isStranded = false
    private var hasEnded = false
    private var underWay = CircularBuffer<(due: NIODeadline, bytes: ByteBuffer)>()
    private var bytesUnderWay = 0
    private var lastDue = NIODeadline.now()
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(partner: any Channel, _ direction: Direction, _ condition: LinkCondition) {
        self.partner = partner
        self.direction = direction
        flow = direction == .forward ? condition.forward : condition.backward
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func apply(_ condition: LinkCondition) {
        flow = direction == .forward ? condition.forward : condition.backward
        drain()
    }

    func strand() {
        isStranded = true
        underWay.removeAll()
        bytesUnderWay = 0
        drain()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isStranded else { return }
        let bytes = unwrapInboundIn(data)
        underWay.append((due(of: bytes.readableBytes), bytes))
        bytesUnderWay += bytes.readableBytes
        drain()
    }

    private func due(of count: Int) -> NIODeadline {
        let now = NIODeadline.now()
        guard case .shaped(let delay, let jitter, let rate) = flow else { return now }
        let random = Int64.random(in: 0...max(0, TimeAmount(jitter).nanoseconds))
        let transmission = rate.map { Int64(count) * 1_000_000_000 / Int64(max(1, $0)) } ?? 0
        // A slow link is busy with one portion until the next can begin.
        let begin = max(now + TimeAmount(delay) + .nanoseconds(random), lastDue)
        lastDue = begin + .nanoseconds(transmission)
        return lastDue
    }

    private func drain() {
        timer?.cancel()
        timer = nil
        let now = NIODeadline.now()
        while flow != .held, let next = underWay.first, next.due <= now || flow == .open {
            underWay.removeFirst()
            bytesUnderWay -= next.bytes.readableBytes
            partner.writeAndFlush(next.bytes, promise: nil)
        }
        if flow != .held, let next = underWay.first {
            let bound = NIOLoopBound(self, eventLoop: partner.eventLoop)
            timer = partner.eventLoop.scheduleTask(deadline: next.due) { bound.value.drain() }
        }
        if hasEnded && underWay.isEmpty && flow != .held && !isStranded { partner.close(promise: nil) }
        guard let context, !hasEnded else { return }
        let takesMore = isStranded || flow != .held && bytesUnderWay < Self.mostUnderWay
        _ = context.channel.setOption(.autoRead, value: takesMore)
    }

    func channelInactive(context: ChannelHandlerContext) {
        hasEnded = true
        drain()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
