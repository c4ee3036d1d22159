import PicketCore
import PicketRESP

/// A failover's trace for SENTINEL FAILOVER-TRACE and for the log.
package enum FailoverTraceText {
    /// Names and values, nested where there are several.
    package static func value(_ trace: FailoverTrace) -> RESPValue {
        .map([
            RESPPair("group", .bulk(trace.group.text)), RESPPair("epoch", .bulk(trace.epoch.description)),
            RESPPair("cause", .bulk(trace.cause.rawValue)), RESPPair("from", .bulk("\(trace.from)")),
            RESPPair("to", .bulk(trace.to.map { "\($0)" } ?? "")), RESPPair("outcome", .bulk(outcome(trace.outcome))),
            RESPPair("total-ms", .bulk(milliseconds(trace.total))),
            RESPPair("phases", .map(trace.phases.map { RESPPair($0.name.rawValue, .bulk(milliseconds($0.took))) })),
            RESPPair("witnesses", .map(trace.witnesses.map { RESPPair($0.monitor.text, .bulk(milliseconds($0.after))) })),
            RESPPair("votes", .map(trace.votes.map { RESPPair($0.monitor.text, .bulk(milliseconds($0.after))) })),
            RESPPair(
                "candidates",
                .array(
                    trace.candidates.map { candidate in
                        .map([
                            RESPPair("address", .bulk("\(candidate.endpoint)")), RESPPair("offset", .bulk(String(candidate.offset))),
                            RESPPair("priority", .bulk(String(candidate.priority))), RESPPair("verdict", .bulk(candidate.verdict)),
                        ])
                    })),
            RESPPair("reattached", .map(trace.reattached.map { RESPPair("\($0.endpoint)", .bulk(milliseconds($0.after))) })),
        ])
    }

    /// One line of `key=value`; values with blanks stand in quotes.
    package static func line(_ trace: FailoverTrace) -> String {
        var words = [
            "failover-trace", "group=\(quoted(trace.group.text))", "epoch=\(trace.epoch)", "cause=\(trace.cause.rawValue)",
            "from=\(trace.from)",
            "to=\(trace.to.map { "\($0)" } ?? "-")", "outcome=\(quoted(outcome(trace.outcome)))", "total_ms=\(milliseconds(trace.total))",
        ]
        words += trace.phases.map { "\($0.name.rawValue)_ms=\(milliseconds($0.took))" }
        words.append("witnesses=" + list(trace.witnesses.map { "\($0.monitor.short):\(milliseconds($0.after))" }))
        words.append("votes=" + list(trace.votes.map { "\($0.monitor.short):\(milliseconds($0.after))" }))
        words.append(
            "candidates="
                + quoted(
                    trace.candidates.map { "\($0.endpoint) offset \($0.offset) priority \($0.priority) \($0.verdict)" }
                        .joined(separator: "; ")))
        words.append("reattached=" + list(trace.reattached.map { "\($0.endpoint)@\(milliseconds($0.after))" }))
        return words.joined(separator: " ")
    }

    private static func outcome(_ outcome: FailoverTrace.Outcome) -> String {
        switch outcome {
        case .underWay: "under way"
        case .done: "done"
        case .failed(let why): why
        }
    }

    /// With one digit behind the point: phases of a fast failover last less than a millisecond.
    private static func milliseconds(_ time: Duration) -> String {
        let tenths = time / .microseconds(100)
        let whole = Int64(tenths.rounded())
        return "\(whole / 10).\(abs(whole % 10))"
    }

    private static func list(_ words: [String]) -> String { words.isEmpty ? "-" : words.joined(separator: ",") }

    /// What an instance refused with stands in it as it came: nothing of it may end the line or paint the terminal.
    private static func quoted(_ text: String) -> String {
        let printable = String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : Character($0) })
        let isWord = !printable.isEmpty && !printable.contains { $0 == " " || $0 == "\"" }
        return isWord ? printable : "\"\(printable.replacing("\"", with: "'"))\""
    }
}
