import PicketCore
import PicketRESP

/// The arguments of SENTINEL subcommands → the core's questions, or the error to answer with.
///
/// Arguments begin after the subcommand's name; their number was checked against the command's arity before.
package enum QuestionParsing {
    package struct Failure: Error, Hashable {
        package let text: String
        init(_ text: String) { self.text = "ERR \(text)" }
    }

    static let notAnInteger = Failure("value is not an integer or out of range")

    /// `<ip> <port> <epoch> <runid>`.
    package static func isPrimaryDown(_ arguments: [String]) throws(Failure) -> Question {
        guard let port = Int64(decimal: arguments[1]), let epoch = Int64(decimal: arguments[2]) else { throw notAnInteger }
        let candidate = arguments[3] == "*" ? nil : MonitorID(arguments[3])
        return .isPrimaryDown(
            Endpoint(host: arguments[0], port: Int(port)), epoch: Epoch(UInt64(clamping: epoch)), candidate: candidate)
    }

    /// `<name> <ip> <port> <quorum>`; the host is resolved afterwards.
    package static func monitor(_ arguments: [String]) throws(Failure) -> (GroupName, Endpoint, quorum: Int) {
        guard let quorum = Int64(decimal: arguments[3]) else { throw Failure("Invalid quorum") }
        guard let port = Int64(decimal: arguments[2]) else { throw Failure("Invalid port") }
        guard quorum > 0 else { throw Failure("Quorum must be 1 or greater.") }
        guard Endpoint.validPorts.contains(Int(port)) else { throw Failure("Invalid port number.") }
        let name = arguments[0]
        guard !name.isEmpty, isFreeOfControls(name) else {
            throw Failure("Invalid master name: it is empty or has control characters")
        }
        // Hellos separate their words by commas: such a group could never be agreed upon.
        guard !name.utf8.contains(UInt8(ascii: ",")) else { throw Failure("Invalid master name: commas are not allowed") }
        guard isFreeOfControls(arguments[1]), !arguments[1].isEmpty else { throw Failure("Invalid IP address or hostname specified") }
        return (GroupName(name), Endpoint(host: arguments[1], port: Int(port)), Int(quorum))
    }

    /// `<name> [TO <host> <port>] [COORDINATED | FORCE]`, in any order behind the name.
    package static func failover(_ arguments: [String]) throws(Failure) -> Question {
        var order = FailoverOrder()
        var index = 1
        while index < arguments.count {
            switch arguments[index].lowercased() {
            case "to" where index + 2 < arguments.count && order.target == nil:
                guard let port = Int64(decimal: arguments[index + 2]), Endpoint.validPorts.contains(Int(port)) else {
                    throw Failure("Invalid port number.")
                }
                order.target = Endpoint(host: arguments[index + 1], port: Int(port))
                index += 3
            case "coordinated" where order.manner == .usual:
                order.manner = .coordinated
                index += 1
            case "force" where order.manner == .usual:
                order.manner = .forced
                index += 1
            default: throw Failure("syntax error, expected SENTINEL FAILOVER <name> [TO <host> <port>] [COORDINATED | FORCE]")
            }
        }
        return .failover(GroupName(arguments[0]), order)
    }

    /// The words behind SENTINEL STANDINGS.
    package static func standings(_ arguments: [String]) throws(Failure) -> Question {
        guard let report = StandingText.report(from: arguments) else { throw Failure("not a report of standings") }
        return .compareStandings(report)
    }

    static func isFreeOfControls(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }

    // MARK: SENTINEL SET

    /// What SET needs to know of the world.
    package struct ScriptRules {
        package var areDenied: Bool
        package var isExecutable: (String) -> Bool
        package init(areDenied: Bool, isExecutable: @escaping (String) -> Bool) {
            self.areDenied = areDenied
            self.isExecutable = isExecutable
        }
    }

    /// The options up to the first bad one, and why that one is bad.
    package static func options(_ arguments: [String], scripts: ScriptRules) -> (options: [GroupOption], failure: String?) {
        var options: [GroupOption] = []
        var index = 0
        while index < arguments.count {
            let name = arguments[index].lowercased()
            let values = arguments[(index + 1)...].prefix(name == "rename-command" || name == "election-retry" ? 2 : 1)
            do throws(Failure) {
                options.append(try option(name, as: arguments[index], Array(values), scripts))
            } catch {
                return (options, error.text)
            }
            index += 1 + values.count
        }
        return (options, nil)
    }

    private static func option(_ name: String, as given: String, _ values: [String], _ scripts: ScriptRules) throws(Failure) -> GroupOption
    {
        guard let value = values.first else { throw unknown(given) }
        switch name {
        case "down-after-milliseconds": return .downAfter(milliseconds: try positive(value, given))
        case "failover-timeout": return .failoverTimeout(milliseconds: try positive(value, given))
        case "parallel-syncs": return .parallelSyncs(Int(try positive(value, given)))
        case "quorum": return .quorum(Int(try positive(value, given)))
        case "notification-script": return .notificationScript(try script(value, "Notification script", scripts))
        case "client-reconfig-script": return .clientReconfigScript(try script(value, "Client reconfiguration script", scripts))
        case "auth-pass": return .password(value.isEmpty ? nil : value)
        case "auth-user": return .user(value.isEmpty ? nil : value)
        case "master-reboot-down-after-period", "primary-reboot-down-after-period":
            guard let number = Int64(decimal: value), number >= 0 else { throw invalid(value, given) }
            return .rebootDownAfter(milliseconds: number)
        case "crash-down-after-milliseconds": return .crashDownAfter(milliseconds: try time(value, given, atLeast: 0))
        case "switchover-timeout": return .switchoverTimeout(milliseconds: try time(value, given, atLeast: 1))
        case "election-retry":
            guard values.count == 2 else { throw unknown(given) }
            let shortest = try time(value, given, atLeast: 1)
            return .electionRetry(atLeast: shortest, atMost: try time(values[1], given, atLeast: shortest))
        case "empty-primary-guard":
            guard ["yes", "no"].contains(value.lowercased()) else { throw invalid(value, given) }
            return .emptyPrimaryGuard(value.lowercased() == "yes")
        case "rename-command":
            guard values.count == 2 else { throw unknown(given) }
            for word in values where word.isEmpty || !isFreeOfControls(word) { throw invalid(word, given) }
            return .renameCommand(values[0], values[1])
        default: throw unknown(given)
        }
    }

    private static func positive(_ text: String, _ option: String) throws(Failure) -> Int64 {
        guard let number = Int64(decimal: text), number > 0 else { throw invalid(text, option) }
        return number
    }

    /// Milliseconds of one of our own options, up to a century.
    private static func time(_ text: String, _ option: String, atLeast least: Int64) throws(Failure) -> Int64 {
        guard let number = Int64(decimal: text), number >= least, number <= 100 * 366 * 86_400_000 else { throw invalid(text, option) }
        return number
    }

    private static func script(_ path: String, _ what: String, _ rules: ScriptRules) throws(Failure) -> String? {
        guard !rules.areDenied else {
            throw Failure(
                "Reconfiguration of scripts path is denied for security reasons. Check the deny-scripts-reconfig configuration directive "
                    + "in your Sentinel configuration")
        }
        if path.isEmpty { return nil }
        guard isFreeOfControls(path) else { throw Failure("\(what) path must not contain control characters") }
        guard rules.isExecutable(path) else { throw Failure("\(what) seems non existing or non executable") }
        return path
    }

    private static func invalid(_ value: String, _ option: String) -> Failure {
        Failure("Invalid argument '\(value)' for SENTINEL SET '\(option)'")
    }

    private static func unknown(_ option: String) -> Failure {
        Failure("Unknown option or number of arguments for SENTINEL SET '\(option)'")
    }

    // MARK: SENTINEL DEBUG

    package static func tuning(_ arguments: [String]) -> Question {
        var changes: [TuningChange] = []
        var index = 0
        while index < arguments.count {
            let name = arguments[index]
            guard let parameter = TuningParameter(rawValue: name.lowercased()), index + 1 < arguments.count else {
                return .tune(changes, failure: "ERR Unknown option or number of arguments for SENTINEL DEBUG '\(name)'")
            }
            let value = arguments[index + 1]
            guard let milliseconds = Int64(decimal: value), milliseconds > 0, milliseconds <= Int64(Int32.max) else {
                return .tune(changes, failure: "ERR Invalid argument '\(value)' for SENTINEL DEBUG '\(name)'")
            }
            changes.append(TuningChange(parameter, milliseconds: Int(milliseconds)))
            index += 2
        }
        return .tune(changes, failure: nil)
    }

    // MARK: SENTINEL SIMULATE-FAILURE

    /// What stops the reading of the flags of SIMULATE-FAILURE.
    package enum SimulationEnd: Hashable, Sendable {
        case help
        case unknown(Failure)
    }

    /// The flags up to the first word that is none. They count, and all earlier ones are forgotten, whatever that word is.
    package static func failures(_ arguments: [String]) -> (failures: [SimulatedFailure], end: SimulationEnd?) {
        var failures: [SimulatedFailure] = []
        for argument in arguments {
            switch argument.lowercased() {
            case "crash-after-election": failures.append(.crashAfterElection)
            case "crash-after-promotion": failures.append(.crashAfterPromotion)
            case "help": return (failures, .help)
            default: return (failures, .unknown(Failure("Unknown failure simulation specified")))
            }
        }
        return (failures, nil)
    }
}
