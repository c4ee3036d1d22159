import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Why a server did not answer, or what it refused with; in words for a line of a table.
package enum TalkFailure: Error, Hashable, Sendable {
    case refusedConnection
    case cannotConnect(String)
    case silent(after: Duration)
    case closed
    /// What is wrong with its certificate, or with its talk of TLS.
    case untrusted(String)
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
        case .untrusted(let why): why.printable
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
            "The user may not do this; Runbooks/picket.md lists the permissions that are needed."
        case .untrusted: "Name the authority that signed its certificate with --cacert; --sni where it is made out to another name."
        case .closed: "If it talks TLS: --tls, or --cacert FILE."
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
        case let error as NIOSSLError: return .untrusted(words(error))
        case let error as NIOSSLExtraError: return .untrusted("\(error)")
        case let error as IOError where error.errnoCode == ECONNRESET: return .closed
        case let error as IOError where error.errnoCode == ECONNREFUSED: return .refusedConnection
        case let error as IOError: return .cannotConnect(String(cString: strerror(error.errnoCode)))
        default: return .cannotConnect("\(error)")
        }
    }

    /// BoringSSL's own words name files of its sources.
    private static func words(_ error: NIOSSLError) -> String {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return "its certificate is not trusted" }
        if text.contains("WRONG_VERSION_NUMBER") { return "it does not talk TLS" }
        if text.contains("CERTIFICATE_REQUIRED") { return "it wants a certificate of ours (--cert, --key)" }
        return "TLS could not be agreed upon: \(text)"
    }
}
