import PicketLab
import Testing

extension Live {
    @Suite("Runs of the chaos suite")
    struct ChaosTests {
        private static func record(_ sabotage: ChaosSabotage?) async throws -> RunRecord {
            let plan = sabotage?.plan ?? ChaosFault.named("primary-kill")!.plan(seed: 1)
            var run = ChaosRun(plan, .picketd, executables: .find(), relay: [])
            run.sabotage = sabotage
            return try await run.run()
        }

        @Test("a killed primary is replaced, nothing that was confirmed is lost, and all of it is told")
        func kill() async throws {
            let record = try await Self.record(nil)
            #expect(record.failure == nil)
            // How long the client waited, and whether this process looked often enough, is the machine's affair.
            let timed: Set<ChaosCheck> = [.outage, .twoPrimaries]
            for finding in record.findings where !timed.contains(finding.check) {
                #expect(finding.verdict == .pass || finding.verdict == .told, "\(finding.check.rawValue): \(finding.words)")
            }
            #expect(record.failovers.count == 1)
            #expect(record.lanes.count == 3)
            #expect(record.clients.allSatisfy { $0.acknowledged > 0 })
        }

        @Test("what is made wrong behind everybody's back is seen", arguments: [ChaosSabotage.lostWrites, .falseFailover])
        func sabotage(_ sabotage: ChaosSabotage) async throws {
            let record = try await Self.record(sabotage)
            #expect(record.failure == nil)
            for (check, verdict) in sabotage.expected {
                let finding = record.finding(check)
                #expect(finding?.verdict == verdict, "\(check.rawValue): \(finding?.words ?? "nothing")")
            }
        }
    }
}
