import PicketCore
import PicketRESP

/// What an instance says of itself.
extension FakeRedis {
    var role: RESPValue {
        guard let followed else {
            return .array([
                .bulk("master"), .integer(offset),
                .array(
                    replicas.values.filter(\.isOnline).map { replica in
                        .array([.bulk(replica.endpoint.host), .bulk(String(replica.endpoint.port)), .bulk(String(replica.acknowledged))])
                    }),
            ])
        }
        let state =
            switch link {
            case .none: "connect"
            // The kernel of the other side accepts for a process that is frozen.
            case .connecting(let connection): world.isEstablished(connection) ? "handshake" : "connecting"
            case .shakingHands: "handshake"
            case .transferring: "sync"
            case .up: "connected"
            }
        return .array([
            .bulk("slave"), .bulk(followed.host), .integer(Int64(followed.port)), .bulk(state), .integer(isLinkUp ? offset : -1),
        ])
    }

    var serverInfo: String {
        var text = "# Server\r\nrun_id:\(runID)\r\n"
        if let shutdown { text += "shutdown_in_milliseconds:\((shutdown.until - world.now) / .millisecond)\r\n" }
        return text
    }

    var info: String {
        var lines = ["loading:\(isLoading ? 1 : 0)", "# Replication", "role:\(isPrimary ? "master" : "slave")"]
        if let followed {
            lines.append("master_host:\(followed.host)")
            lines.append("master_port:\(followed.port)")
            lines.append("master_link_status:\(isLinkUp ? "up" : "down")")
            lines.append("master_sync_in_progress:\(isSyncing ? 1 : 0)")
            // A replica without a primary, present or past, says 1.
            lines.append("slave_repl_offset:\(canTellOffset ? offset : 1)")
            if !isLinkUp {
                let seconds = linkDownSince.map { (world.now - $0) / .second } ?? -1
                lines.append("master_link_down_since_seconds:\(seconds)")
            }
            lines.append("slave_priority:\(settings.priority)")
            lines.append("replica_announced:1")
        }
        lines.append("connected_slaves:\(replicas.count)")
        for (number, replica) in replicas.values.enumerated() {
            let state = replica.isOnline ? "online" : replica.isWaiting ? "wait_bgsave" : "send_bulk"
            let lag = (world.now - replica.acknowledgedAt) / .second
            listedAt[replica.endpoint] = world.now
            let place = "ip=\(replica.endpoint.host),port=\(replica.endpoint.port)"
            lines.append("slave\(number):\(place),state=\(state),offset=\(replica.acknowledged),lag=\(lag)")
        }
        lines.append("master_failover_state:\(handOverState)")
        lines.append("master_replid:\(replicationID)")
        lines.append("master_replid2:\(previousReplicationID ?? String(repeating: "0", count: 40))")
        lines.append("master_repl_offset:\(offset)")
        lines.append("# Keyspace")
        if !data.entries.isEmpty { lines.append("db0:keys=\(data.entries.count),expires=0,avg_ttl=0") }
        return serverInfo + lines.joined(separator: "\r\n") + "\r\n"
    }

    private var canTellOffset: Bool { isLinkUp || canContinue }
}
