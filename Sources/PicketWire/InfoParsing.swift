import PicketCore

/// INFO's text → `InstanceReport`. Lines that are not understood are passed over: versions differ, and modules add their own.
package enum InfoParsing {
    /// Nil where the text does not even tell the role.
    package static func report(from text: String) -> InstanceReport? {
        var fields = Fields()
        for line in text.utf8.split(omittingEmptySubsequences: true, whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line.first != UInt8(ascii: "#") else { continue }
            fields.take(key: line[..<colon], value: line[line.index(after: colon)...])
        }
        guard let role = fields.role else { return nil }
        var report = InstanceReport(role: role, text: text)
        report.runID = fields.runID.map(RunID.init)
        report.replicationID = fields.replicationID
        report.previousReplicationID = fields.previousReplicationID
        report.previousHistoryEnd = fields.previousHistoryEnd
        report.offset = fields.offset
        report.keyCount = fields.keyCount
        report.isLoading = fields.isLoading
        report.isShuttingDown = fields.isShuttingDown
        report.handOver = fields.handOver
        switch role {
        case .primary:
            report.replicas = fields.replicas
            report.acknowledgedOffsets = fields.acknowledgedOffsets
        case .replica: report.replication = fields.status
        }
        return report
    }

    private struct Fields {
        var role: Role?
        var runID: String?
        var replicationID: String?
        var previousReplicationID: String?
        var previousHistoryEnd: Int64?
        var offset: Int64 = 0
        var keyCount: Int64 = 0
        var isLoading = false
        var isShuttingDown = false
        var handOver: HandOverState?
        var replicas: [Endpoint] = []
        var acknowledgedOffsets: [Int64] = []
        var status: ReplicationStatus {
            var status = rawStatus
            if let primaryHost, let primaryPort { status.primary = Endpoint(host: primaryHost, port: primaryPort) }
            return status
        }
        private var rawStatus = ReplicationStatus()
        private var primaryHost: String?
        private var primaryPort: Int?

        mutating func take(key: Substring.UTF8View, value: Substring.UTF8View) {
            // Most of INFO's lines are of no interest: look at the first letter before making strings.
            switch key.first {
            case UInt8(ascii: "r"), UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "d"), UInt8(ascii: "l"): break
            default: return
            }
            guard let name = String(key), let text = String(value) else { return }
            switch name {
            case "role": role = text == "master" ? .primary : text == "slave" ? .replica : nil
            case "run_id": runID = text
            case "master_replid": replicationID = text
            case "master_replid2": previousReplicationID = text
            case "second_repl_offset": previousHistoryEnd = Int64(text).flatMap { $0 > 0 ? $0 : nil }
            case "loading": isLoading = text == "1"
            case "shutdown_in_milliseconds": isShuttingDown = true
            case "master_failover_state": handOver = HandOverState(rawValue: text)
            case "master_repl_offset": offset = Int64(text) ?? 0
            case "master_host": primaryHost = text
            case "master_port": primaryPort = Int(text)
            case "master_link_status": rawStatus.isLinkUp = text == "up"
            case "master_link_down_since_seconds":
                if let seconds = Int64(text), seconds >= 0 { rawStatus.linkDownFor = .seconds(seconds) }
            case "master_sync_in_progress": rawStatus.isSyncing = text == "1"
            case "slave_repl_offset": rawStatus.offset = Int64(text) ?? 0
            case "slave_priority": rawStatus.priority = Int(text) ?? rawStatus.priority
            case "replica_announced": rawStatus.isAnnounced = text != "0"
            default:
                if let keys = InfoParsing.keys(ofDatabase: name, text) {
                    keyCount = keyCount.addingReportingOverflow(keys).overflow ? .max : keyCount + keys
                }
                if name.hasPrefix("slave"), !name.dropFirst(5).isEmpty, name.dropFirst(5).allSatisfy(\.isNumber),
                    let replica = InfoParsing.replica(from: text)
                {
                    replicas.append(replica)
                    acknowledgedOffsets.append(InfoParsing.acknowledgedOffset(from: text))
                }
            }
        }
    }

    /// `db0:keys=12,expires=0,…`.
    private static func keys(ofDatabase name: String, _ text: String) -> Int64? {
        guard name.hasPrefix("db"), name.dropFirst(2).allSatisfy(\.isNumber), text.hasPrefix("keys=") else { return nil }
        return Int64(text.dropFirst(5).prefix { $0 != "," }).map { max(0, $0) }
    }

    /// `…,offset=…,…`; 0 where it is not told, as of a replica that is still being sent its data.
    private static func acknowledgedOffset(from text: String) -> Int64 {
        text.split(separator: ",").first { $0.hasPrefix("offset=") }.flatMap { Int64($0.dropFirst(7)) } ?? 0
    }

    /// `ip=…,port=…,state=…` or, from before Redis 2.8, `ip,port,state`.
    private static func replica(from text: String) -> Endpoint? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        var host: Substring?
        var port: Substring?
        if text.hasPrefix("ip=") {
            for part in parts {
                if part.hasPrefix("ip=") { host = part.dropFirst(3) }
                if part.hasPrefix("port=") { port = part.dropFirst(5) }
                // A second connection of a replica that is already listed.
                if part == "type=rdb-channel" { return nil }
            }
        } else if parts.count >= 2 {
            (host, port) = (parts[0], parts[1])
        }
        guard let host, !host.isEmpty, let port, let number = Int(port), Endpoint.validPorts.contains(number) else { return nil }
        return Endpoint(host: String(host), port: number)
    }
}
