import PicketOperator

/// Deployments as monitors would show them, made by hand: a primary on 10.0.0.1, replicas on .2 and .3, monitors on .11, .12 and .13.
struct Scene {
    var group = "orders"
    var primary = Address(host: "10.0.0.1", port: 6379)
    var replicas = [Address(host: "10.0.0.2", port: 6379), Address(host: "10.0.0.3", port: 6379)]
    var monitors = (1...3).map { Address(host: "10.0.0.1\($0)", port: 26_379) }
    var software: [MonitorSoftware] = Array(repeating: .picketd("0.1.0"), count: 3)
    /// Monitors, by their place, that differ in something.
    var failures: [Int: TalkFailure] = [:]
    var primaryFlags: [Int: String] = [:]
    var otherPrimary: [Int: Address] = [:]
    var quorums: [Int: String] = [:]
    /// Monitors that all others hold down.
    var downMonitors: Set<Int> = []
    var downReplicas: Set<Int> = []
    var replicaFlags: [Int: String] = [:]
    var priorities: [Int: String] = [:]
    var pause: (seconds: String, reason: String)?
    /// Bytes by which the second replica is behind.
    var lag = 1_536
    var hasReports = true
    var settings: [String: String]?

    static func id(_ index: Int) -> String { String(repeating: String("abcdefghi".prefix(index + 1).suffix(1)), count: 40) }

    var survey: Survey { Survey(monitors.indices.map(report)) }

    private func report(_ index: Int) -> MonitorReport {
        if let failure = failures[index] { return MonitorReport(monitors[index], id: Self.id(index), failure: failure) }
        return MonitorReport(
            monitors[index], id: Self.id(index), software: software[index],
            sightings: [
                GroupSighting(
                    primaryFields(index), replicas: replicas.indices.map { replicaFields($0) },
                    peers: monitors.indices.filter { $0 != index }.map { peerFields($0) })
            ])
    }

    private func primaryFields(_ index: Int) -> InstanceFields {
        let address = otherPrimary[index] ?? primary
        let flags = (primaryFlags[index] ?? "master") + (pause == nil || !software[index].isPicketd ? "" : ",paused")
        return InstanceFields([
            "name": group, "ip": address.host, "port": "\(address.port)", "runid": "run-1", "flags": flags,
            "failover-state": flags.contains("failover_in_progress") ? "reconf_slaves" : "none",
            "s-down-time": flags.contains("s_down") ? "4200" : "0", "down-after-milliseconds": "1000",
            "config-epoch": otherPrimary[index] == nil ? "7" : "6",
            "num-slaves": "\(replicas.count)", "num-other-sentinels": "\(monitors.count - 1)", "quorum": quorums[index] ?? "2",
            "failover-timeout": "180000", "parallel-syncs": "1", "paused-for-seconds": pause?.seconds ?? "",
            "paused-reason": pause?.reason ?? "",
        ])
    }

    private func replicaFields(_ index: Int) -> InstanceFields {
        let flags = replicaFlags[index] ?? (downReplicas.contains(index) ? "s_down,slave" : "slave")
        return InstanceFields([
            "name": "\(replicas[index])", "ip": replicas[index].host, "port": "\(replicas[index].port)", "runid": "run-\(index + 2)",
            "flags": flags,
            "master-link-status": downReplicas.contains(index) ? "err" : "ok", "master-host": primary.host,
            "master-port": "\(primary.port)",
            "slave-priority": priorities[index] ?? "100", "slave-repl-offset": "\(100_000 - index * lag)",
        ])
    }

    private func peerFields(_ index: Int) -> InstanceFields {
        InstanceFields([
            "name": Self.id(index), "ip": monitors[index].host, "port": "\(monitors[index].port)", "runid": Self.id(index),
            "flags": downMonitors.contains(index) ? "s_down,sentinel" : "sentinel", "last-hello-message": "812",
            "voted-leader": primaryFlags.isEmpty ? "?" : Self.id(0), "voted-leader-epoch": primaryFlags.isEmpty ? "0" : "8",
        ])
    }

    /// What the Redis servers say, asked just now.
    var reports: [Address: InstanceReport] {
        guard hasReports else { return [:] }
        var reports: [Address: InstanceReport] = [:]
        let isPrimaryDown = primaryFlags.values.contains { $0.contains("s_down") }
        let links = replicas.indices.map {
            "slave\($0):ip=\(replicas[$0].host),port=\(replicas[$0].port),state=online,offset=\(100_000 - $0 * lag),lag=\($0)"
        }
        let head =
            "role:master\nredis_version:7.0.15\nmaster_repl_offset:100000\nrepl_backlog_size:1048576\n" + links.joined(separator: "\n")
        reports[primary] = InstanceReport(
            isPrimaryDown ? .heard(millisecondsAgo: 5_300) : .asked, info: InfoText(head), settings: settings,
            failure: isPrimaryDown ? .refusedConnection : nil)
        for index in replicas.indices where !downReplicas.contains(index) {
            reports[replicas[index]] = InstanceReport(
                .asked,
                info: InfoText(
                    "role:slave\nredis_version:7.0.15\nmaster_link_status:\(isPrimaryDown ? "down" : "up")\nmaster_host:\(primary.host)\n"
                        + "master_port:\(primary.port)\nslave_repl_offset:\(100_000 - index * lag)"),
                settings: settings)
        }
        return reports
    }

    var zones = ZoneMap()

    var picture: GroupPicture { GroupMerging(survey, reports: reports, zones: zones).picture(of: group)! }

    // MARK: Scenes that are looked at

    static var fine: Scene { Scene() }

    static var primaryDown: Scene {
        var scene = Scene()
        scene.primaryFlags = [0: "s_down,o_down,master", 1: "s_down,o_down,master", 2: "master"]
        return scene
    }

    static var troubled: Scene {
        var scene = Scene()
        scene.software[2] = .redisSentinel("7.0.15")
        scene.quorums = [2: "3"]
        scene.pause = ("1500", "rack 4")
        scene.replicaFlags = [0: "slave,maintenance"]
        scene.zones = Scene.zoned([
            ("10.0.0.1", "a"), ("10.0.0.2", "b"), ("10.0.0.3", "c"), ("10.0.0.11", "a"), ("10.0.0.12", "a"), ("10.0.0.13", "c"),
        ])
        return scene
    }

    static var noMajority: Scene {
        var scene = Scene()
        scene.failures = [1: .refusedConnection, 2: .silent(after: .seconds(2))]
        scene.downMonitors = [1, 2]
        scene.downReplicas = [1]
        return scene
    }

    static func zoned(_ places: [(String, String)]) -> ZoneMap {
        var zones = ZoneMap()
        for (host, zone) in places { try? zones.add(host, zone: zone) }
        return zones
    }

    static let named: [(name: String, scene: Scene)] = [
        ("fine", .fine), ("primary-down", .primaryDown), ("troubled", .troubled), ("no-majority", .noMajority),
    ]
}
