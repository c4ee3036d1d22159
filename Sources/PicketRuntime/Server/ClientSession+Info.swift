import Glibc
import NIOCore
import PicketCore
import PicketRESP

/// INFO: the sections that a monitor has. Always a bulk string, in RESP3 too.
extension ClientSession {
    private static let sections = ["server", "clients", "stats", "cpu", "sentinel"]

    func info(_ arguments: [ByteString]) -> Outcome {
        var wanted = arguments.dropFirst().map { $0.text.lowercased() }
        if wanted.isEmpty || wanted.contains(where: { ["default", "all", "everything"].contains($0) }) { wanted = Self.sections }
        var parts: [String] = []
        for section in Self.sections where wanted.contains(section) && section != "sentinel" {
            switch section {
            case "server": parts.append(serverSection())
            case "clients": parts.append(clientsSection())
            case "stats": parts.append(statsSection())
            default: parts.append(cpuSection())
            }
        }
        guard wanted.contains("sentinel") else { return .reply(.bulk(parts.joined(separator: "\r\n"))) }
        let before = parts
        return read { supervisor, now in .bulk((before + [Self.sentinelSection(supervisor, now)]).joined(separator: "\r\n")) }
    }

    private static func section(_ title: String, _ fields: [(String, String)]) -> String {
        "# \(title)\r\n" + fields.map { "\($0):\($1)\r\n" }.joined()
    }

    private func serverSection() -> String {
        var system = utsname()
        uname(&system)
        func text<Field>(_ field: Field) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        let uptime = (NIODeadline.now() - server.facts.startedAt).nanoseconds / 1_000_000_000
        return Self.section(
            "Server",
            [
                ("redis_version", ProcessFacts.redisVersion), ("picket_version", ProcessFacts.picketVersion), ("redis_mode", "sentinel"),
                ("server_mode", "sentinel"), ("os", "\(text(system.sysname)) \(text(system.release)) \(text(system.machine))"),
                ("arch_bits", "64"), ("multiplexing_api", "epoll"), ("process_id", String(server.facts.processID)),
                ("process_supervised", server.settings.supervision.rawValue), ("run_id", server.facts.runID),
                ("tcp_port", String(server.facts.listenPort)), ("server_time_usec", String(WallClock.milliseconds * 1000)),
                ("uptime_in_seconds", String(uptime)), ("uptime_in_days", String(uptime / 86_400)), ("executable", server.facts.executable),
                ("config_file", server.facts.configurationPath),
            ])
    }

    private func clientsSection() -> String {
        let clients = server.registry.all
        return Self.section(
            "Clients",
            [
                ("connected_clients", String(clients.count)), ("maxclients", String(server.settings.maxClients)), ("blocked_clients", "0"),
                ("tracking_clients", String(clients.count { $0.state.withLock { $0.tracking } })),
            ])
    }

    private func statsSection() -> String {
        let statistics = server.statistics
        let counts = server.subscribers.counts.withLock { ($0.channels.count, $0.patterns.count) }
        return Self.section(
            "Stats",
            [
                ("total_connections_received", String(statistics.connections.load(ordering: .relaxed))),
                ("total_commands_processed", String(statistics.commands.load(ordering: .relaxed))),
                ("total_net_input_bytes", String(statistics.bytesIn.load(ordering: .relaxed))),
                ("total_net_output_bytes", String(statistics.bytesOut.load(ordering: .relaxed))),
                ("rejected_connections", String(statistics.rejected.load(ordering: .relaxed))),
                ("pubsub_channels", String(counts.0)), ("pubsub_patterns", String(counts.1)),
            ])
    }

    private func cpuSection() -> String {
        func seconds(_ time: timeval) -> String {
            let microseconds = String(time.tv_usec)
            return "\(time.tv_sec).\(String(repeating: "0", count: 6 - microseconds.count))\(microseconds)"
        }
        func usage(_ who: __rusage_who_t) -> rusage {
            var usage = rusage()
            getrusage(who, &usage)
            return usage
        }
        let (own, children) = (usage(RUSAGE_SELF.rawValue), usage(RUSAGE_CHILDREN.rawValue))
        return Self.section(
            "CPU",
            [
                ("used_cpu_sys", seconds(own.ru_stime)), ("used_cpu_user", seconds(own.ru_utime)),
                ("used_cpu_sys_children", seconds(children.ru_stime)), ("used_cpu_user_children", seconds(children.ru_utime)),
            ])
    }

    private static func sentinelSection(_ supervisor: Supervisor, _ now: Instant) -> String {
        let tilt = supervisor.tiltAge(at: now).map { String($0.wholeMilliseconds / 1000) } ?? "-1"
        let jobs = supervisor.scriptJobs
        var flags = 0
        if supervisor.simulatedFailures.contains(.crashAfterElection) { flags |= 1 }
        if supervisor.simulatedFailures.contains(.crashAfterPromotion) { flags |= 2 }
        var fields: [(String, String)] = [
            ("sentinel_masters", String(supervisor.groupNames.count)), ("sentinel_tilt", supervisor.isTilted ? "1" : "0"),
            ("sentinel_tilt_since_seconds", tilt), ("sentinel_total_tilt", String(supervisor.tiltTotal)),
            ("sentinel_running_scripts", String(jobs.count(where: \.isRunning))), ("sentinel_scripts_queue_length", String(jobs.count)),
            ("sentinel_simulate_failure_flags", String(flags)),
        ]
        for (index, name) in supervisor.groupNames.enumerated() {
            guard let group = supervisor.summary(of: name) else { continue }
            let status =
                switch group.status {
                case .ok: "ok"
                case .subjectivelyDown: "sdown"
                case .objectivelyDown: "odown"
                }
            fields.append(
                (
                    "master\(index)",
                    "name=\(name),status=\(status),address=\(group.primary),slaves=\(group.replicaCount),sentinels=\(group.monitorCount)"
                ))
        }
        return section("Sentinel", fields)
    }
}
