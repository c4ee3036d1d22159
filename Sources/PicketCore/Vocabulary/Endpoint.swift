/// Where something listens: a host (an address, or a name where names are resolved) and a TCP port.
package struct Endpoint: Hashable, Sendable, Codable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `host:port`, with an IPv6 address in brackets.
    package var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The ports that can be connected to.
    package static let validPorts = 1...65535
}
