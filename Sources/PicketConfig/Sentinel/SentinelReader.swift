import OrderedCollections
import PicketCore

/// `sentinel …` lines → durable state, in three passes as Sentinel does it: what concerns the monitor, which groups there are, and
/// what is said about each.
struct SentinelReader {
    private(set) var state = DurableState()
    var scripts: [ScriptReference] { Array(scriptsByUse.values) }
    private(set) var stateDirectory: String?
    private(set) var stateConfigFile: String?
    private(set) var diagnostics: [Diagnostic] = []
    private var scriptsByUse: OrderedDictionary<ScriptUse, ScriptReference> = [:]
    /// Groups whose `monitor` line is at fault: one complaint is enough.
    private var faultyGroups: Set<GroupName> = []
    private var declaredIn: [Declaration: SourceLine.Origin] = [:]

    /// What may be said once only in each of: the main file, the included files, the command line.
    private enum Declaration: Hashable {
        case group(GroupName)
        case replica(GroupName, Endpoint)
        case peer(GroupName, MonitorID)
        case renamed(GroupName, String)
    }

    private struct ScriptUse: Hashable {
        let group: GroupName
        let purpose: ScriptReference.Purpose
    }

    private struct Statement {
        let directive: SentinelDirective
        let arguments: Arguments
        let source: SourceLine
    }

    mutating func read(_ lines: [SourceLine]) {
        let statements = lines.compactMap { statement($0) }
        let byRank = Self.ordered(statements, by: [.includedFile, .mainFile, .commandLine])
        for statement in byRank where !statement.directive.isPerGroup { attempt(statement) }
        for statement in Self.ordered(statements, by: [.mainFile, .commandLine, .includedFile]) where statement.directive == .monitor {
            attempt(statement)
        }
        for statement in byRank where statement.directive.isPerGroup && statement.directive != .monitor {
            attempt(statement)
        }
        for group in state.groups.values {
            state.currentEpoch = max(state.currentEpoch, group.configEpoch, group.vote?.epoch ?? .zero)
        }
    }

    private static func ordered(_ statements: [Statement], by origins: [SourceLine.Origin]) -> [Statement] {
        origins.flatMap { origin in statements.filter { $0.source.origin == origin } }
    }

    private mutating func attempt(_ statement: Statement) {
        do throws(ArgumentFault) {
            if statement.directive == .monitor {
                try monitor(statement)
            } else if statement.directive.isPerGroup {
                try obeyOfGroup(statement)
            } else {
                try obeyGlobal(statement)
            }
        } catch {
            diagnostics.append(statement.source.diagnostic(at: error.token, error.message, hint: error.hint))
        }
    }

    private mutating func statement(_ source: SourceLine) -> Statement? {
        let tokens = source.line.tokens
        guard tokens.count > 1 else {
            diagnostics.append(source.diagnostic(at: 1, "Unrecognized sentinel configuration statement.", hint: "What follows `sentinel`?"))
            return nil
        }
        guard let directive = SentinelDirective(keyword: tokens[1].keyword) else {
            let nearest = Spelling.nearest(to: tokens[1].keyword, among: SentinelDirective.keywords)
            diagnostics.append(
                source.diagnostic(at: 1, "Unrecognized sentinel configuration statement.", hint: nearest.map { "Did you mean \($0)?" }))
            return nil
        }
        let arguments = Arguments(tokens: tokens, first: 2)
        let names = directive.argumentNames
        guard (names.count - directive.optionalArgumentCount...names.count).contains(arguments.count) else {
            let usage = "sentinel \(directive.rawValue) \(names.joined(separator: " "))"
            diagnostics.append(
                source.diagnostic(
                    at: 2 + min(arguments.count, names.count),
                    "Wrong number of arguments: sentinel \(directive.rawValue) takes \(names.count), not \(arguments.count).",
                    hint: arguments.count > names.count ? "\(usage) (a value with blanks needs double quotes)" : usage))
            if directive == .monitor, arguments.count > 0, let name = tokens[2].text { faultyGroups.insert(GroupName(name)) }
            return nil
        }
        return Statement(directive: directive, arguments: arguments, source: source)
    }

    // MARK: The monitor

