import PicketLab
import Testing

extension Live {
    @Suite("Failover")
    struct FailoverTests {
        /// What detection, election and promotion may take on a busy machine, beside down-after.
        private static let allowance: Duration = .seconds(2)

        @Test("a killed primary is replaced; clients lose nothing that had been replicated; it returns as a replica")
        func kill() async throws {
            try await Live.run { deployment in
                let group = try deployment.group()
                let old = group.instances[0]
                let writer = try await Writer.start(group: group.name, monitorPorts: deployment.monitors.map(\.port))
                try await wait(until: "there is something to lose") { writer.acknowledgedCount > 300 }
                let killedAt = ContinuousClock.now
                await old.node.kill()

                let new = try await deployment.waitForFailover(from: old.port)
                try await writer.waitUntilWriting()
                try await deployment.waitUntilAllFollow(new)
                let report = await writer.stop()

                #expect(report.longestSilence.duration < deployment.plan.downAfter + Self.allowance)
                let missing = Set(try await report.missing(on: new))
                // What was acknowledged in the last moments may not have left the old primary: replication is asynchronous.
                let settled = report.acknowledged.filter { $0.at < killedAt - .milliseconds(100) || $0.at > killedAt + .milliseconds(100) }
                #expect(settled.count > 200)
                #expect(settled.filter { missing.contains($0.number) }.isEmpty)

                try await old.node.start()
                try await deployment.waitUntilAllFollow(new)
                #expect(try await deployment.agreedPort(of: group.name) == new.port)
            }
        }

        @Test("a frozen primary is replaced after down-after, and is made a replica when it thaws")
        func freeze() async throws {
            try await Live.run { deployment in
                let old = try deployment.group().instances[0]
                let events = try await EventRecorder.attached(to: deployment)
                let frozenAt = ContinuousClock.now
                old.node.freeze()
                let new = try await deployment.waitForFailover(from: old.port)
                let down = try #require(events.events.first { $0.name == "+odown" })
                // Its last answer may be as old as one ping period.
                #expect(down.at - frozenAt > deployment.plan.downAfter / 2)

                old.node.thaw()
                try await wait(until: "the thawed primary is a replica") {
                    try await old.role() == .replica(ofPort: new.port, isConnected: true)
                }
                #expect(try await new.role() == .primary)
                #expect(try await deployment.agreedPort(of: "cache") == new.port)
            }
        }

        @Test("a primary that was shut down is replaced")
        func shutDown() async throws {
            try await Live.run { deployment in
                let old = try deployment.group().instances[0]
                try await old.node.shutDown(within: .seconds(5))
                let new = try await deployment.waitForFailover(from: old.port)
                try await deployment.waitUntilAllFollow(new)
            }
        }

        @Test("SENTINEL FAILOVER moves the primary, refuses to do it twice at once, and demotes the old one")
        func manual() async throws {
            try await Live.run { deployment in
                let old = try deployment.group().instances[0]
                let connection = try await deployment.monitors[0].node.connection()
                async let first = connection.send("SENTINEL", "FAILOVER", "cache")
                async let second = connection.send("SENTINEL", "FAILOVER", "cache")
                // Which of the two was sent first is not known.
                let replies = [try await first.text, try await second.text]
                #expect(replies.contains("OK"))
                #expect(replies.contains { $0?.hasPrefix("INPROG") == true })

                let new = try await deployment.waitForFailover(from: old.port)
                try await deployment.waitUntilAllFollow(new)
            }
        }

