import Glibc
import NIOCore
import NIOPosix
import PicketConfig
import PicketCore
import Testing

@testable import PicketRuntime

@Suite("The journal's writer")
struct JournalWriterTests {
    let directory: TemporaryDirectory
    var path: String { directory.file("journal") }

    init() throws { directory = try TemporaryDirectory() }

    /// A writer on its loop, and what it has reported.
    private final class Bench {
        let writer: JournalWriter
        var durable: [Revision] = []
        var failures: [(durable: Revision, reason: String)] = []
        var completions: [Bool] = []
        private var waiting: [(condition: () -> Bool, promise: EventLoopPromise<Void>)] = []

        init(_ path: String, loop: any EventLoop, threads: NIOThreadPool) throws {
            let (file, content) = try JournalFile.open(path)
            writer = JournalWriter(file: file, content: content, state: content.state, loop: loop, threads: threads)
            writer.onDurable = { [unowned self] in
                durable.append($0)
                look()
            }
            writer.onFailure = { [unowned self] in
                failures.append((writer.durable, $1))
                look()
            }
        }

        func raise(_ epoch: UInt64, _ revision: UInt64) { writer.append([.epochRaised(Epoch(epoch))], Revision(revision)) }

        func note(_ byte: UInt8) {
            writer.append(.configWritten(ConfigDigest(of: [byte]))) { [unowned self] in completions.append($0) }
        }

        /// Done when the condition holds after a report.
        func until(_ loop: any EventLoop, _ condition: @escaping () -> Bool) -> EventLoopFuture<Void> {
            let promise = loop.makePromise(of: Void.self)
            waiting.append((condition, promise))
            look()
            return promise.futureResult
        }

        private func look() {
            let due = waiting.filter { $0.condition() }
            waiting.removeAll { $0.condition() }
            for one in due { one.promise.succeed() }
        }
    }

