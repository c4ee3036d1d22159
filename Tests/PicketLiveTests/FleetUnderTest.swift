import NIOPosix
import PicketLab
import PicketRESP

/// A shard of the fleet in a thread of this process, and what it says.
struct FleetUnderTest {
    let control: LabConnection
    /// Of each group, the primary's first.
    let ports: [[Int]]

    static func run(groups: Int = 1, replicas: Int = 2, _ body: (FleetUnderTest) async throws -> Void) async throws {
        let reservation = try PortReservation()
        let port = reservation.port
        // It blocks its thread for as long as it lives.
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let ending = thread.runIfActive(eventLoop: MultiThreadedEventLoopGroup.singleton.next()) {
            try FleetShard(.init(groups: groups, replicas: replicas, controlPort: port)).run()
        }
        let control = try await wait(for: "the control port answers") { try await LabConnection.open(port: port) }
        let layout = try await control.call("LAYOUT").elements ?? []
        let ports = layout.map { group in
            (group.elements ?? []).compactMap { word in if case .integer(let port) = word { Int(port) } else { nil } }
        }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(FleetUnderTest(control: control, ports: ports)))
        } catch { result = .failure(error) }
        _ = try await control.call("SHUTDOWN")
        try await ending.get()
        try await thread.shutdownGracefully()
        try result.get()
    }

    func connection(_ instance: Int, ofGroup group: Int = 0) async throws -> LabConnection {
        try await LabConnection.open(port: ports[group][instance])
    }

    /// The fields of INFO replication.
    func replication(_ instance: Int) async throws -> [String: String] {
        let connection = try await connection(instance)
        defer { connection.close() }
        let text = try await connection.call("INFO", "replication").text ?? ""
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
        }
        return fields
    }
}
