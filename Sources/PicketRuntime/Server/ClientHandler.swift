import NIOCore
import PicketRESP

/// Between a client's socket and its session: bytes in, replies out, one command at a time and in order.
///
/// A client that does not read its replies is not read from either; one that does not read what it subscribed to is cut
/// off at a limit.
final class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: ServerContext
    private let statistics: ServerStatistics
    private var reader: RESPRequestReader
    private var session: ClientSession!
    private var loop: ClientLoop!
    private var context: ChannelHandlerContext?
    /// A command is being answered by another loop; later ones wait.
    private var isWaiting = false
    private var isClosing = false
    private var isReadDue = false
    /// As the channel has told; asking it costs more.
    private var isWritable = true
    private var isSending = false
    private var idleTask: Scheduled<Void>?
    private var softLimitSince: NIODeadline?

    init(server: ServerContext) {
        self.server = server
        statistics = server.statistics
        reader = RESPRequestReader(isAuthenticated: false)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        loop = server.loops.local(to: context.eventLoop)
        _ = statistics.connections.add(1, ordering: .relaxed)
        guard let record = server.registry.register(context.channel, at: .now()) else {
            _ = statistics.rejected.add(1, ordering: .relaxed)
            refuse("ERR max number of clients reached", context)
            return
        }
        session = ClientSession(record: record, server: server, handler: self)
        guard !session.isProtectedAgainst(context.channel.remoteAddress) else {
            refuse(
                "DENIED This monitor runs in protected mode and no password is set for the default user: only clients on its own machine "
                    + "are admitted. Set a password (requirepass), or 'protected-mode no' if its network is trusted.", context)
            return
        }
        reader.isAuthenticated = session.isAuthenticated
        watchIdleness(context)
        context.read()
    }

    private func refuse(_ error: String, _ context: ChannelHandlerContext) {
        write(.error(error), .two)
        closeAfterFlush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        _ = statistics.bytesIn.add(bytes.readableBytes, ordering: .relaxed)
        guard !isClosing else { return }
        do {
            try reader.feed(&bytes)
        } catch {
            protocolFailed(error)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        process()
        if isWaiting || !isWritable { isReadDue = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        // Whoever sends goes on by itself.
        if isWritable, !isSending { resume() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleTask?.cancel()
        isClosing = true
        session?.ended()
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: Commands

    /// Carries out what has arrived, as far as it can be now, and sends all replies at once.
    private func process() {
        // Before anything else is served on this loop, what is gathered there has to be this client's, and gone.
        defer { send() }
        while isWritable, !isWaiting, !isClosing, !waitsForPause() {
            if session.answersAtOnce { answerAddresses() }
            guard loop.output.readableBytes < RuntimeLimits.gatheredReplies else {
                send()
                continue
            }
            do {
                guard let arguments = try reader.next() else { break }
                _ = statistics.commands.add(1, ordering: .relaxed)
                take(session.execute(arguments))
                reader.isAuthenticated = session.isAuthenticated
            } catch {
                protocolFailed(error)
            }
        }
    }

    /// The same as the session would do with each of them, without looking at each.
    private func answerAddresses() {
        var last = 0
        let count = loop.write { output, addresses in
            let edition = addresses.edition
            return reader.take(addresses.questions) { place, name in
                last = place
                return output.readableBytes < RuntimeLimits.gatheredReplies && addresses.answer(name, edition: edition, to: &output)
            }
        }
        guard count > 0 else { return }
        _ = statistics.commands.add(count, ordering: .relaxed)
        session.record.note(command: AddressBook.commands[last].position, at: .now())
    }

    private func waitsForPause() -> Bool {
        guard let end = server.pause.end, let context else { return false }
        isWaiting = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: end) {
            bound.value.isWaiting = false
            bound.value.resume()
        }
        return true
    }

    private func take(_ outcome: ClientSession.Outcome) {
        switch outcome {
        case .reply(let value): reply(value)
        case .confirmations(let values):
            _ = session.takesReply()
            for value in values { write(value, session.version) }
        case .silent: break
        case .later: isWaiting = true
        case .closing(let value):
            reply(value)
            closeAfterFlush()
        }
    }

    /// The answer to the command that was left waiting. From any loop.
    func makeResponder() -> @Sendable (RESPValue) -> Void {
        guard let context else { return { _ in } }
        let loop = context.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        return { value in
            loop.execute {
                bound.value.answered(value)
            }
        }
    }

    private func answered(_ value: RESPValue) {
        isWaiting = false
        reply(value)
        resume()
    }

    private func resume() {
        process()
        if isReadDue, !isWaiting, isWritable, let context {
            isReadDue = false
            context.read()
        }
    }

    private func protocolFailed(_ error: any Error) {
        write(.error("ERR \(error)"), session?.version ?? .two)
        closeAfterFlush()
    }

    // MARK: Writing

    private func reply(_ value: RESPValue) {
        guard session.takesReply() else { return }
        write(value, session.version)
    }

    /// A message of a subscription: not asked for, and not limited by the client's own pace.
    func push(_ message: ByteBuffer) {
        guard let context else { return }
        _ = statistics.bytesOut.add(message.readableBytes, ordering: .relaxed)
        context.writeAndFlush(wrapOutboundOut(message), promise: nil)
        enforceOutputLimit()
    }

    var version: RESPVersion { session.version }

    /// Goes out with `send`.
    private func write(_ value: RESPValue, _ version: RESPVersion) {
        loop.write { output, _ in output.writeRESP(value, version: version) }
    }

    private func send() {
        let count = loop.output.readableBytes
        guard count > 0 else { return }
        defer { loop.clearOutput() }
        guard let context else { return }
        _ = statistics.bytesOut.add(count, ordering: .relaxed)
        isSending = true
        context.writeAndFlush(wrapOutboundOut(loop.output), promise: nil)
        isSending = false
    }

    private func enforceOutputLimit() {
        guard !isWritable, let context,
            let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        else {
            softLimitSince = nil
            return
        }
        let limit = server.settings.pubSubOutputLimit
        let now = NIODeadline.now()
        if limit.softBytes > 0, waiting > limit.softBytes { softLimitSince = softLimitSince ?? now } else { softLimitSince = nil }
        let isSoftOver = softLimitSince.map { now - $0 > .nanoseconds(limit.softDuration.nanosecondsClamped) } ?? false
        if isSoftOver || (limit.hardBytes > 0 && waiting > limit.hardBytes) {
            session.logger.warning(
                "Client \(session.record.address) does not read what it subscribed to (\(waiting) bytes wait) and is cut off.")
            isClosing = true
            context.close(promise: nil)
        }
    }

    func closeAfterFlush() {
        isClosing = true
        guard let context else { return }
        send()
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    /// Looks when the bound would be reached if nothing came until then.
    private func watchIdleness(_ context: ChannelHandlerContext) {
        let bound = server.settings.clientTimeout
        guard bound > .zero else { return }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        idleTask = context.eventLoop.scheduleTask(in: max(.seconds(1), session.timeLeft(of: bound))) {
            let handler = handler.value
            guard let context = handler.context, let session = handler.session else { return }
            if session.timeLeft(of: bound) < .zero { context.close(promise: nil) } else { handler.watchIdleness(context) }
        }
    }
}

extension Duration {
    var nanosecondsClamped: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product + attoseconds / 1_000_000_000
    }
}
