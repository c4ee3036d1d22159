import OrderedCollections
import PicketConfig
import PicketCore
import Testing

@Suite("Bringing file and journal together")
struct StartingStateTests {
    private let digest = ConfigDigest(of: "the file".utf8)
    private let other = ConfigDigest(of: "an edited file".utf8)
    private let a = GroupName("a"), b = GroupName("b")

    private func endpoint(_ last: Int) -> Endpoint { Endpoint(host: "10.0.0.\(last)", port: 6379) }

    private func group(_ last: Int, epoch: UInt64 = 0, vote: Vote? = nil, quorum: Int = 2) -> DurableGroup {
        var group = DurableGroup(settings: GroupSettings(quorum: quorum), primary: endpoint(last))
        group.configEpoch = Epoch(epoch)
        group.vote = vote
        return group
    }

    private func state(
        _ groups: OrderedDictionary<GroupName, DurableGroup>, epoch: UInt64 = 0, identity: Character? = "a"
    ) throws -> DurableState {
        var state = DurableState()
        state.identity = try identity.map { try id($0) }
        state.currentEpoch = Epoch(epoch)
        state.groups = groups
        return state
    }

    private func journal(_ state: DurableState, digests: [ConfigDigest] = [], basis: FileBasis? = nil) -> Journal {
        var journal = Journal()
        journal.state = state
        journal.frameCount = 1
        journal.configDigests = digests
        journal.fileBasis = basis
        return journal
    }

    // MARK: No journal