    private mutating func obeyGlobal(_ statement: Statement) throws(ArgumentFault) {
        let arguments = statement.arguments
        switch statement.directive {
        case .myid:
            guard let id = MonitorID(try arguments.text(0)) else {
                throw arguments.fault(
                    0, "Malformed Sentinel id in myid option.",
                    hint: "An id is 40 hexadecimal digits; without this line the monitor makes one for itself.")
            }
            state.identity = id
        case .currentEpoch: state.currentEpoch = Epoch(try arguments.unsigned(0))
        case .denyScriptsReconfig: state.settings.denyScriptsReconfig = try arguments.isYes(0)
        case .resolveHostnames: state.settings.resolveHostnames = try arguments.isYes(0)
        case .announceHostnames: state.settings.announceHostnames = try arguments.isYes(0)
        case .announceIP: state.settings.announceHost = try arguments.text(0)
        case .announcePort: state.settings.announcePort = try arguments.integer(0, in: 0...65535)
        case .sentinelUser: state.settings.peerCredentials.user = try arguments.optionalText(0)
        case .sentinelPass: state.settings.peerCredentials.password = try arguments.optionalText(0)
        case .stateDirectory: stateDirectory = try arguments.optionalText(0)
        case .stateConfigFile: stateConfigFile = try arguments.optionalText(0)
        default: preconditionFailure("\(statement.directive) concerns a group")
        }
    }

    // MARK: Which groups there are

    private mutating func monitor(_ statement: Statement) throws(ArgumentFault) {
        let arguments = statement.arguments
        let name = GroupName(try arguments.text(0))
        if let origin = declaredIn[.group(name)] {
            // Somebody else's word about a group of the main file: the main file's is newer.
            guard origin == statement.source.origin else { return }
            throw arguments.fault(0, "Duplicate master name.", hint: "Each group needs a name of its own; remove one of the two lines.")
        }
        declaredIn[.group(name)] = statement.source.origin
        do throws(ArgumentFault) {
            let quorum = try arguments.integer(3)
            guard quorum >= 1 else { throw arguments.fault(3, "Quorum must be 1 or greater.") }
            guard quorum <= Int32.max else { throw arguments.fault(3, "Nobody has that many monitors.") }
            let primary = try endpoint(arguments, at: 1)
            state.groups[name] = DurableGroup(settings: GroupSettings(quorum: quorum), primary: primary)
        } catch {
            faultyGroups.insert(name)
            throw error
        }
    }

    private func endpoint(_ arguments: Arguments, at index: Int) throws(ArgumentFault) -> Endpoint {
        let host = try arguments.text(index)
        let port = try arguments.integer(index + 1)
        guard Endpoint.validPorts.contains(port) else {
            throw arguments.fault(index + 1, "Invalid port number.", hint: "A port is a number from 1 to 65535.")
        }
        try checkHost(host, arguments, at: index)
        return Endpoint(host: host, port: port)
    }

    private func checkHost(_ host: String, _ arguments: Arguments, at index: Int) throws(ArgumentFault) {
        if HostText.isAddress(host) || state.settings.resolveHostnames && HostText.isName(host) { return }
        throw arguments.fault(
            index, "Can't resolve instance hostname.",
            hint: HostText.isName(host) && !state.settings.resolveHostnames
                ? "This is not an IP address. To use host names, add the line: sentinel resolve-hostnames yes"
                : "An IP address or a host name is expected here.")
    }

    // MARK: What is said about each

    private mutating func obeyOfGroup(_ statement: Statement) throws(ArgumentFault) {
        let arguments = statement.arguments
        let name = GroupName(try arguments.text(0))
        guard var group = state.groups[name] else {
            if faultyGroups.contains(name) { return }
            let nearest = Spelling.nearest(to: name.text, among: state.groups.keys.map(\.text))
            throw arguments.fault(
                0, "No such master with specified name.",
                hint: nearest.map { "Did you mean \($0)?" }
                    ?? "A group exists where a line names it: sentinel monitor <name> <host> <port> <quorum>")
        }
        // The copy in the dictionary would make every change of the group's lists a copy of them.
        state.groups[name] = Self.placeholder
        defer { state.groups[name] = group }
        try obey(statement, name, &group)
    }

    private static let placeholder = DurableGroup(settings: GroupSettings(quorum: 1), primary: Endpoint(host: "", port: 0))

