import PicketCore

/// What one picketd tells another of what operators have ordered: `SENTINEL POWERS <id> [<entry>]…`, each entry one of
///
///     pause <group> <counter> <author> <on> <milliseconds left> <estimate> <reason>
///     maintenance <group> <counter> <author> <on> <host> <port> <reason>
///     replica <group> <counter> <author> <on> <host> <port>
///     monitor <group> <counter> <author> <on> <id>
///     ordered <group> <epoch>
///
/// `counter` and `author` are the order's version, `on` and `estimate` are 0 or 1. `replica` and `monitor` are those that are to be
/// forgotten. `ordered`: the sender stands in that epoch because an operator told it to. The answer is `OK`.
package enum PowersText {
    static let subcommand = "powers"

    package static func words(of report: PowersReport) -> [String] { [report.sender.text] + report.entries.flatMap(words) }

    private static func words(of entry: PowersReport.Entry) -> [String] {
        switch entry {
        case .ordered(let name, let epoch): return ["ordered", name.text, epoch.description]
        case .statement(let name, let statement):
            let head = [name.text, String(statement.version.counter), statement.version.author.text, statement.isOn ? "1" : "0"]
            switch statement.subject {
            case .pause:
                return ["pause"] + head
                    + [String(statement.remaining.wholeMilliseconds), statement.isEstimate ? "1" : "0", statement.reason]
            case .maintenance(let endpoint):
                return ["maintenance"] + head + [endpoint.host, String(endpoint.port), statement.reason]
            case .replica(let endpoint): return ["replica"] + head + [endpoint.host, String(endpoint.port)]
            case .monitor(let id): return ["monitor"] + head + [id.text]
            }
        }
    }

    /// Why words are no report.
    package struct Fault: Error, Hashable {
        package let text: String
    }

    /// All or nothing: what is not understood could be the very order that matters.
    package static func report(from words: [String]) throws(Fault) -> PowersReport {
        var reader = Reader(words: words)
        return try reader.report()
    }

    private struct Reader {
        let words: [String]
        var position = 0

        mutating func report() throws(Fault) -> PowersReport {
            var report = PowersReport(sender: try id(), entries: [])
            while position < words.count {
                guard report.entries.count < PowersReport.mostEntries else {
                    throw Fault(text: "more than \(PowersReport.mostEntries) orders in one message")
                }
                report.entries.append(try entry())
            }
            return report
        }

        private mutating func entry() throws(Fault) -> PowersReport.Entry {
            let kind = try next("an order")
            switch kind {
            case "pause", "maintenance", "replica", "monitor": break
            case "ordered":
                let name = try name()
                return .ordered(name, Epoch(try unsigned("an epoch")))
            default: throw wrong("an order")
            }
            let name = try name()
            let counter = try unsigned("a counter")
            guard counter <= PowerVersion.greatestCounter else { throw wrong("a counter") }
            let version = PowerVersion(counter: counter, author: try id())
            let isOn = try flag()
            switch kind {
            case "pause":
                let left = try unsigned("milliseconds")
                guard let milliseconds = Int64(exactly: left), .milliseconds(milliseconds) <= PowerStatement.longestPause else {
                    throw wrong("milliseconds, up to those of \(PowerStatement.longestPause.components.seconds / 86_400) days")
                }
                let isEstimate = try flag()
                return .statement(
                    name,
                    PowerStatement(
                        .pause, version, isOn: isOn, reason: try reason(), remaining: .milliseconds(milliseconds), isEstimate: isEstimate))
            case "maintenance":
                let endpoint = try endpoint()
                return .statement(name, PowerStatement(.maintenance(endpoint), version, isOn: isOn, reason: try reason()))
            case "replica": return .statement(name, PowerStatement(.replica(try endpoint()), version, isOn: isOn))
            default: return .statement(name, PowerStatement(.monitor(try id()), version, isOn: isOn))
            }
        }

        private mutating func next(_ expected: String) throws(Fault) -> String {
            guard position < words.count else { throw Fault(text: "it ends where \(expected) should stand") }
            position += 1
            return words[position - 1]
        }

        /// The word that was read last.
        private func wrong(_ expected: String) -> Fault {
            Fault(text: "word \(position) is '\(words[position - 1].prefix(40))' and should be \(expected)")
        }

        private mutating func name() throws(Fault) -> GroupName {
            let word = try next("a group's name")
            guard !word.isEmpty else { throw wrong("a group's name") }
            return GroupName(word)
        }

        private mutating func id() throws(Fault) -> MonitorID {
            guard let id = MonitorID(try next("a sentinel's id")) else { throw wrong("a sentinel's id") }
            return id
        }

        private mutating func unsigned(_ expected: String) throws(Fault) -> UInt64 {
            let word = try next(expected)
            guard let first = word.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first), let number = UInt64(word) else {
                throw wrong(expected)
            }
            return number
        }

        private mutating func flag() throws(Fault) -> Bool {
            switch try next("0 or 1") {
            case "0": return false
            case "1": return true
            default: throw wrong("0 or 1")
            }
        }

        private mutating func endpoint() throws(Fault) -> Endpoint {
            let host = try next("a host")
            guard !host.isEmpty, QuestionParsing.isFreeOfControls(host) else { throw wrong("a host") }
            guard let port = Int64(decimal: try next("a port")), Endpoint.validPorts.contains(Int(port)) else { throw wrong("a port") }
            return Endpoint(host: host, port: Int(port))
        }

        private mutating func reason() throws(Fault) -> String {
            let word = try next("a reason")
            guard word.utf8.count <= PowerStatement.longestReason, QuestionParsing.isFreeOfControls(word) else {
                throw wrong("a reason of \(PowerStatement.longestReason) bytes at most")
            }
            return word
        }
    }
}
