/// The lines of INFO, `name:value`.
package struct InfoText: Hashable, Sendable {
    private let values: [String: String]

    package init(_ text: String) {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            values[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        self.values = values
    }

    package subscript(name: String) -> String? { values[name] }
    package func integer(_ name: String) -> Int64? { values[name].flatMap { Int64($0) } }

    /// The `slave0`, `slave1` … of a primary.
    package var replicaLinks: [ReplicaLink] {
        var links: [ReplicaLink] = []
        while let line = values["slave\(links.count)"], let link = ReplicaLink(line) { links.append(link) }
        return links
    }
}

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
