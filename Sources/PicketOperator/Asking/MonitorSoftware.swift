/// What a monitor is, and its version as it tells it.
package enum MonitorSoftware: Hashable, Sendable {
    case picketd(String)
    case redisSentinel(String)
    case valkeySentinel(String)

    /// From INFO's section `server`.
    init(_ info: InfoText) {
        if let version = info["picket_version"] {
            self = .picketd(version)
        } else if let version = info["valkey_version"] {
            self = .valkeySentinel(version)
        } else {
            self = .redisSentinel(info["redis_version"] ?? "?")
        }
    }

    package var name: String {
        switch self {
        case .picketd: "picketd"
        case .redisSentinel: "redis-sentinel"
        case .valkeySentinel: "valkey-sentinel"
        }
    }

    package var version: String {
        switch self {
        case .picketd(let version), .redisSentinel(let version), .valkeySentinel(let version): version
        }
    }

    package var isPicketd: Bool { if case .picketd = self { true } else { false } }

    /// Whether SENTINEL FAILOVER … COORDINATED is known: to each picketd, and to Valkey from 9.0 on.
    package var handsOver: Bool {
        switch self {
        case .picketd: true
        case .redisSentinel: false
        case .valkeySentinel(let version): (version.split(separator: ".").first.flatMap { Int($0) } ?? 0) >= 9
        }
    }
}

extension MonitorSoftware: CustomStringConvertible {
    package var description: String { "\(name) \(version)" }
}
