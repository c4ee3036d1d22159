import Foundation
import PicketSimulator
import Testing

@Suite("Stories")
struct ScenarioTests {
    private static let folder = Bundle.module.url(forResource: "Scenarios", withExtension: nil)!

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".scenario") }.map { String($0.dropLast(9)) }.sorted()
    }

    @Test("a story goes as it is told, and its trace is the golden one", arguments: names)
    func plays(_ name: String) throws {
        let story = try String(contentsOf: Self.folder.appendingPathComponent("\(name).scenario"), encoding: .utf8)
        let golden = try String(contentsOf: Self.folder.appendingPathComponent("\(name).golden"), encoding: .utf8)
        let scenario = try Scenario(story)
        #expect(scenario.trace.joined(separator: "\n") + "\n" == golden, "`picket-sim scenario --rewrite` accepts a change that is meant")
    }

    @Test("every notice and every step that a failover may take is in a story")
    func coversEverything() throws {
        var coverage = Coverage()
        for name in Self.names {
            let story = try String(contentsOf: Self.folder.appendingPathComponent("\(name).scenario"), encoding: .utf8)
            coverage.merge(try Scenario(story).coverage)
        }
        #expect(coverage.missing.isEmpty)
    }

    @Test("stories exist") func exist() { #expect(Self.names.count >= 70) }

    @Test("what a story expects in vain fails, with its line")
    func fails() {
        #expect(throws: Scenario.Failure.self) { try Scenario("cluster monitors=3\nrun 12s\nexpect promotions 1\n") }
    }
}