    @Test("Without a journal, or with an empty one, the file is everything", arguments: [nil, Journal()])
    func noJournal(journal: Journal?) throws {
        let file = try state([a: group(1)], epoch: 3)
        for fileIsKept in [true, false] {
            #expect(
                StartingState.merge(file: file, fileDigest: digest, journal: journal, fileIsKept: fileIsKept) == StartingState(state: file))
        }
    }

    // MARK: A file that is kept current

    @Test("If the file is as it was written, now or last but one, the journal wins entirely")
    func unedited() throws {
        let file = try state([a: group(1)], epoch: 3)
        let known = try state([b: group(2, epoch: 9)], epoch: 9)
        for digests in [[digest], [digest, other], [other, digest]] {
            let start = StartingState.merge(file: file, fileDigest: digest, journal: journal(known, digests: digests), fileIsKept: true)
            #expect(start == StartingState(state: known))
        }
    }

    @Test("A file without an id wants a new one, whatever the journal says", arguments: [true, false])
    func missingIdentity(isEdited: Bool) throws {
        let file = try state([a: group(1)], identity: nil)
        let known = try state([a: group(1)], epoch: 9)
        let start = StartingState.merge(
            file: file, fileDigest: digest, journal: journal(known, digests: [isEdited ? other : digest]), fileIsKept: true)
        #expect(start.state.identity == nil)
        #expect(start.state.currentEpoch == Epoch(9))
        #expect(start.notes.contains { $0.contains("gets a new id") })
    }

    @Test("If the file was edited, it decides about settings, groups, members and identity; epochs are the greater ones")
    func edited() throws {
        var inFile = group(1, epoch: 5, quorum: 3)
        inFile.replicas = [endpoint(7)]
        inFile.peers = [try id("d"): endpoint(8)]
        var file = try state([a: inFile], epoch: 5, identity: "b")
        file.settings.announcePort = 1
        var inJournal = group(1, epoch: 5, vote: Vote(epoch: Epoch(8), leader: try id("a")), quorum: 2)
        inJournal.replicas = [endpoint(9)]
        var known = try state([a: inJournal, b: group(2)], epoch: 8)
        known.settings.announcePort = 2
        let start = StartingState.merge(file: file, fileDigest: digest, journal: journal(known, digests: [other]), fileIsKept: true)
        var expected = file
        expected.currentEpoch = Epoch(8)
        expected.groups[a]?.vote = Vote(epoch: Epoch(8), leader: try id("a"))
        #expect(start.state == expected)
        #expect(start.notes.count == 3)
        #expect(start.notes.last?.contains("Group b") == true)
        file.currentEpoch = Epoch(20)
        #expect(
            StartingState.merge(file: file, fileDigest: digest, journal: journal(known), fileIsKept: true).state.currentEpoch == Epoch(20))
    }

    @Test(
        "The vote of the higher epoch stays; on a tie the one that knows its leader",
        arguments: [
            (nil, nil, nil), (3, nil, 3), (nil, 3, 103), (4, 3, 4), (3, 4, 104), (3, 3, 103),
        ] as [(UInt64?, UInt64?, UInt64?)])
    func votes(ofFile: UInt64?, ofJournal: UInt64?, expected: UInt64?) throws {
        // The journal's votes have a leader, the file's never have one; 100 stands for "with a leader".
        let leader = try id("c")
        let file = try state([a: group(1, vote: ofFile.map { Vote(epoch: Epoch($0), leader: nil) })])
        let known = try state([a: group(1, vote: ofJournal.map { Vote(epoch: Epoch($0), leader: leader) })])
        let vote = StartingState.merge(file: file, fileDigest: digest, journal: journal(known), fileIsKept: true).state.groups[a]?.vote
        #expect(vote == expected.map { $0 > 100 ? Vote(epoch: Epoch($0 - 100), leader: leader) : Vote(epoch: Epoch($0), leader: nil) })
    }

    @Test("Where a primary is, the higher configuration epoch says; on a tie the file", arguments: [(1, 2, 2), (2, 1, 1), (2, 2, 1)])
    func primaries(ofFile: UInt64, ofJournal: UInt64, expected: Int) throws {
        var inFile = group(1, epoch: ofFile)
        inFile.replicas = [endpoint(2), endpoint(3)]
        var inJournal = group(2, epoch: ofJournal)
        inJournal.replicas = [endpoint(1), endpoint(3)]
        let start = StartingState.merge(
            file: try state([a: inFile]), fileDigest: digest, journal: journal(try state([a: inJournal])), fileIsKept: true)
        let merged = try #require(start.state.groups[a])
        #expect(merged.primary == endpoint(expected))
        #expect(merged.configEpoch == Epoch(max(ofFile, ofJournal)))
        #expect(Set(merged.replicas) == Set([1, 2, 3].filter { $0 != expected }.map(endpoint)))
        #expect(start.notes.contains { $0.contains("newer one is taken") } == (expected == 2))
    }

    @Test("The file's primary does not become a replica if the journal no longer knows it")
    func dismissedPrimary() throws {
        let start = StartingState.merge(
            file: try state([a: group(1, epoch: 1)]), fileDigest: digest, journal: journal(try state([a: group(2, epoch: 2)])),
            fileIsKept: true)
        #expect(start.state.groups[a]?.replicas == [])
    }

    // MARK: A file that is never written

    private func readOnly(_ file: DurableState, _ known: DurableState, basis: DurableState?) -> StartingState {
        StartingState.merge(
            file: file, fileDigest: digest, journal: journal(known, basis: basis.map { FileBasis(file: $0, text: other) }),
            fileIsKept: false)
    }

    @Test("Not edited since it was read: the journal wins entirely, and keeps its identity", arguments: [true, false])
    func readOnlyUnedited(fileIsKept: Bool) throws {
        let file = try state([a: group(1)], identity: nil)
        let known = try state([b: group(2)], epoch: 4)
        let start = StartingState.merge(
            file: file, fileDigest: digest, journal: journal(known, basis: FileBasis(file: file, text: digest)), fileIsKept: fileIsKept)
        #expect(start == StartingState(state: known))
    }

    @Test("A file that was kept current until now, and is as it was written, is not edited either")
    func becameReadOnly() throws {
        let known = try state([b: group(2)], epoch: 4)
        let start = StartingState.merge(
            file: try state([a: group(1)], identity: nil), fileDigest: digest, journal: journal(known, digests: [digest]),
            fileIsKept: false)
        #expect(start == StartingState(state: known))
    }

    @Test("Of an edited file only what was edited is taken")
    func readOnlyEdited() throws {
        let c = GroupName("c")
        let basis = try state([a: group(1), b: group(2)], identity: nil)
        var file = basis
        file.groups[b]?.settings.quorum = 5
        file.groups[c] = group(3)
        var known = basis
        known.identity = try id("a")
        known.currentEpoch = Epoch(6)
        known.settings.announcePort = 9
        known.groups[a]?.settings.parallelSyncs = 8
        known.groups[b]?.settings.parallelSyncs = 8
        known.groups[b]?.configEpoch = Epoch(6)
        known.groups[b]?.primary = endpoint(4)
        known.groups[b]?.replicas = [endpoint(2)]
        known.groups[b]?.peers = [try id("d"): endpoint(8)]
        let start = readOnly(file, known, basis: basis)
        #expect(start.state.identity == known.identity)
        #expect(start.state.currentEpoch == Epoch(6))
        #expect(start.state.settings.announcePort == 9)
        #expect(start.state.groups[a] == known.groups[a])
        #expect(start.state.groups[b]?.settings == file.groups[b]?.settings)
        #expect(start.state.groups[b]?.primary == endpoint(4))
        #expect(start.state.groups[b]?.replicas == [endpoint(2)])
        #expect(start.state.groups[b]?.peers == known.groups[b]?.peers)
        #expect(start.state.groups[c] == group(3))
    }

    @Test("Edited settings of the monitor, and an id, are taken from the file")
    func readOnlyMonitorSettings() throws {
        let basis = try state([:], identity: nil)
        var file = try state([:], identity: "b")
        file.settings.announcePort = 3
        var known = try state([:])
        known.settings.announcePort = 9
        let start = readOnly(file, known, basis: basis)
        #expect(start.state.settings.announcePort == 3)
        #expect(start.state.identity == file.identity)
    }

    @Test("Taken out of the file: dropped. Added by a command: stays. Removed by a command: stays removed, until the file changes it")
    func readOnlyGroups() throws {
        let added = GroupName("added"), removed = GroupName("removed"), changed = GroupName("changed")
        let basis = try state([a: group(1), removed: group(3), changed: group(4)], identity: nil)
        var file = basis
        file.groups[a] = nil
        file.groups[changed]?.settings.quorum = 9
        let known = try state([a: group(1), added: group(2)])
        let start = readOnly(file, known, basis: basis)
        #expect(start.state.groups.keys == [changed, added])
        #expect(start.state.groups[changed]?.settings.quorum == 9)
        #expect(start.notes.count == 4)
    }

    @Test("Without memory of the file all groups stay, and the file's settings count")
    func readOnlyWithoutBasis() throws {
        let file = try state([a: group(1, quorum: 5)], identity: nil)
        let known = try state([a: group(1, vote: Vote(epoch: Epoch(2), leader: nil)), b: group(2)])
        let start = readOnly(file, known, basis: nil)
        #expect(start.state.groups.keys == [a, b])
        #expect(start.state.groups[a]?.settings.quorum == 5)
        #expect(start.state.groups[a]?.vote?.epoch == Epoch(2))
    }

    @Test("What operators have ordered is the journal's alone: an edited file says nothing about it", arguments: [true, false])
    func powers(fileIsKept: Bool) throws {
        let statement = PowerStatement(.pause, PowerVersion(counter: 1, author: try id("b")), isOn: true, remaining: .seconds(9))
        var inJournal = group(1)
        inJournal.powers[.pause] = statement
        let start = StartingState.merge(
            file: try state([a: group(1, quorum: 3)]), fileDigest: other, journal: journal(try state([a: inJournal]), digests: [digest]),
            fileIsKept: fileIsKept)
        #expect(start.state.groups[a]?.settings.quorum == 3)
        #expect(start.state.groups[a]?.powers[.pause] == statement)
    }

    @Test("A group that the file points elsewhere forgets its members, so that two deployments are never mixed")
    func readOnlyMoved() throws {
        let basis = try state([a: group(1)], identity: nil)
        let file = try state([a: group(50)], identity: nil)
        var inJournal = group(1)
        inJournal.replicas = [endpoint(2)]
        inJournal.peers = [try id("d"): endpoint(8)]
        #expect(readOnly(file, try state([a: inJournal]), basis: basis).state.groups[a] == group(50))
        // Pointed at one of its own replicas it keeps them, and the old primary becomes one.
        let own = readOnly(try state([a: group(2)], identity: nil), try state([a: inJournal]), basis: basis).state.groups[a]
        #expect(own?.primary == endpoint(2))
        #expect(own?.replicas == [endpoint(1)])
        #expect(own?.peers.count == 1)
    }
}
