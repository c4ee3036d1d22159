import PicketCore

/// What is served where.
package struct HTTPSettings: Sendable {
    package var port: Int
    package var places: [Place]
    /// By `host:port` or host.
    package var zones: [String: String]

    /// An address to listen on.
    package struct Place: Sendable {
        package let host: String
        /// No error where this machine lacks the address.
        package let mayBeMissing: Bool

        package init(_ host: String, mayBeMissing: Bool = false) {
            self.host = host
            self.mayBeMissing = mayBeMissing
        }
    }

    package init(port: Int, places: [Place], zones: [String: String] = [:]) {
        self.port = port
        self.places = places
        self.zones = zones
    }

    func zone(of endpoint: Endpoint) -> String? { zones["\(endpoint)"] ?? zones[endpoint.host] }
}
