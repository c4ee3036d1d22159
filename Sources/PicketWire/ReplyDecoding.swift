import PicketCore
import PicketRESP

/// Redis' replies in the core's words.
package enum ReplyDecoding {
    /// `replies` are those to `RequestEncoding.commands(for: request)`, in order and as many.
    package static func reply(to request: Request, from replies: [RESPValue]) -> Reply {
        guard let last = replies.last else { return .unintelligible("no reply") }
        switch request {
        case .ping: return vitality(last)
        case .probe:
            guard case .alive(let vitality) = vitality(last) else { return failure(last) }
            return .probed(vitality, isShuttingDown: replies[0].bulkContains(shutdownField))
        case .info:
            guard let text = last.text, !last.isError else { return failure(last) }
            return InfoParsing.report(from: text).map(Reply.report) ?? .unintelligible("INFO without a role")
        case .role: return role(last)
        case .askDown: return opinion(last)
        case .promote, .follow, .stepBack: return transaction(replies)
        case .compareStandings: return standings(last)
        case .publish, .rewriteConfiguration, .killScript, .handOver, .abortHandOver, .pauseWrites, .resumeWrites,
            .tellPowers:
            return last.isError ? failure(last) : .accepted
        }
    }

    /// In INFO's section `server` while the process waits for its replicas before it ends (Redis 7).
    private static let shutdownField = Array("\nshutdown_in_milliseconds:".utf8)

    private static func vitality(_ value: RESPValue) -> Reply {
        switch value {
        case .simple(let text) where text.hasPrefix("PONG"): .alive(.serving)
        case .error(let text) where text.hasPrefix("LOADING"): .alive(.loading)
        case .error(let text) where text.hasPrefix("MASTERDOWN"): .alive(.primaryLinkDown)
        default: failure(value)
        }
    }

    private static func role(_ value: RESPValue) -> Reply {
        guard case .array(let words) = value, let name = words.first?.text else { return failure(value) }
        switch name {
        case "master":
            var report = RoleReport(role: .primary)
            if words.count > 1, case .integer(let offset) = words[1] { report.offset = offset }
            return .role(report)
        case "slave":
            var report = RoleReport(role: .replica)
            if words.count >= 5, let host = words[1].text, case .integer(let port) = words[2] {
                report.primary = Endpoint(host: host, port: Int(clamping: port))
                report.isLinkUp = words[3].text == "connected"
                if case .integer(let offset) = words[4] { report.offset = offset }
            }
            return .role(report)
        default: return .unintelligible("ROLE \(name)")
        }
    }

    private static func opinion(_ value: RESPValue) -> Reply {
        guard case .array(let words) = value, words.count == 3, case .integer(let isDown) = words[0], let leader = words[1].text,
            case .integer(let epoch) = words[2]
        else { return failure(value) }
        return .opinion(isDown: isDown == 1, leader: MonitorID(leader), leaderEpoch: Epoch(UInt64(clamping: epoch)))
    }

    private static func standings(_ value: RESPValue) -> Reply {
        guard case .array(let values) = value else { return failure(value) }
        let words = values.compactMap(\.text)
        guard words.count == values.count, let report = StandingText.report(from: words) else { return failure(value) }
        return .standings(report)
    }

    /// What became of the transaction is what became of its first command, the change of role. That clients could not be
    /// cut off, or the file not be rewritten, does not undo it.
    private static func transaction(_ replies: [RESPValue]) -> Reply {
        guard let executed = replies.last else { return .unintelligible("no reply") }
        // Without MULTI each command took effect on its own.
        if replies.count > 2, replies[0].isError { return replies[1].isError ? failure(replies[1]) : .accepted }
        if case .array(let results) = executed, let first = results.first { return first.isError ? failure(first) : .accepted }
        // EXECABORT does not say why; the refused command did.
        if executed.isError, let refused = replies.dropLast().first(where: \.isError) { return failure(refused) }
        return failure(executed)
    }

    private static func failure(_ value: RESPValue) -> Reply {
        guard case .error(let text) = value else { return .unintelligible(value.briefDescription) }
        let code = text.prefix { $0 != " " }
        return .refused(code: String(code), text: text)
    }
}

extension RESPValue {
    package var isError: Bool {
        if case .error = self { true } else { false }
    }

    /// Looks for bytes without making a string of the whole.
    fileprivate func bulkContains(_ wanted: [UInt8]) -> Bool {
        guard case .bulk(let text) = self, let first = wanted.first else { return false }
        return text.bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            while start + wanted.count <= bytes.count {
                if bytes[start] == first, bytes[start..<(start + wanted.count)].elementsEqual(wanted) { return true }
                start += 1
            }
            return false
        }
    }

    /// The text of a string of any kind; not of an error.
    package var text: String? {
        switch self {
        case .simple(let text): text
        case .bulk(let bytes): bytes.text
        case .verbatim(let text): text
        case .error, .integer, .null, .nullArray, .array, .map, .set, .push, .boolean, .double: nil
        }
    }

    /// For a log line: what kind of reply it is, and the first words of it.
    package var briefDescription: String {
        switch self {
        case .simple(let text), .error(let text): String(text.prefix(80))
        case .bulk(let bytes): "\"\(bytes.text.prefix(80))\""
        case .verbatim(let text): "\"\(text.prefix(80))\""
        case .integer(let number): String(number)
        case .null, .nullArray: "nothing"
        case .array(let values), .set(let values), .push(let values): "an array of \(values.count)"
        case .map(let pairs): "a map of \(pairs.count)"
        case .boolean(let flag): String(flag)
        case .double(let number): String(number)
        }
    }
}
