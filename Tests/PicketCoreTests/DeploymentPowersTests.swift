import Testing

@testable import PicketCore

@Suite("Operators' powers in a whole deployment")
struct DeploymentPowersTests {
    private func isPaused(_ deployment: Deployment) -> [Bool] {
        deployment.monitors.map { $0.supervisor.isPaused(.cache, at: deployment.now) }
    }

    @Test("a pause that one is told is known to all within milliseconds, also over a detour")
    func spreads() {
        let deployment = Deployment.settled()
        deployment.cut(deployment.monitors[0].endpoint.host, deployment.monitors[2].endpoint.host)
        deployment.ask(.power(.cache, .pause(for: .seconds(60), reason: "")), of: 0)
        deployment.run(.milliseconds(10))
        #expect(isPaused(deployment) == [true, true, true])
    }

    @Test("orders of both sides of a cut converge, whichever side they come from")
    func converges() {
        let deployment = Deployment.settled()
        deployment.isolate([deployment.monitors[2].endpoint.host])
        deployment.run(.seconds(3))
        deployment.ask(.power(.cache, .pause(for: .seconds(600), reason: "")), of: 0)
        deployment.run(.seconds(1))
        deployment.ask(.power(.cache, .resume), of: 2)
        deployment.run(.seconds(1))
        #expect(isPaused(deployment) == [true, true, false])
        deployment.heal()
        deployment.run(.seconds(5))
        // Equal counters: the greater id's order counts.
        #expect(isPaused(deployment) == [false, false, false])
    }

    @Test("the paused group keeps its dead primary; after the pause it is replaced")
    func holds() {
        let deployment = Deployment.settled()
        deployment.ask(.power(.cache, .pause(for: .seconds(20), reason: "")), of: 1)
        deployment.run(.seconds(1))
        deployment.kill(.primary)
        deployment.run(.seconds(15))
        #expect(deployment.livePrimaries.isEmpty)
        #expect(deployment.time(atMost: .seconds(6)) { $0.agreed != nil } != nil)
    }

    @Test("a replica that is forgotten is dropped by a monitor that was away, too")
    func forgets() {
        let deployment = Deployment.settled()
        deployment.stop(2)
        deployment.kill(.replica(2))
        deployment.run(.seconds(5))
        let ticket = deployment.ask(.power(.cache, .forgetReplica(.replica(2))), of: 0)
        deployment.run(.seconds(2))
        #expect(deployment.monitors[0].answers[ticket] == .done)
        deployment.start(2)
        deployment.run(.seconds(3))
        for monitor in deployment.monitors { #expect(monitor.supervisor.replicas(of: .cache, at: deployment.now)?.count == 1) }
    }
}
