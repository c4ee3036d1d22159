import OrderedCollections
import PicketCore

/// Reads one line of the journal back. Nothing is skipped: what this version does not know could be a vote.
struct JournalRecordReader {
    enum Fault: Error {
        case unknownKeyword(String)
        case malformed(String)
    }

    enum Line {
        /// All that was before is replaced by what follows in this frame.
        case snapshot
        case record(JournalRecord)
    }

    private var words: [String]
    private var position = 0

    init(_ line: ConfigurationLine) throws(Fault) {
        words = []
        guard line.unbalancedQuote == nil else { throw .malformed("a quote is not closed") }
        for token in line.tokens {
            guard let text = token.text else { throw .malformed("text that is not UTF-8") }
            words.append(text)
        }
    }

    mutating func read() throws(Fault) -> Line {
        let word = try next("what the line is about")
        guard let keyword = JournalKeyword(rawValue: word) else { throw .unknownKeyword(word) }
        let line: Line = if keyword == .snapshot { .snapshot } else { .record(try record(keyword)) }
        guard position == words.count else { throw .malformed("more words than belong to \(word)") }
        return line
    }

    private mutating func record(_ keyword: JournalKeyword) throws(Fault) -> JournalRecord {
        switch keyword {
        case .configDigest: .configWritten(try digest())
        case .fileBasis: .fileRead(try basis())
        default: .change(try change(keyword))
        }
    }

    private mutating func change(_ keyword: JournalKeyword) throws(Fault) -> DurableChange {
        switch keyword {
        case .identity: return .identified(try id())
        case .epoch: return .epochRaised(try epoch())
        case .settings: return .settingsChanged(try monitorSettings())
        case .groupAdded: return .groupAdded(try name(), try group())
        case .groupRemoved: return .groupRemoved(try name())
        case .groupSettings:
            let name = try name()
            var settings = GroupSettings(quorum: 1)
            while let option = nextOption() { try read(option, into: &settings) }
            return .groupSettingsChanged(name, settings)
        case .vote: return .voted(try name(), Vote(epoch: try epoch(), leader: position < words.count ? try id() : nil))
        case .configured: return .configured(try name(), primary: try endpoint(), epoch: try epoch())
        case .replicaAdded: return .replicaAdded(try name(), try endpoint())
        case .replicaRemoved: return .replicaRemoved(try name(), try endpoint())
        case .peerAdded: return .peerAdded(try name(), try id(), try endpoint())
        case .peerRemoved: return .peerRemoved(try name(), try id())
        case .power: return .powerStated(try name(), try powerStatement())
        case .powerDropped: return .powerDropped(try name(), try powerSubject())
        case .snapshot, .configDigest, .fileBasis: preconditionFailure("\(keyword) is no change")
        }
    }

    private mutating func monitorSettings() throws(Fault) -> MonitorSettings {
        var settings = MonitorSettings()
        while let option = nextOption() {
            switch SentinelDirective(rawValue: option) {
            case .denyScriptsReconfig: settings.denyScriptsReconfig = try isYes()
            case .resolveHostnames: settings.resolveHostnames = try isYes()
            case .announceHostnames: settings.announceHostnames = try isYes()
            case .announceIP: settings.announceHost = try next("a host")
            case .announcePort: settings.announcePort = try number(0...65535)
            case .sentinelUser: settings.peerCredentials.user = try next("a user")
            case .sentinelPass: settings.peerCredentials.password = try next("a password")
            default: throw .malformed("no setting is called \(option)")
            }
        }
        return settings
    }

