import PicketCore
import PicketInvariants
import PicketSimulator
import Testing

@Suite("Seeds")
struct SeedTests {
    @Test("no seed breaks an invariant", arguments: 1...UInt64(4))
    func holds(_ seed: UInt64) {
        let run = Run(Plan(seed: seed, minutes: 2))
        #expect(run.violations.isEmpty, "picket-sim replay \(seed) --minutes 2")
        #expect(run.figures.acknowledgedWrites > 0)
    }

    @Test("the same seed gives the same run, another one another")
    func repeats() {
        let digests = [7, 7, 8].map { Run(Plan(seed: $0, minutes: 1)).digest }
        #expect(digests[0] == digests[1])
        #expect(digests[0] != digests[2])
    }

    @Test("after a long calm nothing has happened")
    func staysCalm() {
        let run = Run(Plan(seed: 1, shape: Shape(), length: 300_000_000, faults: [], healsAt: 200_000_000))
        #expect(run.violations.isEmpty)
        #expect(run.figures.elections == 0)
        #expect(run.figures.confirmedWrites > 50)
    }
}
