import Foundation
import Logging
import PicketCore
import PicketStatus
import Testing

@testable import PicketHTTP

/// Over real sockets of the loopback interface.
@Suite struct ServerTests {
    @Test func everyAnswerIsAsItIsDescribed() async throws {
        let check = try SchemaCheck(PackageResources.openapi_json)
        let monitor = FakeMonitor([.example(), .example("down", primaryFlags: [.primary, .objectivelyDown], state: .paused)])
        monitor.events.publish(
            EventRecord(Notice(.switched, nil, .switched(GroupName("cache"), from: .example(1), to: .example(2))), at: 5))
        monitor.events.publish(EventRecord(.example(), ledBy: .example(0), at: 6))
        let cases: [(path: String, ask: String, status: Int)] = [
            ("/livez", "/livez", 200), ("/readyz", "/readyz", 200), ("/v1/topology", "/v1/topology", 200),
            ("/v1/groups/{group}", "/v1/groups/cache", 200), ("/v1/groups/{group}", "/v1/groups/down", 200),
            ("/v1/groups/{group}", "/v1/groups/none", 404), ("/v1/explain/{group}", "/v1/explain/down", 200),
            ("/v1/explain/{group}", "/v1/explain/none", 404), ("/v1/history", "/v1/history", 200),
            ("/v1/history", "/v1/history?kind=failovers&group=cache&limit=1", 200), ("/v1/history", "/v1/history?limit=0", 400),
            ("/v1/history", "/v1/history?kind=some", 400), ("/v1/events", "/v1/events?after=x", 400),
            ("/groups/{group}/primary", "/groups/cache/primary?addr=10.0.0.1:6379", 200),
            ("/groups/{group}/primary", "/groups/cache/primary?addr=10.0.0.1:6380", 503),
            ("/groups/{group}/primary", "/groups/cache/primary?addr=10.0.0.1", 400),
            ("/groups/{group}/primary", "/groups/cache/primary?addr=a:1&addr=b:1", 400),
            ("/groups/{group}/primary", "/groups/none/primary", 404),
            ("/groups/{group}/replica", "/groups/cache/replica?addr=10.0.0.1:6380&lag=1kb", 200),
            ("/groups/{group}/replica", "/groups/cache/replica?lag=99", 503),
            ("/groups/{group}/replica", "/groups/cache/replica?lag=x", 400),
            ("/groups/{group}/health", "/groups/cache/health", 200), ("/groups/{group}/health", "/groups/down/health", 503),
            ("/groups/{group}/health", "/groups/cache/health?without-majority=maybe", 400), ("/v1/openapi.json", "/v1/openapi.json", 200),
        ]
        try await withServer(monitor, zones: ["10.0.0.1": "a", "10.0.0.1:6380": "b"]) { port in
            for (path, ask, status) in cases {
                let answer = try await WebClient.ask(port, ask)
                #expect(answer.status == status, "\(ask)")
                #expect(check.faults(answer.body, path: path, status: answer.status).isEmpty, "\(ask)")
            }
        }
        let described = Set(check.paths.keys).subtracting(cases.map(\.path))
        #expect(described == ["/metrics"], "each path is asked, or tested elsewhere")
    }

    @Test func aLoopThatHangsIsToldEverywhere() async throws {
        let check = try SchemaCheck(PackageResources.openapi_json)
        try await withServer(FakeMonitor(silent: ())) { port in
            for path in ["/livez", "/readyz", "/metrics", "/v1/topology", "/groups/cache/primary"] {
                let answer = try await WebClient.ask(port, path)
                #expect(answer.status == 503, "\(path)")
                #expect(answer.body.contains("has not answered"))
            }
            let answer = try await WebClient.ask(port, "/v1/groups/cache")
            #expect(check.faults(answer.body, path: "/v1/groups/{group}", status: 503).isEmpty)
        }
    }

    @Test func zonesAndProblemsAreTold() async throws {
        let sick = GroupReview.example("sick") { view, _ in view.flags.append(.subjectivelyDown) }
        try await withServer(FakeMonitor([.example(), sick]), zones: ["10.0.0.1": "a", "10.0.0.1:6380": "b"]) { port in
            let topology = try await WebClient.ask(port, "/v1/topology").body
            #expect(topology.contains(#""problems":["replica 10.0.0.1:6380 is down"]"#))
            let places = [topology.range(of: "\"sick\""), topology.range(of: "\"cache\"")].compactMap { $0?.lowerBound }
            #expect(places.count == 2 && places[0] < places[1], "problems come first")
            let group = try await WebClient.ask(port, "/v1/groups/sick").body
            #expect(group.contains(#""zone":"b""#) && group.contains(#""zone":"a""#))
        }
    }

