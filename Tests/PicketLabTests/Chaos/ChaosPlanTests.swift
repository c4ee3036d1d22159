import PicketLab
import Testing

@Suite("Plans of the chaos suite")
struct ChaosPlanTests {
    @Test("a plan depends on its fault and its seed, and on nothing else", arguments: ChaosFault.catalogue.map(\.name))
    func repeatable(name: String) throws {
        let fault = try #require(ChaosFault.named(name))
        for seed in UInt64(0)..<20 { #expect(fault.plan(seed: seed) == fault.plan(seed: seed)) }
        let moments = Set((UInt64(0)..<20).map { fault.plan(seed: $0).steps.first?.words })
        #expect(moments.count > 10, "the first moment hardly changes with the seed")
    }

    @Test("names are unique, and each category has a fault in the suite of every commit")
    func catalogue() {
        #expect(Set(ChaosFault.catalogue.map(\.name)).count == ChaosFault.catalogue.count)
        #expect(Set(ChaosSuite.ci.faults.map(\.category)) == Set(ChaosFault.Category.allCases))
        #expect(ChaosSuite.full.faults.count == ChaosFault.catalogue.count)
    }

    @Test("links are broken only where there are some", arguments: ChaosFault.catalogue.map(\.name))
    func links(name: String) throws {
        let plan = try #require(ChaosFault.named(name)).plan(seed: 3)
        #expect(plan.isNetworked || !plan.steps.contains { $0.action.needsNetwork })
    }

    @Test("where nobody is to fail over, nothing may be lost that a living primary took")
    func calm() {
        let calm = ChaosExpectation.calm(outage: 1)
        #expect(calm.failovers == 0...0)
        #expect(!calm.mayLoseConfirmed && !calm.mayLoseAcknowledged)
        #expect(calm.twoPrimaries == 0)
    }

    @Test("steps are told in words")
    func words() {
        #expect(ChaosStep(.after(1_500), .kill([.primary, .monitor(1)])).words == "after 1,500 ms: SIGKILL to the primary and monitor 2")
        #expect(
            ChaosStep(.upon("+switch-master", within: 9_000), .cut(.zone(0), from: .zone(2))).words
                == "upon +switch-master (9,000 ms at most): nothing passes between zone 1 and zone 3")
    }
}
