import Glibc
import NIOCore
import PicketRESP

/// Thousands of subscribers of one server, in one thread: when the first and the last of them are told of one thing.
package final class ListeningClients {
    package struct Plan: Sendable {
        package var port: Int
        package var subscribers: Int
        package var channel: String
        /// How long they wait to be told, in seconds.
        package var limit: Double

        package init(port: Int, subscribers: Int, channel: String, limit: Double) {
            self.port = port
            self.subscribers = subscribers
            self.channel = channel
            self.limit = limit
        }
    }

    private enum Stage {
        case connecting, subscribed, told
    }

    /// The kernel's queue for a listener is short: so many connect at once.
    private static let connectedAtOnce = 64

    private let plan: Plan
    private let poller: Poller
    private var stageOf: [Int32: Stage] = [:]
    private var subscribed = 0
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    package init(_ plan: Plan) throws(LabError) {
        self.plan = plan
        poller = try Poller()
    }

    deinit {
        for descriptor in stageOf.keys { close(descriptor) }
        scratch.deallocate()
    }

    /// - Parameter ready: called when all have subscribed.
    package func run(_ ready: () -> Void) throws(LabError) -> ListeningReport {
        try subscribe()
        ready()
        let deadline = Nanoseconds.now + Int64(plan.limit * 1e9)
        var times: [Int64] = []
        while times.count < plan.subscribers, Nanoseconds.now < deadline {
            let count = try poller.wait(milliseconds: 100)
            for index in 0..<count {
                let descriptor = poller.ready(at: index).descriptor
                guard read(descriptor, scratch.baseAddress, scratch.count) > 0 else { throw .closed("a subscriber was cut off") }
                if stageOf[descriptor] == .subscribed {
                    stageOf[descriptor] = .told
                    times.append(Nanoseconds.now)
                }
            }
        }
        return ListeningReport(
            told: times.count, of: plan.subscribers, spread: Double((times.max() ?? 0) - (times.min() ?? 0)) / 1e6,
            processorSeconds: LoadClient.processorTime)
    }

    private func subscribe() throws(LabError) {
        var request = ByteBuffer()
        request.writeCommand(["SUBSCRIBE", plan.channel])
        let bytes = Array(request.readableBytesView)
        let deadline = Nanoseconds.now + Int64(plan.limit * 1e9)
        while subscribed < plan.subscribers {
            while stageOf.count < min(plan.subscribers, subscribed + Self.connectedAtOnce) {
                let descriptor = try LoopbackSocket.connecting(to: plan.port)
                stageOf[descriptor] = .connecting
                try LoopbackSocket.wait(for: descriptor, POLLOUT, milliseconds: 10_000)
                guard bytes.withUnsafeBytes({ send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) == bytes.count else {
                    throw .system("subscriber \(stageOf.count) cannot connect to port \(plan.port)", errno)
                }
                try poller.add(descriptor)
            }
            let count = try poller.wait(milliseconds: 100)
            for index in 0..<count {
                let descriptor = poller.ready(at: index).descriptor
                let size = read(descriptor, scratch.baseAddress, scratch.count)
                guard size > 0 else { throw .closed("subscriber \(subscribed + 1) was not accepted by port \(plan.port)") }
                // The confirmation is one segment of some fifty bytes.
                guard stageOf[descriptor] == .connecting, scratch[0] == UInt8(ascii: "*") else {
                    throw .unexpected("port \(plan.port) answered a subscription otherwise than expected")
                }
                stageOf[descriptor] = .subscribed
                subscribed += 1
            }
            guard Nanoseconds.now < deadline else { throw .timedOut("\(subscribed) of \(plan.subscribers) could subscribe in time") }
        }
    }
}

/// What subscribers came to, as one line of text between processes.
package struct ListeningReport: Hashable, Sendable, CustomStringConvertible {
    package let told: Int
    package let of: Int
    /// Between the first and the last, in milliseconds.
    package let spread: Double
    /// The subscribers' own, in seconds.
    package let processorSeconds: Double

    package init(told: Int, of: Int, spread: Double, processorSeconds: Double) {
        self.told = told
        self.of = of
        self.spread = spread
        self.processorSeconds = processorSeconds
    }

    package var description: String { "told \(told) of \(of) spread \(spread) cpu \(processorSeconds)" }

    package init?(_ text: some StringProtocol) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 8, let told = Int(words[1]), let of = Int(words[3]), let spread = Double(words[5]),
            let processorSeconds = Double(words[7])
        else { return nil }
        self.init(told: told, of: of, spread: spread, processorSeconds: processorSeconds)
    }
}