    @Test func nothingCanBeChangedAndNothingIsTaken() async throws {
        try await withServer { port in
            for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
                let answer = try await WebClient.ask(port, "/v1/topology", method: method)
                #expect(answer.status == 405 && answer.headers["allow"] == "GET, HEAD", "\(method)")
            }
            #expect(try await WebClient.ask(port, "/livez", method: "POST", headers: "Content-Length: 4\r\n", body: "abcd").status == 400)
            #expect(
                try await WebClient.ask(port, "/livez", headers: "Transfer-Encoding: chunked\r\n", body: "4\r\nabcd\r\n0\r\n\r\n").status
                    == 400)
            let long = String(repeating: "x", count: 40_000)
            #expect(try await WebClient.ask(port, "/livez", headers: "X-Long: \(long)\r\n").status != 200)
            #expect(try await WebClient.ask(port, "/\(long)").status != 200)
            #expect(WebClient.answer(try await WebClient(port: port).spoiled()).status == 400)
            #expect(try await WebClient.ask(port, "/nothing").status == 404)
            let head = try await WebClient.ask(port, "/livez", method: "HEAD")
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test func browsersMayLoadNothingFromElsewhere() async throws {
        try await withServer { port in
            for path in ["/", "/page.css", "/page.js", "/v1/topology", "/nothing"] {
                let answer = try await WebClient.ask(port, path)
                let policy = try #require(answer.headers["content-security-policy"])
                #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("http"))
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["access-control-allow-origin"] == nil)
            }
            let page = try await WebClient.ask(port, "/")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(!page.body.contains("http://") && !page.body.contains("https://"))
        }
    }

    @Test func aPortThatIsTakenIsToldWithItsName() async throws {
        try await withServer { port in
            let second = HTTPServer(
                HTTPSettings(port: port, places: [.init("127.0.0.1")]), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let failure = await #expect(throws: HTTPServer.Failure.self) { try await second.start(FakeMonitor()) }
            #expect(failure?.description.contains("127.0.0.1:\(port)") == true && failure?.description.contains("in use") == true)
        }
    }

    // MARK: Events

    @Test func eventsAreResumedWhereTheReaderWas() async throws {
        let monitor = FakeMonitor()
        func publish(_ text: String) -> Int64 {
            monitor.events.publish(EventRecord(id: 0, at: 1, event: "+test", level: "notice", group: nil, message: text)).id
        }
        let first = publish("one")
        _ = publish("two")
        try await withServer(monitor) { port in
            let reader = try WebClient(port: port)
            reader.write("GET /v1/events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: \(first)\r\n\r\n")
            let missed = await reader.read(until: "\"two\"")
            #expect(missed.contains("text/event-stream") && missed.contains("\"two\"") && !missed.contains("\"one\""))
            #expect(!missed.contains("event: gap"))
            let id = publish("three\nlines")
            let next = await reader.read(until: "\n\n")
            #expect(next.contains("id: \(id)\n") && next.contains(#"three\nlines"#))
        }
    }

    @Test func aReaderThatMissedTooMuchIsTold() async throws {
        let monitor = FakeMonitor()
        for number in 0..<(EventFeed.kept + 5) {
            monitor.events.publish(EventRecord(id: 0, at: 1, event: "+test", level: "notice", group: nil, message: "\(number)"))
        }
        try await withServer(monitor) { port in
            let reader = try WebClient(port: port)
            reader.write("GET /v1/events?after=1 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await reader.read(until: "\"message\":\"6\"").contains("event: gap"))
        }
    }

    @Test func thereAreOnlySoManyReaders() async throws {
        let monitor = FakeMonitor()
        try await withServer(monitor) { port in
            var readers: [WebClient] = []
            for _ in 0..<HTTPLimits.eventReaders {
                let reader = try WebClient(port: port)
                reader.write("GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(await reader.read(until: "retry").contains("200 OK"))
                readers.append(reader)
            }
            let answer = try await WebClient.ask(port, "/v1/events")
            #expect(answer.status == 503 && answer.headers["retry-after"] == "10")
            #expect(readers.count == monitor.events.readerCount)
        }
    }

    @Test func aReaderThatDoesNotKeepUpIsCutOff() {
        let feed = EventFeed(at: 1)
        let slow = feed.subscribe(after: nil, atMost: 2)
        for number in 0...EventFeed.waiting {
            feed.publish(EventRecord(id: 0, at: 1, event: "+test", level: "notice", group: nil, message: "\(number)"))
        }
        #expect(feed.readerCount == 0 && feed.cutCount == 1)
        slow?.end()
        #expect(feed.readerCount == 0)
    }

    @Test func aFeedKeepsTheLatestAndGivesRisingIds() {
        let feed = EventFeed(at: 1)
        for number in 0..<(EventFeed.kept + 10) {
            feed.publish(
                EventRecord(id: 0, at: 1, event: "+test", level: "notice", group: number % 2 == 0 ? "a" : nil, message: "\(number)"))
        }
        let latest = feed.latest(3)
        #expect(latest.map(\.message) == ["2007", "2008", "2009"] && latest[0].id < latest[1].id)
        #expect(feed.latest(2, of: "a").map(\.message) == ["2006", "2008"])
        #expect(EventFeed(earlier: latest, at: 1).lastID == latest[2].id)
    }
}

extension WebClient {
    /// An answer to what is no HTTP.
    fileprivate func spoiled() async -> String {
        write("HELLO\r\n\r\n")
        return await read()
    }
}
