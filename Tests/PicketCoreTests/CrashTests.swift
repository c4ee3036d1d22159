import Testing

@testable import PicketCore

@Suite("A process that is gone")
struct CrashTests {
    /// Down-after is far away: what happens soon happens because connections are refused.
    private func stage(
        replicas: Int = 2, peers: Int = 2, crashDownAfter: Duration = .milliseconds(20), downAfter: Duration = .seconds(30)
    ) -> Stage {
        Stage(replicas: replicas, peers: peers) {
            $0.groups[.cache]?.settings.crashDownAfter = crashDownAfter
            $0.groups[.cache]?.settings.downAfter = downAfter
        }
    }

    /// When the primary was held down, counted from `start`.
    private func timeUntilDown(_ stage: Stage, atMost bound: Duration = .seconds(5)) -> Duration? {
        let start = stage.now
        return stage.advance(atMost: bound) { $0.isDown(.primary) } ? stage.now - start : nil
    }

    /// When connections to the primary were tried.
    private func tries(_ stage: Stage, since start: Instant) -> [Instant] {
        stage.history.filter { $0.at >= start }.flatMap { entry in
            entry.effects.compactMap { effect in
                guard case .openLink(_, let target) = effect.action, target.endpoint == .primary, target.purpose == .commands else {
                    return nil
                }
                return entry.at
            }
        }
    }

    @Test("refusals that last 20 ms, and replicas that say the same, hold a primary down long before down-after")
    func killed() throws {
        let stage = stage()
        stage.losePrimary()
        #expect(!stage.isDown(.primary))
        let time = try #require(timeUntilDown(stage))
        #expect((.milliseconds(20) ... .milliseconds(25)).contains(time), "took \(time)")
        #expect(stage.advance(atMost: .milliseconds(60)) { $0.notices.contains(.switched) })
        #expect(stage.primaryAddress == .replica(1))
        #expect(stage.supervisor.currentEpoch == Epoch(1))
    }

    @Test("how long refusals must last is the operator's to say", arguments: [5, 100, 400, 2_000])
    func bound(milliseconds: Int) throws {
        let stage = stage(crashDownAfter: .milliseconds(milliseconds))
        stage.losePrimary()
        let time = try #require(timeUntilDown(stage))
        // The next try comes after a fiftieth of what was waited, 5 ms at least.
        let grain = max(.milliseconds(5), Duration.milliseconds(milliseconds) / 50)
        #expect((.milliseconds(milliseconds) ... .milliseconds(milliseconds) + grain).contains(time), "took \(time)")
    }

    @Test("switched off, down-after alone decides")
    func off() throws {
        let stage = stage(crashDownAfter: .zero, downAfter: .seconds(1))
        stage.losePrimary()
        stage.advance(.milliseconds(900))
        #expect(!stage.isDown(.primary))
        stage.advance(.milliseconds(150))
        #expect(stage.isDown(.primary))
    }

    @Test("it can be switched off while it is at work")
    func switchedOff() {
        let stage = stage()
        stage.losePrimary()
        stage.advance(.milliseconds(10))
        stage.ask(.change(.cache, [.crashDownAfter(milliseconds: 0)], failure: nil))
        stage.advance(.seconds(5))
        #expect(!stage.isDown(.primary))
    }

    @Test("a replica that still sees the primary forbids it, until it does not see it any more")
    func witness() throws {
        let stage = stage()
        stage.fleet[.replica(2)].link = .up
        stage.losePrimary()
        stage.advance(.milliseconds(60))
        #expect(!stage.isDown(.primary))
        stage.fleet[.replica(2)].link = .automatic
        let time = try #require(timeUntilDown(stage))
        #expect(time <= .milliseconds(20), "took \(time)")
    }

    @Test("a replica that goes on seeing the primary leaves it to down-after")
    func lastingWitness() throws {
        let stage = stage(downAfter: .seconds(3))
        stage.fleet[.replica(2)].link = .up
        stage.losePrimary()
        stage.advance(.milliseconds(2_900))
        #expect(!stage.isDown(.primary))
        // A few questions, and no storm of them.
        #expect(stage.requests(to: .replica(2)).count { $0.isInfo } < 60)
        stage.advance(.milliseconds(300))
        #expect(stage.isDown(.primary))
    }

    @Test("what a replica said before the first refusal says nothing")
    func oldWitness() {
        let stage = stage()
        stage.override = { to, request in to == .replica(1) && request.isInfo ? .silence : nil }
        stage.losePrimary()
        stage.advance(.milliseconds(40))
        // Its last report, from before, said that all was well; the next one does not come.
        #expect(!stage.isDown(.primary))
        #expect(stage.instance(at: .replica(1))?.replication.isLinkUp == true)
    }

    @Test("a replica that does not answer is waited for 50 ms longer, and no more")
    func silentWitness() throws {
        let stage = stage()
        stage.freeze(.replica(1))
        stage.losePrimary()
        let time = try #require(timeUntilDown(stage))
        #expect((.milliseconds(70) ... .milliseconds(75)).contains(time), "took \(time)")
    }

