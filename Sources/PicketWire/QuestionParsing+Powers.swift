import PicketCore

/// The arguments of SENTINEL PAUSE, RESUME, MAINTENANCE and FORGET, behind the subcommand's name.
extension QuestionParsing {
    /// `<name> [FOR <seconds>] [REASON <text>]`, in either order behind the name.
    package static func pause(_ arguments: [String]) throws(Failure) -> Question {
        var time: Duration?
        var reason: String?
        var index = 1
        while index < arguments.count {
            guard index + 1 < arguments.count else { throw pauseSyntax }
            switch arguments[index].lowercased() {
            case "for" where time == nil: time = try pauseTime(arguments[index + 1])
            case "reason" where reason == nil: reason = try self.reason(arguments[index + 1])
            default: throw pauseSyntax
            }
            index += 2
        }
        return .power(GroupName(arguments[0]), .pause(for: time ?? PowerStatement.usualPause, reason: reason ?? ""))
    }

    private static let pauseSyntax = Failure("syntax error, expected SENTINEL PAUSE <name> [FOR <seconds>] [REASON <text>]")

    private static func pauseTime(_ text: String) throws(Failure) -> Duration {
        let (least, most) = (PowerStatement.shortestPause.components.seconds, PowerStatement.longestPause.components.seconds)
        guard let seconds = Int64(decimal: text), (least...most).contains(seconds) else {
            throw Failure("Invalid time '\(text)' for SENTINEL PAUSE: it takes whole seconds, from \(least) to \(most) (7 days)")
        }
        return .seconds(seconds)
    }

    /// `<name> <host> <port> ON [REASON <text>] | OFF`.
    package static func maintenance(_ arguments: [String]) throws(Failure) -> Question {
        let syntax = Failure("syntax error, expected SENTINEL MAINTENANCE <name> <host> <port> ON [REASON <text>] | OFF")
        let endpoint = try powerTarget(arguments[1], arguments[2])
        let rest = arguments[3...].map { $0.lowercased() }
        switch (rest[0], rest.count) {
        case ("on", 1): return .power(GroupName(arguments[0]), .maintenance(endpoint, isOn: true, reason: ""))
        case ("on", 3) where rest[1] == "reason":
            return .power(GroupName(arguments[0]), .maintenance(endpoint, isOn: true, reason: try reason(arguments[5])))
        case ("off", 1): return .power(GroupName(arguments[0]), .maintenance(endpoint, isOn: false, reason: ""))
        default: throw syntax
        }
    }

    /// `<name> REPLICA <host> <port> | SENTINEL <host> <port> | SENTINEL <run-id>`.
    package static func forget(_ arguments: [String]) throws(Failure) -> Question {
        let name = GroupName(arguments[0])
        switch (arguments[1].lowercased(), arguments.count) {
        case ("replica", 4): return .power(name, .forgetReplica(try powerTarget(arguments[2], arguments[3])))
        case ("sentinel", 4): return .power(name, .forgetMonitorAt(try powerTarget(arguments[2], arguments[3])))
        case ("sentinel", 3):
            guard let id = MonitorID(arguments[2]) else {
                throw Failure(
                    "Invalid run-id '\(arguments[2])': it has \(MonitorID.length) characters. SENTINEL SENTINELS \(name) lists them")
            }
            return .power(name, .forgetMonitor(id))
        default:
            throw Failure(
                "syntax error, expected SENTINEL FORGET <name> REPLICA <host> <port> | SENTINEL <host> <port> | SENTINEL <run-id>")
        }
    }

    /// The words behind SENTINEL POWERS.
    package static func powers(_ arguments: [String]) throws(Failure) -> Question {
        let report: Result<PowersReport, PowersText.Fault>
        do throws(PowersText.Fault) { report = .success(try PowersText.report(from: arguments)) } catch { report = .failure(error) }
        switch report {
        case .success(let report): return .takePowers(report)
        case .failure(let fault): throw Failure("not a report of powers: \(fault.text)")
        }
    }

    private static func powerTarget(_ host: String, _ port: String) throws(Failure) -> Endpoint {
        guard let number = Int64(decimal: port), Endpoint.validPorts.contains(Int(number)) else { throw Failure("Invalid port number.") }
        guard !host.isEmpty, isFreeOfControls(host) else { throw Failure("Invalid IP address or hostname specified") }
        return Endpoint(host: host, port: Int(number))
    }

    private static func reason(_ text: String) throws(Failure) -> String {
        guard text.utf8.count <= PowerStatement.longestReason, isFreeOfControls(text) else {
            throw Failure("Invalid reason: it may have \(PowerStatement.longestReason) bytes, and no control characters")
        }
        return text
    }
}
