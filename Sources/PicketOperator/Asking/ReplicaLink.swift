/// A replica as its primary sees it.
package struct ReplicaLink: Hashable, Sendable {
    package let address: Address
    /// `online`, `wait_bgsave`, `send_bulk`.
    package let state: String
    /// What it has acknowledged, in bytes of the replication stream.
    package let offset: Int64
    /// Seconds since its last acknowledgement.
    package let lag: Int64

    /// `ip=127.0.0.1,port=7001,state=online,offset=1234,lag=0`
    init?(_ line: String) {
        var fields: [Substring: Substring] = [:]
        for part in line.split(separator: ",") {
            let words = part.split(separator: "=", maxSplits: 1)
            if words.count == 2 { fields[words[0]] = words[1] }
        }
        guard let host = fields["ip"], let port = fields["port"].flatMap({ Int($0) }), (1...65_535).contains(port) else { return nil }
        address = Address(host: String(host), port: port)
        state = fields["state"].map(String.init) ?? "?"
        offset = fields["offset"].flatMap { Int64($0) } ?? 0
        lag = fields["lag"].flatMap { Int64($0) } ?? -1
    }
}
