import Testing

@testable import PicketCore

@Suite("Bringing the preferred replica level")
struct CatchUpTests {
    /// Replica 2 is preferred, and lacks what replica 1 has.
    private func stage(_ adjust: (inout Fleet) -> Void = { _ in }) -> Stage {
        let stage = Stage(replicas: 3)
        stage.fleet[.replica(1)].offset = 5_000
        stage.fleet[.replica(2)].priority = 10
        adjust(&stage.fleet)
        return stage
    }

    /// REPLICAOF is obeyed, but the stream takes its time.
    private func delay(_ stage: Stage) {
        stage.override = { to, request in if case .follow = request, to == .replica(2) { .reply(.accepted) } else { nil } }
    }

    private func catchUp(_ stage: Stage) -> Bool { stage.advance(atMost: .seconds(3)) { !$0.follows.isEmpty } }

    @Test("the preferred one first gets what another one has, and only then is promoted")
    func levelled() {
        let stage = stage()
        delay(stage)
        stage.losePrimary()
        #expect(catchUp(stage))
        #expect(stage.follows.map(\.0) == [.replica(2)])
        #expect(stage.follows.map(\.to) == [.replica(1)])
        stage.advance(.milliseconds(100))
        #expect(stage.promotions.isEmpty)
        stage.fleet[.replica(2)].offset = 4_999
        stage.advance(.milliseconds(20))
        #expect(stage.promotions.isEmpty)
        stage.fleet[.replica(2)].offset = 5_000
        stage.advance(.milliseconds(6))
        #expect(stage.promotions == [.replica(2)])
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.supervisor.currentEpoch == Epoch(1))
        #expect(
            stage.remarks.contains { $0.text.contains("10.0.0.3:6379 of cache is preferred but lacks 4000 bytes that 10.0.0.2:6379 has") })
    }

    @Test("it takes no longer than it must")
    func quick() {
        let stage = stage()
        stage.losePrimary()
        #expect(catchUp(stage))
        stage.advance(.milliseconds(6))
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.fleet[.replica(2)].offset == 5_000)
        #expect(stage.advance(atMost: .seconds(3)) { $0.notices.contains(.failoverEnded) })
        for other in [Endpoint.replica(1), .replica(3)] { #expect(stage.fleet[other].follows == .replica(2)) }
    }

    @Test("where it is not level in half a second, the fullest one is promoted in the same epoch, and no write is lost")
    func tooSlow() {
        let stage = stage()
        delay(stage)
        stage.losePrimary()
        #expect(catchUp(stage))
        stage.advance(.milliseconds(490))
        #expect(stage.promotions.isEmpty)
        stage.advance(.milliseconds(20))
        #expect(stage.promotions == [.replica(1)])
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.group.configEpoch == Epoch(1))
        stage.override = nil
        stage.advance(.seconds(15))
        #expect(stage.fleet[.replica(2)].follows == .replica(1))
    }

    @Test("where the preferred one is lost meanwhile, the fullest one is promoted", arguments: [true, false])
    func lost(isKilled: Bool) {
        let stage = stage()
        delay(stage)
        stage.losePrimary()
        #expect(catchUp(stage))
        if isKilled { stage.kill(.replica(2)) } else { stage.freeze(.replica(2)) }
        stage.advance(.milliseconds(600))
        #expect(stage.promotions == [.replica(1)])
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("where the fullest one dies meanwhile, a new election looks again at who is left")
    func fullestLost() {
        let stage = stage()
        delay(stage)
        stage.losePrimary()
        #expect(catchUp(stage))
        stage.kill(.replica(1))
        stage.advance(.seconds(4))
        #expect(stage.primaryAddress == .replica(2))
        #expect(stage.fleet[.replica(3)].follows == .replica(2))
    }

    @Test("where the preferred one refuses to follow, the fullest one is promoted")
    func refuses() {
        let stage = stage()
        stage.override = { to, request in
            if case .follow = request, to == .replica(2) { .reply(.refused(code: "NOPERM", text: "NOPERM slaveof")) } else { nil }
        }
        stage.losePrimary()
        stage.advance(.seconds(3))
        #expect(stage.primaryAddress == .replica(1))
    }

    private func isPromotedAtOnce(_ expected: Endpoint, _ stage: Stage) -> Bool {
        stage.losePrimary()
        _ = stage.advance(atMost: .seconds(3)) { !$0.promotions.isEmpty }
        // Before that nobody was led anywhere.
        let first = stage.sent.firstIndex { $0.request == .promote } ?? 0
        let isLed = stage.sent.prefix(first).contains { if case .follow = $0.request { true } else { false } }
        return stage.promotions == [expected] && !isLed
    }

    @Test("of equal offsets the lowest priority number is promoted without further ado")
    func equal() {
        #expect(isPromotedAtOnce(.replica(2), stage { $0[.replica(2)].offset = 5_000 }))
    }

    @Test("of equal priorities the most of the stream is")
    func equalPriorities() {
        #expect(isPromotedAtOnce(.replica(1), stage { $0[.replica(2)].priority = 100 }))
    }

    @Test("priority 0 is no preference: it is never promoted")
    func never() {
        #expect(isPromotedAtOnce(.replica(1), stage { $0[.replica(2)].priority = 0 }))
        let stage = stage { $0[.replica(1)].priority = 0 }
        #expect(isPromotedAtOnce(.replica(2), stage))
    }

    @Test("one of another history cannot get what it lacks, and is not preferred")
    func otherHistory() {
        #expect(isPromotedAtOnce(.replica(1), stage { $0[.replica(2)].history = "elsewhere" }))
    }

    @Test("of several that are preferred the most preferred is brought level, and of those the fullest")
    func several() {
        let stage = stage {
            $0[.replica(3)].priority = 10
            $0[.replica(3)].offset = 2_000
        }
        stage.losePrimary()
        #expect(catchUp(stage))
        #expect(stage.follows.first?.0 == .replica(3))
    }

    @Test("where an operator named one, it is promoted as it is")
    func ordered() {
        let stage = stage()
        stage.advance(.seconds(11))
        stage.losePrimary()
        stage.ask(.failover(.cache, FailoverOrder(.forced, target: .replica(2))))
        stage.advance(.seconds(1))
        #expect(stage.promotions == [.replica(2)])
    }

    @Test("a whole deployment does it within 150 ms of the crash")
    func deployment() throws {
        let deployment = Deployment.settled(replicas: 3) { $0.crashDownAfter = .milliseconds(20) }
        deployment.fleet[.replica(1)].offset = 5_000
        deployment.fleet[.replica(2)].priority = 10
        deployment.run(.seconds(11))
        deployment.kill(.primary)
        let time = try #require(deployment.time(atMost: .seconds(5)) { $0.agreed != nil })
        #expect(time <= .milliseconds(150), "took \(time)")
        #expect(deployment.agreed == .replica(2))
        #expect(deployment.fleet[.replica(2)].offset == 5_000)
        #expect(deployment.time(atMost: .seconds(5)) { $0.isWhole } != nil)
    }
}
