import Glibc

/// Why something in the laboratory did not come about, in words for whoever reads a test's or a demonstration's output.
package enum LabError: Error, Hashable, Sendable {
    case system(String, Int32)
    /// No program to be run was found; what to do about it.
    case missingProgram(String)
    case processEnded(String)
    case timedOut(String)
    case closed(String)
    /// An error reply.
    case refused(String)
    case unexpected(String)
    /// What was waited for did not happen; what was seen instead.
    case notInTime(String, within: Duration, seen: String)
}

extension LabError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let what, let code): "\(what): \(String(cString: strerror(code)))"
        case .missingProgram(let words), .processEnded(let words), .timedOut(let words), .closed(let words), .unexpected(let words): words
        case .refused(let text): "the answer was an error: \(text)"
        case .notInTime(let what, let limit, let seen):
            "not within \(limit.milliseconds) ms: \(what)" + (seen.isEmpty ? "" : "; last seen: \(seen)")
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
