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
