import Testing

@testable import PicketCore

@Suite("The agenda")
struct AgendaTests {
    private func at(_ milliseconds: Int) -> Instant { Instant(sinceStart: .milliseconds(milliseconds)) }

    private func drain(_ agenda: inout Agenda<String>, at now: Int) -> [String] {
        var keys: [String] = []
        while let key = agenda.popDue(at: at(now)) { keys.append(key) }
        return keys
    }

    @Test("what is due comes out by time, and of the same time in the order in which it was planned")
    func order() {
        var agenda = Agenda<String>()
        for (key, due) in [("d", 30), ("b", 20), ("a", 10), ("c", 20), ("e", 40)] { agenda.schedule(key, at: at(due)) }
        #expect(agenda.earliest == at(10))
        #expect(drain(&agenda, at: 9).isEmpty)
        #expect(drain(&agenda, at: 30) == ["a", "b", "c", "d"])
        #expect(agenda.earliest == at(40))
        #expect(drain(&agenda, at: 100) == ["e"])
        #expect(agenda.earliest == nil)
    }

    @Test("a new time replaces the old one, be it earlier or later")
    func replace() {
        var agenda = Agenda<String>()
        agenda.schedule("a", at: at(10))
        agenda.schedule("b", at: at(20))
        agenda.schedule("a", at: at(30))
        #expect(agenda.earliest == at(20))
        #expect(drain(&agenda, at: 29) == ["b"])
        agenda.schedule("a", at: at(5))
        #expect(drain(&agenda, at: 5) == ["a"])
        #expect(drain(&agenda, at: 100).isEmpty)
    }

    @Test("the same time again changes nothing, not even the order")
    func same() {
        var agenda = Agenda<String>()
        agenda.schedule("a", at: at(10))
        agenda.schedule("b", at: at(10))
        agenda.schedule("a", at: at(10))
        #expect(drain(&agenda, at: 10) == ["a", "b"])
    }

    @Test("what is cancelled does not come, and may be planned again")
    func cancel() {
        var agenda = Agenda<String>()
        agenda.schedule("a", at: at(10))
        agenda.schedule("b", at: at(20))
        agenda.cancel("a")
        agenda.cancel("unknown")
        #expect(agenda.earliest == at(20))
        agenda.schedule("a", at: at(30))
        #expect(drain(&agenda, at: 100) == ["b", "a"])
    }

    @Test("of two agendas with the same plan it does not matter how they came to it")
    func equality() {
        var one = Agenda<String>()
        var other = Agenda<String>()
        one.schedule("a", at: at(10))
        one.schedule("b", at: at(20))
        other.schedule("b", at: at(5))
        other.schedule("a", at: at(10))
        #expect(one != other)
        other.schedule("b", at: at(20))
        #expect(one == other)
    }

    @Test("after thousands of changes it still agrees with a plain list")
    func agreesWithList() {
        var agenda = Agenda<Int>()
        var list: [Int: (due: Int, order: Int)] = [:]
        var random = SeededGenerator(seed: 7)
        var order = 0
        var now = 0
        for _ in 0..<20_000 {
            let key = Int(random.next() % 50)
            switch random.next() % 10 {
            case 0:
                agenda.cancel(key)
                list[key] = nil
            case 1:
                now += Int(random.next() % 20)
                var popped: [Int] = []
                while let key = agenda.popDue(at: at(now)) { popped.append(key) }
                let due = list.filter { $0.value.due <= now }
                    .sorted { ($0.value.due, $0.value.order) < ($1.value.due, $1.value.order) }.map(\.key)
                #expect(popped == due)
                for key in due { list[key] = nil }
            default:
                let due = now + Int(random.next() % 200)
                agenda.schedule(key, at: at(due))
                order += 1
                if list[key]?.due != due { list[key] = (due, order) }
            }
            #expect(agenda.earliest == list.values.map(\.due).min().map(at))
        }
    }
}