    private mutating func group() throws(Fault) -> DurableGroup {
        var group = DurableGroup(settings: GroupSettings(quorum: 1), primary: try endpoint())
        while let option = nextOption() {
            switch option {
            case SentinelDirective.configEpoch.rawValue: group.configEpoch = try epoch()
            case JournalKeyword.vote.rawValue: group.vote = Vote(epoch: try epoch(), leader: nil)
            case "leader":
                guard let vote = group.vote else { throw .malformed("a leader without a vote") }
                group.vote = Vote(epoch: vote.epoch, leader: try id())
            case SentinelDirective.knownReplica.rawValue: group.replicas.append(try endpoint())
            case SentinelDirective.knownSentinel.rawValue:
                let endpoint = try endpoint()
                group.peers[try id()] = endpoint
            case JournalKeyword.power.rawValue:
                let statement = try powerStatement()
                group.powers[statement.subject] = statement
            default: try read(option, into: &group.settings)
            }
        }
        return group
    }

    private mutating func read(_ option: String, into settings: inout GroupSettings) throws(Fault) {
        if option == "quorum" {
            settings.quorum = try number(1...Int.max)
            return
        }
        switch SentinelDirective(rawValue: option) {
        case .downAfter: settings.downAfter = .milliseconds(try number(1...Int.max))
        case .failoverTimeout: settings.failoverTimeout = .milliseconds(try number(1...Int.max))
        case .parallelSyncs: settings.parallelSyncs = try number(1...Int.max)
        case .rebootDownAfter: settings.rebootDownAfter = .milliseconds(try number(0...Int.max))
        case .crashDownAfter: settings.crashDownAfter = .milliseconds(try number(0...Int.max))
        case .switchoverTimeout: settings.switchoverTimeout = .milliseconds(try number(1...Int.max))
        case .electionRetry:
            let atLeast = try number(1...Int.max)
            settings.electionRetry = ElectionRetry(
                atLeast: .milliseconds(atLeast), atMost: .milliseconds(try number(atLeast...Int.max)))
        case .emptyPrimaryGuard: settings.guardsAgainstEmptyPrimary = try isYes()
        case .notificationScript: settings.notificationScript = try next("a path")
        case .clientReconfigScript: settings.clientReconfigScript = try next("a path")
        case .authPass: settings.credentials.password = try next("a password")
        case .authUser: settings.credentials.user = try next("a user")
        case .renameCommand:
            let command = try next("a command")
            settings.renamedCommands[command] = try next("its new name")
        default: throw .malformed("no setting is called \(option)")
        }
    }

    private mutating func basis() throws(Fault) -> FileBasis {
        var basis = FileBasis(text: try digest(), settings: try digest(), groups: [:])
        while let name = nextOption() { basis.groups[GroupName(name)] = try digest() }
        return basis
    }

    // MARK: Words

    mutating func next(_ expected: String) throws(Fault) -> String {
        guard let word = nextOption() else { throw .malformed("the line ends where there should be \(expected)") }
        return word
    }

    private mutating func nextOption() -> String? {
        guard position < words.count else { return nil }
        defer { position += 1 }
        return words[position]
    }

    private mutating func name() throws(Fault) -> GroupName { GroupName(try next("a group's name")) }

    mutating func id() throws(Fault) -> MonitorID {
        let word = try next("a monitor's id")
        guard let id = MonitorID(word) else { throw .malformed("\(word) is no monitor's id") }
        return id
    }

    private mutating func epoch() throws(Fault) -> Epoch {
        let word = try next("an epoch")
        guard let number = UInt64(word) else { throw .malformed("\(word) is no epoch") }
        return Epoch(number)
    }

    mutating func number(_ range: ClosedRange<Int>) throws(Fault) -> Int {
        let word = try next("a number")
        guard let number = Int(word), range.contains(number) else { throw .malformed("\(word) is not a number that can stand there") }
        return number
    }

    mutating func endpoint() throws(Fault) -> Endpoint {
        Endpoint(host: try next("a host"), port: try number(0...65535))
    }

    mutating func isYes() throws(Fault) -> Bool {
        switch try next("yes or no") {
        case "yes": return true
        case "no": return false
        case let other: throw .malformed("\(other) is neither yes nor no")
        }
    }

    private mutating func digest() throws(Fault) -> ConfigDigest {
        let word = try next("a digest")
        guard let digest = ConfigDigest(text: word) else { throw .malformed("\(word) is no digest") }
        return digest
    }
}
