import Glibc
import PicketLab
import Testing

@Suite("Relays")
struct RelayTests {
    @Test(
        "a relay passes bytes on both ways over a socket in the file system; closed, it ends connections and refuses new ones",
        .timeLimit(.minutes(1)))
    func passOnAndCut() async throws {
        let directory = try TemporaryDirectory.create()
        defer { TemporaryDirectory.remove(directory) }
        let (front, server) = (try PortReservation(), try PortReservation())
        let echo = try await PongServer.listen(port: server.port)
        defer { echo.close() }
        let near = Relay(from: .port(front.port), to: .path("\(directory)/s"))
        let far = Relay(from: .path("\(directory)/s"), to: .port(server.port))
        try await far.open()
        try await near.open()

        let connection = try await LabConnection.open(port: front.port)
        #expect(try await connection.call("ECHO", "hello") == .simple("PONG"))
        await near.close()
        try await connection.closed(within: .seconds(5))
        await #expect(throws: LabError.self) { try await LabConnection.open(port: front.port) }

        try await near.open()
        let another = try await LabConnection.open(port: front.port)
        #expect(try await another.call("PING") == .simple("PONG"))
        another.close()
        await near.close()
        await far.close()
        #expect(access("\(directory)/s", F_OK) != 0)
    }
}

@Suite("Links that can be broken")
struct LinkTests {
    /// A server behind a relay.
    private static func withRelay(_ body: (Relay, Int) async throws -> Void) async throws {
        let (front, server) = (try PortReservation(), try PortReservation())
        let echo = try await PongServer.listen(port: server.port)
        defer { echo.close() }
        let relay = Relay(from: .port(front.port), to: .port(server.port))
        try await relay.open()
        do { try await body(relay, front.port) } catch {
            await relay.close()
            throw error
        }
        await relay.close()
    }

    @Test("held in one direction, nothing arrives; afterwards what was on its way does", .timeLimit(.minutes(1)), arguments: [true, false])
    func oneWay(isForward: Bool) async throws {
        try await Self.withRelay { relay, port in
            let connection = try await LabConnection.open(port: port)
            defer { connection.close() }
            #expect(try await connection.call("PING") == .simple("PONG"))
            relay.apply(isForward ? LinkCondition(forward: .held) : LinkCondition(backward: .held))
            async let answer = connection.send("PING", within: .seconds(20))
            let another = try await LabConnection.open(port: port)
            defer { another.close() }
            await #expect(throws: LabError.self) { try await another.send("PING", within: .milliseconds(150)) }
            relay.apply(.open)
            #expect(try await answer == .simple("PONG"))
        }
    }

    @Test("a stranded connection is dead though nobody is told; a new one works", .timeLimit(.minutes(1)))
    func stranded() async throws {
        try await Self.withRelay { relay, port in
            let old = try await LabConnection.open(port: port)
            #expect(try await old.call("PING") == .simple("PONG"))
            relay.strand()
            let new = try await LabConnection.open(port: port)
            defer { new.close() }
            #expect(try await new.call("PING", within: .seconds(10)) == .simple("PONG"))
            #expect(old.isOpen)
            await #expect(throws: LabError.self) { try await old.send("PING", within: .milliseconds(150)) }
        }
    }

    @Test("delayed and throttled answers come late, whole and in order", .timeLimit(.minutes(1)))
    func shaped() async throws {
        try await Self.withRelay { relay, port in
            relay.apply(
                LinkCondition(
                    forward: .shaped(delay: .milliseconds(20), jitter: .milliseconds(20), bytesPerSecond: nil),
                    backward: .shaped(delay: .zero, jitter: .zero, bytesPerSecond: 2_000)))
            let connection = try await LabConnection.open(port: port)
            defer { connection.close() }
            let begin = ContinuousClock.now
            for _ in 0..<5 { #expect(try await connection.call("PING", within: .seconds(10)) == .simple("PONG")) }
            // Never sooner than the link allows; how much later is the machine's affair.
            #expect(ContinuousClock.now - begin >= .milliseconds(100))
        }
    }

    @Test("reset ends connections and accepts new ones", .timeLimit(.minutes(1)))
    func reset() async throws {
        try await Self.withRelay { relay, port in
            let old = try await LabConnection.open(port: port)
            #expect(try await old.call("PING") == .simple("PONG"))
            relay.reset()
            try await old.closed(within: .seconds(10))
            let new = try await LabConnection.open(port: port)
            defer { new.close() }
            #expect(try await new.call("PING") == .simple("PONG"))
        }
    }
}
