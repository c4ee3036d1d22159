/// What a Redis server tells of itself: asked just now, or as a monitor last heard it.
package struct InstanceReport: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case asked
        /// By a monitor, so many milliseconds ago.
        case heard(millisecondsAgo: Int64)
    }

    package let source: Source
    package let info: InfoText
    /// CONFIG GET, where it was asked for and allowed.
    package var settings: [String: String]?
    /// Why it could not be asked itself; nil where it was, or was not to be.
    package var failure: TalkFailure?

    package init(_ source: Source, info: InfoText, settings: [String: String]? = nil, failure: TalkFailure? = nil) {
        self.source = source
        self.info = info
        self.settings = settings
        self.failure = failure
    }

    package var isPrimary: Bool { info["role"] == "master" }
    package var version: String? { info["redis_version"].map { info["valkey_version"] ?? $0 } }
    package var runID: String? { info["run_id"] }
    package var primary: Address? {
        guard let host = info["master_host"], let port = info.integer("master_port") else { return nil }
        return Address(host: host, port: Int(port))
    }
    package var isLinkUp: Bool { info["master_link_status"] == "up" }
    package var isLoading: Bool { info["loading"] == "1" }
    /// Bytes of the replication stream that it has written or applied.
    package var offset: Int64? { info.integer(isPrimary ? "master_repl_offset" : "slave_repl_offset") }

    /// Keys in all databases.
    package var keys: Int64 {
        (0..<16).reduce(0) { sum, number in
            guard let line = info["db\(number)"], let first = line.split(separator: ",").first, first.hasPrefix("keys=") else { return sum }
            return sum + (Int64(first.dropFirst(5)) ?? 0)
        }
    }
}
