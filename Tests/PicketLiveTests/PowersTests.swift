import PicketLab
import Testing

extension Live {
    @Suite("Operators' powers")
    struct PowersTests {
        @Test("a paused group keeps its dead primary through a restart of its monitors; RESUME at another one replaces it")
        func pause() async throws {
            try await Live.run { deployment in
                let old = try deployment.group().instances[0]
                #expect(
                    try await deployment.monitors[0].node.call("SENTINEL", "PAUSE", "cache", "FOR", "600", "REASON", "cables").text == "OK")
                for monitor in deployment.monitors {
                    try await wait(until: "\(monitor.name) knows that the group is paused") {
                        try await monitor.primary(of: "cache")["paused-reason"] == "cables"
                    }
                }
                let restarted = deployment.monitors[2]
                #expect(try await restarted.node.terminate() == .status(0))
                try await restarted.node.start()
                #expect(try await restarted.primary(of: "cache")["paused-reason"] == "cables")
                #expect(!restarted.node.configuration.contains("cables"))

                await old.node.kill()
                for monitor in deployment.monitors {
                    try await wait(until: "\(monitor.name) holds the primary down") {
                        try await monitor.primary(of: "cache")["flags"]?.contains("o_down") == true
                    }
                }
                // All of them want to now, and none may: what they say why is the proof, and not that nothing has happened yet.
                for monitor in deployment.monitors {
                    let words = try await monitor.node.call("SENTINEL", "EXPLAIN", "cache").elements ?? []
                    let state = try #require(words.firstIndex { $0.text == "state" })
                    #expect(words[state + 1].text == "paused")
                    #expect(try await monitor.primaryPort(of: "cache") == old.port)
                }
                #expect(try await deployment.monitors[1].node.call("SENTINEL", "RESUME", "cache").text == "OK")
                let new = try await deployment.waitForFailover(from: old.port)
                try await deployment.waitUntilAllFollow(new)
            }
        }

        @Test("a primary in maintenance is switched away from and not made the primary again; gone for good, it is forgotten by all")
        func maintenanceAndForget() async throws {
            try await Live.run { deployment in
                let old = try deployment.group().instances[0]
                let port = String(old.port)
                let answer = try await deployment.monitors[0].node.call("SENTINEL", "MAINTENANCE", "cache", "127.0.0.1", port, "ON")
                #expect(answer.text == "OK, switching away from it first")
                let second = try await deployment.waitForFailover(from: old.port)
                try await deployment.waitUntilAllFollow(second)
                let refusal = try await deployment.monitors[1].node.send("SENTINEL", "FAILOVER", "cache", "TO", "127.0.0.1", port)
                #expect("\(refusal)".contains("it is in maintenance"))
                await second.node.kill()
                let third = try await deployment.waitForFailover(from: second.port)
                #expect(third.port != old.port)

                let alive = try await deployment.monitors[0].node.send("SENTINEL", "FORGET", "cache", "REPLICA", "127.0.0.1", port)
                #expect("\(alive)".contains("it is alive and would be found again"))
                await old.node.kill()
                try await wait(until: "the dead one can be forgotten") {
                    try await deployment.monitors[0].node.send("SENTINEL", "FORGET", "cache", "REPLICA", "127.0.0.1", port).text == "OK"
                }
                for monitor in deployment.monitors {
                    try await wait(until: "\(monitor.name) has forgotten it") {
                        try await !monitor.replicas(of: "cache").contains { $0["port"] == port }
                    }
                }
                // It is started again as a replica, and found.
                try await old.node.start()
                try await old.node.call("REPLICAOF", "127.0.0.1", String(third.port))
                for monitor in deployment.monitors {
                    try await wait(until: "\(monitor.name) has found it again", within: .seconds(15)) {
                        try await monitor.replicas(of: "cache").contains { $0["port"] == port }
                    }
                }
            }
        }
    }
}
