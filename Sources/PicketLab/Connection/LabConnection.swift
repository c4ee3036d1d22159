import NIOCore
import NIOPosix
import PicketRESP

/// A RESP2 connection over the loopback interface. Everything on it is bounded in time; an answer that is overdue ends it.
package final class LabConnection: Sendable {
    /// What is published to this connection. For one reader; ends with the connection.
    package let messages: AsyncStream<PublishedMessage>
    package let port: Int

    private let channel: any Channel
    private let handler: NIOLoopBound<ReplyHandler>

    private init(port: Int, channel: any Channel, handler: NIOLoopBound<ReplyHandler>, messages: AsyncStream<PublishedMessage>) {
        self.port = port
        self.channel = channel
        self.handler = handler
        self.messages = messages
    }

    /// - Parameters:
    ///   - path: A socket in the file system that stands for the port, where the way to it leads through a link that can be broken.
    ///   - isReading: false: nothing that arrives is ever taken, as by a client that hangs.
    package static func open(
        port: Int, through path: String? = nil, within limit: Duration = .seconds(1), isReading: Bool = true,
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> LabConnection {
        let loop = group.next()
        let (messages, continuation) = AsyncStream.makeStream(of: PublishedMessage.self)
        let base = ClientBootstrap(group: loop)
        let bootstrap = (path == nil ? base.channelOption(.tcpOption(.tcp_nodelay), value: 1) : base)
            .connectTimeout(TimeAmount(limit))
            .channelOption(.autoRead, value: isReading)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ReplyHandler(peer: "127.0.0.1:\(port)", messages: continuation))
                }
            }
        let channel: any Channel
        do {
            if let path {
                channel = try await bootstrap.connect(unixDomainSocketPath: path).get()
            } else {
                channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
            }
        } catch {
            throw LabError.closed("no connection to 127.0.0.1:\(port): \(error)")
        }
        let handler = try await loop.submit {
            NIOLoopBound(try channel.pipeline.syncOperations.handler(type: ReplyHandler.self), eventLoop: loop)
        }.get()
        return LabConnection(port: port, channel: channel, handler: handler, messages: messages)
    }

    package var isOpen: Bool { channel.isActive }

    /// The answer, an error reply too.
    package func send(_ words: String..., within limit: Duration = .seconds(2)) async throws -> RESPValue {
        try await send(words, within: limit)
    }

    package func send(_ words: [String], within limit: Duration = .seconds(2)) async throws -> RESPValue {
        try await request(words, within: limit).get()
    }

    /// The answer; an error reply is thrown.
    package func call(_ words: String..., within limit: Duration = .seconds(2)) async throws -> RESPValue {
        try await call(words, within: limit)
    }

    package func call(_ words: [String], within limit: Duration = .seconds(2)) async throws -> RESPValue {
        let reply = try await send(words, within: limit)
        if case .error(let text) = reply { throw LabError.refused(text) }
        return reply
    }

    /// As `call`, for answers that may take minutes: cancellation closes the connection, and nobody waits any longer.
    func callPatiently(_ words: String..., within limit: Duration) async throws -> RESPValue {
        let reply = try await withTaskCancellationHandler {
            try await send(words, within: limit)
        } onCancel: {
            close()
        }
        if case .error(let text) = reply { throw LabError.refused(text) }
        return reply
    }

    /// Bytes as they are, and the first answer to them.
    package func send(bytes: ByteBuffer, within limit: Duration = .seconds(2)) async throws -> RESPValue {
        try await transmit(bytes, "\(bytes.readableBytes) bytes", within: limit).get()
    }

    /// Sends bytes as they are, and is not interested in answers. Returns when the system has taken them, or throws when it did not
    /// within the limit: the other side has stopped reading.
    package func write(bytes: ByteBuffer, within limit: Duration = .seconds(2)) async throws {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let bound = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            promise.fail(
                LabError.timedOut("127.0.0.1:\(self.port) did not take \(bytes.readableBytes) bytes within \(limit.milliseconds) ms"))
        }
        channel.writeAndFlush(bytes).whenComplete { result in
            bound.cancel()
            promise.completeWith(result)
        }
        try await promise.futureResult.get()
    }

    /// Subscribed when it returns: what is published from then on arrives.
    package func subscribe(pattern: String) async throws { _ = try await call("PSUBSCRIBE", pattern) }
    package func subscribe(channel: String) async throws { _ = try await call("SUBSCRIBE", channel) }

    package func close() { channel.close(promise: nil) }

    /// Waits until the other side has closed.
    package func closed(within limit: Duration) async throws {
        try await wait(until: "127.0.0.1:\(port) closes the connection", within: limit) { !isOpen }
    }

    /// Not awaited: for many requests at once.
    func request(_ words: [String], within limit: Duration) -> EventLoopFuture<RESPValue> {
        var bytes = channel.allocator.buffer(capacity: 64)
        bytes.writeCommand(words)
        return transmit(bytes, words.prefix(3).joined(separator: " "), within: limit)
    }

    private func transmit(_ bytes: ByteBuffer, _ what: String, within limit: Duration) -> EventLoopFuture<RESPValue> {
        let promise = channel.eventLoop.makePromise(of: RESPValue.self)
        let handler = self.handler
        if channel.eventLoop.inEventLoop {
            handler.value.send(bytes, what, promise, within: limit)
        } else {
            channel.eventLoop.execute { handler.value.send(bytes, what, promise, within: limit) }
        }
        return promise.futureResult
    }
}
