import Testing

@testable import PicketCore

@Suite("A primary that comes back without its data")
struct RebirthTests {
    private func stage(_ adjust: (inout GroupSettings) -> Void = { _ in }) -> Stage {
        let stage = Stage { adjust(&$0.groups[.cache]!.settings) }
        stage.allPeers(holdDown: true)
        stage.advance(.seconds(11))
        stage.forget()
        return stage
    }

    /// The process of the primary is replaced by another one that has nothing, or what `adjust` gives it. Its replicas have not
    /// followed it yet: they still have what they had.
    private func rebear(_ stage: Stage, _ adjust: (inout FakeInstance) -> Void = { _ in }) {
        stage.kill(.primary)
        for number in 1...2 { stage.fleet[.replica(number)].link = .down(for: .seconds(1)) }
        stage.fleet[.primary].runID = RunID("reborn")
        stage.fleet[.primary].history = "history-2"
        stage.fleet[.primary].offset = 0
        stage.fleet[.primary].keyCount = 0
        adjust(&stage.fleet[.primary])
        stage.revive(.primary)
    }

    @Test("an empty one is held down as soon as it is seen, replaced, and made a replica of what replaced it")
    func empty() {
        let stage = stage()
        rebear(stage)
        #expect(stage.advance(atMost: .milliseconds(60)) { $0.isDown(.primary) })
        #expect(stage.advance(atMost: .milliseconds(100)) { $0.notices.contains(.switched) })
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.fleet[.replica(1)].keyCount == 100)
        for number in 1...2 { stage.fleet[.replica(number)].link = .automatic }
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.failoverEnded) })
        #expect(stage.fleet[.primary].follows == .replica(1))
        #expect(stage.fleet[.replica(2)].follows == .replica(1))
        #expect(
            stage.remarks.contains {
                $0.level == .warning && $0.text.contains("came back without data that a replica has (0 keys, offset 0)")
            })
        #expect(stage.notices.contains(.rebooted))
        stage.advance(.seconds(20))
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.notices.count(.switched) == 1)
    }

    @Test("neither the crash path nor a quick restart is needed for it", arguments: [Duration.zero, .milliseconds(20)], [5, 500])
    func restartTime(crashDownAfter: Duration, millisecondsDead: Int) {
        let stage = stage {
            $0.crashDownAfter = crashDownAfter
            $0.downAfter = .seconds(30)
        }
        stage.allPeers(holdDown: false)
        stage.kill(.primary)
        stage.advance(.milliseconds(millisecondsDead))
        stage.allPeers(holdDown: true)
        rebear(stage)
        stage.advance(.seconds(1))
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.fleet[.primary].follows == .replica(1))
    }

    @Test("what it is still loading is waited for")
    func loading() {
        let stage = stage()
        rebear(stage) {
            $0.isLoading = true
            $0.ping = .alive(.loading)
            $0.history = "history-1"
            $0.offset = 1_000
        }
        stage.advance(.seconds(5))
        #expect(!stage.isDown(.primary))
        // All of it is there.
        stage.fleet[.primary].isLoading = false
        stage.fleet[.primary].ping = .alive(.serving)
        stage.fleet[.primary].keyCount = 100
        stage.advance(.seconds(5))
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.primaryAddress == .primary)
    }

    @Test("where nothing was there to load, it is replaced a tenth of a second later")
    func loadedNothing() {
        let stage = stage()
        rebear(stage) {
            $0.isLoading = true
            $0.ping = .alive(.loading)
        }
        stage.advance(.seconds(5))
        #expect(!stage.isDown(.primary))
        stage.fleet[.primary].isLoading = false
        stage.fleet[.primary].ping = .alive(.serving)
        #expect(stage.advance(atMost: .milliseconds(250)) { $0.primaryAddress == .replica(1) })
    }

    @Test("one with an old dump, of the same history but behind its replicas, is replaced", arguments: [true, false])
    func oldDump(isHistoryKept: Bool) {
        let stage = stage()
        rebear(stage) {
            $0.keyCount = 60
            $0.offset = 400
            if isHistoryKept { $0.history = "history-1" } else { $0.previousHistory = "history-1" }
        }
        #expect(stage.advance(atMost: .milliseconds(250)) { $0.primaryAddress == .replica(1) })
    }

    @Test("one with data of another origin is replaced")
    func otherData() {
        let stage = stage()
        rebear(stage) { $0.keyCount = 5_000 }
        #expect(stage.advance(atMost: .milliseconds(250)) { $0.primaryAddress == .replica(1) })
    }

    @Test("one that goes on where it ended stays the primary", arguments: [true, false], [Int64(1_000), 1_500])
    func complete(isHistoryKept: Bool, offset: Int64) {
        let stage = stage()
        rebear(stage) {
            $0.keyCount = 100
            $0.offset = offset
            if isHistoryKept { $0.history = "history-1" } else { $0.previousHistory = "history-1" }
        }
        stage.advance(.seconds(5))
        #expect(stage.notices.contains(.rebooted))
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.primaryAddress == .primary)
        // The matter is closed: INFO is asked as rarely as of any primary.
        stage.forget()
        stage.advance(.seconds(20))
        #expect(stage.requests(to: .primary).count { $0.isInfo } <= 3)
    }

    @Test("one that was empty before has nothing to lose")
    func alwaysEmpty() {
        let stage = Stage()
        for endpoint in stage.fleet.endpoints { stage.fleet[endpoint].keyCount = 0 }
        stage.allPeers(holdDown: true)
        stage.advance(.seconds(11))
        rebear(stage)
        stage.advance(.seconds(5))
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.primaryAddress == .primary)
    }

    @Test("where no replica has the data either, it stays the primary")
    func noReplicaHasThem() {
        let stage = stage()
        for number in 1...2 {
            stage.fleet[.replica(number)].keyCount = 0
            stage.fleet[.replica(number)].history = "history-3"
        }
        stage.advance(.seconds(11))
        rebear(stage)
        stage.advance(.seconds(5))
        #expect(stage.primaryAddress == .primary)
        #expect(!stage.isDown(.primary))
    }

    @Test("where no replica can be reached, it stays the primary")
    func noReplicaLives() {
        let stage = stage()
        for number in 1...2 { stage.kill(.replica(number)) }
        stage.advance(.seconds(2))
        stage.forget()
        rebear(stage)
        stage.advance(.seconds(5))
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(!stage.isDown(.primary))
    }

    @Test("replicas that have thrown their data away already cannot save it: the primary is up again")
    func tooLate() {
        let stage = stage()
        rebear(stage)
        for number in 1...2 {
            stage.fleet[.replica(number)].keyCount = 0
            stage.fleet[.replica(number)].history = "history-2"
            stage.fleet[.replica(number)].offset = 0
            stage.fleet[.replica(number)].link = .up
        }
        stage.advance(.seconds(5))
        #expect(!stage.isDown(.primary))
        #expect(stage.promotions.isEmpty)
        #expect(stage.primaryAddress == .primary)
        #expect(stage.phase == nil)
    }

    @Test("the one that still has them is promoted, and not the one that threw them away")
    func oneHasThem() {
        let stage = stage()
        rebear(stage)
        stage.fleet[.replica(1)].keyCount = 0
        stage.fleet[.replica(1)].history = "history-2"
        stage.fleet[.replica(1)].offset = 90_000
        stage.fleet[.replica(1)].link = .up
        stage.advance(.seconds(1))
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.fleet[.replica(2)].keyCount == 100)
    }

    @Test("a replica in the middle of a synchronisation still has what it had, and may be promoted")
    func syncing() {
        let stage = stage()
        rebear(stage)
        stage.kill(.replica(2))
        stage.fleet[.replica(1)].isSyncing = true
        stage.advance(.seconds(3))
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("switched off, the primary stays, whatever it has")
    func off() {
        let stage = stage { $0.guardsAgainstEmptyPrimary = false }
        rebear(stage)
        stage.advance(.seconds(5))
        #expect(stage.notices.contains(.rebooted))
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.primaryAddress == .primary)
    }

    @Test("this monitor alone replaces nobody: the others must hold it down too")
    func alone() {
        let stage = stage()
        stage.allPeers(holdDown: false)
        rebear(stage)
        stage.advance(.seconds(2))
        #expect(stage.isDown(.primary))
        #expect(!stage.isObjectivelyDown)
        #expect(!stage.notices.contains(.failoverTried))
    }

    @Test("a replica that restarts empty is none of this business")
    func replica() {
        let stage = stage()
        stage.kill(.replica(1))
        stage.fleet[.replica(1)].runID = RunID("reborn")
        stage.fleet[.replica(1)].keyCount = 0
        stage.fleet[.replica(1)].history = "history-2"
        stage.revive(.replica(1))
        stage.advance(.seconds(3))
        #expect(stage.notices.contains(.rebooted))
        #expect(!stage.notices.contains(.subjectivelyDown))
    }

    @Test("a primary that is emptied without a restart was emptied by somebody who meant it")
    func flushed() {
        let stage = stage()
        for endpoint in stage.fleet.endpoints { stage.fleet[endpoint].keyCount = 0 }
        stage.advance(.seconds(30))
        #expect(!stage.notices.contains(.subjectivelyDown))
    }

    @Test("three monitors replace it within 100 ms of its return, and lose no key", arguments: [10, 300])
    func deployment(millisecondsDead: Int) throws {
        let deployment = Deployment.settled { $0.crashDownAfter = .milliseconds(20) }
        deployment.run(.seconds(11))
        deployment.kill(.primary)
        for number in 1...2 { deployment.fleet[.replica(number)].link = .down(for: .seconds(1)) }
        deployment.fleet[.primary].runID = RunID("reborn")
        deployment.fleet[.primary].history = "history-2"
        deployment.fleet[.primary].offset = 0
        deployment.fleet[.primary].keyCount = 0
        deployment.run(.milliseconds(millisecondsDead))
        deployment.revive(.primary)
        let time = try #require(deployment.time(atMost: .seconds(5)) { $0.agreed != nil && $0.agreed != .primary })
        #expect(time <= .milliseconds(150), "took \(time)")
        for number in 1...2 { deployment.fleet[.replica(number)].link = .automatic }
        #expect(deployment.time(atMost: .seconds(15)) { $0.isWhole } != nil)
        #expect(try #require(deployment.agreed.map { deployment.fleet[$0].keyCount }) == 100)
        #expect(deployment.fleet[.primary].follows == deployment.agreed)
    }
}
