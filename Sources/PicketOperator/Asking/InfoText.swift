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
