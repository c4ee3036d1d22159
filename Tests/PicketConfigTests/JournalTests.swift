import OrderedCollections
import PicketCore
import Testing

@testable import PicketConfig

@Suite("The journal")
struct JournalTests {
    private struct Story {
        var bytes: [UInt8]
        /// The journal's length, and what it says, after each whole frame.
        var milestones: [(length: Int, state: DurableState, revision: Revision)]
    }

    private let cache = GroupName("my \"cache\"")

    private func fullGroup() throws -> DurableGroup {
        var group = DurableGroup(settings: GroupSettings(quorum: 3), primary: Endpoint(host: "2001:db8::1", port: 6379))
        group.settings.downAfter = .milliseconds(1500)
        group.settings.failoverTimeout = .seconds(9)
        group.settings.parallelSyncs = 4
        group.settings.rebootDownAfter = .milliseconds(1)
        group.settings.crashDownAfter = .zero
        group.settings.switchoverTimeout = .milliseconds(750)
        group.settings.electionRetry = ElectionRetry(atLeast: .milliseconds(7), atMost: .milliseconds(9))
        group.settings.guardsAgainstEmptyPrimary = false
        group.settings.notificationScript = "/a b"
        group.settings.clientReconfigScript = ""
        group.settings.credentials = Credentials(user: "quorum", password: "@1 2 00000000\n\u{0}")
        group.settings.renamedCommands = ["config": "", "slaveof": "x y"]
        group.configEpoch = Epoch(.max)
        group.vote = Vote(epoch: Epoch(8), leader: try id("c"))
        group.replicas = [Endpoint(host: "10.0.0.2", port: 1), Endpoint(host: "redis.example", port: 65535)]
        group.peers = [try id("d"): Endpoint(host: "10.0.0.3", port: 2), try id("e"): Endpoint(host: "10.0.0.4", port: 0)]
        let version = PowerVersion(counter: .max, author: try id("c"))
        for statement in [
            PowerStatement(
                .pause, version, isOn: true, reason: "a \"b\" späß", remaining: .milliseconds(1_234),
                savedAt: TimeOfDay(milliseconds: 1_700_000_000_001)),
            PowerStatement(.maintenance(Endpoint(host: "::1", port: 9)), version, isOn: false),
            PowerStatement(.replica(Endpoint(host: "10.0.0.5", port: 9)), version, isOn: true),
            PowerStatement(.monitor(try id("a")), version, isOn: true),
        ] { group.powers[statement.subject] = statement }
        return group
    }

    private func fullState() throws -> DurableState {
        var state = DurableState()
        state.identity = try id("a")
        state.currentEpoch = Epoch(41)
        state.settings.resolveHostnames = true
        state.settings.announceHostnames = true
        state.settings.announceHost = "späß"
        state.settings.announcePort = 7000
        state.settings.denyScriptsReconfig = false
        state.settings.peerCredentials = Credentials(user: "", password: "p w")
        state.groups[cache] = try fullGroup()
        var bare = DurableGroup(settings: GroupSettings(quorum: 1), primary: Endpoint(host: "", port: 0))
        bare.vote = Vote(epoch: Epoch(2), leader: nil)
        state.groups[GroupName("")] = bare
        return state
    }

    private func everyChange() throws -> [DurableChange] {
        let other = GroupName("other"), a = Endpoint(host: "10.0.0.8", port: 1), b = Endpoint(host: "10.0.0.9", port: 1)
        var settings = MonitorSettings()
        settings.announcePort = 5
        var groupSettings = GroupSettings(quorum: 7)
        groupSettings.credentials.password = "later"
        return [
            .identified(try id("b")), .epochRaised(Epoch(42)), .settingsChanged(settings), .groupAdded(other, try fullGroup()),
            .groupSettingsChanged(other, groupSettings), .voted(other, Vote(epoch: Epoch(42), leader: try id("b"))),
            .voted(cache, Vote(epoch: Epoch(42), leader: nil)), .configured(other, primary: a, epoch: Epoch(42)), .replicaAdded(other, b),
            .replicaRemoved(other, Endpoint(host: "10.0.0.2", port: 1)), .peerAdded(other, try id("f"), b),
            .peerRemoved(other, try id("d")),
            .powerStated(
                other,
                PowerStatement(.pause, PowerVersion(counter: 2, author: try id("f")), isOn: false)),
            .powerDropped(other, .replica(Endpoint(host: "10.0.0.5", port: 9))), .powerDropped(other, .monitor(try id("a"))),
            .groupRemoved(cache),
        ]
    }

