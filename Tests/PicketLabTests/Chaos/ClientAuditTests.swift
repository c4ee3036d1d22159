import PicketInvariants
import Testing

@Suite("What became of clients' writes")
struct ClientAuditTests {
    @Test("acknowledged and missing is lost, there and never acknowledged is told, another's value is foreign")
    func writes() {
        let audit = WriteAudit(acknowledged: [0, 1, 3, 9], values: ["0", nil, "2", "nonsense", nil])
        #expect(audit.lost == [1, 9], "9 was not looked for, and is not known to be there")
        #expect(audit.unacknowledged == [2])
        #expect(audit.foreign == [3])
    }

    @Test("nothing written is nothing lost")
    func nothing() {
        let audit = WriteAudit(acknowledged: [], values: [])
        #expect(audit.lost.isEmpty && audit.unacknowledged.isEmpty && audit.foreign.isEmpty)
    }

    @Test("increments that were taken back are seen by the sum, or by a value that was told twice")
    func counter() {
        #expect(CounterAudit.lostAtLeast(values: [1, 2, 3], final: 3) == 0)
        #expect(CounterAudit.lostAtLeast(values: [1, 2, 3], final: 5) == 0, "two that were not acknowledged are there")
        #expect(CounterAudit.lostAtLeast(values: [1, 2, 3], final: 1) == 2)
        #expect(CounterAudit.lostAtLeast(values: [1, 2, 3, 2, 3, 4], final: 6) == 2)
        #expect(CounterAudit.lostAtLeast(values: [1], final: -4) == 1)
        #expect(CounterAudit.lostAtLeast(values: [], final: 0) == 0)
    }

    private static func ms(_ from: Int, _ to: Int) -> ClosedRange<Duration> { .milliseconds(from) ... .milliseconds(to) }

    @Test("two primaries are where spans of two instances overlap, counted once where there are three")
    func overlaps() {
        #expect(PrimaryOverlap.spans([]).isEmpty)
        #expect(PrimaryOverlap.spans([[Self.ms(0, 100)], [Self.ms(100, 200)]]).isEmpty, "one ends as the other begins")
        #expect(PrimaryOverlap.spans([[Self.ms(0, 100)], [Self.ms(60, 200)]]) == [Self.ms(60, 100)])
        #expect(
            PrimaryOverlap.spans([[Self.ms(0, 100), Self.ms(150, 300)], [Self.ms(50, 200)], [Self.ms(80, 90)]])
                == [Self.ms(50, 100), Self.ms(150, 200)])
    }
}
