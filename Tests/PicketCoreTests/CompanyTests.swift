import Testing

@testable import PicketCore

@Suite("What is not done everywhere among picketd")
struct CompanyTests {
    private let replicas = [Endpoint.replica(1), .replica(2)]

    /// The first so many of the two peers are picketd, the others redis-sentinels; what they share is known to all.
    private func stage(pickets: Int) -> Stage {
        let stage = Stage()
        for index in 0..<pickets {
            stage.peers[index].standing = Standing(
                group: .cache, primary: .primary, configEpoch: .zero, isDown: false, vote: nil, isLeading: false)
            stage.cut(stage.peers[index].endpoint)
        }
        stage.advance(.milliseconds(1_500))
        return stage
    }

    private func hasSubscription(_ stage: Stage, to endpoint: Endpoint) -> Bool {
        stage.instance(at: endpoint)?.subscription.isOpen == true
    }

    private func hellos(_ stage: Stage, to endpoint: Endpoint) -> Int { stage.hellos.count { $0.to == endpoint } }

    /// Somebody speaks on the primary's channel, as we do ourselves.
    private func live(_ stage: Stage, for seconds: Int) {
        for _ in 0..<seconds {
            if let link = stage.linkID(to: .primary, .subscription) { stage.deliver(.heard(link)) }
            stage.advance(.seconds(1))
        }
    }

    @Test("a redis-sentinel hears us at every instance, and is heard there")
    func mixed() {
        let stage = stage(pickets: 1)
        stage.forget()
        live(stage, for: 10)
        for replica in replicas {
            #expect(hasSubscription(stage, to: replica))
            #expect(hellos(stage, to: replica) >= 4)
        }
    }

    @Test("among picketd the primary's channel is enough, and what was open too much is closed")
    func pickets() {
        let stage = stage(pickets: 2)
        live(stage, for: 40)
        stage.forget()
        live(stage, for: 20)
        #expect(hasSubscription(stage, to: .primary))
        #expect((9...11).contains(hellos(stage, to: .primary)))
        for replica in replicas {
            #expect(!hasSubscription(stage, to: replica))
            #expect(hellos(stage, to: replica) == 0)
        }
        // Each was told twice how things stand, and not once by a hello of its own.
        for peer in stage.peers {
            #expect(hellos(stage, to: peer.endpoint) == 0)
            let told = stage.requests(to: peer.endpoint).count { if case .compareStandings = $0 { true } else { false } }
            #expect((1...3).contains(told))
        }
        // Nobody takes that for a fault.
        let views = stage.group.instances.values.map { stage.group.view($0, stage.supervisor.monitor, at: stage.now) }
        #expect(views.count == 3 && !views.contains { $0.flags.contains(.disconnected) })
    }

    @Test("where the primary's channel is silent, the replicas' are used by picketd too, and left alone again when it speaks")
    func silent() {
        let stage = stage(pickets: 2)
        live(stage, for: 40)
        stage.advance(.seconds(6))
        stage.forget()
        stage.advance(.seconds(10))
        for replica in replicas {
            #expect(hasSubscription(stage, to: replica))
            #expect(hellos(stage, to: replica) >= 4)
        }
        live(stage, for: 45)
        for replica in replicas { #expect(!hasSubscription(stage, to: replica)) }
    }

    @Test("one picketd of all that live asks the primary whether it is shutting down; redis-sentinels are not counted")
    func watchers() {
        let alone = Stage { $0.groups[.cache]?.settings.crashDownAfter = .milliseconds(20) }
        #expect(alone.sent(where: { $0 == .probe }).isEmpty)
        alone.advance(.seconds(1))
        #expect(!alone.sent(where: { $0 == .probe }).isEmpty)
        // Its peers come before it, or after it; in one order for all of them.
        #expect(stage(pickets: 0).group.watchesForShutdown)
        let first = stage(pickets: 2)
        #expect(first.group.watchesForShutdown == (first.group.rank(first.supervisor.monitor) == 0))
    }
}
