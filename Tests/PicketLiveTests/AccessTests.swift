import PicketLab
import Testing

extension Live {
    @Suite("Credentials")
    struct AccessTests {
        @Test("a primary that refuses our password is not held down, nor failed over, and the log says so")
        func refusedPassword() async throws {
            try await Live.run { deployment in
                let primary = try deployment.group().instances[0]
                let events = try await EventRecorder.attached(to: deployment)
                let own = try await primary.node.connection()
                _ = try await own.call("CONFIG", "SET", "requirepass", "secret")
                // Connections that were let in stay; make everybody come anew. Our own is spared.
                _ = try await own.call("CLIENT", "KILL", "TYPE", "pubsub")
                _ = try await own.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                for monitor in deployment.monitors {
                    try await wait(until: "\(monitor.name) says who refuses what") {
                        monitor.node.log.contains("127.0.0.1:\(primary.port)") && monitor.node.log.contains("NOAUTH")
                            && monitor.node.log.contains("SENTINEL SET cache")
                    }
                }
                try await ensure(that: "nobody holds the primary down", for: deployment.plan.downAfter * 4) {
                    for monitor in deployment.monitors where try await monitor.primary(of: "cache")["flags"]?.contains("down") != false {
                        return false
                    }
                    return true
                }
                #expect(events.events(named: "+sdown").isEmpty)
                #expect(events.events(named: "+try-failover").isEmpty)
                #expect(try await deployment.agreedPort(of: "cache") == primary.port)

                // Told the password, they supervise it again.
                for monitor in deployment.monitors { try await monitor.node.call("SENTINEL", "SET", "cache", "auth-pass", "secret") }
                try await wait(until: "all monitors are admitted") {
                    for monitor in deployment.monitors {
                        let flags = try await monitor.primary(of: "cache")["flags"]
                        guard flags == "master" else { throw NotYet("\(monitor.name): \(flags ?? "")") }
                    }
                    return true
                }
            }
        }
    }
}
