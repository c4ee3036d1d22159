import PicketRESP

/// Who replicates whom in one group of the fleet, told as Redis tells it. Replication works within a group only: a link to anybody
/// else stays down.
struct FleetReplication {
    let members: [FleetInstance]

    /// In nanoseconds, how long a replica takes to come into step.
    static let linking: Int64 = 5_000_000
    /// Chains of replicas are followed so far, circles included.
    private static let longestChain = 4

    /// Brings the links up whose time has come.
    func settle(at now: Int64) { for member in members { settle(member, at: now, depth: 0) } }

    private func settle(_ replica: FleetInstance, at now: Int64, depth: Int) {
        guard depth < Self.longestChain, replica.condition == .alive, !replica.isLinkUp, now >= replica.mayLinkAt,
            let source = source(of: replica), source.condition == .alive
        else { return }
        settle(source, at: now, depth: depth + 1)
        guard source.isPrimary || source.isLinkUp else { return }
        replica.isLinkUp = true
        guard replica.replicationID != source.replicationID else { return }
        let continues = source.previousID == replica.replicationID
        replica.previousID = continues ? replica.replicationID : FleetInstance.noHistory
        replica.previousEnd = continues ? source.previousEnd : -1
        replica.replicationID = source.replicationID
    }

    private func source(of replica: FleetInstance) -> FleetInstance? {
        members.first { $0.port == replica.followed?.port && $0 !== replica }
    }

    func followers(of instance: FleetInstance) -> [FleetInstance] {
        members.filter { $0 !== instance && $0.followed?.port == instance.port && $0.isLinkUp }
    }

    /// What it has written or applied.
    func offset(of instance: FleetInstance, at now: Int64) -> Int64 {
        // Its own stands still while it is frozen, and so does what follows a primary that is.
        guard instance.isLinkUp, instance.condition == .alive, let source = source(of: instance) else {
            return instance.ownOffset(at: now)
        }
        return offset(of: source, at: now)
    }

    /// Something was written here, of so many bytes.
    func write(_ bytes: Int, on instance: FleetInstance, at now: Int64) {
        guard instance.isPrimary else { return }
        instance.setOffset(instance.ownOffset(at: now) + Int64(bytes), at: now)
    }

    // MARK: Changes

    func crash(_ instance: FleetInstance, at now: Int64) {
        halt(instance, at: now)
        dropFollowers(of: instance, at: now)
        instance.isLinkUp = false
        instance.condition = .crashed
    }

    func freeze(_ instance: FleetInstance, at now: Int64) {
        halt(instance, at: now)
        instance.condition = .frozen
    }

    /// A crashed one begins a new life in its last role: a primary with the data but another history, as from its last snapshot.
    func revive(_ instance: FleetInstance, at now: Int64) {
        if instance.condition == .crashed {
            instance.runID = FleetInstance.randomID()
            instance.startedAt = now
            instance.linkLostAt = nil
            instance.mayLinkAt = now + Self.linking
            if instance.isPrimary {
                beginHistory(of: instance, at: now)
                instance.previousID = FleetInstance.noHistory
                instance.previousEnd = -1
                instance.setOffset(0, at: now)
            }
            for follower in members where follower.followed?.port == instance.port { follower.mayLinkAt = now + Self.linking }
        }
        instance.offsetAt = now
        instance.condition = .alive
    }

    /// REPLICAOF NO ONE.
    func promote(_ instance: FleetInstance, at now: Int64) {
        guard !instance.isPrimary else { return }
        halt(instance, at: now)
        dropFollowers(of: instance, at: now)
        instance.followed = nil
        instance.isLinkUp = false
        instance.previousID = instance.replicationID
        instance.previousEnd = instance.offset + 1
        beginHistory(of: instance, at: now)
    }

