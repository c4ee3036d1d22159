import Testing

@testable import PicketCore

@Suite("Stalls of this process")
struct TiltTests {
    @Test("after a stall nobody is held down for what was not answered meanwhile")
    func nobodyIsBlamed() {
        let stage = Stage()
        let all = [Endpoint.primary, .replica(1), .replica(2), .peer(1), .peer(2)]
        // Answers are under way when the process stands still, and are read only after its clock.
        for endpoint in all { stage.freeze(endpoint) }
        stage.advance(.milliseconds(400))
        stage.stall(.seconds(30))
        stage.deliver(.deadlineReached)
        #expect(stage.supervisor.isTilted)
        #expect(stage.notices.first?.kind == .tiltEntered)
        stage.advance(.milliseconds(600))
        for endpoint in all { stage.revive(endpoint) }
        stage.advance(.seconds(5))
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(!stage.notices.contains(.failoverTried))
        #expect(stage.supervisor.tiltTotal == 1)
    }

    @Test("tilt ends after a fresh round of probes, in less than a second")
    func ends() {
        let stage = Stage()
        stage.stall(.seconds(30))
        stage.deliver(.deadlineReached)
        stage.advance(.milliseconds(490))
        #expect(stage.supervisor.isTilted)
        stage.advance(.milliseconds(20))
        #expect(!stage.supervisor.isTilted)
        #expect(stage.notices.kinds.filter { $0 == .tiltEntered || $0 == .tiltLeft } == [.tiltEntered, .tiltLeft])
    }

    @Test("a hitch is no stall")
    func hitch() {
        let stage = Stage()
        stage.stall(.milliseconds(1_500))
        stage.deliver(.deadlineReached)
        #expect(!stage.supervisor.isTilted)
    }

    @Test("a primary that died during the stall is held down after it, by a clock that begins with its end")
    func deadMeanwhile() {
        let stage = Stage()
        stage.allPeers(holdDown: true)
        stage.freeze(.primary)
        stage.advance(.milliseconds(400))
        stage.stall(.seconds(30))
        stage.deliver(.deadlineReached)
        stage.advance(.milliseconds(700))
        #expect(!stage.isDown(.primary))
        stage.advance(.milliseconds(600))
        #expect(stage.isDown(.primary))
        stage.advance(.seconds(2))
        #expect(stage.primaryAddress == .replica(1))
    }

    @Test("a primary that came back during the stall is not failed over for having been down before it", arguments: [0, 2])
    func backMeanwhile(peers: Int) {
        let stage = Stage(replicas: 1, peers: peers, quorum: peers == 0 ? 1 : 2)
        stage.fleet[.replica(1)].priority = 0
        stage.advance(.seconds(11))
        stage.freeze(.primary)
        stage.allPeers(holdDown: true)
        stage.advance(.seconds(5))
        #expect(stage.isObjectivelyDown)
        stage.fleet[.replica(1)].priority = 100
        stage.forget()
        stage.allPeers(holdDown: false)
        stage.stall(.seconds(10))
        stage.revive(.primary)
        stage.deliver(.deadlineReached)
        stage.advance(.seconds(5))
        #expect(!stage.notices.contains(.failoverTried))
        #expect(!stage.isDown(.primary))
    }

    @Test("an attempt from before the stall promotes nobody after it")
    func staleAttempt() {
        let stage = Stage()
        stage.override = { [unowned stage] _, request in stage.phase == .selecting && request.isInfo ? .silence : nil }
        stage.losePrimary()
        #expect(stage.advance(atMost: .seconds(3)) { $0.phase == .selecting })
        stage.stall(.seconds(60))
        stage.override = nil
        // The first that is read after it are the reports that the attempt waited for.
        for question in stage.sent(where: \.isInfo).suffix(2) {
            stage.deliver(.replied(question.link, question.request, .report(stage.fleet.report(of: question.to))))
        }
        #expect(stage.phase == nil)
        stage.advance(.milliseconds(490))
        #expect(stage.promotions.isEmpty)
        stage.advance(.seconds(3))
        #expect(stage.notices.count(.failoverTried) == 2)
        #expect(stage.group.configEpoch == Epoch(2))
    }
}
