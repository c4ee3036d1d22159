import Foundation
import Logging
import PicketStatus
import Testing

@testable import PicketHistory

@Suite struct HistoryTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("picket-history-\(UUID().uuidString)")
    private var path: String { directory.appendingPathComponent("picketd.history").path }

    init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

    private func history(_ bytes: Int = 1 << 20) -> FileHistory {
        FileHistory(path: path, bytes: bytes, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func record(_ id: Int64, group: String? = "cache", message: String = "text") -> EventRecord {
        EventRecord(id: id, at: id, event: "+test", level: "notice", group: group, message: message)
    }

    private func withHistory(_ bytes: Int = 1 << 20, _ body: (FileHistory, [EventRecord]) async throws -> Void) async throws {
        let history = history(bytes)
        let earlier = history.open()
        do { try await body(history, earlier) } catch {
            await history.close()
            throw error
        }
        await history.close()
    }

    @Test func whatWasWrittenIsThereAfterARestart() async throws {
        try await withHistory { history, earlier in
            #expect(earlier.isEmpty)
            for id in 1...5 { history.append(record(Int64(id), message: "line\n\"\(id)\" \u{1}")) }
        }
        try await withHistory { history, earlier in
            #expect(earlier.map(\.id) == [1, 2, 3, 4, 5])
            history.append(record(6))
            let all = await history.records(HistoryQuery())
            #expect(all.map(\.id) == [6, 5, 4, 3, 2, 1], "also what was appended a moment ago")
            #expect(all.last?.message == "line\n\"1\" \u{1}")
        }
        try FileManager.default.removeItem(at: directory)
    }

    @Test func questionsAreAnsweredByGroupKindAndPage() async throws {
        try await withHistory { history, _ in
            for id in 1...30 { history.append(record(Int64(id), group: id.isMultiple(of: 2) ? "even" : nil)) }
            var told = record(31, group: "even")
            told.failover = try JSONDecoder().decode(FailoverRecord.self, from: Data(Self.failover.utf8))
            history.append(told)
            #expect(await history.records(HistoryQuery(group: "even", limit: 3)).map(\.id) == [31, 30, 28])
            #expect(await history.records(HistoryQuery(before: 4)).map(\.id) == [3, 2, 1])
            #expect(await history.records(HistoryQuery(failoversOnly: true)).map(\.failover?.cause) == ["crash"])
            #expect(await history.records(HistoryQuery(group: "none")).isEmpty)
        }
        try FileManager.default.removeItem(at: directory)
    }

    @Test func twoFilesAtMostAndNoMoreThanWasAllowed() async throws {
        let limit = 64 << 10
        try await withHistory(limit) { history, _ in
            for id in 1...2_000 { history.append(record(Int64(id), message: String(repeating: "x", count: 100))) }
            let latest = await history.records(HistoryQuery(limit: 1_000))
            #expect(latest.first?.id == 2_000 && latest.count > 100 && latest.count < 1_000)
            #expect(zip(latest, latest.dropFirst()).allSatisfy { $0.id == $1.id + 1 }, "over both files, without a gap")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(files == ["picketd.history", "picketd.history.1"])
        let size = try files.reduce(0) { size, name in
            size + (try FileManager.default.attributesOfItem(atPath: directory.appendingPathComponent(name).path)[.size] as? Int ?? 0)
        }
        #expect(size <= limit + 400)
        try FileManager.default.removeItem(at: directory)
    }

    @Test func aTornLineAndForeignOnesArePassedOver() async throws {
        try Data("no json\n{\"id\":1}\n".utf8).write(to: URL(fileURLWithPath: path))
        try await withHistory { history, earlier in
            #expect(earlier.isEmpty)
            history.append(record(2))
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"id\":3,\"at\"".utf8))
        try handle.close()
        try await withHistory { history, earlier in
            #expect(earlier.map(\.id) == [2])
            history.append(record(4))
            #expect(await history.records(HistoryQuery()).map(\.id) == [4, 2])
        }
        try FileManager.default.removeItem(at: directory)
    }

    @Test func aPlaceThatCannotBeWrittenCostsTheHistoryAndNothingElse() async throws {
        try FileManager.default.removeItem(at: directory)
        try await withHistory { history, earlier in
            #expect(earlier.isEmpty)
            history.append(record(1))
            #expect(await history.records(HistoryQuery()).isEmpty)
            // Mended: what comes next is kept.
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            history.append(record(2))
            #expect(await history.records(HistoryQuery()).map(\.id) == [2])
        }
        try FileManager.default.removeItem(at: directory)
    }

    @Test func nobodyElseMayReadIt() async throws {
        try await withHistory { history, _ in history.append(record(1)) }
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        try FileManager.default.removeItem(at: directory)
    }

    private static let failover = """
        {"group":"even","epoch":3,"leader":"a","cause":"crash","from":"a:1","to":"b:1","outcome":"done","totalMs":1.5,"phases":[{"phase":"detect",
        "ms":1.5}],"witnesses":[],"votes":[],"candidates":[],"reattached":[]}
        """
}
