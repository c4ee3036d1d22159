import NIOCore
import NIOPosix
import PicketRESP
import Synchronization

@testable import PicketOperator

/// Answers as a monitor that sees what it is told to see; what else it knows is up to the test.
final class FakeSentinel: Sendable {
    let address: Address
    /// What was asked beyond what every sentinel knows.
    let asked = Mutex<[[String]]>([])

    private let channel: any Channel
    private let holder: Holder
    private let report: Mutex<MonitorReport>
    private let special: @Sendable ([String]) -> RESPValue?

    private init(_ channel: any Channel, _ holder: Holder, _ report: MonitorReport, _ special: @escaping @Sendable ([String]) -> RESPValue?)
    {
        self.channel = channel
        self.holder = holder
        address = Address(host: "127.0.0.1", port: channel.localAddress!.port!)
        self.report = Mutex(report)
        self.special = special
    }

    /// - Parameter special: Its answer to anything else; nil: an unknown subcommand.
    static func listen(_ report: MonitorReport, special: @escaping @Sendable ([String]) -> RESPValue? = { _ in nil }) async throws
        -> FakeSentinel
    {
        let holder = Holder()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                holder.accepted.withLock { $0.append(channel) }
                return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answering(holder)) }
            }
        let fake = FakeSentinel(try await bootstrap.bind(host: "127.0.0.1", port: 0).get(), holder, report, special)
        holder.sentinel.withLock { $0 = fake }
        return fake
    }

    /// Its connections end, and new ones are refused.
    func close() async throws {
        try await channel.close()
        for connection in holder.accepted.withLock({ $0 }) { try? await connection.close() }
    }

    func change(_ body: (inout MonitorReport) -> Void) { report.withLock { body(&$0) } }

    fileprivate func answer(_ words: [String]) -> RESPValue {
        let report = report.withLock { $0 }
        func map(_ fields: InstanceFields) -> RESPValue { .array(fields.pairs.flatMap { [.bulk($0.name), .bulk($0.value)] }) }
        switch (words.first?.uppercased(), words.dropFirst().first?.uppercased()) {
        case ("INFO", _):
            let version =
                switch report.software {
                case .picketd(let version): "redis_version:7.2.4\r\npicket_version:\(version)"
                case .redisSentinel(let version): "redis_version:\(version)"
                case .valkeySentinel(let version): "valkey_version:\(version)"
                case nil: ""
                }
            return .bulk("# Server\r\n\(version)\r\nredis_mode:sentinel\r\n")
        case ("SENTINEL", "MYID"): return .bulk(report.id ?? "")
        case ("SENTINEL", "MASTERS"): return .array(report.sightings.map { map($0.primary) })
        case ("SENTINEL", "MASTER"):
            return report.sighting(of: words[2]).map { map($0.primary) } ?? .error("ERR No such master with that name")
        case ("SENTINEL", "SLAVES"): return .array(report.sighting(of: words[2])?.replicas.map(map) ?? [])
        case ("SENTINEL", "SENTINELS"): return .array(report.sighting(of: words[2])?.peers.map(map) ?? [])
        default:
            asked.withLock { $0.append(words) }
            return special(words) ?? .error("ERR unknown subcommand '\(words.dropFirst().first ?? "")'. Try SENTINEL HELP.")
        }
    }

    private final class Holder: Sendable {
        let sentinel = Mutex<FakeSentinel?>(nil)
        let accepted = Mutex<[any Channel]>([])
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let holder: Holder
        private var reader = RESPReader()

        init(_ holder: Holder) { self.holder = holder }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            do {
                try reader.feed(&bytes)
                while let request = try reader.next() {
                    guard let sentinel = holder.sentinel.withLock({ $0 }) else { return }
                    var answer = ByteBuffer()
                    answer.writeRESP(sentinel.answer((request.elements ?? []).compactMap(\.text)), version: .two)
                    context.channel.writeAndFlush(answer, promise: nil)
                }
            } catch { context.close(promise: nil) }
        }
    }
}
