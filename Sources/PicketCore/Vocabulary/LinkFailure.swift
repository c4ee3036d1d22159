/// Why a connection could not be opened, or ended.
package enum LinkFailure: Hashable, Sendable, Codable {
    /// Nobody listens there: the host answered with a reset. The one failure that is evidence of a dead process.
    case refused
    /// No answer within the bound.
    case timedOut
    case unreachable(String)
    case unresolved(String)
    /// The other side closed an open connection, or reset it.
    case closedByPeer
    /// The credentials were refused, or are missing. Not a sign of death: somebody lives there and says no.
    case accessDenied(String)
    /// Bytes that are not the protocol.
    case protocolViolation(String)
    /// A limit of ours was exceeded.
    case limitExceeded(String)
    /// We closed it.
    case closedLocally

    package var text: String {
        switch self {
        case .refused: "connection refused"
        case .timedOut: "timed out"
        case .unreachable(let reason): "unreachable: \(reason)"
        case .unresolved(let reason): "cannot resolve host: \(reason)"
        case .closedByPeer: "closed by the other side"
        case .accessDenied(let reason): "access denied: \(reason)"
        case .protocolViolation(let reason): "protocol violation: \(reason)"
        case .limitExceeded(let reason): "limit exceeded: \(reason)"
        case .closedLocally: "closed"
        }
    }
}
