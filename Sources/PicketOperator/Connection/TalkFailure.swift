import Glibc
import NIOCore
import NIOPosix

/// Why a server did not answer, or what it refused with; in words for a line of a table.
package enum TalkFailure: Error, Hashable, Sendable {
    case refusedConnection
    case cannotConnect(String)
    case silent(after: Duration)
    case closed
    /// An error reply, as it came.
    case answered(String)
    /// Not what such a server answers.
    case strange(String)

    package var text: String {
        switch self {
        case .refusedConnection: "connection refused"
        case .cannotConnect(let why): why.printable
        case .silent(let limit): "no answer within \(DurationText.brief(limit))"
        case .closed: "closed the connection"
        case .answered(let text): text.printable
        case .strange(let what): what.printable
        }
    }

    /// What the operator can do about it, if it is clear.
    package var advice: String? {
        switch self {
        case .answered(let text) where text.hasPrefix("NOAUTH"):
            "It wants a password: set PICKET_PASSWORD, or name a file with --password-file (and --user)."
        case .answered(let text) where text.hasPrefix("WRONGPASS") || text.hasPrefix("ERR AUTH"):
            "The user or the password is wrong: see PICKET_PASSWORD, --password-file, --user."
        case .answered(let text) where text.hasPrefix("NOPERM"):
            "The user may not do this; Deploy/README.md has the permissions that are needed."
        default: nil
        }
    }

    var isUnknownCommand: Bool {
        if case .answered(let text) = self { return text.lowercased().hasPrefix("err unknown ") } else { return false }
    }

    static func of(_ error: any Error) -> TalkFailure {
        switch error {
        case let failure as TalkFailure: return failure
        case let error as OperatorError: return .cannotConnect(error.message)
        case ChannelError.connectTimeout(let limit): return .silent(after: .nanoseconds(limit.nanoseconds))
        case let error as NIOConnectionError:
            if let dns = error.dnsAError ?? error.dnsAAAAError { return .cannotConnect("\(error.host) has no address (\(dns))") }
            return error.connectionErrors.first.map { of($0.error) } ?? .cannotConnect("no connection")
        case let error as IOError where error.errnoCode == ECONNREFUSED: return .refusedConnection
        case let error as IOError: return .cannotConnect(String(cString: strerror(error.errnoCode)))
        default: return .cannotConnect("\(error)")
        }
    }
}
