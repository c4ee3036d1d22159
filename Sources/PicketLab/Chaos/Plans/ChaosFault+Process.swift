/// What happens to Redis' processes.
extension ChaosFault {
    /// With down-after at 1,000 ms.
    static let plain = ChaosShape()
    private static let once = ChaosExpectation.failover()

    static let processFaults: [ChaosFault] = [
        ChaosFault(
            "primary-kill", .process, ci: true, "SIGKILL to the primary, which comes back with its files when another has taken over"
        ) {
            (
                plain,
                .beginning(&$0, .kill([.primary]), [.upon("+switch-master", .nothing), .after(1_000, .start([.primary], .withItsFiles))]),
                once
            )
        },
        ChaosFault("primary-sigterm", .process, "SIGTERM to the primary, which shuts down in an orderly way and is started again") {
            (
                plain,
                .beginning(
                    &$0, .terminate(.primary), [.upon("+switch-master", .nothing), .after(1_000, .start([.primary], .withItsFiles))]),
                once.with { $0.mayLoseAcknowledged = false }
            )
        },
        ChaosFault("primary-freeze-short", .process, ci: true, "SIGSTOP to the primary for a fifth of down-after: nothing is to happen") {
            (plain, .beginning(&$0, .freeze([.primary]), [.after(200, .thaw([.primary])), .after(1_500, .nothing)]), .calm(outage: 2_000))
        },
        ChaosFault("primary-freeze", .process, ci: true, "SIGSTOP to the primary for three to five times down-after, then SIGCONT") {
            let span = Int.random(in: 3_000...5_000, using: &$0)
            return (plain, .beginning(&$0, .freeze([.primary]), [.after(span, .thaw([.primary]))]), once.with { $0.twoPrimaries = nil })
        },
        ChaosFault("primary-freeze-long", .process, "SIGSTOP to the primary for thirty times down-after (400 ms), then SIGCONT") {
            (
                plain.with { $0.downAfter = 400 }, .beginning(&$0, .freeze([.primary]), [.after(12_000, .thaw([.primary]))]), once
            )
        },
        ChaosFault("primary-reborn-empty", .process, ci: true, "SIGKILL to the primary, which is started again at once, without its data") {
            (
                plain.with { $0.keys = 2_000 },
                .beginning(&$0, .kill([.primary]), [.after(0, .start([.primary], .empty)), .after(4_000, .nothing)]), once
            )
        },
        ChaosFault(
            "primary-reborn-slow", .process,
            "SIGKILL to the primary, which is started again at once and takes seconds to read its data: LOADING"
        ) {
            (
                plain.with { $0.keys = 2_000 },
                .beginning(&$0, .kill([.primary]), [.after(0, .start([.primary], .slowly)), .after(6_000, .nothing)]),
                .failover(0...1)
            )
        },
        ChaosFault("debug-sleep-short", .process, "DEBUG SLEEP of half of down-after: nothing is to happen") {
            (
                plain, .beginning(&$0, .command(.primary, ["DEBUG", "SLEEP", "0.5"]), [.after(2_000, .nothing)]),
                .calm(outage: 2_500)
            )
        },
        ChaosFault("debug-sleep", .process, "DEBUG SLEEP of four times down-after on the primary") {
            (plain, .beginning(&$0, .command(.primary, ["DEBUG", "SLEEP", "4"]), [.after(5_000, .nothing)]), once)
        },
        ChaosFault("busy-script", .process, "a script occupies the primary for three times down-after") {
            (plain, .beginning(&$0, .occupy(.primary, 3_000), [.after(4_000, .nothing)]), once)
        },
        ChaosFault("replica-kill", .process, "SIGKILL to a replica, which comes back: nothing is to happen to the primary") {
            let number = Int.random(in: 0...1, using: &$0)
            return (
                plain,
                .beginning(
                    &$0, .kill([.replica(number)]), [.after(2_500, .start([.replica(number)], .withItsFiles)), .after(1_500, .nothing)]),
                .calm(outage: 2_000)
            )
        },
        ChaosFault("replicas-freeze", .process, "SIGSTOP to both replicas for three times down-after: WAIT gets no confirmation") {
            (
                plain,
                .beginning(
                    &$0, .freeze([.replica(0), .replica(1)]), [.after(3_000, .thaw([.replica(0), .replica(1)])), .after(1_500, .nothing)]),
                .calm(outage: 2_000)
            )
        },
        ChaosFault("replica-loop", .process, "a replica is killed and started again, twice a second, six times") { generator in
            let round: [ChaosStep] = [.after(250, .kill([.replica(0)])), .after(250, .start([.replica(0)], .withItsFiles))]
            return (
                plain, .beginning(&generator, .nothing, (0..<6).flatMap { _ in round } + [.after(1_000, .nothing)]), .calm(outage: 2_500)
            )
        },
        ChaosFault("rolling-restart", .process, "each Redis server in turn gets SIGTERM and is started again, the primary last") {
            (
                plain,
                .beginning(
                    &$0, .terminate(.replica(0)),
                    [
                        .after(300, .start([.replica(0)], .withItsFiles)), .after(1_500, .terminate(.replica(1))),
                        .after(300, .start([.replica(1)], .withItsFiles)), .after(1_500, .terminate(.primary)),
                        .upon("+switch-master", .nothing), .after(500, .start([.primary], .withItsFiles)),
                    ]), once.with { $0.mayLoseAcknowledged = false }
            )
        },
    ]

