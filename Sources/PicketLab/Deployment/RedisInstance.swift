import PicketRESP

/// A Redis server of a deployment.
package struct RedisInstance: Sendable {
    package let node: Node

    package var port: Int { node.port }
    package var name: String { node.name }

    package enum Role: Hashable, Sendable {
        case primary
        /// Of the instance at this port; whether the link is up and the data is there.
        case replica(ofPort: Int, isConnected: Bool)
    }

    package func role() async throws -> Role {
        let reply = try await node.call("ROLE", within: .seconds(1))
        let words = reply.elements ?? []
        switch words.first?.text {
        case "master": return .primary
        case "slave":
            guard words.count >= 4, case .integer(let port) = words[2] else { break }
            return .replica(ofPort: Int(port), isConnected: words[3].text == "connected")
        default: break
        }
        throw LabError.unexpected("\(name) answered ROLE with \(reply)")
    }

    /// Waits until this many replicas have acknowledged all that was written here so far.
    package func waitForReplicas(_ count: Int, within limit: Duration = .seconds(5)) async throws {
        try await wait(until: "\(count) replicas acknowledge all that \(name) has written", within: limit) {
            // Something to acknowledge, which is no data.
            try await node.call("PUBLISH", "picket:lab", "in step?")
            guard case .integer(let reached) = try await node.call("WAIT", String(count), "1000") else { return false }
            guard reached >= count else { throw NotYet("\(reached) did") }
            return true
        }
    }

    /// Bytes of the replication stream that it has written or applied.
    package func replicationOffset() async throws -> Int {
        let info = try await node.call("INFO", "replication").text ?? ""
        for line in info.split(whereSeparator: \.isNewline)
        where line.hasPrefix("slave_repl_offset:") || line.hasPrefix("master_repl_offset:") {
            if let offset = Int(line.drop { $0 != ":" }.dropFirst()) { return offset }
        }
        throw LabError.unexpected("\(name) told no replication offset")
    }

    /// As a replica of whom it begins; nil: as a primary.
    static func configuration(_ node: NodeFiles, replicaOf primaryPort: Int?, lines: [String]) -> String {
        let own = [
            "port \(node.port)", "bind 127.0.0.1", "dir \(node.directory)", "logfile \(node.logPath)", "loglevel notice", "daemonize no",
            // From a file: after a transfer by socket, a replica gets nothing until its next ACK, up to a second later.
            "save \"\"", "appendonly no", "repl-diskless-sync no", "repl-diskless-sync-delay 0",
        ]
        let replication = primaryPort.map { ["replicaof 127.0.0.1 \($0)"] } ?? []
        return (own + replication + lines).joined(separator: "\n") + "\n"
    }
}
