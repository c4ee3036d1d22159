import NIOCore
import NIOPosix
import NIOSSL
import PicketRESP

/// A RESP2 connection to a monitor or a Redis server. Everything on it is bounded in time; an overdue answer ends it.
final class ServerConnection: Sendable {
    /// What is kept of publications that nobody has taken yet; of more, the oldest are dropped.
    private static let mostPublications = 10_000

    let address: Address
    /// For one reader; ends with the connection.
    let publications: AsyncStream<Publication>

    private let channel: any Channel
    private let queue: NIOLoopBound<AnswerQueue>
    private let answerLimit: Duration

    private init(
        address: Address, channel: any Channel, queue: NIOLoopBound<AnswerQueue>, publications: AsyncStream<Publication>,
        answerLimit: Duration
    ) {
        self.address = address
        self.channel = channel
        self.queue = queue
        self.publications = publications
        self.answerLimit = answerLimit
    }

    /// Connected and authenticated when it returns.
    static func open(_ address: Address, _ options: ConnectionOptions) async throws(TalkFailure) -> ServerConnection {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (publications, continuation) = AsyncStream.makeStream(
            of: Publication.self, bufferingPolicy: .bufferingNewest(mostPublications))
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(options.connectLimit))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls = options.tls { try channel.pipeline.syncOperations.addHandler(try tls.handler(for: address)) }
                    try channel.pipeline.syncOperations.addHandler(AnswerQueue(published: continuation))
                }
            }
        do {
            let channel = try await connected(bootstrap, address, on: loop, within: options.connectLimit)
            let queue = try await loop.submit {
                NIOLoopBound(try channel.pipeline.syncOperations.handler(type: AnswerQueue.self), eventLoop: loop)
            }.get()
            let connection = ServerConnection(
                address: address, channel: channel, queue: queue, publications: publications, answerLimit: options.answerLimit)
            guard let credentials = options.credentials else { return connection }
            do throws(TalkFailure) {
                _ = try await connection.ask(credentials.words)
            } catch {
                connection.close()
                throw error
            }
            return connection
        } catch {
            throw .of(error)
        }
    }

    /// Names are looked up by threads that nothing can hurry: whoever waits does not wait longer than the limit.
    private static func connected(_ bootstrap: ClientBootstrap, _ address: Address, on loop: any EventLoop, within limit: Duration)
        async throws
        -> any Channel
    {
        let promise = loop.makePromise(of: (any Channel).self)
        let bound = loop.scheduleTask(in: TimeAmount(limit)) { promise.fail(TalkFailure.silent(after: limit)) }
        bootstrap.connect(host: address.host, port: address.port).whenComplete { result in
            bound.cancel()
            promise.completeWith(result)
            // One that came too late.
            promise.futureResult.whenFailure { _ in if case .success(let channel) = result { channel.close(promise: nil) } }
        }
        return try await promise.futureResult.get()
    }

    var isOpen: Bool { channel.isActive }

    /// The answer; an error reply is thrown.
    @discardableResult
    func ask(_ words: [String], within limit: Duration? = nil) async throws(TalkFailure) -> RESPValue {
        let promise = channel.eventLoop.makePromise(of: RESPValue.self)
        let (queue, limit) = (queue, limit ?? answerLimit)
        channel.eventLoop.execute { queue.value.send(words, promise, within: limit) }
        let answer: RESPValue
        do { answer = try await promise.futureResult.get() } catch { throw .of(error) }
        if case .error(let text) = answer { throw .answered(text) }
        return answer
    }

    /// Subscribed to everything when it returns.
    func subscribe() async throws(TalkFailure) { try await ask(["PSUBSCRIBE", "*"]) }

    func close() { channel.close(promise: nil) }

    deinit { channel.close(promise: nil) }
}