    private mutating func obey(_ statement: Statement, _ name: GroupName, _ group: inout DurableGroup) throws(ArgumentFault) {
        let arguments = statement.arguments
        switch statement.directive {
        case .downAfter: group.settings.downAfter = try time(arguments)
        case .failoverTimeout: group.settings.failoverTimeout = try time(arguments)
        case .parallelSyncs: group.settings.parallelSyncs = try arguments.integer(1, in: 1...Int(Int32.max))
        case .rebootDownAfter: group.settings.rebootDownAfter = try time(arguments, mayBeZero: true)
        case .crashDownAfter: group.settings.crashDownAfter = try time(arguments, mayBeZero: true)
        case .switchoverTimeout: group.settings.switchoverTimeout = try time(arguments)
        case .electionRetry: group.settings.electionRetry = try retry(arguments)
        case .emptyPrimaryGuard: group.settings.guardsAgainstEmptyPrimary = try arguments.isYes(1)
        case .notificationScript:
            group.settings.notificationScript = try script(.notification, statement, name)
        case .clientReconfigScript:
            group.settings.clientReconfigScript = try script(.clientReconfiguration, statement, name)
        case .authPass: group.settings.credentials.password = try arguments.optionalText(1)
        case .authUser: group.settings.credentials.user = try arguments.optionalText(1)
        case .renameCommand:
            let command = try arguments.text(1).lowercased()
            try declare(.renamed(name, command), statement, at: 1, "The command is renamed twice.")
            group.settings.renamedCommands[command] = try arguments.text(2)
        case .configEpoch: group.configEpoch = Epoch(try arguments.unsigned(1))
        case .leaderEpoch:
            let epoch = Epoch(try arguments.unsigned(1))
            group.vote = epoch == .zero ? nil : Vote(epoch: epoch, leader: nil)
        case .knownReplica:
            let replica = try endpoint(arguments, at: 1)
            try declare(.replica(name, replica), statement, at: 1, "Duplicate hostname and port for replica.")
            // A primary that is its own replica could be told to follow itself.
            if replica != group.primary { group.replicas.append(replica) }
        case .knownSentinel: try addPeer(statement, name, &group)
        default: preconditionFailure("\(statement.directive) does not concern a group's settings")
        }
    }

    /// Without an id the line tells nothing that can be relied on and is ignored, as Sentinel does. A port 0 marked, in older
    /// versions, an entry whose address another monitor had taken.
    private mutating func addPeer(_ statement: Statement, _ name: GroupName, _ group: inout DurableGroup) throws(ArgumentFault) {
        let arguments = statement.arguments
        guard arguments.count == 4 else { return }
        guard let id = MonitorID(try arguments.text(3)) else {
            throw arguments.fault(3, "An id has to be 40 hexadecimal digits.")
        }
        if try arguments.integer(2) == 0 { return }
        let endpoint = try endpoint(arguments, at: 1)
        try declare(.peer(name, id), statement, at: 3, "Duplicate runid for sentinel.")
        group.peers[id] = endpoint
    }

    private mutating func declare(
        _ declaration: Declaration, _ statement: Statement, at index: Int, _ message: String
    ) throws(ArgumentFault) {
        let former = declaredIn.updateValue(statement.source.origin, forKey: declaration)
        guard former != statement.source.origin else {
            throw statement.arguments.fault(index, message, hint: "Remove one of the two lines.")
        }
    }

    private mutating func script(
        _ purpose: ScriptReference.Purpose, _ statement: Statement, _ name: GroupName
    ) throws(ArgumentFault) -> String? {
        let path = try statement.arguments.optionalText(1)
        scriptsByUse[ScriptUse(group: name, purpose: purpose)] = path.map { path in
            ScriptReference(group: name, purpose: purpose, path: path, source: statement.source)
        }
        return path
    }

    /// A century: so that sums and multiples of times stay far from any limit.
    private static let longestTimeMilliseconds = 100 * 366 * 86_400_000

    private func time(_ arguments: Arguments, at index: Int = 1, mayBeZero: Bool = false) throws(ArgumentFault) -> Duration {
        let milliseconds = try arguments.integer(index)
        guard milliseconds > 0 || mayBeZero && milliseconds == 0 else {
            throw arguments.fault(index, "negative or zero time parameter.", hint: "Times are in milliseconds.")
        }
        guard milliseconds <= Self.longestTimeMilliseconds else {
            throw arguments.fault(index, "The time is longer than a century.", hint: "Times are in milliseconds.")
        }
        return .milliseconds(milliseconds)
    }

    private func retry(_ arguments: Arguments) throws(ArgumentFault) -> ElectionRetry {
        let retry = ElectionRetry(atLeast: try time(arguments), atMost: try time(arguments, at: 2))
        guard retry.atLeast <= retry.atMost else {
            throw arguments.fault(2, "The longest pause is shorter than the shortest.", hint: "Write the shorter one first: 100 500")
        }
        return retry
    }
}