    /// Runs steps on a loop of their own, one after the other; each may wait for a condition.
    private func onLoop(_ steps: [@Sendable (Bench) throws -> (() -> Bool)?]) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let loop = group.next()
        let path = self.path
        let bench = try await loop.submit { NIOLoopBound(try Bench(path, loop: loop, threads: threads), eventLoop: loop) }.get()
        for step in steps {
            try await loop.flatSubmit {
                do {
                    guard let condition = try step(bench.value) else { return loop.makeSucceededVoidFuture() }
                    return bench.value.until(loop, condition)
                } catch {
                    return loop.makeFailedFuture(error)
                }
            }.get()
        }
        try await threads.shutdownGracefully()
        try await group.shutdownGracefully()
    }

    private func content() throws -> Journal { try JournalCodec.decode(FileBytes.read(path)) }

    @Test("what was decided while a write was under way goes with the next one, in one frame")
    func groupCommit() async throws {
        try await onLoop([
            { bench in
                bench.raise(1, 1)
                bench.writer.commit()
                // The disk is busy now.
                for number in 2...20 as ClosedRange<UInt64> {
                    bench.raise(number, number)
                    bench.writer.commit()
                }
                #expect(bench.writer.state.currentEpoch == Epoch(20))
                #expect(bench.writer.durable == .zero)
                return { bench.writer.durable == Revision(20) }
            },
            { bench in
                #expect(bench.durable == [Revision(1), Revision(20)])
                #expect(bench.failures.isEmpty)
                return nil
            },
        ])
        #expect(try content().state.currentEpoch == Epoch(20))
        #expect(try content().frameCount == 2)
    }

    @Test("the file goes on counting where the last process stopped, whatever the core's revisions are")
    func restarted() async throws {
        for start in 1...3 as ClosedRange<UInt64> {
            try await onLoop([
                { bench in
                    bench.raise(start, 1)
                    bench.writer.commit()
                    return { bench.writer.durable == Revision(1) }
                }
            ])
        }
        #expect(try content().frameCount == 3)
        #expect(try content().revision == Revision(3))
        #expect(try content().state.currentEpoch == Epoch(3))
    }

    @Test("with nothing to write nothing is written")
    func idle() async throws {
        try await onLoop([
            { bench in
                bench.writer.commit()
                #expect(bench.writer.finish())
                return nil
            }
        ])
        #expect(try FileBytes.read(path).isEmpty)
    }

    @Test("a journal that was removed is written anew from memory, and the promise waits until it is")
    func removed() async throws {
        let path = self.path
        try await onLoop([
            { bench in
                bench.raise(1, 1)
                bench.writer.commit()
                return { bench.writer.durable == Revision(1) }
            },
            { bench in
                unlink(path)
                bench.raise(2, 2)
                bench.writer.commit()
                return { !bench.failures.isEmpty }
            },
            { bench in
                #expect(bench.failures.count == 1)
                #expect(bench.failures[0].durable == Revision(1))
                #expect(bench.failures[0].reason.contains("was removed"))
                bench.raise(3, 3)
                bench.writer.commit()
                return { bench.writer.durable == Revision(3) }
            },
        ])
        #expect(try content().state.currentEpoch == Epoch(3))
        #expect(directory.names == ["journal"])
    }

    @Test("while the disk refuses it is tried again and again, and nothing is lost when it no longer does")
    func failing() async throws {
        let path = self.path
        try await onLoop([
            { bench in
                bench.raise(1, 1)
                bench.writer.commit()
                return { bench.writer.durable == Revision(1) }
            },
            { bench in
                // The journal has to be replaced, and cannot be.
                unlink(path)
                mkdir(path + ".new", 0o755)
                bench.raise(2, 2)
                bench.note(1)
                bench.writer.commit()
                return { bench.failures.count == 2 }
            },
            { bench in
                #expect(bench.writer.durable == Revision(1))
                #expect(bench.failures[1].reason.contains("cannot create"))
                // Who waited has been told, and once.
                #expect(bench.completions == [false])
                rmdir(path + ".new")
                bench.raise(3, 3)
                return { bench.writer.durable == Revision(3) }
            },
        ])
        #expect(try content().state.currentEpoch == Epoch(3))
        // A file that was never written has no digest.
        #expect(try content().configDigests.isEmpty)
    }

    @Test("who waits for a record hears when it is on disk, and the last two digests are kept")
    func records() async throws {
        try await onLoop([
            { bench in
                bench.note(1)
                bench.writer.commit()
                return { bench.completions == [true] }
            },
            { bench in
                bench.note(2)
                bench.note(3)
                bench.writer.commit()
                return { bench.completions == [true, true, true] }
            },
        ])
        #expect(try content().configDigests == [ConfigDigest(of: [2]), ConfigDigest(of: [3])])
    }

    @Test("a journal that has grown by a megabyte becomes one snapshot, which holds what came with it")
    func compaction() async throws {
        let path = self.path
        try await onLoop([
            { bench in
                bench.note(1)
                bench.writer.commit()
                return { bench.completions == [true] }
            },
            { bench in
                // Much to write, and nothing to keep: votes in a group that is not there.
                let name = GroupName(String(repeating: "g", count: 1_000))
                for number in 1...1_200 as ClosedRange<UInt64> {
                    bench.writer.append([.voted(name, Vote(epoch: Epoch(number), leader: nil))], Revision(number))
                }
                bench.writer.commit()
                return { bench.writer.durable == Revision(1_200) }
            },
            { bench in
                var status = stat()
                stat(path, &status)
                let isLarge = status.st_size > RuntimeLimits.journalGrowth
                #expect(isLarge, "\(status.st_size) bytes are not enough for this test")
                bench.raise(2_001, 2_001)
                bench.note(2)
                bench.writer.commit()
                return { bench.writer.durable == Revision(2_001) }
            },
            { bench in
                bench.raise(2_002, 2_002)
                bench.writer.commit()
                return { bench.writer.durable == Revision(2_002) }
            },
        ])
        let bytes = try FileBytes.read(path)
        #expect(bytes.count < 1_000)
        let journal = try JournalCodec.decode(bytes)
        #expect(journal.frameCount == 2)
        #expect(journal.revision == Revision(4))
        #expect(journal.state.currentEpoch == Epoch(2_002))
        #expect(journal.configDigests == [ConfigDigest(of: [1]), ConfigDigest(of: [2])])
    }

    @Test("a start writes one snapshot, with what the configuration file was like")
    func beginning() async throws {
        try await onLoop([
            { bench in
                bench.raise(7, 1)
                bench.writer.commit()
                return { bench.writer.durable == Revision(1) }
            }
        ])
        try await onLoop([
            { bench in
                try bench.writer.beginAnew(configDigest: ConfigDigest(of: [9]), fileBasis: nil)
                return nil
            }
        ])
        #expect(try content().frameCount == 1)
        #expect(try content().revision == Revision(2))
        #expect(try content().state.currentEpoch == Epoch(7))
        #expect(try content().configDigests == [ConfigDigest(of: [9])])
    }

    @Test("what is left at the end is written, in as many frames as it is asked for, and the next start reads them all")
    func ending() async throws {
        try await onLoop([
            { bench in
                bench.raise(1, 1)
                #expect(bench.writer.finish())
                bench.note(4)
                #expect(bench.writer.finish())
                bench.raise(2, 2)
                #expect(bench.writer.finish())
                return nil
            }
        ])
        let journal = try content()
        #expect(journal.frameCount == 3)
        #expect(journal.state.currentEpoch == Epoch(2))
        #expect(journal.configDigests == [ConfigDigest(of: [4])])
    }

    @Test("an end on a lost journal writes it anew; where that fails, it says so")
    func endingOnLostJournal() async throws {
        let path = self.path
        try await onLoop([
            { bench in
                bench.raise(1, 1)
                #expect(bench.writer.finish())
                unlink(path)
                bench.raise(2, 2)
                #expect(!bench.writer.finish())
                #expect(bench.writer.finish())
                return nil
            }
        ])
        #expect(try content().state.currentEpoch == Epoch(2))
    }
}
