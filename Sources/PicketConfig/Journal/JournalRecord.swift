import OrderedCollections
import PicketCore

/// One line of the journal.
package enum JournalRecord: Hashable, Sendable {
    case change(DurableChange)
    /// The configuration file was written, or is about to be: its text then has this digest.
    case configWritten(ConfigDigest)
    /// The configuration file, which is never written, was read.
    case fileRead(FileBasis)
}

/// The word that a line of the journal starts with. Never reused for something else: a journal outlives the version that wrote it.
enum JournalKeyword: String {
    case snapshot, identity, epoch, settings, vote, configured
    case groupAdded = "group-added"
    case groupRemoved = "group-removed"
    case groupSettings = "group-settings"
    case replicaAdded = "replica-added"
    case replicaRemoved = "replica-removed"
    case peerAdded = "peer-added"
    case peerRemoved = "peer-removed"
    case configDigest = "config-digest"
    case fileBasis = "file-basis"
    case power
    case powerDropped = "power-dropped"
}

extension JournalRecord {
    /// The line's words, to be quoted where needed. Times are in whole milliseconds, as everywhere in Sentinel's settings.
    var words: [String] {
        switch self {
        case .change(let change): change.journalWords
        case .configWritten(let digest): [JournalKeyword.configDigest.rawValue, digest.description]
        case .fileRead(let basis):
            [JournalKeyword.fileBasis.rawValue, basis.text.description, basis.settings.description]
                + basis.groups.flatMap { [$0.key.text, $0.value.description] }
        }
    }
}

extension DurableChange {
    fileprivate var journalWords: [String] {
        switch self {
        case .identified(let id): [JournalKeyword.identity.rawValue, id.text]
        case .epochRaised(let epoch): [JournalKeyword.epoch.rawValue, epoch.description]
        case .settingsChanged(let settings): [JournalKeyword.settings.rawValue] + settings.journalWords
        case .groupAdded(let name, let group): [JournalKeyword.groupAdded.rawValue, name.text] + group.journalWords
        case .groupRemoved(let name): [JournalKeyword.groupRemoved.rawValue, name.text]
        case .groupSettingsChanged(let name, let settings): [JournalKeyword.groupSettings.rawValue, name.text] + settings.journalWords
        case .voted(let name, let vote):
            [JournalKeyword.vote.rawValue, name.text, vote.epoch.description] + (vote.leader.map { [$0.text] } ?? [])
        case .configured(let name, let primary, let epoch):
            [JournalKeyword.configured.rawValue, name.text] + primary.journalWords + [epoch.description]
        case .replicaAdded(let name, let endpoint): [JournalKeyword.replicaAdded.rawValue, name.text] + endpoint.journalWords
        case .replicaRemoved(let name, let endpoint): [JournalKeyword.replicaRemoved.rawValue, name.text] + endpoint.journalWords
        case .peerAdded(let name, let id, let endpoint):
            [JournalKeyword.peerAdded.rawValue, name.text, id.text] + endpoint.journalWords
        case .peerRemoved(let name, let id): [JournalKeyword.peerRemoved.rawValue, name.text, id.text]
        case .powerStated(let name, let statement): [JournalKeyword.power.rawValue, name.text] + statement.journalWords
        case .powerDropped(let name, let subject): [JournalKeyword.powerDropped.rawValue, name.text] + subject.journalWords
        }
    }
}

extension Endpoint {
    fileprivate var journalWords: [String] { [host, String(port)] }
}

extension MonitorSettings {
    var journalWords: [String] {
        var words = [
            SentinelDirective.denyScriptsReconfig.rawValue, denyScriptsReconfig ? "yes" : "no",
            SentinelDirective.resolveHostnames.rawValue, resolveHostnames ? "yes" : "no",
            SentinelDirective.announceHostnames.rawValue, announceHostnames ? "yes" : "no",
            SentinelDirective.announceIP.rawValue, announceHost,
            SentinelDirective.announcePort.rawValue, String(announcePort),
        ]
        if let user = peerCredentials.user { words += [SentinelDirective.sentinelUser.rawValue, user] }
        if let password = peerCredentials.password { words += [SentinelDirective.sentinelPass.rawValue, password] }
        return words
    }
}

extension GroupSettings {
    var journalWords: [String] {
        var words = [
            "quorum", String(quorum),
            SentinelDirective.downAfter.rawValue, String(downAfter.wholeMilliseconds),
            SentinelDirective.failoverTimeout.rawValue, String(failoverTimeout.wholeMilliseconds),
            SentinelDirective.parallelSyncs.rawValue, String(parallelSyncs),
            SentinelDirective.rebootDownAfter.rawValue, String(rebootDownAfter.wholeMilliseconds),
            SentinelDirective.crashDownAfter.rawValue, String(crashDownAfter.wholeMilliseconds),
            SentinelDirective.switchoverTimeout.rawValue, String(switchoverTimeout.wholeMilliseconds),
            SentinelDirective.electionRetry.rawValue, String(electionRetry.atLeast.wholeMilliseconds),
            String(electionRetry.atMost.wholeMilliseconds),
            SentinelDirective.emptyPrimaryGuard.rawValue, guardsAgainstEmptyPrimary ? "yes" : "no",
        ]
        let texts: [(SentinelDirective, String?)] = [
            (.notificationScript, notificationScript), (.clientReconfigScript, clientReconfigScript),
            (.authPass, credentials.password), (.authUser, credentials.user),
        ]
        for case (let directive, let text?) in texts { words += [directive.rawValue, text] }
        for (command, newName) in renamedCommands { words += [SentinelDirective.renameCommand.rawValue, command, newName] }
        return words
    }
}

extension DurableGroup {
    fileprivate var journalWords: [String] {
        var words = primary.journalWords + settings.journalWords + [SentinelDirective.configEpoch.rawValue, configEpoch.description]
        if let vote {
            words += [JournalKeyword.vote.rawValue, vote.epoch.description]
            if let leader = vote.leader { words += ["leader", leader.text] }
        }
        for replica in replicas { words += [SentinelDirective.knownReplica.rawValue] + replica.journalWords }
        for (id, peer) in peers { words += [SentinelDirective.knownSentinel.rawValue] + peer.journalWords + [id.text] }
        for statement in powers.values { words += [JournalKeyword.power.rawValue] + statement.journalWords }
        return words
    }
}
