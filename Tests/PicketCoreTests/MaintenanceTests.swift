import Testing

@testable import PicketCore

@Suite("Maintenance")
struct MaintenanceTests {
    private func maintain(_ stage: Stage, _ endpoint: Endpoint, isOn: Bool = true) -> Answer? {
        stage.answer(to: .power(.cache, .maintenance(endpoint, isOn: isOn, reason: "disk")))
    }

    @Test("an instance in maintenance is not chosen, however good it is, until it is over")
    func replica() {
        let stage = Stage()
        stage.fleet[.replica(1)].offset = 9_000
        #expect(maintain(stage, .replica(1)) == .done)
        #expect(stage.notices.first(.maintenanceBegan)?.subject?.endpoint == .replica(1))
        stage.failOver()
        #expect(stage.primaryAddress == .replica(2))
        #expect(maintain(stage, .replica(1), isOn: false) == .done)
        #expect(stage.notices.contains(.maintenanceEnded))
        #expect(stage.supervisor.replicas(of: .cache, at: stage.now)?.contains { $0.flags.contains(.maintenance) } == false)
    }

    @Test("an operator who names it hears that it is in maintenance, whatever else is wrong with it", arguments: [false, true])
    func named(isForced: Bool) {
        let stage = Stage()
        stage.fleet[.replica(1)].link = .down(for: .seconds(5))
        stage.advance(.seconds(12))
        _ = maintain(stage, .replica(1))
        #expect(
            stage.answer(to: .failover(.cache, FailoverOrder(isForced ? .forced : .usual, target: .replica(1))))
                == .refused(.other("NOGOODSLAVE 10.0.0.2:6379 cannot be promoted: it is in maintenance")))
    }

    @Test("with all others in maintenance nobody is promoted, and the log says why")
    func all() {
        let stage = Stage()
        for number in 1...2 { _ = maintain(stage, .replica(number)) }
        stage.losePrimary()
        stage.advance(.seconds(5))
        #expect(stage.promotions.isEmpty)
        #expect(stage.remarks.contains { $0.text.contains("is in maintenance") })
        _ = maintain(stage, .replica(2), isOn: false)
        #expect(stage.advance(atMost: .seconds(5)) { $0.primaryAddress == .replica(2) })
    }

    @Test("the primary is switched away from first, and where that cannot be, it is said")
    func primary() {
        let stage = Stage(replicas: 1)
        #expect(maintain(stage, .primary) == .told("OK, switching away from it first"))
        #expect(stage.advance(atMost: .seconds(5)) { $0.primaryAddress == .replica(1) })
        stage.advance(.seconds(5))
        #expect(
            maintain(stage, .replica(1))
                == .told(
                    "OK, but it stays the primary: no replica can be promoted. SENTINEL FAILOVER cache moves the role away once that has changed"
                ))
        // Neither of the two is promoted now, whatever happens.
        stage.kill(.replica(1))
        stage.allPeers(holdDown: true)
        stage.forget()
        stage.advance(.seconds(10))
        #expect(stage.promotions.isEmpty)
    }

    @Test("who is not known is refused; it can be ended for one that is gone")
    func unknown() {
        let stage = Stage()
        let nobody = Endpoint(host: "10.9.9.9", port: 1)
        guard case .refused(.other(let text))? = maintain(stage, nobody) else {
            Issue.record("taken")
            return
        }
        #expect(text.hasPrefix("ERR 10.9.9.9:1 is no instance of cache"))
        _ = stage.answer(
            to: .takePowers(
                PowersReport(
                    sender: stage.peers[0].id,
                    entries: [
                        .statement(
                            .cache,
                            PowerStatement(.maintenance(nobody), PowerVersion(counter: 1, author: stage.peers[0].id), isOn: true))
                    ])))
        #expect(stage.supervisor.explanation(of: .cache, at: stage.now)?.maintenance == [nobody])
        #expect(maintain(stage, nobody, isOn: false) == .done)
        #expect(stage.supervisor.explanation(of: .cache, at: stage.now)?.maintenance == [])
    }

    @Test("it survives a restart, and the flag shows it")
    func restarts() {
        let stage = Stage()
        _ = maintain(stage, .replica(1))
        stage.restart()
        stage.advance(.seconds(2))
        let flagged = stage.supervisor.replicas(of: .cache, at: stage.now)?.filter { $0.flags.contains(.maintenance) }.map(\.endpoint)
        #expect(flagged == [.replica(1)])
    }

    @Test("there is a bound to what is remembered: first goes what does not hold any more, and no order that holds")
    func bounded() {
        let stage = Stage()
        let author = stage.peers[0].id
        func entries(_ range: Range<Int>, isOn: Bool) -> [PowersReport.Entry] {
            range.map { number in
                .statement(
                    .cache,
                    PowerStatement(
                        .maintenance(Endpoint(host: "10.3.\(number / 250).\(number % 250)", port: 1)),
                        PowerVersion(counter: UInt64(number + 1), author: author), isOn: isOn))
            }
        }
        _ = stage.answer(to: .takePowers(PowersReport(sender: author, entries: entries(0..<Limits.powersPerGroup, isOn: false))))
        #expect(maintain(stage, .replica(1)) == .done)
        #expect(stage.durable.groups[.cache]?.powers.count == Limits.powersPerGroup)
        _ = stage.answer(to: .takePowers(PowersReport(sender: author, entries: entries(2_000..<2_000 + Limits.powersPerGroup, isOn: true))))
        #expect(stage.durable.groups[.cache]?.powers.count == Limits.powersPerGroup)
        #expect(stage.durable.groups[.cache]?.powers[.maintenance(.replica(1))]?.isOn == true)
        guard case .refused(.other(let text))? = maintain(stage, .replica(2)) else {
            Issue.record("taken")
            return
        }
        #expect(text.contains("in maintenance already"))
    }
}