    /// False where it does so already.
    func follow(_ instance: FleetInstance, _ address: FleetInstance.Address, at now: Int64) -> Bool {
        guard instance.followed != address else { return false }
        halt(instance, at: now)
        dropFollowers(of: instance, at: now)
        if instance.isLinkUp { instance.linkLostAt = now }
        instance.followed = address
        instance.isLinkUp = false
        instance.mayLinkAt = now + Self.linking
        return true
    }

    private func halt(_ instance: FleetInstance, at now: Int64) {
        settle(at: now)
        instance.setOffset(offset(of: instance, at: now), at: now)
    }

    private func dropFollowers(of instance: FleetInstance, at now: Int64) {
        for follower in followers(of: instance) {
            follower.setOffset(offset(of: follower, at: now), at: now)
            follower.isLinkUp = false
            follower.linkLostAt = now
            follower.mayLinkAt = now + Self.linking
        }
    }

    private func beginHistory(of instance: FleetInstance, at now: Int64) {
        instance.replicationID = FleetInstance.randomID()
        instance.offsetAt = now
    }

    // MARK: Words

    func role(of instance: FleetInstance, at now: Int64) -> RESPValue {
        settle(at: now)
        let offset = offset(of: instance, at: now)
        guard let followed = instance.followed else {
            let replicas = followers(of: instance).map { replica in
                RESPValue.array([.bulk("127.0.0.1"), .bulk(String(replica.port)), .bulk(String(self.offset(of: replica, at: now)))])
            }
            return .array([.bulk("master"), .integer(offset), .array(replicas)])
        }
        return .array([
            .bulk("slave"), .bulk(followed.host), .integer(Int64(followed.port)), .bulk(instance.isLinkUp ? "connected" : "connect"),
            .integer(instance.isLinkUp ? offset : -1),
        ])
    }

    /// INFO's section.
    func information(of instance: FleetInstance, at now: Int64) -> String {
        settle(at: now)
        let offset = offset(of: instance, at: now)
        var text = "# Replication\r\nrole:\(instance.isPrimary ? "master" : "slave")\r\n"
        if let followed = instance.followed {
            let silence =
                instance.isLinkUp ? source(of: instance).map { $0.condition == .alive ? 0 : seconds(from: $0.offsetAt, to: now) } ?? 0 : -1
            text +=
                "master_host:\(followed.host)\r\nmaster_port:\(followed.port)\r\nmaster_link_status:\(instance.isLinkUp ? "up" : "down")\r\n"
            text += "master_last_io_seconds_ago:\(silence)\r\nmaster_sync_in_progress:0\r\n"
            text += "slave_read_repl_offset:\(offset)\r\nslave_repl_offset:\(offset)\r\n"
            if !instance.isLinkUp {
                text += "master_link_down_since_seconds:\(instance.linkLostAt.map { seconds(from: $0, to: now) } ?? -1)\r\n"
            }
            text += "slave_priority:\(instance.priority)\r\nslave_read_only:1\r\nreplica_announced:1\r\n"
        }
        let followers = followers(of: instance)
        text += "connected_slaves:\(followers.count)\r\n"
        for (number, replica) in followers.enumerated() {
            let reached = self.offset(of: replica, at: now)
            let lag = replica.condition == .alive ? 0 : seconds(from: replica.offsetAt, to: now)
            text += "slave\(number):ip=127.0.0.1,port=\(replica.port),state=online,offset=\(reached),lag=\(lag)\r\n"
        }
        text += "master_failover_state:no-failover\r\nmaster_replid:\(instance.replicationID)\r\nmaster_replid2:\(instance.previousID)\r\n"
        text += "master_repl_offset:\(offset)\r\nsecond_repl_offset:\(instance.previousEnd)\r\nrepl_backlog_active:1\r\n"
        text += "repl_backlog_size:1048576\r\nrepl_backlog_first_byte_offset:1\r\nrepl_backlog_histlen:\(min(offset, 1_048_576))\r\n"
        return text
    }

    private func seconds(from: Int64, to now: Int64) -> Int64 { max(0, now - from) / 1_000_000_000 }
}
