import PicketCore
import PicketRESP

/// SENTINEL CONFIG GET and SET: seven parameters of the monitor as a whole.
package enum ConfigParameter: String, CaseIterable, Sendable {
    case resolveHostnames = "resolve-hostnames"
    case announceHostnames = "announce-hostnames"
    case announceIP = "announce-ip"
    case announcePort = "announce-port"
    case sentinelUser = "sentinel-user"
    case sentinelPass = "sentinel-pass"
    case logLevel = "loglevel"

    package static let logLevels = ["debug", "verbose", "notice", "warning", "nothing"]

    package func value(in settings: MonitorSettings, logLevel: String) -> String {
        switch self {
        case .resolveHostnames: settings.resolveHostnames ? "yes" : "no"
        case .announceHostnames: settings.announceHostnames ? "yes" : "no"
        case .announceIP: settings.announceHost
        case .announcePort: String(settings.announcePort)
        case .sentinelUser: settings.peerCredentials.user ?? ""
        case .sentinelPass: settings.peerCredentials.password ?? ""
        case .logLevel: logLevel
        }
    }

    /// What a valid SENTINEL CONFIG SET asks for.
    package struct Changes: Sendable {
        package var options: [MonitorOption] = []
        package var logLevel: String?
    }

    /// `<parameter> <value> …`: all are checked before any takes effect.
    package static func changes(_ arguments: [String]) throws(QuestionParsing.Failure) -> Changes {
        var changes = Changes()
        var seen: [ConfigParameter] = []
        var index = 0
        while index < arguments.count {
            let name = arguments[index]
            guard let parameter = ConfigParameter(rawValue: name.lowercased()) else {
                throw QuestionParsing.Failure("Invalid argument '\(name)' to SENTINEL CONFIG SET")
            }
            guard index + 1 < arguments.count else { throw QuestionParsing.Failure("Missing argument '\(name)' value") }
            guard !seen.contains(parameter) else { throw QuestionParsing.Failure("Duplicate argument '\(name)' to SENTINEL CONFIG SET") }
            seen.append(parameter)
            try parameter.add(arguments[index + 1], as: name, to: &changes)
            index += 2
        }
        return changes
    }

    private func add(_ value: String, as name: String, to changes: inout Changes) throws(QuestionParsing.Failure) {
        let invalid = QuestionParsing.Failure("Invalid value '\(value)' to SENTINEL CONFIG SET '\(name)'")
        func flag() throws(QuestionParsing.Failure) -> Bool {
            switch value.lowercased() {
            case "yes": return true
            case "no": return false
            default: throw invalid
            }
        }
        switch self {
        case .resolveHostnames: changes.options.append(.resolveHostnames(try flag()))
        case .announceHostnames: changes.options.append(.announceHostnames(try flag()))
        case .announceIP:
            guard QuestionParsing.isFreeOfControls(value), !value.utf8.contains(UInt8(ascii: ",")) else { throw invalid }
            changes.options.append(.announceHost(value))
        case .announcePort:
            guard let port = Int64(decimal: value), (0...65535).contains(port) else { throw invalid }
            changes.options.append(.announcePort(Int(port)))
        case .sentinelUser: changes.options.append(.peerUser(value.isEmpty ? nil : value))
        case .sentinelPass: changes.options.append(.peerPassword(value.isEmpty ? nil : value))
        case .logLevel:
            guard Self.logLevels.contains(value.lowercased()) else { throw invalid }
            changes.logLevel = value.lowercased()
        }
    }
}