    @Test("a replica that follows somebody else is no witness")
    func strayWitness() throws {
        let stage = stage()
        stage.fleet[.replica(2)].follows = .replica(1)
        stage.fleet[.replica(2)].link = .up
        stage.losePrimary()
        let time = try #require(timeUntilDown(stage))
        #expect(time <= .milliseconds(25), "took \(time)")
    }

    @Test("dead replicas are not waited for")
    func deadReplicas() throws {
        let stage = stage()
        for number in 1...2 { stage.kill(.replica(number)) }
        stage.losePrimary()
        let time = try #require(timeUntilDown(stage))
        #expect(time <= .milliseconds(25), "took \(time)")
    }

    @Test(
        "anything but a refusal begins the count anew: what is out of reach may be alive",
        arguments: [LinkFailure.timedOut, .unreachable("no route"), .unresolved("no such name"), .closedByPeer, .protocolViolation("?")])
    func otherFailure(failure: LinkFailure) {
        let stage = stage(downAfter: .seconds(600))
        stage.losePrimary()
        // Refused and not, in turns; never refused for 20 ms on end.
        for _ in 0..<40 {
            stage.advance(.milliseconds(8))
            stage.fleet[conditionOf: .primary] = .unreachable(failure)
            _ = stage.advance(atMost: .seconds(1)) { $0.instance(at: .primary)?.reachability.link.wasRefused == false }
            stage.fleet[conditionOf: .primary] = .dead
            _ = stage.advance(atMost: .seconds(1)) { $0.instance(at: .primary)?.reachability.link.wasRefused == true }
        }
        #expect(!stage.isDown(.primary))
        stage.fleet[conditionOf: .primary] = .unreachable(failure)
        stage.advance(.seconds(3))
        #expect(!stage.isDown(.primary))
    }

    @Test("a primary that hangs up on us is left alone as long as a replica sees it, and held down after down-after where none does")
    func hangsUp() {
        let seen = stage(downAfter: .seconds(1))
        seen.fleet[.replica(1)].link = .up
        seen.fleet[conditionOf: .primary] = .unreachable(.closedByPeer)
        seen.cut(.primary, .closedByPeer)
        seen.advance(.seconds(20))
        #expect(!seen.isDown(.primary))
        // It freezes: nobody hangs up any more.
        seen.fleet[conditionOf: .primary] = .unreachable(.timedOut)
        #expect((timeUntilDown(seen) ?? .seconds(60)) <= .seconds(2))

        let unseen = stage(downAfter: .seconds(1))
        unseen.fleet[conditionOf: .primary] = .unreachable(.closedByPeer)
        unseen.cut(.primary, .closedByPeer)
        #expect((timeUntilDown(unseen) ?? .seconds(60)) <= .milliseconds(1_100))
    }

    @Test("a primary out of reach waits for down-after")
    func unreachable() {
        let stage = stage(downAfter: .seconds(3))
        stage.allPeers(holdDown: true)
        stage.fleet[conditionOf: .primary] = .unreachable(.timedOut)
        stage.cut(.primary, .timedOut)
        stage.advance(.milliseconds(2_700))
        #expect(!stage.isDown(.primary))
        stage.advance(.milliseconds(400))
        #expect(stage.isDown(.primary))
    }

    @Test("one that closes its connections but accepts new ones is alive")
    func resets() {
        let stage = stage()
        for _ in 0..<50 {
            stage.cut(.primary)
            stage.advance(.milliseconds(30))
        }
        #expect(!stage.notices.contains(.subjectivelyDown))
        #expect(stage.primaryAddress == .primary)
    }

    /// A monitor that was started when nobody listened at the primary's address.
    private func started(_ adjust: (inout Fleet) -> Void) -> Stage {
        let stage = Stage(isSettled: false) {
            $0.groups[.cache]?.settings.crashDownAfter = .milliseconds(20)
            $0.groups[.cache]?.settings.downAfter = .seconds(5)
            $0.groups[.cache]?.replicas = [.replica(1), .replica(2)]
        }
        stage.fleet[conditionOf: .primary] = .dead
        adjust(&stage.fleet)
        stage.deliver(.started)
        return stage
    }

    @Test("a primary that nobody has known yet, as where all is just being started, is waited for")
    func neverConnected() {
        let stage = started { for number in 1...2 { $0[.replica(number)].link = .down(for: nil) } }
        stage.advance(.milliseconds(4_800))
        #expect(!stage.isDown(.primary))
        stage.advance(.seconds(1))
        #expect(stage.isDown(.primary))
    }

    @Test("a primary that only this monitor has not known is missed by its replicas, and that is enough")
    func missed() throws {
        let stage = started { for number in 1...2 { $0[.replica(number)].link = .down(for: .seconds(1)) } }
        let time = try #require(timeUntilDown(stage))
        #expect(time <= .milliseconds(30), "took \(time)")
    }

