import PicketRESP

/// An instance as SENTINEL MASTER, REPLICAS and SENTINELS describe it: names and values, in the order in which they came.
package struct InstanceFields: Hashable, Sendable {
    private let names: [String]
    private let values: [String]

    package init(_ fields: KeyValuePairs<String, String>) {
        names = fields.map(\.key)
        values = fields.map(\.value)
    }

    /// Nil where the value is no such description.
    init?(_ value: RESPValue) {
        guard let pairs = value.pairs, !pairs.isEmpty else { return nil }
        names = pairs.map(\.name)
        values = pairs.map { $0.value.text ?? "" }
    }

    var pairs: [(name: String, value: String)] { zip(names, values).map { ($0, $1) } }

    package subscript(name: String) -> String? { names.firstIndex(of: name).map { values[$0] } }
    package func integer(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }

    package var name: String { self["name"] ?? "" }
    package var runID: String { self["runid"] ?? "" }
    package var address: Address? { address("ip", "port") }
    package var flags: [Substring] { (self["flags"] ?? "").split(separator: ",") }
    package func has(_ flag: Substring) -> Bool { flags.contains(flag) }

    package var isSubjectivelyDown: Bool { has("s_down") }
    package var isObjectivelyDown: Bool { has("o_down") }
    package var isDisconnected: Bool { has("disconnected") }
    package var isInMaintenance: Bool { has("maintenance") }

    /// Whom a replica follows, as it says.
    package var primaryAddress: Address? { address("master-host", "master-port") }

    private func address(_ host: String, _ port: String) -> Address? {
        guard let host = self[host], host != "?", let port = integer(port), (1...65_535).contains(port) else { return nil }
        return Address(host: host, port: Int(port))
    }
}