        @Test("several groups fail over at the same time")
        func severalGroups() async throws {
            let names = (1...6).map { "group-\($0)" }
            let plan = DeploymentPlan(groups: names.map { GroupPlan(name: $0, replicas: 1) })
            try await Live.run(plan) { deployment in
                let events = try await EventRecorder.attached(to: deployment)
                for group in deployment.groups { group.instances[0].node.process?.signal(9) }
                for group in deployment.groups {
                    try await deployment.waitForFailover(of: group.name, from: group.instances[0].port)
                }
                // Each monitor told of each group once, and of no way back.
                for index in deployment.monitors.indices {
                    for name in names {
                        try await events.first("+switch-master", fromMonitor: index) { $0.words.first.map(String.init) == name }
                        #expect(
                            events.events(named: "+switch-master").count { $0.monitor == index && $0.words.first.map(String.init) == name }
                                == 1)
                    }
                }
            }
        }

        @Test("without a majority there is no failover; when the monitors return, there is")
        func noMajority() async throws {
            // One vote would be enough to hold the primary down, and must not be enough to replace it.
            try await Live.run(DeploymentPlan(quorum: 1)) { deployment in
                let old = try deployment.group().instances[0]
                let survivor = deployment.monitors[0]
                for monitor in deployment.monitors.dropFirst() { await monitor.node.kill() }
                let events = try await EventRecorder.attached(to: deployment)
                await old.node.kill()
                try await events.first("+odown", fromMonitor: 0)
                try await ensure(that: "the address stays", for: deployment.plan.downAfter * 4) {
                    try await survivor.primaryPort(of: "cache") == old.port
                }
                #expect(events.events(named: "+elected-leader").isEmpty)
                #expect(events.events(named: "+switch-master").isEmpty)

                for monitor in deployment.monitors.dropFirst() { try await monitor.node.start() }
                let new = try await deployment.waitForFailover(from: old.port)
                try await deployment.waitUntilAllFollow(new)
            }
        }

        @Test("replicas that follow somebody else, or nobody, are brought back")
        func strayReplicas() async throws {
            try await Live.run(DeploymentPlan(failoverTimeout: .seconds(1))) { deployment in
                let group = try deployment.group()
                for monitor in deployment.monitors { try await monitor.node.call("SENTINEL", "DEBUG", "INFO-PERIOD", "500") }
                let events = try await EventRecorder.attached(to: deployment)
                // One at a time: a replica of a replica that is none any more would be another case.
                try await group.instances[1].node.call("REPLICAOF", "127.0.0.1", String(group.instances[2].port))
                try await events.first("+fix-slave-config")
                try await deployment.waitUntilAllFollow(group.instances[0])
                try await group.instances[2].node.call("REPLICAOF", "NO", "ONE")
                try await events.first("+convert-to-slave")
                try await deployment.waitUntilAllFollow(group.instances[0])
                #expect(events.events(named: "+try-failover").isEmpty)
            }
        }

        @Test("a replica that is frozen with the primary's death is not chosen, and follows when it thaws")
        func frozenReplica() async throws {
            try await Live.run { deployment in
                let group = try deployment.group()
                group.instances[1].node.freeze()
                await group.instances[0].node.kill()
                let new = try await deployment.waitForFailover(from: group.instances[0].port)
                #expect(new.port == group.instances[2].port)
                group.instances[1].node.thaw()
                try await deployment.waitUntilAllFollow(new)
            }
        }

        @Test("monitors that were frozen themselves blame nobody when they go on")
        func frozenMonitors() async throws {
            try await Live.run { deployment in
                let primary = try deployment.group().instances[0]
                let events = try await EventRecorder.attached(to: deployment)
                for monitor in deployment.monitors { monitor.node.freeze() }
                // Everything looks as old as this when they go on.
                try await Task.sleep(for: deployment.plan.downAfter * 4)
                for monitor in deployment.monitors { monitor.node.thaw() }
                try await ensure(that: "the address stays", for: deployment.plan.downAfter * 3) {
                    try await deployment.agreedPort(of: "cache") == primary.port
                }
                #expect(events.events(named: "+sdown").map(\.text) == [])
                #expect(events.events(named: "+try-failover").isEmpty)
                // And they have not lost the gift.
                await primary.node.kill()
                try await deployment.waitForFailover(from: primary.port)
            }
        }
    }
}
