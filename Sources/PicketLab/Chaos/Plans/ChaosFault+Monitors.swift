/// What happens to monitors, alone and together with a primary.
extension ChaosFault {
    private static let back: [ChaosStep] = [.after(1_000, .start([.primary, .everyMonitor], .withItsFiles))]
    private static let slowly = ChaosExpectation.failover(1...2, outage: 30_000)

    static let monitorFaults: [ChaosFault] = [
        ChaosFault("leader-after-vote", .monitors, ci: true, "the primary is killed, and the first monitor that votes as soon as it has") {
            (
                plain,
                .beginning(
                    &$0, .kill([.primary]),
                    [.upon("+vote-for-leader", .kill([.leader])), .upon("+switch-master", within: 25_000, .nothing)] + back),
                slowly
            )
        },
        ChaosFault("leader-after-election", .monitors, "the primary is killed, and the monitor that is elected crashes at once") {
            (
                plain,
                .beginning(
                    &$0, .crashNextLeader("CRASH-AFTER-ELECTION"),
                    [.after(0, .kill([.primary])), .upon("+switch-master", within: 25_000, .nothing)] + back),
                slowly
            )
        },
        ChaosFault(
            "leader-before-announcing", .monitors, ci: true,
            "the primary is killed; its leader crashes when the promoted replica says that it is one, before anybody is told"
        ) {
            (
                plain,
                .beginning(
                    &$0, .crashNextLeader("CRASH-AFTER-PROMOTION"),
                    [.after(0, .kill([.primary])), .upon("+switch-master", within: 25_000, .nothing)] + back),
                slowly
            )
        },
        ChaosFault("leader-while-promoting", .monitors, "the primary is killed, and its leader when it has chosen a replica") {
            (
                plain,
                .beginning(
                    &$0, .kill([.primary]),
                    [.upon("+failover-state-wait-promotion", .kill([.leader])), .upon("+switch-master", within: 25_000, .nothing)] + back),
                slowly
            )
        },
        ChaosFault("two-monitors-killed", .monitors, "the primary and two of three monitors are killed; the monitors come back after 2 s") {
            let stays = Int.random(in: 0...2, using: &$0)
            let gone = [0, 1, 2].filter { $0 != stays }.map { ChaosTarget.monitor($0) }
            return (
                plain,
                .beginning(
                    &$0, .kill([.primary] + gone),
                    [.after(2_000, .start(gone, .withItsFiles)), .upon("+switch-master", within: 25_000, .nothing)] + back),
                slowly
            )
        },
        ChaosFault("monitors-rolling", .monitors, "each monitor in turn gets SIGTERM and is started again: nobody is to fail over") {
            (
                plain,
                .beginning(
                    &$0, .terminate(.monitor(0)),
                    (0..<3).flatMap { number -> [ChaosStep] in
                        let start = ChaosStep.after(300, .start([.monitor(number)], .withItsFiles))
                        return number < 2 ? [start, .after(1_200, .terminate(.monitor(number + 1)))] : [start]
                    } + [.after(2_000, .nothing)]), .calm(outage: 2_000)
            )
        },
        ChaosFault("monitor-frozen", .monitors, "a monitor is frozen for 5 s; one second into that the primary is killed") {
            let number = Int.random(in: 0...2, using: &$0)
            return (
                plain,
                .beginning(
                    &$0, .freeze([.monitor(number)]),
                    [
                        .after(1_000, .kill([.primary])), .after(4_000, .thaw([.monitor(number)])),
                        .after(1_000, .start([.primary], .withItsFiles)),
                    ]), slowly
            )
        },
        ChaosFault(
            "every-monitor-frozen", .monitors, "all monitors are frozen for three times down-after and go on: nobody is to fail over"
        ) {
            (
                plain, .beginning(&$0, .freeze([.everyMonitor]), [.after(3_000, .thaw([.everyMonitor])), .after(3_000, .nothing)]),
                .calm(outage: 2_000)
            )
        },
        ChaosFault("monitor-disk-full", .monitors, "one monitor's disk is full when the primary is killed") {
            let number = Int.random(in: 0...2, using: &$0)
            return (
                plain,
                .beginning(
                    &$0, .fillDisk(.monitor(number), true),
                    [
                        .after(500, .kill([.primary])), .upon("+switch-master", within: 25_000, .nothing),
                        .after(1_000, .fillDisk(.monitor(number), false)),
                    ] + back), slowly
            )
        },
    ]

