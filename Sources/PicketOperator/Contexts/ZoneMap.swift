/// Where processes stand, as far as somebody said so: neither Redis nor a sentinel knows.
package struct ZoneMap: Hashable, Sendable {
    private var byAddress: [Address: String] = [:]
    private var byHost: [String: String] = [:]

    package init() {}

    /// `host:port=zone`, or `host=zone` for everything on that host.
    package mutating func add(_ text: String) throws(OperatorError) {
        guard let sign = text.lastIndex(of: "=") else {
            throw .usage("'\(text.printable)' names no zone.", advice: "A zone is given as host:port=zone, or host=zone for a whole host.")
        }
        try add(String(text[..<sign]), zone: String(text[text.index(after: sign)...]))
    }

    package mutating func add(_ place: String, zone: String) throws(OperatorError) {
        guard !zone.isEmpty, zone == zone.printable, zone.count <= 64 else {
            throw .usage("'\(zone.printable)' is no name of a zone: 1 to 64 characters are.")
        }
        if let address = try? Address(parsing: place) {
            byAddress[address] = zone
        } else {
            byHost[try Address(parsing: place, defaultPort: 1).host] = zone
        }
    }

    package subscript(address: Address) -> String? { byAddress[address] ?? byHost[address.host] }
    package var isEmpty: Bool { byAddress.isEmpty && byHost.isEmpty }
}
