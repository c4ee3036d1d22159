import PicketCore
import PicketStatus

/// Judges instances of a group for load balancers: by what a quorum of monitors holds, and not by what an instance says of itself.
///
/// An instance that was deposed while it could not be reached says still that it is a primary; here it is none from the moment on at
/// which the new one is announced.
struct GroupHealth {
    let group: GroupReview
    /// Where the group's clients are sent now. Newer than `group`: changed with the announcement.
    let current: Endpoint
    /// A monitor that reaches no majority cannot know whether another primary was elected meanwhile. Normally nobody is a primary then.
    var trustsMinority = false

    private var isViewCurrent: Bool { group.primary.endpoint == current }

    private var objection: String? {
        guard !group.seesMajority, !trustsMinority else { return nil }
        let explanation = group.explanation
        if explanation.state == .tilt { return "this monitor stood still a moment ago, and does not know what happened meanwhile" }
        return
            "this monitor reaches only \(explanation.monitorsAlive) of \(explanation.monitorsKnown) monitors, and \(group.votesNeeded) could have elected another primary"
    }

    /// Is this one the group's primary? Without an address: has the group one that can be used?
    func primary(at address: Endpoint?) -> HealthVerdict {
        if let address, !address.isSame(current) { return .bad("\(address) is not the primary of \(group.name): \(current) is") }
        if let objection { return .bad(objection) }
        if isViewCurrent, group.quorumHoldsDown { return .bad("a quorum of monitors holds the primary \(current) down") }
        return .good("\(current) is the primary of \(group.name)")
    }

    /// Is this one a replica that is fit to be read from? Without an address: is there any?
    ///
    /// - Parameter maxLag: bytes that it may be behind; nil for any.
    func replica(at address: Endpoint?, maxLag: Int64?) -> HealthVerdict {
        if let objection { return .bad(objection) }
        guard let address else {
            let verdicts = group.replicas.map { replica($0, maxLag) }
            return verdicts.first(where: \.isGood) ?? verdicts.first ?? .bad("\(group.name) has no replica")
        }
        if address.isSame(current) { return .bad("\(address) is the primary of \(group.name)") }
        guard let replica = group.replicas.first(where: { $0.endpoint.isSame(address) }) else {
            return .bad("\(address) is no replica of \(group.name) that this monitor knows")
        }
        return self.replica(replica, maxLag)
    }

    private func replica(_ replica: InstanceView, _ maxLag: Int64?) -> HealthVerdict {
        let address = replica.endpoint
        guard let details = replica.replica, !address.isSame(current) else { return .bad("\(address) is the primary") }
        if replica.flags.contains(.subjectivelyDown) { return .bad("\(address) is held down") }
        if replica.flags.contains(.maintenance) { return .bad("\(address) is in maintenance") }
        if details.report.claimedRole == .primary {
            return .bad("\(address) says that it is a primary, and is not the one of \(group.name)")
        }
        if details.isSyncing { return .bad("\(address) is being sent all data anew") }
        // While the primary is down no replica has a link: what they have is then as good as it gets.
        let isPrimaryGone = isViewCurrent && group.quorumHoldsDown
        if !details.isLinkUp, !isPrimaryGone { return .bad("the link of \(address) to its primary is down") }
        guard let maxLag else { return .good("\(address) is a replica of \(group.name)") }
        guard let lag = details.lag else { return .bad("how far \(address) is behind is not known: its primary does not list it") }
        return lag <= maxLag
            ? .good("\(address) is a replica of \(group.name), \(lag) bytes behind")
            : .bad("\(address) is \(lag) bytes behind, and \(maxLag) are allowed")
    }

    /// Could clients of the group read and write now?
    func whole() -> HealthVerdict {
        let verdict = primary(at: nil)
        guard verdict.isGood, isViewCurrent else { return verdict }
        return .good(group.explanation.verdict)
    }
}

extension Endpoint {
    /// Names of hosts do not depend on case.
    func isSame(_ other: Endpoint) -> Bool { port == other.port && host.lowercased() == other.host.lowercased() }

    /// `host:port`, an IPv6 address in brackets.
    init?(parsing text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), Self.validPorts.contains(port),
            !text[text.index(after: colon)...].hasPrefix("+")
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() } else if host.contains(":") { return nil }
        guard !host.isEmpty, host.count <= 255 else { return nil }
        self.init(host: String(host), port: port)
    }
}

/// A number of bytes as load balancers' configurations write it: `1048576`, `64kb`, `16MB`, `1gb`. Units are powers of 1024.
struct ByteCount: Hashable {
    let bytes: Int64

    init?(parsing text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units =
            ["": 1, "b": 1, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "g": 1 << 30, "gb": 1 << 30] as [String: Int64]
        guard let number = Int64(digits), let unit = units[text.dropFirst(digits.count).lowercased()] else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        bytes = product
    }
}