    /// A snapshot, then each change in a frame of its own but for two that share one.
    private func story() throws -> Story {
        var state = try fullState()
        let digest = ConfigDigest(of: "text".utf8)
        var story = Story(bytes: JournalCodec.snapshot(state, revision: Revision(9), configDigests: [digest]), milestones: [])
        story.milestones.append((story.bytes.count, state, Revision(9)))
        let changes = try everyChange()
        var batches = changes.map { [$0] }
        batches[0] = [changes[0], changes[1]]
        batches.remove(at: 1)
        for (index, batch) in batches.enumerated() {
            let revision = Revision(UInt64(10 + index * 3))
            for change in batch { state.apply(change) }
            story.bytes += JournalCodec.encode(batch: batch.map { .change($0) }, revision: revision)
            story.milestones.append((story.bytes.count, state, revision))
        }
        return story
    }

    @Test(
        "The checksum is CRC-32C",
        arguments: [
            ("", 0), ("123456789", 0xe306_9283), (String(repeating: "\u{0}", count: 32), 0x8a91_36aa),
        ] as [(String, UInt32)])
    func checksum(text: String, expected: UInt32) {
        var checksum = CRC32C()
        checksum.add(text.utf8)
        #expect(checksum.value == expected)
    }

    @Test("The digest is FNV-1a of 128 bits, and is read back from its text")
    func digest() {
        #expect(ConfigDigest(of: []).description == "6c62272e07bb014262b821756295c58d")
        let digest = ConfigDigest(of: "a".utf8)
        #expect(digest.description == "d228cb696f1a8caf78912b704e4a8964")
        #expect(ConfigDigest(text: digest.description) == digest)
        #expect(ConfigDigest(text: "D228CB696F1A8CAF78912B704E4A8964") == nil)
        #expect(ConfigDigest(text: "d228") == nil)
    }

