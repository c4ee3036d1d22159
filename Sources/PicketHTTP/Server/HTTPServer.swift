import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import PicketStatus
import ServiceLifecycle

/// The HTTP side of a monitor: listens on each configured address until it is stopped. Has threads of its own.
package actor HTTPServer {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let settings: HTTPSettings
    private let logger: Logger
    private var group: MultiThreadedEventLoopGroup?
    private var servers: [Task<Void, any Error>] = []
    private var heart: Task<Void, Never>?
    /// Where it listens; known once it has started. Of use where port 0 asked for any.
    package private(set) var ports: [Int] = []

    package init(_ settings: HTTPSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Returns when all addresses are listened on. Throws where one cannot be; then none is.
    package func start(_ source: any MonitorSource) async throws(Failure) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.group = group
        var served: [String] = []
        let responder = Routes(source, settings).router().buildResponder()
        for place in settings.places {
            let host = place.host
            do {
                ports.append(try await listen(host, responder, group))
                served.append("http://\(authority(host, ports.last!))/")
            } catch {
                if place.mayBeMissing, (error as? IOError).map({ $0.errnoCode != EADDRINUSE }) ?? false { continue }
                await stop()
                let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
                throw Failure(
                    description:
                        "Cannot serve HTTP on \(host):\(settings.port): \(reason). Is another process using the port, or is the address not of this machine? See http-port and http-bind."
                )
            }
        }
        guard !served.isEmpty else {
            await stop()
            throw Failure(description: "Cannot serve HTTP: this machine has none of the addresses of http-bind.")
        }
        let events = source.events
        heart = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: HTTPLimits.heartbeat)
                events.beat()
            }
        }
        logger.notice("Metrics, health routes and the page are served on \(served.joined(separator: " "))")
    }

    private func authority(_ host: String, _ port: Int) -> String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The port that it became.
    private func listen(_ host: String, _ responder: some HTTPResponder<PageContext>, _ group: MultiThreadedEventLoopGroup) async throws
        -> Int
    {
        let (ready, isReady) = AsyncThrowingStream.makeStream(of: Int.self)
        let port = settings.port
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [SlowReaderHandler()], idleTimeout: HTTPLimits.idleness,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: HTTPLimits.headerBytes, maxHeaderListSize: HTTPLimits.headerBytes,
                        maxHeaderFieldCount: HTTPLimits.headerFields))),
            configuration: .init(
                address: .hostname(Self.address(host), port: port), serverName: nil, backlog: 128,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    HTTPLimits.connections, logger: Logger(label: "http") { _ in SwiftLogNoOpLogHandler() })),
            onServerRunning: { channel in
                isReady.yield(channel.localAddress?.port ?? port)
                isReady.finish()
            }, eventLoopGroupProvider: .shared(group), logger: Logger(label: "http") { _ in SwiftLogNoOpLogHandler() })
        // Of its own, so that the end of the process is ours to order: nothing is waited for that a client can hold up.
        servers.append(
            Task.detached {
                do {
                    try await application.run()
                } catch {
                    isReady.finish(throwing: error)
                    throw error
                }
            })
        for try await port in ready { return port }
        throw Failure(description: "it ended at once")
    }

    private static func address(_ host: String) -> String {
        switch host {
        case "*": "0.0.0.0"
        case "::*": "::"
        default: host
        }
    }

    /// Ends all connections, and waits for that no longer than `HTTPLimits.shutdown`.
    package func stop() async {
        heart?.cancel()
        let (servers, group) = (servers, group)
        self.servers = []
        self.group = nil
        for server in servers { server.cancel() }
        let ended = Task {
            for server in servers { _ = await server.result }
            try? await group?.shutdownGracefully()
        }
        await withTaskGroup(of: Void.self) { tasks in
            let (done, isDone) = AsyncStream.makeStream(of: Void.self)
            Task {
                await ended.value
                isDone.finish()
            }
            tasks.addTask { for await _ in done {} }
            tasks.addTask { try? await Task.sleep(for: HTTPLimits.shutdown) }
            await tasks.next()
            tasks.cancelAll()
        }
    }
}
