import PicketLab
import Testing

extension Live {
    @Suite("State on disk")
    struct StateTests {
        /// What a monitor knows that must survive a change of the program.
        struct Knowledge: Hashable, Sendable, CustomStringConvertible {
            let identity: String
            let primary: String
            let configEpoch: String
            let replicas: Set<String>
            let peers: Set<String>

            init(_ monitor: MonitorNode) async throws {
                identity = try await monitor.identity()
                let fields = try await monitor.primary(of: "cache")
                primary = "\(fields["ip"] ?? ""):\(fields["port"] ?? "")"
                configEpoch = fields["config-epoch"] ?? ""
                replicas = Set(try await monitor.replicas(of: "cache").compactMap { $0["name"] })
                peers = Set(try await monitor.peers(in: "cache").map { "\($0["runid"] ?? "") \($0["ip"] ?? ""):\($0["port"] ?? "")" })
            }

            var description: String {
                "\(identity) \(primary) epoch \(configEpoch), replicas \(replicas.sorted()), peers \(peers.sorted())"
            }
        }

        @Test("either kind takes over from the other, with the file that it left", arguments: [MonitorKind.redisSentinel, .picketd])
        func takeover(before: MonitorKind) async throws {
            let others: MonitorKind = before == .picketd ? .redisSentinel : .picketd
            let plan = DeploymentPlan(monitors: [MonitorPlan(before), MonitorPlan(others), MonitorPlan(others)], downAfter: .seconds(1))
            try await Live.run(plan) { deployment in
                let monitor = deployment.monitors[0]
                let old = try deployment.group().instances[0]
                // A failover, so that there is more to know than what the file said at first.
                try await deployment.monitors[1].node.call("SENTINEL", "FAILOVER", "cache")
                let new = try await deployment.waitForFailover(from: old.port, within: .seconds(20))
                try await deployment.waitUntilAllFollow(new, within: .seconds(20))
                // A vote in an epoch far ahead, which must not be given twice.
                let candidate = String(repeating: "c", count: 40)
                let epoch = 1_000
                #expect(try await monitor.opinion(ofPrimaryAt: new.port, epoch: epoch, candidate: candidate).leader == candidate)
                let known = try await wait(for: "it knows both replicas and both peers") {
                    let known = try await Knowledge(monitor)
                    return known.replicas.count == 2 && known.peers.count == 2 && known.configEpoch != "0" ? known : nil
                }

                #expect(try await monitor.node.terminate() == .status(0))
                let programs = Executables.find()
                let after = try #require(before == .picketd ? programs.redisSentinel : programs.picketd)
                monitor.node.replaceExecutable(by: after)
                try await monitor.node.start()
                // Before anything new can have been heard, and in any case the same.
                #expect(try await Knowledge(monitor) == known)
                // redis-sentinel keeps the epoch of a vote, not for whom it was.
                let vote = try await monitor.opinion(ofPrimaryAt: new.port, epoch: epoch, candidate: String(repeating: "d", count: 40))
                #expect(vote.leader == nil || vote.leader == candidate)
                #expect(vote.epoch == epoch)
                // redis-sentinel would look at the replicas once in ten seconds.
                for each in deployment.monitors { try await each.node.call("SENTINEL", "DEBUG", "INFO-PERIOD", "500") }
                try await deployment.waitUntilSettled()
                #expect(try await Knowledge(monitor) == known)
            }
        }

        @Test("a vote that was told is not given to another after SIGKILL, whenever that comes")
        func votesSurviveKill() async throws {
            try await Live.run(DeploymentPlan(groups: [GroupPlan(name: "cache", replicas: 0)], monitors: [.picketd])) { deployment in
                let monitor = deployment.monitors[0]
                let primary = try deployment.group().instances[0]
                var told = 0
                // Whoever was voted for last, and the other: for a moment there is no vote for anybody else, whatever the epoch.
                var (candidate, rival) = (String(repeating: "a", count: 40), String(repeating: "b", count: 40))
                for round in 1...10 {
                    let epoch = round * 10
                    let asking = candidate
                    async let answer = monitor.opinion(ofPrimaryAt: primary.port, epoch: epoch, candidate: asking)
                    // From before the request has arrived to after it was answered.
                    try await Task.sleep(for: .microseconds(400 * (round - 1)))
                    await monitor.node.kill()
                    let vote = try? await answer
                    try await monitor.node.start()
                    let again = try await monitor.opinion(ofPrimaryAt: primary.port, epoch: epoch, candidate: rival)
                    if again.leader == rival { swap(&candidate, &rival) }
                    guard let vote else { continue }
                    told += 1
                    #expect(vote.leader == asking && vote.epoch == epoch)
                    #expect(again == vote, "in round \(round) it voted twice in one epoch")
                }
                #expect(told > 0, "no vote was ever told before the kill: nothing was tested")
            }
        }

        @Test("with a full disk it goes on answering, votes for nobody, and recovers", .enabled(if: SmallDisk.isPossible, SmallDisk.whyNot))
        func fullDisk() async throws {
            let disk = try SmallDisk()
            defer { disk.unmount() }
            let monitors = [MonitorPlan(.picketd, lines: ["sentinel state-dir \(disk.path)"])]
            try await Live.run(DeploymentPlan(groups: [GroupPlan(name: "cache", replicas: 0)], monitors: monitors)) { deployment in
                let monitor = deployment.monitors[0]
                let primary = try deployment.group().instances[0]
                try disk.fill()
                // The journal's last page has room for some votes yet.
                var epoch = 0
                try await wait(until: "a vote is refused", every: .zero) {
                    epoch += 1
                    return try await !Self.votes(monitor, primary, epoch: epoch)
                }
                #expect(try await monitor.primaryPort(of: "cache") == primary.port)
                #expect(try await monitor.primary(of: "cache")["flags"] == "master")
                #expect(monitor.node.log.contains("No space left on device"))

                try disk.clear()
                try await wait(until: "it votes again") {
                    epoch += 1
                    return try await Self.votes(monitor, primary, epoch: epoch)
                }
                await monitor.node.kill()
                try await monitor.node.start()
                let kept = try await monitor.opinion(ofPrimaryAt: primary.port, epoch: epoch, candidate: String(repeating: "b", count: 40))
                #expect(kept.leader == Self.candidate && kept.epoch == epoch)
            }
        }

        private static let candidate = String(repeating: "a", count: 40)

        /// Whether it gives the candidate its vote. It may refuse by an error, or by telling an earlier vote.
        private static func votes(_ monitor: MonitorNode, _ primary: RedisInstance, epoch: Int) async throws -> Bool {
            do {
                let vote = try await monitor.opinion(ofPrimaryAt: primary.port, epoch: epoch, candidate: candidate)
                return vote.leader == candidate && vote.epoch == epoch
            } catch LabError.refused {
                return false
            }
        }
    }
}
