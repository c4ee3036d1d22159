import PicketLab
import PicketRESP
import Testing

extension Live {
    /// What picketd does beyond redis-sentinel, seen at real processes. How fast it is, the bench measures; here it has to be right.
    @Suite("Failover beyond Sentinel's")
    struct FastFailoverTests {
        @Test("a killed primary is replaced long before down-after, and the leader can tell how it went")
        func trace() async throws {
            // Whatever happens before this is over happens because connections are refused.
            try await Live.run(DeploymentPlan(downAfter: .seconds(60))) { deployment in
                let old = try deployment.group().instances[0]
                await old.node.kill()
                let new = try await deployment.waitForFailover(from: old.port, within: .seconds(20))
                try await deployment.waitUntilAllFollow(new)
                let trace = try await wait(for: "somebody has led it", within: .seconds(20)) { () -> RESPValue? in
                    for monitor in deployment.monitors {
                        let traces = try await monitor.node.call("SENTINEL", "FAILOVER-TRACE", "cache").elements ?? []
                        if let done = traces.first(where: { $0.value("outcome")?.text == "done" }) { return done }
                    }
                    return nil
                }
                #expect(trace.value("group")?.text == "cache")
                #expect(trace.value("cause")?.text == "crash")
                #expect(trace.value("from")?.text == "127.0.0.1:\(old.port)")
                #expect(trace.value("to")?.text == "127.0.0.1:\(new.port)")
                let phases = (trace.value("phases")?.elements ?? []).compactMap(\.text)
                #expect(
                    stride(from: 0, to: phases.count, by: 2).map { phases[$0] }
                        == ["detect", "agree", "elect", "select", "promote", "announce", "reconfigure"])
                #expect(stride(from: 1, to: phases.count, by: 2).allSatisfy { Double(phases[$0]).map { $0 >= 0 } == true })
                // Two votes at least, each with its time.
                #expect((trace.value("votes")?.elements ?? []).count >= 4)
                let candidates = trace.value("candidates")?.elements ?? []
                #expect(candidates.count == 2)
                #expect(
                    candidates.filter { $0.value("verdict")?.text == "chosen" }.compactMap { $0.value("address")?.text }
                        == ["127.0.0.1:\(new.port)"])
            }
        }

        @Test("SENTINEL FAILOVER … COORDINATED is answered when it is done, and no acknowledged write is lost")
        func coordinated() async throws {
            try await Live.run { deployment in
                let group = try deployment.group()
                let old = group.instances[0]
                let writer = try await Writer.start(group: group.name, monitorPorts: deployment.monitors.map(\.port))
                try await wait(until: "there is something to lose") { writer.acknowledgedCount > 300 }
                // Anybody may be asked, and a busy machine may need another try: nothing has been changed then.
                try await wait(until: "the primary has moved", within: .seconds(30), every: .milliseconds(500)) {
                    let reply = try await deployment.monitors[1].node.send(
                        "SENTINEL", "FAILOVER", "cache", "COORDINATED", within: .seconds(10))
                    guard reply.text == "OK" else { throw NotYet("\(reply)") }
                    return true
                }
                // It was answered at the end: whom one asks says so at once.
                let port = try await deployment.monitors[1].primaryPort(of: "cache")
                #expect(port != old.port)
                let new = try deployment.instance(atPort: port)
                #expect(try await new.role() == .primary)
                let count = writer.acknowledgedCount
                try await wait(until: "the writer writes at the new primary") { writer.acknowledgedCount > count + 200 }
                try await deployment.waitUntilAllFollow(new)
                let report = await writer.stop()
                #expect(try await report.missing(on: new) == [])
                #expect(report.acknowledged.contains { $0.port == old.port })
                #expect(report.acknowledged.contains { $0.port == new.port })
            }
        }

        @Test("SENTINEL FAILOVER … TO moves the primary where it is told, and says why it does not")
        func target() async throws {
            try await Live.run { deployment in
                let group = try deployment.group()
                let target = group.instances[2]
                let monitor = deployment.monitors[0].node
                let wrong = try await monitor.send("SENTINEL", "FAILOVER", "cache", "TO", "127.0.0.1", String(group.instances[0].port))
                #expect(wrong.text?.contains("is the primary already") == true)
                try await monitor.call("SENTINEL", "FAILOVER", "cache", "TO", "127.0.0.1", String(target.port))
                let new = try await deployment.waitForFailover(from: group.instances[0].port)
                #expect(new.port == target.port)
                try await deployment.waitUntilAllFollow(new)
            }
        }

        @Test("a primary that comes back empty is replaced by a replica that has the data, and gets them from it")
        func rebornEmpty() async throws {
            try await Live.run(DeploymentPlan(downAfter: .seconds(60))) { deployment in
                let group = try deployment.group()
                let old = group.instances[0]
                // Nobody replaces it while it is away: that it is away is not what this is about.
                for monitor in deployment.monitors {
                    try await monitor.node.call("SENTINEL", "SET", "cache", "crash-down-after-milliseconds", "0")
                }
                for number in 0..<500 { try await old.node.call("SET", "key:\(number)", String(number)) }
                try await old.waitForReplicas(2)
                // The transfer that would empty the replicas begins a while after they ask for it: there is time on a busy machine, too.
                try await old.node.call("CONFIG", "SET", "repl-diskless-sync", "yes", "repl-diskless-sync-delay", "8")
                try await old.node.call("CONFIG", "REWRITE")
                await old.node.kill()
                try await old.node.start()
                #expect(try await old.node.call("DBSIZE") == .integer(0))
                let new = try await deployment.waitForFailover(from: old.port, within: .seconds(30))
                #expect(try await new.node.call("GET", "key:499").text == "499")
                try await wait(until: "the old primary has the data again", within: .seconds(40)) {
                    try await old.node.call("DBSIZE") == .integer(500)
                }
                try await deployment.waitUntilAllFollow(new, within: .seconds(40))
                for instance in group.instances { #expect(try await instance.node.call("DBSIZE") == .integer(500)) }
            }
        }
    }
}

extension RESPValue {
    /// Of a flat array of names and values, whatever the values are.
    fileprivate func value(_ name: String) -> RESPValue? {
        guard let elements else { return nil }
        return stride(from: 0, to: elements.count - 1, by: 2).first { elements[$0].text == name }.map { elements[$0 + 1] }
    }
}
