import Testing

@testable import PicketCore

@Suite("Forgetting members")
struct ForgetTests {
    private func forget(_ stage: Stage, _ order: PowerOrder) -> Answer? { stage.answer(to: .power(.cache, order)) }

    private func refusal(_ answer: Answer?) -> String? {
        if case .refused(.other(let text))? = answer { text } else { nil }
    }

    private func isKnown(_ stage: Stage, _ endpoint: Endpoint) -> Bool { stage.instance(at: endpoint) != nil }

    /// A replica that is dead, down, and no longer listed by the primary.
    private func stageWithDeadReplica() -> Stage {
        let stage = Stage()
        stage.kill(.replica(2))
        #expect(stage.advance(atMost: .seconds(5)) { $0.isDown(.replica(2)) })
        return stage
    }

    @Test("a dead replica is dropped, here and on disk, and a restart does not bring it back")
    func replica() {
        let stage = stageWithDeadReplica()
        #expect(forget(stage, .forgetReplica(.replica(2))) == .done)
        #expect(!isKnown(stage, .replica(2)))
        #expect(stage.notices.first(.forgotten)?.subject?.endpoint == .replica(2))
        // Said twice it is as done as ever.
        #expect(forget(stage, .forgetReplica(.replica(2))) == .done)
        stage.restart()
        stage.advance(.seconds(12))
        #expect(!isKnown(stage, .replica(2)))
        #expect(stage.durable.groups[.cache]?.replicas.contains(.replica(2)) == false)
    }

    @Test("what lives is not forgotten, nor the primary, nor somebody unknown")
    func refused() {
        let stage = Stage()
        #expect(refusal(forget(stage, .forgetReplica(.replica(1))))?.hasPrefix("ERR it is alive and would be found again") == true)
        #expect(refusal(forget(stage, .forgetReplica(.primary)))?.contains("is the primary of cache") == true)
        #expect(refusal(forget(stage, .forgetReplica(.replica(9))))?.contains("is no replica of cache") == true)
        stage.hello(from: stage.peers[0])
        #expect(refusal(forget(stage, .forgetMonitor(stage.peers[0].id)))?.hasPrefix("ERR it is alive") == true)
        #expect(refusal(forget(stage, .forgetMonitor(Stage.me)))?.contains("is this very sentinel") == true)
        #expect(refusal(forget(stage, .forgetMonitor(.made(of: "9"))))?.contains("No sentinel of cache has the id") == true)
        #expect(refusal(forget(stage, .forgetMonitorAt(.peer(9))))?.contains("is known at") == true)
        #expect(forget(stage, .resume) == .done)
        #expect(stage.answer(to: .power(GroupName("other"), .resume)) == .refused(.noSuchGroup))
    }

    @Test("a replica that is silent but still listed by the primary would be found again: it is asked first")
    func listed() {
        let stage = Stage()
        stage.freeze(.replica(2))
        #expect(stage.advance(atMost: .seconds(5)) { $0.isDown(.replica(2)) })
        guard case .report(var report) = stage.fleet.answer(.info(sentAt: stage.now), by: .primary) else { return }
        report.replicas = [.replica(1), .replica(2)]
        let told = report
        stage.override = { to, request in to == .primary && request.isInfo ? .reply(.report(told)) : nil }
        #expect(refusal(forget(stage, .forgetReplica(.replica(2))))?.contains("the primary lists it") == true)
        #expect(isKnown(stage, .replica(2)))
    }

    @Test("where the primary does not say a word about it, it is decided without after a second")
    func silentPrimary() {
        let stage = stageWithDeadReplica()
        stage.override = { to, request in to == .primary && request.isInfo ? .silence : nil }
        let ticket = stage.ask(.power(.cache, .forgetReplica(.replica(2))))
        #expect(stage.answer(to: ticket) == nil)
        stage.advance(.seconds(1))
        #expect(stage.answer(to: ticket) == .done)
    }

    @Test("one that follows the primary again is found again, and told of")
    func returns() {
        let stage = stageWithDeadReplica()
        _ = forget(stage, .forgetReplica(.replica(2)))
        stage.forget()
        stage.revive(.replica(2))
        stage.advance(.seconds(12))
        #expect(isKnown(stage, .replica(2)))
        #expect(stage.notices.contains(.replicaFound))
        #expect(stage.notices.contains(.remembered))
        // An old order, told by somebody who was away, drops it no more.
        let version = stage.durable.groups[.cache]!.powers[.replica(.replica(2))]!.version
        _ = stage.answer(
            to: .takePowers(
                PowersReport(
                    sender: stage.peers[0].id, entries: [.statement(.cache, PowerStatement(.replica(.replica(2)), version, isOn: true))])))
        #expect(isKnown(stage, .replica(2)))
    }

    @Test("a forgotten monitor counts no more for the majority, until it says hello")
    func monitor() {
        let stage = Stage(peers: 4)
        for index in 2...3 { stage.kill(stage.peers[index].endpoint) }
        stage.advance(.seconds(10))
        #expect(stage.group.majority == 3)
        #expect(forget(stage, .forgetMonitor(stage.peers[2].id)) == .done)
        #expect(forget(stage, .forgetMonitorAt(stage.peers[3].endpoint)) == .done)
        #expect(stage.group.majority == 2)
        #expect(stage.notices.count(.forgotten) == 2)
        #expect(stage.durable.groups[.cache]?.peers.count == 2)
        stage.forget()
        stage.hello(from: stage.peers[3])
        #expect(stage.group.knownVoters == 4)
        #expect(stage.notices.contains(.peerFound))
        #expect(stage.notices.contains(.remembered))
    }

    @Test("told by another picketd it is done as well; but not to the primary, and not to ourselves")
    func told() {
        let stage = Stage()
        let author = stage.peers[0].id
        func tell(_ counter: UInt64, _ subject: PowerSubject) {
            _ = stage.answer(
                to: .takePowers(
                    PowersReport(
                        sender: author,
                        entries: [
                            .statement(.cache, PowerStatement(subject, PowerVersion(counter: counter, author: author), isOn: true)),
                            .statement(
                                GroupName("other"), PowerStatement(subject, PowerVersion(counter: counter, author: author), isOn: true)),
                        ])))
        }
        tell(1, .monitor(stage.peers[1].id))
        tell(2, .replica(.replica(2)))
        tell(3, .replica(.primary))
        tell(4, .monitor(Stage.me))
        #expect(stage.group.peers.count == 1)
        #expect(!isKnown(stage, .replica(2)))
        #expect(stage.primaryAddress == .primary)
        #expect(stage.durable.groups[.cache]?.powers.values.map(\.isOn) == [true, true, false, false])
    }

    @Test("a group that goes leaves nobody waiting for an answer")
    func removed() {
        let stage = stageWithDeadReplica()
        stage.override = { to, request in to == .primary && request.isInfo ? .silence : nil }
        let ticket = stage.ask(.power(.cache, .forgetReplica(.replica(2))))
        _ = stage.answer(to: .remove(.cache))
        #expect(stage.answer(to: ticket) == .refused(.noSuchGroup))
    }
}
