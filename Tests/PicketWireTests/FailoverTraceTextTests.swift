import PicketRESP
import PicketWire
import Testing

@testable import PicketCore

@Suite("Traces of failovers")
struct FailoverTraceTextTests {
    private static let began = Instant(sinceStart: .seconds(100))
    private static let other = MonitorID("89abcdef0123456789abcdef0123456789abcdef")!

    private static func trace(_ outcome: FailoverTrace.Outcome = .done) -> FailoverTrace {
        var trace = FailoverTrace(
            group: GroupName("cache"), epoch: Epoch(7), cause: .crash, from: Endpoint(host: "10.0.0.1", port: 6379), began: began)
        trace.to = Endpoint(host: "10.0.0.2", port: 6379)
        let times: [Duration] = [
            .microseconds(20_400), .microseconds(21_960), .milliseconds(24), .milliseconds(25), .microseconds(26_100), .milliseconds(28),
            .milliseconds(1_030),
        ]
        for (name, time) in zip(FailoverTrace.Name.allCases, times) { trace.ended(name, at: began + time) }
        trace.witnesses = [
            .init(monitor: HelloTextTests.sender, after: .microseconds(20_400)), .init(monitor: other, after: .microseconds(21_960)),
        ]
        trace.votes = [.init(monitor: HelloTextTests.sender, after: .milliseconds(22)), .init(monitor: other, after: .milliseconds(24))]
        trace.candidates = [
            .init(endpoint: Endpoint(host: "10.0.0.2", port: 6379), offset: 900, priority: 100, verdict: "chosen"),
            .init(endpoint: Endpoint(host: "10.0.0.3", port: 6379), offset: 880, priority: 10, verdict: "has 20 bytes less"),
        ]
        trace.reattached = [.init(endpoint: Endpoint(host: "10.0.0.3", port: 6379), after: .milliseconds(1_030))]
        trace.outcome = outcome
        return trace
    }

    @Test("a trace is one line of words with their values")
    func line() {
        #expect(
            FailoverTraceText.line(Self.trace())
                == "failover-trace group=cache epoch=7 cause=crash from=10.0.0.1:6379 to=10.0.0.2:6379 outcome=done total_ms=1030.0 "
                + "detect_ms=20.4 agree_ms=1.6 elect_ms=2.0 select_ms=1.0 promote_ms=1.1 announce_ms=1.9 reconfigure_ms=1002.0 "
                + "witnesses=\(HelloTextTests.sender.short):20.4,\(Self.other.short):22.0 "
                + "votes=\(HelloTextTests.sender.short):22.0,\(Self.other.short):24.0 "
                + "candidates=\"10.0.0.2:6379 offset 900 priority 100 chosen; 10.0.0.3:6379 offset 880 priority 10 has 20 bytes less\" "
                + "reattached=10.0.0.3:6379@1030.0")
    }

    @Test("what failed says why, and what is not there is a dash")
    func failed() {
        var trace = FailoverTrace(
            group: GroupName("my \"cache\""), epoch: Epoch(7), cause: .lostData, from: Endpoint(host: "::1", port: 6379), began: Self.began)
        trace.outcome = .failed("this monitor was not elected")
        #expect(
            FailoverTraceText.line(trace)
                == "failover-trace group=\"my 'cache'\" epoch=7 cause=lost-data from=\(trace.from) to=- "
                + "outcome=\"this monitor was not elected\" total_ms=0.0 witnesses=- votes=- candidates=\"\" reattached=-")
    }

    @Test("whatever a refusal of an instance says, it stays one line")
    func oneLine() {
        let line = FailoverTraceText.line(Self.trace(.failed("the primary refused: ERR a\nb\r\nc\u{1b}[1m")))
        #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f })
    }

    private func fields(_ value: RESPValue?) -> [RESPPair] { if case .map(let pairs)? = value { pairs } else { [] } }

    @Test("for tools it is a map of names and texts, nested where there are several")
    func value() throws {
        let pairs = fields(FailoverTraceText.value(Self.trace()))
        #expect(
            pairs.map(\.key)
                == [
                    "group", "epoch", "cause", "from", "to", "outcome", "total-ms", "phases", "witnesses", "votes", "candidates",
                    "reattached",
                ].map { .bulk($0) })
        #expect(
            pairs.prefix(7).map(\.value)
                == ["cache", "7", "crash", "10.0.0.1:6379", "10.0.0.2:6379", "done", "1030.0"].map { .bulk($0) })
        #expect(
            fields(pairs[7].value)
                == [
                    ("detect", "20.4"), ("agree", "1.6"), ("elect", "2.0"), ("select", "1.0"), ("promote", "1.1"), ("announce", "1.9"),
                    ("reconfigure", "1002.0"),
                ].map { RESPPair($0.0, .bulk($0.1)) })
        #expect(
            fields(pairs[8].value)
                == [RESPPair(HelloTextTests.sender.text, .bulk("20.4")), RESPPair(Self.other.text, .bulk("22.0"))])
        #expect(
            fields(pairs[9].value)
                == [RESPPair(HelloTextTests.sender.text, .bulk("22.0")), RESPPair(Self.other.text, .bulk("24.0"))])
        guard case .array(let candidates) = pairs[10].value else {
            Issue.record("no candidates")
            return
        }
        #expect(
            candidates.map(fields)
                == [
                    [("address", "10.0.0.2:6379"), ("offset", "900"), ("priority", "100"), ("verdict", "chosen")],
                    [("address", "10.0.0.3:6379"), ("offset", "880"), ("priority", "10"), ("verdict", "has 20 bytes less")],
                ].map { $0.map { RESPPair($0.0, .bulk($0.1)) } })
        #expect(fields(pairs[11].value) == [RESPPair("10.0.0.3:6379", .bulk("1030.0"))])
    }

    @Test("an outcome is a word or the reason for the failure; without a new primary the address is empty")
    func outcomes() {
        var trace = Self.trace(.failed("no replica can be promoted"))
        trace.to = nil
        let pairs = fields(FailoverTraceText.value(trace))
        #expect(pairs[4].value == .bulk(""))
        #expect(pairs[5].value == .bulk("no replica can be promoted"))
        #expect(fields(FailoverTraceText.value(Self.trace(.underWay)))[5].value == .bulk("under way"))
    }

    @Test("phases that were seen out of their usual order take no negative time")
    func order() {
        var trace = FailoverTrace(
            group: GroupName("g"), epoch: Epoch(1), cause: .silence, from: Endpoint(host: "h", port: 1), began: Self.began)
        trace.ended(.detect, at: Self.began + .milliseconds(5))
        trace.ended(.agree, at: Self.began + .milliseconds(2))
        trace.ended(.agree, at: Self.began + .milliseconds(90))
        trace.ended(.elect, at: Self.began + .milliseconds(8))
        #expect(trace.phases.map(\.took) == [.milliseconds(5), .zero, .milliseconds(3)])
        #expect(trace.total == .milliseconds(8))
    }
}
