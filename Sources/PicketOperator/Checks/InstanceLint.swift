/// What is wrong with the Redis servers of a group and their settings.
enum InstanceLint {
    /// A restart and a partial resynchronisation should fit into it.
    private static let wantedBacklogSeconds: Int64 = 60

    static func findings(_ group: GroupPicture) -> [Finding] {
        replicas(group) + access(group) + persistence(group) + writes(group) + backlog(group) + equality(group)
    }

    private static func replicas(_ group: GroupPicture) -> [Finding] {
        var found: [Finding] = []
        if group.replicas.isEmpty {
            found.append(Finding(.error, "no-replica", "there is no replica: nobody can take over", "Start one with: replicaof HOST PORT"))
        } else if group.candidates.isEmpty {
            let reasons = group.replicas.map { "\($0.address): \(ReplicaVerdict.of($0, in: group).reason)" }
            found.append(
                Finding(
                    .error, "no-promotable-replica", "no replica could be promoted (\(reasons.joined(separator: "; ")))",
                    "Mend one of them first."))
        } else {
            for replica in group.replicas where !replica.isWell {
                found.append(
                    Finding(
                        .warning, "replica-unwell", "replica \(replica.address): \(replica.condition.text)",
                        "See its log; picket topology \(group.name) shows all."))
            }
        }
        for instance in group.instances {
            if instance.report?.settings?["replica-read-only"] == "no" {
                found.append(
                    Finding(
                        .warning, "replica-writable", "\(instance.address) would take writes as a replica: they are lost at the next copy",
                        "redis-cli -h \(instance.address.host) -p \(instance.address.port) config set replica-read-only yes"))
            }
        }
        return found
    }

    private static func access(_ group: GroupPicture) -> [Finding] {
        var found: [Finding] = []
        for instance in group.instances where !instance.isDown {
            if let failure = instance.report?.failure {
                let advice = "Set PICKET_REDIS_PASSWORD, or name a file with --redis-password-file (and --redis-user)."
                switch failure {
                case .answered(let text) where text.hasPrefix("WRONGPASS") || text.hasPrefix("NOAUTH") || text.hasPrefix("ERR AUTH"):
                    let isAlone = group.instances.contains { $0.report?.source == .asked }
                    found.append(
                        Finding(
                            isAlone ? .error : .note, isAlone ? "credentials-differ" : "not-asked",
                            "\(instance.address) refuses the credentials"
                                + (isAlone ? " that the others take: it could neither replicate nor be watched" : ": \(failure.text)"),
                            isAlone ? "Give all the same users and passwords (requirepass, masterauth, or the ACL file)." : advice))
                default:
                    found.append(
                        Finding(
                            .note, "not-asked", "\(instance.address) could not be asked from here: \(failure.text)",
                            "What it needs to be checked for is unknown. \(advice)"))
                }
            } else if instance.report?.source == .asked, instance.report?.settings == nil {
                found.append(
                    Finding(
                        .note, "settings-unknown", "\(instance.address) does not tell its settings",
                        "Permit this user CONFIG GET (+config|get), or use another one."))
            }
        }
        return found + passwords(group)
    }

    /// Whoever may become a primary must know the others' password, and the other way round. No password is ever shown.
    private static func passwords(_ group: GroupPicture) -> [Finding] {
        ["requirepass", "masterauth", "masteruser"].compactMap { name in
            let values = group.instances.compactMap { instance in instance.report?.settings?[name].map { (instance.address, $0) } }
            guard Set(values.map(\.1)).count > 1 else { return nil }
            var counts: [String: Int] = [:]
            for value in values { counts[value.1, default: 0] += 1 }
            let usual = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
            let odd = values.filter { $0.1 != usual }.map { "\($0.0)" }
            return Finding(
                .error, "credentials-differ",
                "\(name) of \(FigureText.enumeration(odd)) is not that of the others: after a failover replication breaks",
                "Set it to the same value on all, in their configuration files too.")
        }
    }

