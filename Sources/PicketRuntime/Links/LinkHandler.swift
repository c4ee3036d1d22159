import Glibc
import NIOCore
import PicketCore
import PicketRESP
import PicketWire

/// Between a socket and the driver: bytes in, events out; requests in, bytes out. Decides nothing.
final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let id: LinkID
    private var machine: LinkStateMachine
    private var reader = RESPReader()
    private unowned let driver: Driver
    private var context: ChannelHandlerContext?
    private var introductionBound: Scheduled<Void>?
    private var hasEnded = false
    private(set) var isFlushDue = false

    init(id: LinkID, target: LinkTarget, driver: Driver) {
        self.id = id
        self.driver = driver
        machine = LinkStateMachine(target: target)
    }

    func channelActive(context: ChannelHandlerContext) {
        guard !hasEnded else {
            // Closed by the core while it was still being opened.
            context.close(promise: nil)
            return
        }
        self.context = context
        var bytes = context.channel.allocator.buffer(capacity: 256)
        for command in machine.introduce() { bytes.writeCommand(command) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        introductionBound = context.eventLoop.scheduleTask(in: RuntimeLimits.linkOpening) { bound.value.end(.timedOut) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        do {
            try reader.feed(&bytes)
            while !hasEnded, let value = try reader.next() {
                if let step = machine.received(value) { take(step, context) }
            }
        } catch {
            end(.protocolViolation("\(error)"))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { driver.turnEnded() }

    func channelInactive(context: ChannelHandlerContext) {
        end(.closedByPeer)
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(LinkFailure(error))
    }

    private func take(_ step: LinkStateMachine.Step, _ context: ChannelHandlerContext) {
        switch step {
        case .opened(let isAnswering):
            introductionBound?.cancel()
            introductionBound = nil
            driver.receive(.linkOpened(id, localHost: context.channel.localAddress?.ipAddress ?? "", isAnswering: isAnswering))
        case .replied(let request, let reply): driver.receive(.replied(id, request, reply))
        case .repliedLast(let request, let reply, let failure):
            driver.receive(.replied(id, request, reply))
            end(failure)
        case .heard: driver.receive(.heard(id))
        case .message(let channel, let text):
            driver.receive(.heard(id))
            if channel == HelloText.channel, let hello = HelloText.decode(text) { driver.receive(.helloReceived(hello)) }
        case .failed(let failure): end(failure)
        }
    }

    /// Written now, flushed at the end of the driver's turn.
    func send(_ request: Request, names: CommandNames) {
        guard let context, !hasEnded else { return }
        let commands = RequestEncoding.commands(for: request, names: names)
        var bytes = context.channel.allocator.buffer(capacity: 128)
        for command in commands { bytes.writeCommand(command) }
        machine.sent(request, commandCount: commands.count)
        context.write(wrapOutboundOut(bytes), promise: nil)
        isFlushDue = true
    }

    func flush() {
        isFlushDue = false
        context?.flush()
    }

    /// The core asked for it: nothing more is told.
    func closeQuietly() {
        hasEnded = true
        introductionBound?.cancel()
        context?.close(promise: nil)
    }

    private func end(_ failure: LinkFailure) {
        guard !hasEnded else { return }
        closeQuietly()
        driver.linkEnded(id, failure)
    }
}

extension LinkFailure {
    init(_ error: any Error) {
        switch error {
        case let error as IOError:
            self =
                error.errnoCode == ECONNREFUSED
                ? .refused
                : error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
                    ? .closedByPeer : error.errnoCode == ETIMEDOUT ? .timedOut : .unreachable(error.description)
        case let error as ChannelError:
            switch error {
            case .connectTimeout: self = .timedOut
            default: self = .unreachable("\(error)")
            }
        default: self = .unreachable("\(error)")
        }
    }
}
