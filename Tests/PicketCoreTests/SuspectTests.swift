import Testing

@testable import PicketCore

@Suite("Suspects")
struct SuspectTests {
    static func downed(_ stage: Stage) {
        stage.allPeers(holdDown: true)
        stage.kill(.primary)
    }

    @Test("ordinary failover") func ordinary() {
        let stage = Stage()
        Self.downed(stage)
        stage.advance(.seconds(3))
        print(stage.notices.kinds.map(\.rawValue), stage.primaryAddress as Any, stage.promotions)
        #expect(stage.promotions.count == 1)
    }

    @Test("a replica that was promoted by a leader that died is chosen again") func promotedByDeadLeader() {
        let stage = Stage(replicas: 1)
        Self.downed(stage)
        stage.fleet[.replica(1)].follows = nil
        stage.advance(.seconds(30))
        #expect(stage.primaryAddress == .replica(1))
        print(stage.notices.kinds.map(\.rawValue).suffix(10), stage.remarks.map(\.text).suffix(2), stage.group.attempt as Any)
    }

    @Test("candidate's link closes while awaited: no livelock") func awaitedLinkCloses() {
        let stage = Stage()
        stage.override = { _, request in if case .role = request { .silence } else { nil } }
        stage.fleet[.replica(1)].obeys = false
        stage.fleet[.replica(2)].obeys = false
        Self.downed(stage)
        stage.advance(.milliseconds(1500))
        #expect(stage.phase == .awaitingPromotion)
        if let to = stage.promotions.first { stage.freeze(to); stage.cut(to) }
        stage.advance(.seconds(2))
        #expect(!stage.isLivelocked)
    }

    @Test("script whose start waits for the disk: no livelock") func scriptLivelock() {
        let stage = Stage { $0.groups[.cache]?.settings.notificationScript = "/x" }
        stage.freeze(.replica(1))
        stage.advance(.seconds(5))
        #expect(!stage.scripts.isEmpty)
        stage.advance(.seconds(70))
        #expect(!stage.isLivelocked)
    }

    @Test("denied with short down-after is not down") func denied() {
        let stage = Stage { $0.groups[.cache]?.settings.downAfter = .milliseconds(500) }
        stage.fleet[conditionOf: .primary] = .denying("WRONGPASS")
        stage.cut(.primary, .closedByPeer)
        stage.advance(.seconds(5))
        #expect(!stage.notices.contains(.subjectivelyDown))
    }

    @Test("opinion on the former primary does not count for the new one") func staleOpinion() {
        let stage = Stage(peers: 1)
        stage.override = { _, request in if case .askDown(_, _, _, nil) = request { .silence } else { nil } }
        stage.freeze(.primary)
        stage.advance(.seconds(2))
        #expect(stage.isDown(.primary))
        guard let question = stage.sent.first(where: { if case .askDown = $0.request { true } else { false } }) else { Issue.record("not asked"); return }
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(1), primary: .replica(1), configEpoch: Epoch(1))
        #expect(stage.primaryAddress == .replica(1))
        stage.deliver(.replied(question.link, question.request, .opinion(isDown: true, leader: nil, leaderEpoch: .zero)))
        #expect(stage.group.peers[stage.peers[0].id]?.opinion?.isDown != true)
    }

    @Test("tilt: stale down state does not start a failover") func tiltStale() {
        let stage = Stage(peers: 0, quorum: 1)
        stage.fleet[.replica(1)].priority = 0
        stage.fleet[.replica(2)].priority = 0
        stage.advance(.seconds(11))
        stage.freeze(.primary)
        stage.advance(.seconds(5))
        #expect(stage.isObjectivelyDown)
        stage.fleet[.replica(1)].priority = 100
        stage.forget()
        stage.stall(.seconds(10))
        stage.revive(.primary)
        stage.deliver(.deadlineReached)
        stage.advance(.seconds(5))
        print(stage.notices.kinds.map(\.rawValue))
        #expect(!stage.notices.contains(.failoverTried))
    }

    @Test("no eligible replica: how many elections in 10 s") func spam() {
        let stage = Stage()
        stage.fleet[.replica(1)].isSyncing = true
        stage.fleet[.replica(2)].isSyncing = true
        Self.downed(stage)
        stage.advance(.seconds(12))
        print("tried", stage.notices.count(.failoverTried), "remarks", stage.remarks.count, stage.supervisor.currentEpoch)
        #expect(stage.notices.count(.failoverTried) < 20)
    }

    @Test("down noticed on a link event is evaluated at once") func lateJudgement() {
        let stage = Stage(peers: 0, quorum: 1) { $0.groups[.cache]?.settings.downAfter = .seconds(4) }
        stage.freeze(.primary)
        stage.advance(.seconds(10))
        // How late is O_DOWN after S_DOWN?
        #expect(stage.isObjectivelyDown)
    }

    @Test("ROLE refused does not flood the log") func roleRefused() {
        let stage = Stage()
        stage.override = { _, request in if case .role = request { .reply(.refused(code: "NOPERM", text: "NOPERM role")) } else { nil } }
        stage.fleet[.replica(1)].obeys = false
        stage.fleet[.replica(2)].obeys = false
        Self.downed(stage)
        stage.advance(.seconds(5))
        print("remarks", stage.remarks.count)
        #expect(stage.remarks.count < 20)
    }

    @Test("a link that opens and ends at once does not loop") func flapping() {
        let stage = Stage()
        for _ in 0..<50 { stage.cut(.primary) ; stage.advance(.zero) }
        let count = stage.opened.count { $0.purpose == .commands && $0.endpoint == .primary }
        print("opened", count)
        #expect(count < 20)
    }

    @Test("promoted notice is not visible before the configuration is durable") func promotedGate() {
        let stage = Stage()
        Self.downed(stage)
        _ = stage.advance(atMost: .seconds(3)) { $0.phase == .awaitingPromotion || !$0.promotions.isEmpty }
        print("phase", stage.phase as Any)
        for record in stage.history {
            if let index = record.effects.firstIndex(where: { if case .notify(let n) = $0.action { n.kind == .promoted } else { false } }) {
                print("promoted after", record.effects[index].after as Any, record.effects.compactMap { if case .persist(let r, _) = $0.action { r } else { nil } })
                #expect(record.effects[index].after != nil)
            }
            if let index = record.effects.firstIndex(where: { if case .notify(let n) = $0.action { n.kind == .switched } else { false } }) {
                print("switched after", record.effects[index].after as Any)
            }
        }
    }
}
