import Testing

@testable import PicketCore

@Suite("A disk that fails")
struct StorageTests {
    private let alice = MonitorID.made(of: "1")

    @Test("no vote is given, and none was")
    func noVote() {
        let stage = Stage()
        stage.disk = .failing
        let first = stage.vote(for: alice, in: Epoch(3))
        #expect(first == .refused(.other("ERR the state cannot be written")))
        #expect(stage.supervisor.storageFault != nil)
        for _ in 0..<3 {
            let next = stage.vote(for: alice, in: Epoch(4))
            if case .opinion(_, let leader?, _)? = next { Issue.record("voted for \(leader)") }
        }
        #expect(stage.durable.groups[.cache]?.vote == nil)
        #expect(!stage.notices.contains { $0.kind == .voted && $0.detail == .vote(alice, Epoch(4)) })
        #expect(stage.remarks.count { $0.text.contains("no space left") } == 1)
    }

    @Test("watching and telling opinions go on")
    func watchingGoesOn() {
        let stage = Stage()
        stage.disk = .failing
        _ = stage.vote(for: alice, in: Epoch(3))
        stage.freeze(.primary)
        stage.advance(.seconds(2))
        #expect(stage.isDown(.primary))
        #expect(stage.notices.contains(.subjectivelyDown))
        let answer = stage.answer(to: .isPrimaryDown(.primary, epoch: Epoch(9), candidate: nil))
        #expect(answer == .opinion(isDown: true, leader: nil, leaderEpoch: .zero))
    }

    @Test("an opinion is told to a candidate too, only without a vote")
    func opinionForCandidate() {
        let stage = Stage()
        stage.disk = .failing
        _ = stage.vote(for: alice, in: Epoch(3))
        stage.freeze(.primary)
        stage.advance(.seconds(2))
        #expect(stage.vote(for: alice, in: Epoch(9)) == .opinion(isDown: true, leader: nil, leaderEpoch: .zero))
    }

    @Test("an attempt is abandoned and none begun, until the disk is well again")
    func attempts() {
        let stage = Stage()
        stage.losePrimary()
        stage.disk = .failing
        stage.advance(.seconds(5))
        #expect(stage.isObjectivelyDown)
        #expect(stage.notices.contains(.abortedNotElected))
        #expect(stage.notices.count(.failoverTried) == 1)
        #expect(stage.promotions.isEmpty)
        #expect(!stage.notices.contains(.elected))
        stage.repairDisk()
        #expect(stage.supervisor.storageFault == nil)
        stage.advance(.seconds(3))
        #expect(stage.notices.contains(.switched))
        #expect(stage.group.configEpoch > .zero)
    }

    @Test("an attempt that waits for a slow disk which then fails promotes nobody")
    func slowThenFailing() {
        let stage = Stage(peers: 0, quorum: 1)
        stage.kill(.primary)
        stage.disk = .slow
        stage.advance(.seconds(2))
        #expect(stage.phase != nil)
        stage.disk = .failing
        stage.ask(.reset([]))
        stage.ask(.change(.cache, [.quorum(1)], failure: nil))
        #expect(stage.phase == nil)
        #expect(stage.promotions.isEmpty)
        stage.advance(.seconds(5))
        #expect(stage.promotions.isEmpty)
        stage.repairDisk()
        stage.advance(.seconds(5))
        #expect(stage.promotions.count == 1)
        #expect(stage.primaryAddress == stage.promotions.first)
    }

    @Test("an ordered failover is refused, and why")
    func ordered() {
        let stage = Stage()
        stage.disk = .failing
        _ = stage.vote(for: alice, in: Epoch(3))
        guard case .refused(.other(let text))? = stage.answer(to: .failover(.cache, FailoverOrder(.forced))) else {
            Issue.record("not refused")
            return
        }
        #expect(text.contains("cannot be written"))
    }

    @Test("votes are given again after it is repaired, and never twice in an epoch")
    func repaired() {
        let stage = Stage()
        stage.disk = .failing
        _ = stage.vote(for: alice, in: Epoch(3))
        stage.repairDisk()
        // The vote of epoch 3 was made but told to nobody: it is on disk now, and it stands.
        #expect(stage.vote(for: .made(of: "2"), in: Epoch(3)) == .opinion(isDown: false, leader: alice, leaderEpoch: Epoch(3)))
        stage.advance(.milliseconds(100))
        #expect(stage.vote(for: .made(of: "2"), in: Epoch(4)) == .opinion(isDown: false, leader: .made(of: "2"), leaderEpoch: Epoch(4)))
    }

    @Test("a failing disk for minutes neither stops nor spins the loop, scripts or not")
    func forMinutes() {
        let stage = Stage { $0.groups[.cache]?.settings.notificationScript = "/tell" }
        stage.disk = .failing
        _ = stage.vote(for: alice, in: Epoch(3))
        stage.losePrimary()
        stage.advance(.seconds(180))
        #expect(!stage.isLivelocked)
        #expect(stage.remarks.count < 1_000, "\(stage.remarks.count) remarks, last: \(stage.remarks.last?.text ?? "")")
    }
}
