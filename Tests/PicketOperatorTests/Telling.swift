import PicketRESP

/// Answers of a picketd, as they arrive.
enum Telling {
    private static func map(_ fields: [(String, RESPValue)], _ version: RESPVersion) -> RESPValue {
        version == .three ? .map(fields.map { RESPPair($0.0, $0.1) }) : .array(fields.flatMap { [.bulk($0.0), $0.1] })
    }

    static func explanation(_ version: RESPVersion) -> RESPValue {
        let (one, two, three) = (Scene.id(0), Scene.id(1), Scene.id(2))
        func witness(_ id: String, _ address: String, _ kind: String, _ opinion: String, _ age: Int64) -> RESPValue {
            map(
                [
                    ("id", .bulk(id)), ("address", .bulk(address)), ("kind", .bulk(kind)), ("opinion", .bulk(opinion)),
                    ("age-ms", .integer(age)),
                ], version)
        }
        func vote(_ id: String) -> RESPValue { map([("id", .bulk(id)), ("epoch", .integer(8)), ("for", .bulk(one))], version) }
        func replica(_ address: String, _ choosable: Int64, _ reason: String) -> RESPValue {
            map(
                [
                    ("address", .bulk(address)), ("choosable", .integer(choosable)), ("reason", .bulk(reason)),
                    ("offset", .integer(100_000)),
                    ("priority", .integer(100)),
                ], version)
        }
        return map(
            [
                ("verdict", .bulk("No automatic failover: the group is paused for another 25 minutes.")), ("state", .bulk("paused")),
                ("primary", .bulk("10.0.0.1:6379")), ("down-since-ms", .integer(61_250)), ("next-retry-ms", .integer(-1)),
                ("needed-quorum", .integer(2)),
                ("needed-majority", .integer(2)), ("monitors-alive", .integer(3)), ("monitors-known", .integer(3)),
                ("paused", .bulk("1500 rack 4")),
                ("maintenance", .array([.bulk("10.0.0.2:6379")])),
                (
                    "witnesses",
                    .array([
                        witness(one, "10.0.0.11:26379", "self", "down", 0), witness(two, "10.0.0.12:26379", "picketd", "down", 12),
                        witness(three, "10.0.0.13:26379", "other", "unknown", -1),
                    ])
                ),
                ("votes", .array([vote(one), vote(two)])),
                ("replicas", .array([replica("10.0.0.3:6379", 1, "it comes first"), replica("10.0.0.2:6379", 0, "it is in maintenance")])),
                ("a-field-of-tomorrow", .bulk("is left out")),
            ], version)
    }

    static let traces: [RESPValue] = [
        trace(epoch: 8, cause: "switchover", outcome: "done", to: "10.0.0.3:6379"),
        trace(epoch: 7, cause: "crash", outcome: "no replica could be promoted", to: ""),
    ]

    private static func trace(epoch: Int, cause: String, outcome: String, to: String) -> RESPValue {
        map(
            [
                ("group", .bulk("orders")), ("epoch", .bulk("\(epoch)")), ("cause", .bulk(cause)), ("from", .bulk("10.0.0.1:6379")),
                ("to", .bulk(to)),
                ("outcome", .bulk(outcome)), ("total-ms", .bulk("141.4")),
                ("phases", map([("elect", .bulk("8.8")), ("select", .bulk("1.7")), ("promote", .bulk("130.9"))], .two)),
                ("witnesses", map([(Scene.id(0), .bulk("26.2"))], .two)),
                ("votes", map([(Scene.id(0), .bulk("29.3")), (Scene.id(1), .bulk("31.0"))], .two)),
                (
                    "candidates",
                    .array([
                        map(
                            [
                                ("address", .bulk("10.0.0.3:6379")), ("offset", .bulk("2878")), ("priority", .bulk("100")),
                                ("verdict", .bulk("chosen")),
                            ], .two)
                    ])
                ), ("reattached", map([("10.0.0.2:6379", .bulk("141.4"))], .two)),
            ], .two)
    }
}