    @Test("A journal is text that can be read")
    func form() throws {
        let bytes =
            JournalCodec.header
            + JournalCodec.encode(
                batch: [
                    .change(.epochRaised(Epoch(12))), .change(.voted(GroupName("my cache"), Vote(epoch: Epoch(12), leader: try id("b")))),
                ], revision: Revision(7))
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                picket-journal 1
                @7 69 c029a84d
                epoch 12
                vote "my cache" 12 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb

                """)
    }

    /// One frame with these records.
    private func journal(_ records: String, revision: Int = 1) -> [UInt8] {
        let payload = Array((records + "\n").utf8)
        let sealed = "\(revision) \(payload.count)"
        var checksum = CRC32C()
        checksum.add(sealed.utf8)
        checksum.add(payload)
        let hexadecimal = String(checksum.value, radix: 16)
        let padded = String(repeating: "0", count: 8 - hexadecimal.count) + hexadecimal
        return JournalCodec.header + Array("@\(sealed) \(padded)\n".utf8) + payload
    }

    @Test("A journal from before the settings of fast failovers is read, and has their defaults")
    func older() throws {
        let words = try JournalRecord.change(.groupAdded(cache, fullGroup())).words
        let added = ["crash-down-after-milliseconds", "switchover-timeout", "election-retry", "empty-primary-guard"]
        var older: [String] = []
        var index = 0
        while index < words.count {
            if added.contains(words[index]) {
                index += words[index] == "election-retry" ? 3 : 2
            } else {
                older.append(words[index])
                index += 1
            }
        }
        #expect(words.count - older.count == 9)
        let group = try #require(try JournalCodec.decode(journal(ConfigurationLine.joined(older))).state.groups[cache])
        var expected = try fullGroup()
        expected.settings.crashDownAfter = GroupSettings.defaultCrashDownAfter
        expected.settings.switchoverTimeout = GroupSettings.defaultSwitchoverTimeout
        expected.settings.electionRetry = GroupSettings.defaultElectionRetry
        expected.settings.guardsAgainstEmptyPrimary = true
        #expect(group == expected)
    }

    @Test(
        "A setting of fast failovers that cannot be is an error, not a trap",
        arguments: [
            "crash-down-after-milliseconds -1", "crash-down-after-milliseconds", "switchover-timeout 0", "election-retry 5 4",
            "election-retry 0 4", "election-retry 5", "empty-primary-guard maybe",
        ])
    func badSettings(words: String) throws {
        let text = try ConfigurationLine.joined(JournalRecord.change(.groupAdded(GroupName("cache"), fullGroup())).words)
        #expect(throws: Never.self) { try JournalCodec.decode(journal(text)) }
        #expect(throws: JournalError.self) { try JournalCodec.decode(journal(text + " " + words)) }
    }

    @Test("A snapshot holds everything")
    func snapshot() throws {
        let state = try fullState()
        let digests = [ConfigDigest(of: "old".utf8), ConfigDigest(of: "new".utf8)]
        let bytes = JournalCodec.snapshot(state, revision: Revision(5), configDigests: digests)
        let journal = try JournalCodec.decode(bytes)
        #expect(journal.state == state)
        #expect(journal.revision == Revision(5))
        #expect(journal.configDigests == digests)
        #expect(journal.configDigest == digests[1])
        #expect(journal.validByteCount == bytes.count)
        #expect(journal.tornByteCount == 0)
        let basis = FileBasis(file: state, text: digests[0])
        #expect(try JournalCodec.decode(JournalCodec.snapshot(state, revision: .zero, fileBasis: basis)).fileBasis == basis)
    }

    @Test("Each kind of change leads from the snapshot to the state that it leads to in memory")
    func changes() throws {
        let story = try story()
        let journal = try JournalCodec.decode(story.bytes)
        let last = try #require(story.milestones.last)
        #expect(journal.state == last.state)
        #expect(journal.revision == last.revision)
        #expect(journal.frameCount == story.milestones.count)
        #expect(story.milestones.count == 16)
    }

    @Test("A snapshot in the middle replaces all that was before")
    func laterSnapshot() throws {
        let state = try fullState()
        let frame = JournalCodec.snapshot(state, revision: Revision(99)).dropFirst(JournalCodec.header.count)
        let journal = try JournalCodec.decode(try story().bytes + frame)
        #expect(journal.state == state)
        #expect(journal.configDigests.isEmpty)
    }

    @Test("Of the file's digests the last two are kept; having read a file that is never written replaces them")
    func digests() throws {
        let digests = ["a", "b", "b", "c"].map { ConfigDigest(of: $0.utf8) }
        let basis = FileBasis(file: try fullState(), text: digests[0])
        let written = JournalCodec.header + JournalCodec.encode(batch: digests.map { .configWritten($0) }, revision: Revision(1))
        #expect(try JournalCodec.decode(written).configDigests == [digests[1], digests[3]])
        let read = written + JournalCodec.encode(batch: [.fileRead(basis)], revision: Revision(2))
        #expect(try JournalCodec.decode(read).configDigests == [])
        #expect(try JournalCodec.decode(read).fileBasis == basis)
        let again = read + JournalCodec.encode(batch: [.configWritten(digests[0])], revision: Revision(3))
        #expect(try JournalCodec.decode(again).fileBasis == nil)
    }

    @Test("Cut anywhere, it says what it said after the last whole frame; without even the first one it is refused")
    func everyCut() throws {
        let story = try story()
        for length in 0...story.bytes.count {
            let bytes = Array(story.bytes.prefix(length))
            guard let milestone = story.milestones.last(where: { $0.length <= length }) else {
                // Nothing, or the bare header of a new file, is no damage.
                if length == 0 || length == JournalCodec.header.count {
                    #expect(try JournalCodec.decode(bytes).frameCount == 0)
                } else {
                    #expect(throws: JournalError.self) { try JournalCodec.decode(bytes) }
                }
                continue
            }
            let journal = try JournalCodec.decode(bytes)
            #expect(journal.state == milestone.state)
            #expect(journal.revision == milestone.revision)
            #expect(journal.validByteCount == milestone.length)
            #expect(journal.tornByteCount == length - milestone.length)
        }
    }

    @Test("With any one bit turned it is refused, or says what it said before the damage; never anything else")
    func everyFlip() throws {
        let story = try story()
        var refused = 0
        var shortened = 0
        for position in story.bytes.indices {
            for bit in 0..<8 {
                var bytes = story.bytes
                bytes[position] ^= 1 << bit
                do {
                    let journal = try JournalCodec.decode(bytes)
                    let milestone = try #require(story.milestones.last { $0.length <= position })
                    #expect(journal.state == milestone.state)
                    #expect(journal.validByteCount == milestone.length)
                    shortened += 1
                } catch {
                    refused += 1
                }
            }
        }
        // Only damage to the last frame can be taken for an interrupted write.
        let lastFrame = story.bytes.count - story.milestones[story.milestones.count - 2].length
        #expect(shortened == lastFrame * 8)
        #expect(refused == (story.bytes.count - lastFrame) * 8)
    }

    @Test("Each byte replaced by each other byte, in a short journal: refused or shortened")
    func everyByte() throws {
        let first = JournalCodec.header + JournalCodec.encode(batch: [.change(.epochRaised(Epoch(3)))], revision: Revision(1))
        let whole = first + JournalCodec.encode(batch: [.change(.epochRaised(Epoch(4)))], revision: Revision(2))
        for position in whole.indices {
            for byte in UInt8.min...UInt8.max where byte != whole[position] {
                var bytes = whole
                bytes[position] = byte
                if position < first.count {
                    #expect(throws: JournalError.self) { try JournalCodec.decode(bytes) }
                } else {
                    let journal = try JournalCodec.decode(bytes)
                    #expect(journal.state.currentEpoch == Epoch(3))
                    #expect(journal.validByteCount == first.count)
                }
            }
        }
    }

    @Test("Zeros at the end are an interrupted write; nothing but zeros is damage")
    func zeros() throws {
        let story = try story()
        let journal = try JournalCodec.decode(story.bytes + [UInt8](repeating: 0, count: 100))
        #expect(journal.state == story.milestones.last?.state)
        #expect(journal.tornByteCount == 100)
        #expect(throws: JournalError.self) { try JournalCodec.decode([0, 0, 0]) }
        #expect(try JournalCodec.decode([]) == Journal())
    }

    private func failure(_ bytes: [UInt8]) -> JournalError? {
        do {
            _ = try JournalCodec.decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func frame(_ payload: String, revision: Int) -> [UInt8] {
        var checksum = CRC32C()
        checksum.add("\(revision) \(payload.utf8.count)\(payload)".utf8)
        return Array("@\(revision) \(payload.utf8.count) \(Hexadecimal.text(checksum.value))\n\(payload)".utf8)
    }

    @Test("Damage before an intact frame is refused with its place and with advice")
    func corruptMiddle() throws {
        let first = JournalCodec.header.count
        let bytes = JournalCodec.header + frame("epoch 1\n", revision: 1) + frame("epoch 2\n", revision: 2)
        var damaged = bytes
        damaged[first + 20] ^= 1
        let error = try #require(failure(damaged))
        guard case .corrupt(first, let reason) = error else {
            Issue.record("not refused as corrupt: \(error)")
            return
        }
        #expect(reason.contains("revision 2"))
        #expect(error.description.contains("Nothing was changed."))
    }

    @Test("Revisions must increase")
    func revisions() {
        let at = JournalCodec.header.count + frame("epoch 1\n", revision: 2).count
        for next in [1, 2] {
            let bytes = JournalCodec.header + frame("epoch 1\n", revision: 2) + frame("epoch 2\n", revision: next)
            #expect(failure(bytes) == .corrupt(byteOffset: at, reason: "revision \(next) follows revision 2"))
        }
    }

    @Test("What operators have ordered is one readable line, and a journal from before such orders has none")
    func powers() throws {
        let statement = PowerStatement(
            .pause, PowerVersion(counter: 3, author: try id("b")), isOn: true, reason: "new cables", remaining: .seconds(90),
            savedAt: TimeOfDay(milliseconds: 1_700_000_000_000))
        let bytes = JournalCodec.encode(batch: [.change(.powerStated(cache, statement))], revision: Revision(7))
        let author = String(repeating: "b", count: 40)
        #expect(
            String(decoding: bytes, as: UTF8.self).hasSuffix(
                "\npower \"my \\\"cache\\\"\" pause 3 \(author) yes 90000 1700000000000 \"new cables\"\n"))
        let old = JournalCodec.header + frame("snapshot\ngroup-added a 10.0.0.1 6379 quorum 2 config-epoch 4\n", revision: 1)
        #expect(try JournalCodec.decode(old).state.groups[GroupName("a")]?.powers.isEmpty == true)
    }

    @Test("A pause goes on while nobody runs; a clock that was set back makes it no longer")
    func aging() throws {
        func left(after milliseconds: Int64) throws -> Duration? {
            var state = DurableState()
            state.groups[cache] = DurableGroup(settings: GroupSettings(quorum: 1), primary: Endpoint(host: "h", port: 1))
            let statement = PowerStatement(
                .pause, PowerVersion(counter: 3, author: try id("b")), isOn: true, remaining: .seconds(90))
            state.apply(DurableChange.powerStated(cache, statement).stamped(at: TimeOfDay(milliseconds: 1_000_000)))
            return state.aged(to: TimeOfDay(milliseconds: 1_000_000 + milliseconds)).groups[cache]?.powers[.pause]?.remaining
        }
        #expect(try left(after: 0) == .seconds(90))
        #expect(try left(after: 30_500) == .milliseconds(59_500))
        #expect(try left(after: 90_001) == .zero)
        #expect(try left(after: -5_000) == .seconds(90))
    }

    @Test("What is newer, foreign or senseless is named and refused, never skipped")
    func refusals() {
        let start = JournalCodec.header.count
        #expect(failure(Array("picket-journal 2\n@1".utf8)) == .unsupportedVersion("2"))
        #expect(failure(Array("picket-journal x\n".utf8)) == .notAJournal)
        #expect(failure(Array("sentinel monitor a".utf8)) == .notAJournal)
        let unknown = JournalCodec.header + frame("epoch 1\nweight cache 5\n", revision: 1)
        #expect(failure(unknown) == .unknownRecord(byteOffset: start, kind: "weight"))
        #expect(failure(unknown)?.description.contains("weight") == true)
        for payload in [
            "epoch x\n", "epoch 1 2\n", "epoch\n", "vote a 1 short\n", "settings color red\n",
            "group-added a h 1 leader \(String(repeating: "a", count: 40))\n",
            "epoch \"1\n", "config-digest 12\n", "replica-added a h 99999\n", "\n",
            "power a nap 1 \(String(repeating: "a", count: 40)) yes 0 0 \"\"\n",
            "power a pause -1 \(String(repeating: "a", count: 40)) yes 0 0 \"\"\n",
            "power a pause 1 \(String(repeating: "a", count: 40)) on 0 0 \"\"\n",
            "power a pause 1 \(String(repeating: "a", count: 40)) yes 0 0\n",
            "power-dropped a monitor x\n",
        ] {
            guard case .malformedRecord(start, 1, _) = failure(JournalCodec.header + frame(payload, revision: 1)) else {
                Issue.record("not refused as malformed: \(payload)")
                continue
            }
        }
        guard case .malformedRecord(start, 2, _) = failure(JournalCodec.header + frame("epoch 1\nsnapshot\n", revision: 1)) else {
            Issue.record("a snapshot in the middle of a frame was not refused")
            return
        }
    }
}
