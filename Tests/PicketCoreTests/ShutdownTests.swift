import Testing

@testable import PicketCore

@Suite("A primary that shuts down")
struct ShutdownTests {
    private static func stage(replicas: Int = 2, crashDownAfter: Duration = .milliseconds(20)) -> Stage {
        Stage(replicas: replicas) { $0.groups[.cache]?.settings.crashDownAfter = crashDownAfter }
    }

    private func switches(_ stage: Stage) -> Bool {
        stage.fleet[.primary].isShuttingDown = true
        return stage.advance(atMost: .milliseconds(200)) { $0.notices.contains(.switched) }
    }

    @Test("hands over before it has ended, and nothing is lost")
    func handsOver() {
        let stage = Self.stage()
        stage.fleet[.replica(1)].offset = 1_000
        stage.fleet[.replica(2)].offset = 990
        stage.advance(.seconds(11))
        #expect(switches(stage))
        #expect(stage.primaryAddress == .replica(1))
        let order = stage.sent.map(\.request).filter {
            switch $0 {
            case .pauseWrites, .stepBack, .promote: true
            default: false
            }
        }
        #expect(order.last == .promote && order.dropLast().last == .stepBack(for: .replica(1)))
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.supervisor.failoverTraces(of: .cache)?.first?.cause == .shutdown || stage.phase == .reattaching)
    }

    @Test("is waited for where the crash path is off: then all is as with Sentinel")
    func crashPathOff() {
        let stage = Self.stage(crashDownAfter: .zero)
        stage.advance(.seconds(3))
        #expect(!switches(stage))
        #expect(!stage.sent.contains { $0.request == .probe })
    }

    @Test("is not asked whether it shuts down where there is nobody to take its place")
    func noReplicas() {
        let stage = Self.stage(replicas: 0)
        stage.advance(.seconds(3))
        #expect(!stage.sent.contains { $0.request == .probe })
        #expect(stage.sent.contains { $0.request == .ping && $0.to == .primary })
    }

    @Test("keeps its role where it was told not to end after all, before anybody was elected")
    func aborted() {
        let stage = Self.stage()
        for peer in stage.peers.indices { stage.peers[peer].ballot = .withholds }
        stage.advance(.seconds(3))
        stage.fleet[.primary].isShuttingDown = true
        stage.advance(.milliseconds(60))
        #expect(stage.phase == .electing)
        stage.fleet[.primary].isShuttingDown = false
        stage.advance(.seconds(12))
        stage.forget()
        stage.advance(.seconds(5))
        #expect(stage.phase == nil)
        #expect(stage.promotions.isEmpty && !stage.notices.contains(.failoverTried))
    }

    @Test("keeps it too where no majority can be reached")
    func noMajority() {
        let stage = Self.stage()
        stage.advance(.seconds(3))
        for peer in stage.peers { stage.kill(peer.endpoint) }
        stage.advance(.seconds(40))
        #expect(!switches(stage))
        #expect(!stage.notices.contains(.failoverTried))
    }

    @Test("is tried again, but not all the time, where no replica is in step")
    func nobodyInStep() {
        let stage = Self.stage()
        stage.advance(.seconds(3))
        stage.fleet[.replica(1)].link = .down(for: .seconds(1))
        stage.fleet[.replica(2)].link = .down(for: .seconds(1))
        stage.forget()
        stage.fleet[.primary].isShuttingDown = true
        stage.advance(.seconds(2))
        #expect(stage.promotions.isEmpty)
        let tries = stage.notices.count { $0.kind == .failoverTried }
        #expect((1...20).contains(tries))
    }

    @Test("is published to only right after it has said that it goes on")
    func publishesAfterAnswers() {
        let stage = Self.stage()
        stage.advance(.seconds(3))
        stage.forget()
        stage.override = { endpoint, request in
            endpoint == .primary && request == .probe ? .silence : nil
        }
        stage.advance(.milliseconds(900))
        #expect(!stage.hellos.contains { $0.to == .primary })
        stage.override = nil
        stage.advance(.seconds(4))
        #expect(stage.hellos.count { $0.to == .primary } >= 1)
    }
}