    static let combinedFaults: [ChaosFault] = [
        ChaosFault("primary-and-replica", .combined, "SIGKILL to the primary and a replica, together; both come back") {
            let number = Int.random(in: 0...1, using: &$0)
            return (
                plain,
                .beginning(
                    &$0, .kill([.primary, .replica(number)]),
                    [.upon("+switch-master", .nothing), .after(1_000, .start([.primary, .replica(number)], .withItsFiles))]),
                .failover().with { $0.mayLoseConfirmed = true }
            )
        },
        ChaosFault("primary-and-monitor", .combined, "SIGKILL to the primary and a monitor, together; both come back") {
            let number = Int.random(in: 0...2, using: &$0)
            return (
                plain,
                .beginning(&$0, .kill([.primary, .monitor(number)]), [.upon("+switch-master", within: 25_000, .nothing)] + back), slowly
            )
        },
        ChaosFault("second-fault", .combined, ci: true, "the primary is killed, and the new one in the moment it is told of") {
            (
                plain,
                .beginning(
                    &$0, .kill([.primary]),
                    [.upon("+switch-master", .kill([.successor])), .after(3_000, .start([.everyInstance], .withItsFiles))]),
                // What only the killed ones had confirmed to each other is gone with them where a third took over.
                .failover(1...4, outage: 40_000).with { $0.mayLoseConfirmed = true }
            )
        },
        ChaosFault("primary-flapping", .combined, "whoever is the primary is killed and started again a second later, three times") {
            generator in
            let round: [ChaosStep] = [
                .after(1_000, .start([.everyInstance], .withItsFiles)), .after(1_500, .kill([.successor])),
            ]
            return (
                plain, .beginning(&generator, .kill([.primary]), round + round + [.after(1_000, .start([.everyInstance], .withItsFiles))]),
                .failover(1...4, outage: 40_000).with { $0.mayLoseConfirmed = true }
            )
        },
        ChaosFault("switchover", .combined, ci: true, "SENTINEL FAILOVER with a healthy primary") {
            (
                plain, .beginning(&$0, .switchOver, [.upon("+switch-master", .nothing)]),
                .failover(outage: 5_000, twoPrimaries: 100).with { $0.mayLoseAcknowledged = false }
            )
        },
        ChaosFault("switchover-replica-frozen", .combined, "SENTINEL FAILOVER while a replica is frozen, which goes on 3 s later") {
            let number = Int.random(in: 0...1, using: &$0)
            return (
                plain,
                .beginning(
                    &$0, .freeze([.replica(number)]),
                    [.after(300, .switchOver), .after(3_000, .thaw([.replica(number)])), .after(1_500, .nothing)]),
                .failover(0...1, outage: 8_000, twoPrimaries: 100).with { $0.mayLoseAcknowledged = false }
            )
        },
        ChaosFault("switchover-killed", .combined, "SENTINEL FAILOVER, and SIGKILL to the primary within the next 30 ms") {
            let moment = Int.random(in: 0...30, using: &$0)
            return (
                plain,
                .beginning(
                    &$0, .switchOver,
                    [
                        .after(moment, .kill([.primary])), .upon("+switch-master", .nothing),
                        .after(1_000, .start([.primary], .withItsFiles)),
                    ]), .failover(1...2)
            )
        },
    ]
}
