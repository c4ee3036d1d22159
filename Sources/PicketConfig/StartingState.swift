import OrderedCollections
import PicketCore

/// What a monitor starts from: its configuration file and its journal, brought together.
///
/// **Epochs** never go back: the current epoch is the greater of both; a group's vote is that of the higher epoch, and where the epochs
/// are equal the one that still knows whom it was for.
///
/// **A file that is kept current** (`fileIsKept`):
/// - As we last wrote it: the journal is newer, and is taken whole. Only a missing `myid` line counts: someone took it out, so a new
///   identity is wanted.
/// - Otherwise an operator edited it, or redis-sentinel ran meanwhile: the file decides about settings, which groups there are, their
///   replicas and peers, and the identity. Where a primary is comes from whichever has the higher configuration epoch; on a tie, the file.
///
/// **A file that is never written** (a state directory is set, or it is read-only) knows nothing of what commands changed. What it said at
/// the last start is remembered (`FileBasis`), so that it can be asked what the operator changed since then:
/// - Nothing: the journal is taken whole.
/// - The settings of a group, or a new group: the file's are taken. A group as before: the journal's.
/// - A group taken out of the file is dropped; one that a command added stays; one that a command removed stays removed, until the file
///   says something new about it.
/// - The identity is the file's if it has one, else the journal's.
package struct StartingState: Hashable, Sendable {
    package var state: DurableState
    /// Sentences for the log: what was decided where the two differ.
    package var notes: [String] = []

    package init(state: DurableState, notes: [String] = []) {
        self.state = state
        self.notes = notes
    }

    package static func merge(
        file: DurableState, fileDigest: ConfigDigest, journal: Journal?, fileIsKept: Bool
    ) -> StartingState {
        guard let journal, journal.frameCount > 0 else { return StartingState(state: file) }
        if journal.fileBasis?.text == fileDigest {
            // Never written so far, and not edited since it was read: the lack of a `myid` line says nothing.
            var start = StartingState(state: journal.state)
            start.state.identity = journal.state.identity ?? file.identity
            return start
        }
        if journal.configDigests.contains(fileDigest) {
            var start = StartingState(state: journal.state)
            if fileIsKept {
                start.takeIdentity(file.identity, insteadOf: journal.state.identity)
            } else {
                start.state.identity = file.identity ?? journal.state.identity
            }
            return start
        }
        return fileIsKept ? mergeEdited(file, journal.state) : mergeReadOnly(file, journal)
    }

    // MARK: A file that is kept current, and was changed by someone else

    private static func mergeEdited(_ file: DurableState, _ journal: DurableState) -> StartingState {
        var start = StartingState(state: file)
        start.notes.append("The configuration file is not as this monitor last wrote it: its settings, groups and members are taken.")
        start.takeIdentity(file.identity, insteadOf: journal.identity)
        start.state.currentEpoch = max(file.currentEpoch, journal.currentEpoch)
        for (name, group) in file.groups {
            guard let known = journal.groups[name] else { continue }
            start.state.groups[name] = start.joined(name, group, known)
        }
        for name in journal.groups.keys where file.groups[name] == nil {
            start.notes.append("Group \(name) is not in the configuration file any more and is forgotten.")
        }
        return start
    }

    private mutating func takeIdentity(_ ofFile: MonitorID?, insteadOf ofJournal: MonitorID?) {
        state.identity = ofFile
        if let ofJournal, ofFile != ofJournal {
            notes.append(
                ofFile.map { "The configuration file gives this monitor the id \($0); it was \(ofJournal)." }
                    ?? "The configuration file has no line \"sentinel myid\" any more: this monitor, once \(ofJournal), gets a new id.")
        }
    }

    /// The file's group, with the journal's newer knowledge about votes and the primary.
    private mutating func joined(_ name: GroupName, _ file: DurableGroup, _ journal: DurableGroup) -> DurableGroup {
        var group = file
        group.vote = Self.newer(file.vote, journal.vote)
        // The file knows nothing of what operators have ordered.
        group.powers = journal.powers
        guard journal.configEpoch > file.configEpoch else { return group }
        group.configEpoch = journal.configEpoch
        guard journal.primary != file.primary else { return group }
        group.primary = journal.primary
        group.replicas.remove(journal.primary)
        // The file's primary was demoted; it is a replica, if it was not dismissed since.
        if journal.replicas.contains(file.primary) { group.replicas.append(file.primary) }
        notes.append(
            """
            Group \(name): the configuration file names \(file.primary) as its primary (configuration epoch \(file.configEpoch)), \
            the journal \(journal.primary) (epoch \(journal.configEpoch)); the newer one is taken.
            """)
        return group
    }

    private static func newer(_ ofFile: Vote?, _ ofJournal: Vote?) -> Vote? {
        guard let ofFile, let ofJournal else { return ofFile ?? ofJournal }
        if ofFile.epoch != ofJournal.epoch { return ofFile.epoch > ofJournal.epoch ? ofFile : ofJournal }
        return ofJournal.leader == nil ? ofFile : ofJournal
    }

    // MARK: A file that is never written, and was edited

    private static func mergeReadOnly(_ file: DurableState, _ journal: Journal) -> StartingState {
        let known = journal.state
        let basis = journal.fileBasis
        var start = StartingState(state: DurableState())
        start.notes.append("The configuration file was edited since the last start: what it says anew is taken.")
        start.state.identity = file.identity ?? known.identity
        start.state.currentEpoch = max(file.currentEpoch, known.currentEpoch)
        start.state.settings = basis?.settings == FileBasis.digest(file.settings) ? known.settings : file.settings
        for (name, group) in file.groups {
            let isAsBefore = basis?.groups[name] == FileBasis.digest(group)
            switch known.groups[name] {
            case let known? where isAsBefore: start.state.groups[name] = known
            case let known?:
                start.notes.append("Group \(name): the configuration file's settings are taken instead of those from before.")
                start.state.groups[name] = start.joinedWithMembers(name, group, known)
            case nil where isAsBefore:
                start.notes.append("Group \(name) stands in the configuration file, but was removed by a command, and stays removed.")
            case nil: start.state.groups[name] = group
            }
        }
        for (name, group) in known.groups where file.groups[name] == nil {
            if basis?.groups[name] != nil {
                start.notes.append("Group \(name) was taken out of the configuration file and is forgotten.")
            } else {
                start.notes.append("Group \(name) is not in the configuration file; it was added by a command and stays.")
                start.state.groups[name] = group
            }
        }
        return start
    }

    /// Such a file does not list members, so those found out stay; unless it names a primary that has nothing to do with them.
    private mutating func joinedWithMembers(_ name: GroupName, _ file: DurableGroup, _ journal: DurableGroup) -> DurableGroup {
        var group = joined(name, file, journal)
        let isSameDeployment = group.primary == journal.primary || journal.replicas.contains(group.primary)
        guard isSameDeployment else {
            notes.append("Group \(name): \(group.primary) was no member of it so far; its former replicas and peers are forgotten.")
            return group
        }
        for (id, peer) in journal.peers { group.peers[id] = peer }
        group.replicas.formUnion(journal.replicas)
        if group.primary != journal.primary { group.replicas.append(journal.primary) }
        group.replicas.remove(group.primary)
        return group
    }
}
