import Glibc
import Synchronization
import Testing

@testable import PicketRuntime

@Suite("Files as bytes")
struct FileBytesTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("a file is made where there was none, readable as the mask allows")
    func fresh() throws {
        let path = directory.file("a")
        try FileBytes.replace(path, with: Array("text".utf8))
        #expect(try FileBytes.read(path) == Array("text".utf8))
        #expect(mode(of: path) == FilePaths.defaultMode)
        #expect(directory.names == ["a"])
    }

    @Test("what is replaced keeps its permissions, and nothing else is left behind", arguments: [0o600, 0o640, 0o664] as [mode_t])
    func modeKept(_ wanted: mode_t) throws {
        let path = directory.file("a")
        try directory.write("old, and longer than the new one", to: "a")
        chmod(path, wanted)
        let before = inode(of: path)
        try FileBytes.replace(path, with: Array("new".utf8))
        #expect(try FileBytes.read(path) == Array("new".utf8))
        #expect(mode(of: path) == wanted)
        #expect(inode(of: path) != before)
        #expect(directory.names == ["a"])
    }

    @Test("a reader sees the whole old text or the whole new one")
    func atomic() async throws {
        let path = directory.file("a")
        func text(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "a") + UInt8(number % 26), count: 50_000 + number * 100) }
        try FileBytes.replace(path, with: text(0))
        let isDone = Atomic(false)
        let seen = Atomic(0)
        async let reading: Void = {
            while !isDone.load(ordering: .acquiring) {
                let bytes = try FileBytes.read(path)
                #expect(!bytes.isEmpty && bytes.allSatisfy { $0 == bytes[0] })
                #expect((bytes.count - 50_000) / 100 % 26 == Int(bytes[0] - UInt8(ascii: "a")))
                seen.add(1, ordering: .relaxed)
            }
        }()
        var number = 0
        while number < 40 || seen.load(ordering: .relaxed) < 20, number < 10_000 {
            number += 1
            try FileBytes.replace(path, with: text(number % 40))
            await Task.yield()
        }
        isDone.store(true, ordering: .releasing)
        try await reading
        #expect(seen.load(ordering: .relaxed) >= 20)
        #expect(directory.names == ["a"])
    }

    @Test("a directory in its place is an error, and nothing is left")
    func directoryInPlace() throws {
        let path = directory.file("a")
        mkdir(path, 0o755)
        #expect { try FileBytes.replace(path, with: Array("x".utf8)) } throws: {
            "\($0)".contains("cannot rename") && "\($0)".contains(path)
        }
        #expect(directory.names == ["a"])
        #expect(mode(of: path) == 0o755)
    }

    @Test("a directory that is not there is an error that names the file")
    func noDirectory() {
        let path = directory.file("no/a")
        #expect { try FileBytes.replace(path, with: []) } throws: { "\($0)".contains(path) && "\($0)".contains("No such file") }
        #expect { try FileBytes.read(path) } throws: { "\($0)".contains("cannot open \(path)") }
    }

    @Test("a file of several chunks is read whole, and an empty one too")
    func sizes() throws {
        for size in [0, 1, 65_535, 65_536, 65_537, 300_000] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try FileBytes.replace(directory.file("a"), with: bytes)
            #expect(try FileBytes.read(directory.file("a")) == bytes)
        }
    }

    @Test("the directory of a path, and a path from where the process stands")
    func paths() {
        #expect(FilePaths.directory(of: "/a/b") == "/a")
        #expect(FilePaths.directory(of: "/b") == "/")
        #expect(FilePaths.directory(of: "b") == ".")
        #expect(FilePaths.absolute("/a/b") == "/a/b")
        #expect(FilePaths.absolute("b").hasSuffix("/b") && FilePaths.absolute("b").hasPrefix("/"))
    }

    @Test("only a file that may be run is executable")
    func executable() throws {
        try directory.write("#!/bin/sh\n", to: "script")
        #expect(!FilePaths.isExecutable(directory.file("script")))
        chmod(directory.file("script"), 0o755)
        #expect(FilePaths.isExecutable(directory.file("script")))
        #expect(!FilePaths.isExecutable(directory.path))
        #expect(!FilePaths.isExecutable(directory.file("nothing")))
    }
}
