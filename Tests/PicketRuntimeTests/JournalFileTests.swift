import Glibc
import PicketConfig
import PicketCore
import Testing

@testable import PicketRuntime

@Suite("The journal's file")
struct JournalFileTests {
    let directory: TemporaryDirectory
    var path: String { directory.file("journal") }

    init() throws { directory = try TemporaryDirectory() }

    private func frame(_ revision: UInt64, epoch: UInt64) -> [UInt8] {
        JournalCodec.encode(batch: [.change(.epochRaised(Epoch(epoch)))], revision: Revision(revision))
    }

    @Test("a new journal is empty and its owner's alone")
    func fresh() throws {
        let (file, content) = try JournalFile.open(path)
        #expect(content.frameCount == 0)
        #expect(file.size == 0)
        #expect(mode(of: path) == 0o600)
    }

    @Test("what was appended is there when it is opened again")
    func reopened() throws {
        do {
            let (file, _) = try JournalFile.open(path)
            try file.append(JournalCodec.header + frame(1, epoch: 5))
            try file.append(frame(2, epoch: 6))
        }
        let (file, content) = try JournalFile.open(path)
        #expect(content.state.currentEpoch == Epoch(6))
        #expect(content.frameCount == 2)
        #expect(content.tornByteCount == 0)
        #expect(file.size == (try FileBytes.read(path)).count)
    }

    @Test("a torn end is cut off, and what is appended afterwards can be read")
    func torn() throws {
        let whole = JournalCodec.header + frame(1, epoch: 5)
        let interrupted = frame(2, epoch: 6).dropLast(3)
        try FileBytes.replace(path, with: whole + interrupted)
        do {
            let (file, content) = try JournalFile.open(path)
            #expect(content.tornByteCount == interrupted.count)
            #expect(file.size == whole.count)
            #expect(try FileBytes.read(path) == whole)
            try file.append(frame(2, epoch: 7))
        }
        #expect(try JournalFile.open(path).content.state.currentEpoch == Epoch(7))
    }

    @Test("a second opener is refused while the first is there, and told why")
    func locked() throws {
        do {
            let (file, _) = try JournalFile.open(path)
            #expect { try JournalFile.open(path) } throws: { "\($0)".contains("in use by another process") && "\($0)".contains(path) }
            try file.append(JournalCodec.header + frame(1, epoch: 5))
        }
        #expect(try JournalFile.open(path).content.frameCount == 1)
    }

    @Test("the lock outlives a replacement of the file")
    func lockedAfterReplacement() throws {
        let (file, _) = try JournalFile.open(path)
        try file.replace(with: JournalCodec.snapshot(DurableState(), revision: Revision(1)))
        #expect(throws: JournalFile.Failure.self) { try JournalFile.open(path) }
        withExtendedLifetime(file) {}
    }

    @Test("something else than a journal is refused and left as it is", arguments: ["port 26379\n", "picket-journal 99\n"])
    func foreign(_ text: String) throws {
        try directory.write(text, to: "journal")
        #expect { try JournalFile.open(path) } throws: { "\($0)".contains(path) }
        #expect(try FileBytes.read(path) == Array(text.utf8))
    }

    @Test("damage before an intact frame is refused and left as it is")
    func damaged() throws {
        var bytes = JournalCodec.header + frame(1, epoch: 5) + frame(2, epoch: 6)
        bytes[JournalCodec.header.count + 2] ^= 1
        try FileBytes.replace(path, with: bytes)
        #expect(throws: JournalFile.Failure.self) { try JournalFile.open(path) }
        #expect(try FileBytes.read(path) == bytes)
    }

    @Test("a replacement takes the place of everything before, and is appended to")
    func replaced() throws {
        do {
            let (file, _) = try JournalFile.open(path)
            try file.append(JournalCodec.header + frame(1, epoch: 5))
            var state = DurableState()
            state.currentEpoch = Epoch(9)
            try file.replace(with: JournalCodec.snapshot(state, revision: Revision(2)))
            try file.append(frame(3, epoch: 10))
        }
        let (_, content) = try JournalFile.open(path)
        #expect(content.state.currentEpoch == Epoch(10))
        #expect(content.frameCount == 2)
        #expect(directory.names == ["journal"])
    }

    @Test("a replacement that fails leaves the journal as it was, and usable")
    func replacementFails() throws {
        mkdir(path + ".new", 0o755)
        do {
            let (file, _) = try JournalFile.open(path)
            try file.append(JournalCodec.header + frame(1, epoch: 5))
            #expect { try file.replace(with: JournalCodec.snapshot(DurableState(), revision: Revision(2))) } throws: {
                "\($0)".contains("cannot create \(path).new")
            }
            #expect(!file.mustBeReplaced)
            try file.append(frame(2, epoch: 6))
        }
        #expect(try JournalFile.open(path).content.state.currentEpoch == Epoch(6))
    }

    @Test("a journal that was removed is not continued: it has to be replaced")
    func removed() throws {
        do {
            let (file, _) = try JournalFile.open(path)
            try file.append(JournalCodec.header + frame(1, epoch: 5))
            unlink(path)
            #expect { try file.append(frame(2, epoch: 6)) } throws: { "\($0)".contains("was removed") }
            #expect(file.mustBeReplaced)
            // The new file that came with the second try has nothing of the first frame.
            #expect(throws: JournalFile.Failure.self) { try file.append(frame(2, epoch: 6)) }
            #expect(file.mustBeReplaced)
            var state = DurableState()
            state.currentEpoch = Epoch(6)
            try file.replace(with: JournalCodec.snapshot(state, revision: Revision(2)))
            #expect(!file.mustBeReplaced)
            try file.append(frame(3, epoch: 7))
        }
        #expect(try JournalFile.open(path).content.state.currentEpoch == Epoch(7))
    }
}