    @Test("replicas and monitors that refuse are held down after down-after, as ever")
    func others() {
        let stage = stage(downAfter: .seconds(1))
        stage.kill(.replica(1))
        stage.kill(.peer(1))
        stage.advance(.milliseconds(700))
        #expect(!stage.notices.contains(.subjectivelyDown))
        stage.advance(.milliseconds(600))
        #expect(stage.notices.count(.subjectivelyDown) == 2)
        #expect(!stage.isDown(.primary))
    }

    @Test("one that is back is up at once")
    func back() {
        let stage = stage()
        stage.kill(.primary)
        stage.advance(.milliseconds(30))
        #expect(stage.isDown(.primary))
        stage.revive(.primary)
        stage.advance(.milliseconds(6))
        #expect(!stage.isDown(.primary))
        #expect(stage.notices.kinds.filter { $0 == .subjectivelyDown || $0 == .subjectivelyUp } == [.subjectivelyDown, .subjectivelyUp])
        stage.advance(.seconds(2))
        #expect(!stage.notices.contains(.failoverTried))
    }

    @Test("one that is back within 20 ms was never down")
    func quickRestart() {
        let stage = stage()
        stage.losePrimary()
        stage.advance(.milliseconds(14))
        stage.revive(.primary)
        stage.advance(.seconds(2))
        #expect(!stage.notices.contains(.subjectivelyDown))
    }

    @Test("one that is held down stays so when its host goes, too: nothing has been heard of it since")
    func hostGoes() {
        let stage = stage()
        stage.kill(.primary)
        stage.advance(.milliseconds(30))
        #expect(stage.isDown(.primary))
        stage.fleet[conditionOf: .primary] = .unreachable(.timedOut)
        stage.advance(.seconds(5))
        #expect(stage.isDown(.primary))
        #expect(!stage.notices.contains(.subjectivelyUp))
        stage.revive(.primary)
        stage.advance(.seconds(2))
        #expect(!stage.isDown(.primary))
    }

    @Test("it is tried every 5 ms at first, more rarely the longer it lasts, and at the pace of pings at last")
    func pauses() {
        let stage = stage()
        stage.kill(.primary)
        let start = stage.now
        stage.advance(.seconds(10))
        let times = tries(stage, since: start)
        let pauses = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(pauses.prefix(20).dropFirst().allSatisfy { $0 == .milliseconds(5) }, "\(pauses.prefix(20))")
        #expect(zip(pauses.dropFirst(2), pauses.dropFirst(1)).allSatisfy { $0 >= $1 })
        #expect(zip(times, pauses).dropFirst().allSatisfy { $1 <= max(.milliseconds(5), ($0 - start) / 50) })
        #expect(times.count < 300, "\(times.count)")
        stage.advance(.seconds(120))
        let late = tries(stage, since: stage.now - .seconds(10))
        #expect((9...11).contains(late.count), "\(late.count)")
    }

    @Test("a primary that refuses one monitor only is held down by nobody else, and stays")
    func onlyHere() {
        let stage = stage()
        stage.kill(.primary)
        stage.advance(.seconds(10))
        #expect(stage.isDown(.primary))
        #expect(!stage.isObjectivelyDown)
        #expect(!stage.notices.contains(.failoverTried))
        #expect(stage.supervisor.currentEpoch == .zero)
    }

    @Test("a stall of this process is no refusal")
    func stall() {
        let stage = stage()
        stage.losePrimary()
        stage.advance(.milliseconds(10))
        stage.stall(.seconds(30))
        stage.revive(.primary)
        stage.advance(.seconds(2))
        #expect(!stage.notices.contains(.subjectivelyDown))
    }

    @Test("three monitors replace a killed primary within 100 ms, whatever down-after is", arguments: [1, 30])
    func deployment(downAfterSeconds: Int) throws {
        let deployment = Deployment.settled {
            $0.crashDownAfter = .milliseconds(20)
            $0.downAfter = .seconds(downAfterSeconds)
        }
        deployment.kill(.primary)
        let time = try #require(deployment.time(atMost: .seconds(5)) { $0.agreed != nil })
        #expect(time <= .milliseconds(100), "took \(time)")
        #expect(deployment.time(atMost: .seconds(2)) { $0.isWhole } != nil)
        #expect(deployment.monitors.allSatisfy { $0.supervisor.currentEpoch == Epoch(1) })
    }

    @Test("the leader's death on top of it costs half a second and no more", arguments: stride(from: 0, through: 20, by: 2).map(\.self))
    func leaderToo(milliseconds: Int) throws {
        let deployment = Deployment.settled { $0.crashDownAfter = .milliseconds(20) }
        deployment.kill(.primary)
        let killed = deployment.now
        let isTried: (Deployment) -> Bool = { $0.monitors.contains { $0.time(of: .failoverTried, since: killed) != nil } }
        #expect(deployment.time(atMost: .seconds(5), until: isTried) != nil)
        let leader = try #require(deployment.monitors.firstIndex { $0.time(of: .failoverTried, since: killed) != nil })
        deployment.run(.milliseconds(milliseconds))
        deployment.stop(leader)
        let time = try #require(deployment.time(atMost: .seconds(8)) { $0.agreed != nil })
        #expect(time <= .milliseconds(500), "took \(time)")
    }
}
