/// What happens between processes: every pair of them has links of its own.
extension ChaosFault {
    /// An instance, a monitor and clients in each of three zones; the primary is in the first.
    static let zoned = ChaosShape().with { $0.zones = 3 }
    private static let one = ChaosTarget.zone(0)

    static let linkFaults: [ChaosFault] = [
        ChaosFault("link-replica", .links, "nothing passes between the primary and one replica for three times down-after") {
            let number = Int.random(in: 0...1, using: &$0)
            return (
                zoned, .beginning(&$0, .cut(.primary, from: .replica(number)), [.after(3_000, .mendLinks), .after(2_000, .nothing)]),
                .calm(outage: 2_000)
            )
        },
        ChaosFault("link-one-monitor", .links, "one monitor, and it alone, hears nothing of the primary for three times down-after") {
            let number = Int.random(in: 0...2, using: &$0)
            return (
                zoned, .beginning(&$0, .cut(.primary, from: .monitor(number)), [.after(3_000, .mendLinks), .after(2_000, .nothing)]),
                .calm(outage: 2_000)
            )
        },
        ChaosFault("link-one-way", .links, ci: true, "what the primary sends to the monitors is lost for five seconds; clients reach it") {
            (
                zoned, .beginning(&$0, .deafen(to: .everyMonitor, .primary), [.after(5_000, .mendLinks), .after(1_000, .nothing)]),
                // The old primary lives and is written to, and one of two replicas confirms that until it is told of the new one.
                .failover(1...2).with { $0.mayLoseConfirmed = true }
            )
        },
        ChaosFault("link-delay", .links, ci: true, "50 to 150 ms more, each way, between the primary and everybody else") {
            (
                zoned,
                .beginning(
                    &$0, .slow(.primary, .everyMonitor, delay: 50, jitter: 100, rate: 0),
                    [
                        .after(0, .slow(.primary, .everyInstance, delay: 50, jitter: 100, rate: 0)),
                        .after(0, .slow(.primary, .clients, delay: 50, jitter: 100, rate: 0)), .after(4_000, .mendLinks),
                        .after(1_500, .nothing),
                    ]), .calm(outage: 2_000)
            )
        },
        ChaosFault("link-half-open", .links, "every connection to the primary goes dead unannounced; new ones work") {
            (
                zoned,
                .beginning(
                    &$0, .strand(.primary, .everyMonitor),
                    [
                        .after(0, .strand(.primary, .everyInstance)), .after(0, .strand(.primary, .clients)), .after(6_000, .nothing),
                    ]), .failover(0...1).with { $0.mayLoseConfirmed = true }
            )
        },
        ChaosFault("link-reset", .links, "connections between the primary and everybody else are closed, every 200 ms, fifteen times") {
            generator in
            let round: [ChaosStep] = [
                .after(200, .reset(.primary, .everyMonitor)), .after(0, .reset(.primary, .everyInstance)),
                .after(0, .reset(.primary, .clients)),
            ]
            return (
                zoned, .beginning(&generator, .nothing, (0..<15).flatMap { _ in round } + [.after(2_000, .nothing)]),
                .calm(outage: 4_000)
            )
        },
        ChaosFault("link-throttle", .links, "the primary's links to its replicas pass 8,000 bytes a second for five seconds") {
            (
                zoned,
                .beginning(
                    &$0, .slow(.primary, .everyInstance, delay: 0, jitter: 0, rate: 8_000),
                    [.after(5_000, .mendLinks), .after(3_000, .nothing)]),
                .calm(outage: 3_000).with { $0.mayLoseAcknowledged = true }
            )
        },
    ]

    static let zoneFaults: [ChaosFault] = [
        ChaosFault("zone-cut", .zones, ci: true, "the zone of the primary is cut off for 6 s; it has a monitor and clients of its own") {
            (
                zoned,
                .beginning(
                    &$0, .cut(one, from: .zone(1)),
                    [.after(0, .cut(one, from: .zone(2))), .after(6_000, .mendLinks), .after(1_000, .nothing)]),
                .failover()
            )
        },
        ChaosFault("zone-cut-long", .zones, "the zone of the primary is cut off for 12 s") {
            (
                zoned,
                .beginning(
                    &$0, .cut(one, from: .zone(1)),
                    [.after(0, .cut(one, from: .zone(2))), .after(12_000, .mendLinks), .after(1_000, .nothing)]),
                .failover()
            )
        },
        ChaosFault("zone-cut-min-replicas", .zones, "the same with min-replicas-to-write 1 and min-replicas-max-lag 1") {
            (
                zoned.with { $0.instanceLines = ["min-replicas-to-write 1", "min-replicas-max-lag 1"] },
                .beginning(
                    &$0, .cut(one, from: .zone(1)),
                    [.after(0, .cut(one, from: .zone(2))), .after(12_000, .mendLinks), .after(1_000, .nothing)]),
                .failover(twoPrimaries: 4_000)
            )
        },
        ChaosFault("zone-cut-replica", .zones, "the zone of a replica is cut off for 4 s, with its monitor: nobody is to fail over") {
            let zone = ChaosTarget.zone(Int.random(in: 1...2, using: &$0))
            let other = ChaosTarget.zone(zone == .zone(1) ? 2 : 1)
            return (
                zoned,
                .beginning(
                    &$0, .cut(zone, from: one), [.after(0, .cut(zone, from: other)), .after(4_000, .mendLinks), .after(2_000, .nothing)]),
                .calm(outage: 2_000)
            )
        },
        ChaosFault("zones-halves", .zones, "four zones, four monitors, quorum 2; two and two are parted for 5 s: no side has a majority") {
            generator in
            let cuts: [ChaosStep] = [
                .after(0, .cut(.zone(0), from: .zone(3))), .after(0, .cut(.zone(1), from: .zone(2))),
                .after(0, .cut(.zone(1), from: .zone(3))),
            ]
            return (
                ChaosShape().with {
                    $0.zones = 4
                    $0.monitors = 4
                    $0.replicas = 3
                }, .beginning(&generator, .cut(.zone(0), from: .zone(2)), cuts + [.after(5_000, .mendLinks), .after(2_000, .nothing)]),
                .calm(outage: 2_000)
            )
        },
        ChaosFault(
            "zones-ring", .zones, "five zones in a ring, each of which reaches its neighbours only, for 6 s: everybody sees a majority"
        ) {
            generator in
            let pairs = (0..<5).flatMap { one in ((one + 1)..<5).map { (one, $0) } }.filter { ![1, 4].contains($0.1 - $0.0) }
            let cuts = pairs.dropFirst().map { ChaosStep.after(0, .cut(.zone($0.0), from: .zone($0.1))) }
            return (
                ChaosShape().with {
                    $0.zones = 5
                    $0.monitors = 5
                    $0.quorum = 3
                },
                .beginning(
                    &generator, .cut(.zone(pairs[0].0), from: .zone(pairs[0].1)),
                    cuts + [.after(6_000, .mendLinks), .after(2_000, .nothing)]),
                .failover(0...2)
            )
        },
        ChaosFault("zone-flapping", .zones, "the zone of the primary is cut off for 400 ms, eight times: less than down-after each time") {
            generator in
            let round: [ChaosStep] = [
                .after(400, .cut(one, from: .zone(1))), .after(0, .cut(one, from: .zone(2))), .after(400, .mendLinks),
            ]
            return (
                zoned, .beginning(&generator, .nothing, (0..<8).flatMap { _ in round } + [.after(2_000, .nothing)]),
                .calm(outage: 2_500)
            )
        },
    ]
}
