/// Where a process listens: a name or a number, and a port. An IPv6 address stands in brackets where it is written.
package struct Address: Hashable, Sendable {
    package static let sentinelPort = 26_379

    package let host: String
    /// 1 … 65535.
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `host:port`, `[::1]:port`, or, with a default, `host` alone.
    package init(parsing text: String, defaultPort: Int? = nil) throws(OperatorError) {
        let advice = "An address is host:port, as in 10.0.0.1:6379; with IPv6 [::1]:6379."
        func fault(_ why: String) -> OperatorError { .usage("'\(text.printable)' is no address: \(why).", advice: advice) }
        let (host, port): (Substring, Substring?)
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw fault("the bracket does not end") }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw fault("after the bracket a colon and the port are expected") }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw fault("an IPv6 address needs brackets") }
            host = parts[0]
            port = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { throw fault("the host is missing or has blanks") }
        guard let port else {
            guard let defaultPort else { throw fault("the port is missing") }
            self.init(host: String(host), port: defaultPort)
            return
        }
        guard let number = Int(port), (1...65_535).contains(number), port.allSatisfy(\.isNumber) else {
            throw fault("a port is a number from 1 to 65535")
        }
        self.init(host: String(host), port: number)
    }
}

extension Address: CustomStringConvertible {
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Address: Comparable {
    package static func < (first: Address, second: Address) -> Bool { (first.host, first.port) < (second.host, second.port) }
}