    /// What a Redis server is short of.
    static let resourceFaults: [ChaosFault] = [
        ChaosFault("out-of-memory", .resources, ci: true, "maxmemory is exceeded on the primary for 2 s: OOM; nobody is to fail over") {
            (
                plain,
                .beginning(
                    &$0, .command(.primary, ["CONFIG", "SET", "maxmemory", "1"]),
                    [.after(2_000, .command(.primary, ["CONFIG", "SET", "maxmemory", "0"])), .after(1_500, .nothing)]),
                .calm(outage: 4_500)
            )
        },
        // Redis denies PING as well then, so that monitors replace such a primary.
        ChaosFault("misconf", .resources, "background saves of the primary fail for 4 s: MISCONF, to PING too, so that it is replaced") {
            (
                plain,
                .beginning(&$0, .failSaves(.primary, true), [.after(4_000, .failSaves(.primary, false)), .after(1_500, .nothing)]), once
            )
        },
        ChaosFault("disk-full", .resources, "the disk of the primary's append-only file is full for 4 s: MISCONF, to PING too") {
            (
                plain.with { $0.instanceLines = ["appendonly yes", "appendfsync everysec", "auto-aof-rewrite-percentage 0"] },
                .beginning(&$0, .fillDisk(.primary, true), [.after(4_000, .fillDisk(.primary, false)), .after(1_500, .nothing)]), once
            )
        },
        ChaosFault("password-rotated", .resources, "all Redis servers get a password; the monitors hear of it only 600 ms later") {
            (
                plain, .beginning(&$0, .changePassword, [.after(600, .tellMonitorsThePassword), .after(2_500, .nothing)]),
                .calm(outage: 3_000)
            )
        },
        ChaosFault("processors-busy", .resources, "twice as many busy loops as there are processors, for 5 s") {
            (
                plain, .beginning(&$0, .occupyProcessors(2), [.after(5_000, .occupyProcessors(0)), .after(1_000, .nothing)]),
                .calm(outage: 2_500)
            )
        },
        ChaosFault("connections-closed", .resources, "CLIENT KILL TYPE normal on the primary, every 100 ms, twenty times") { generator in
            (
                plain,
                .beginning(
                    &generator, .nothing,
                    (0..<20).map { _ in .after(100, .closeConnections(.primary)) } + [.after(1_500, .nothing)]),
                .calm(outage: 2_500)
            )
        },
    ]
}
