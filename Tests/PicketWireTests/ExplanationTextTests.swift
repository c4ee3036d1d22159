import NIOCore
import PicketRESP
import Testing

@testable import PicketCore
@testable import PicketWire

@Suite("SENTINEL EXPLAIN")
struct ExplanationTextTests {
    private static let id = MonitorID(PowersTextTests.sender)!
    private static let primary = Endpoint(host: "10.0.0.1", port: 6379)
    private static let replica = Endpoint(host: "::1", port: 6380)

    private static let explanation = Explanation(
        verdict: "All is well.", state: .noMajority, primary: primary, downFor: 71, nextRetryIn: nil, quorum: 2, majority: 3,
        monitorsAlive: 1, monitorsKnown: 5, pause: PauseView(secondsLeft: 9, reason: "new cables"), maintenance: [replica],
        witnesses: [.init(id: id, endpoint: primary, kind: .own, opinion: .down, age: 0)],
        votes: [.init(voter: id, vote: Vote(epoch: Epoch(4), leader: id)), .init(voter: id, vote: Vote(epoch: Epoch(5), leader: nil))],
        replicas: [.init(endpoint: replica, isChoosable: true, reason: "would be chosen first", offset: 263, priority: 100)])

    @Test("the fields stand in this order, numbers as numbers, lists of maps")
    func fields() {
        #expect(
            ExplanationText.value(Self.explanation)
                == .map([
                    RESPPair("verdict", .bulk("All is well.")), RESPPair("state", .bulk("no-majority")),
                    RESPPair("primary", .bulk("10.0.0.1:6379")), RESPPair("down-since-ms", .integer(71)),
                    RESPPair("next-retry-ms", .integer(-1)), RESPPair("needed-quorum", .integer(2)),
                    RESPPair("needed-majority", .integer(3)), RESPPair("monitors-alive", .integer(1)),
                    RESPPair("monitors-known", .integer(5)), RESPPair("paused", .bulk("9 new cables")),
                    RESPPair("maintenance", .array([.bulk("[::1]:6380")])),
                    RESPPair(
                        "witnesses",
                        .array([
                            .map([
                                RESPPair("id", .bulk(Self.id.text)), RESPPair("address", .bulk("10.0.0.1:6379")),
                                RESPPair("kind", .bulk("self")), RESPPair("opinion", .bulk("down")), RESPPair("age-ms", .integer(0)),
                            ])
                        ])),
                    RESPPair(
                        "votes",
                        .array([
                            .map([
                                RESPPair("id", .bulk(Self.id.text)), RESPPair("epoch", .integer(4)), RESPPair("for", .bulk(Self.id.text)),
                            ]),
                            .map([RESPPair("id", .bulk(Self.id.text)), RESPPair("epoch", .integer(5)), RESPPair("for", .bulk(""))]),
                        ])),
                    RESPPair(
                        "replicas",
                        .array([
                            .map([
                                RESPPair("address", .bulk("[::1]:6380")), RESPPair("choosable", .integer(1)),
                                RESPPair("reason", .bulk("would be chosen first")), RESPPair("offset", .integer(263)),
                                RESPPair("priority", .integer(100)),
                            ])
                        ])),
                ]))
    }

    @Test("without a pause the field is empty, without a reason it is the time alone")
    func paused() {
        func field(_ pause: PauseView?) -> RESPValue? {
            var explanation = Self.explanation
            explanation.pause = pause
            guard case .map(let pairs) = ExplanationText.value(explanation) else { return nil }
            return pairs.first { $0.key == .bulk("paused") }?.value
        }
        #expect(field(nil) == .bulk(""))
        #expect(field(PauseView(secondsLeft: 9, reason: "")) == .bulk("9"))
    }

    @Test("each state is one word")
    func states() {
        #expect(
            Explanation.State.allCases.map(\.rawValue)
                == ["ok", "suspected", "down", "failover", "paused", "no-majority", "no-quorum", "no-replica", "tilt", "disk"])
    }
}
