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

extension Endpoint {
    /// True where the host is an address and not a name.
    package var hasNumericHost: Bool { Self.isNumeric(host) }

    /// IPv4 in four decimal parts, or anything with a colon and hexadecimal digits, which no host name can be.
    package static func isNumeric(_ host: String) -> Bool {
        if host.utf8.contains(UInt8(ascii: ":")) {
            return host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
                    UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "%"):
                    true
                default: false
                }
            }
        }
        return isDottedQuad(host)
    }

    private static func isDottedQuad(_ host: String) -> Bool {
        var dots = 0
        var digits = 0
        var number = 0
        for byte in host.utf8 {
            switch byte {
            case UInt8(ascii: "."):
                guard digits > 0 else { return false }
                dots += 1
                (digits, number) = (0, 0)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
                guard digits <= 3, number < 256 else { return false }
            default: return false
            }
        }
        return dots == 3 && digits > 0
    }
}