    private static func persistence(_ group: GroupPicture) -> [Finding] {
        let bare = group.instances.filter { $0.report?.settings.map { $0["save"] == "" && $0["appendonly"] == "no" } ?? false }
        guard !bare.isEmpty else { return [] }
        let hasOthers = !group.others.isEmpty
        let names = FigureText.enumeration(bare.map { "\($0.address)" })
        return [
            Finding(
                hasOthers ? .error : .warning, "persistence-off",
                "persistence is off on \(names): restarted by a supervisor of processes, it comes back empty"
                    + (hasOthers
                        ? ", and a redis-sentinel lets the replicas copy that"
                        : "; picketd promotes a replica that has the data (empty-primary-guard)"),
                hasOthers
                    ? "Switch on appendonly or save, or do not restart it automatically."
                    : "Switch on appendonly or save, if the data is worth it.")
        ]
    }

    private static func writes(_ group: GroupPicture) -> [Finding] {
        let unfenced = group.instances.filter { $0.report?.settings?["min-replicas-to-write"] == "0" }
        guard !unfenced.isEmpty, !group.replicas.isEmpty else { return [] }
        return [
            Finding(
                .warning, "min-replicas-to-write",
                "min-replicas-to-write is 0 on \(FigureText.enumeration(unfenced.map { "\($0.address)" })): cut off from everybody, it takes writes that are lost later",
                "Set it to 1, with min-replicas-max-lag 10, on all; then a primary without replicas refuses writes.")
        ]
    }

    private static func backlog(_ group: GroupPicture) -> [Finding] {
        guard let primary = group.primary, let report = primary.report else { return [] }
        guard let size = report.info.integer("repl_backlog_size") ?? report.settings?["repl-backlog-size"].flatMap({ Int64($0) }), size > 0
        else { return [] }
        // Kilobytes a second that come in: nothing tells better what goes out to each replica.
        let rate = Double(report.info["instantaneous_input_kbps"] ?? "") ?? 0
        let seconds = rate < 1 ? nil : Int64(Double(size) / (rate * 1_024))
        let advice =
            "Set repl-backlog-size to \(FigureText.bytes(max(64 << 20, Int64(rate * 1_024) * wantedBacklogSeconds))) or more on all."
        if let seconds, seconds < wantedBacklogSeconds {
            return [
                Finding(
                    .warning, "backlog-small",
                    "the backlog of \(primary.address) (\(FigureText.bytes(size))) holds \(seconds) s of the present traffic: a replica that is away longer has to copy everything",
                    advice)
            ]
        }
        guard size <= 1 << 20 else { return [] }
        return [
            Finding(
                .warning, "backlog-small",
                "the backlog of \(primary.address) is \(FigureText.bytes(size)), Redis' default: a replica that was away under load has to copy everything",
                advice)
        ]
    }

    private static func equality(_ group: GroupPicture) -> [Finding] {
        var found: [Finding] = []
        func differing(_ read: (InstancePicture) -> String?) -> String? {
            let values = group.instances.compactMap { instance in read(instance).map { (instance.address, $0) } }
            guard Set(values.map(\.1)).count > 1 else { return nil }
            return values.map { "\($0.1) on \($0.0)" }.joined(separator: ", ")
        }
        if let text = differing(\.version) {
            found.append(
                Finding(
                    .warning, "versions", "versions differ: \(text)",
                    "A replica may be newer than its primary, not older: upgrade the others."))
        }
        if let text = differing({ $0.report?.settings?["maxmemory"] ?? $0.report?.info["maxmemory"] }) {
            found.append(
                Finding(
                    .warning, "maxmemory", "maxmemory differs: \(text)",
                    "After a failover the new primary may evict, or refuse writes: make it equal."))
        }
        if let text = differing({ $0.report?.settings?["maxmemory-policy"] ?? $0.report?.info["maxmemory_policy"] }) {
            found.append(Finding(.warning, "maxmemory-policy", "maxmemory-policy differs: \(text)", "Make it equal on all."))
        }
        return found
    }
}
