/// Many monitors' views → one picture of each group.
package struct GroupMerging {
    private let survey: Survey
    private let reports: [Address: InstanceReport]
    private let zones: ZoneMap

    package init(_ survey: Survey, reports: [Address: InstanceReport] = [:], zones: ZoneMap = ZoneMap()) {
        self.survey = survey
        self.reports = reports
        self.zones = zones
    }

    /// The groups that need attention first, then by name.
    package var pictures: [GroupPicture] {
        survey.groups.compactMap { picture(of: $0) }.sorted { ($0.state, $0.name) < ($1.state, $1.name) }
    }

    package func picture(of name: String) -> GroupPicture? {
        let tellers = survey.answering.compactMap { monitor in monitor.sighting(of: name).map { Teller(monitor: monitor, sighting: $0) } }
        guard let first = tellers.first else { return nil }
        let address = agreedPrimary(tellers)
        let opinions = monitors(tellers).map { opinion($0, tellers, group: name) }
        let sights = opinions.compactMap(\.sight)
        let primary = address.map { instance($0, tellers, isPrimary: true, primary: nil) }
        let replicas = replicaAddresses(tellers, primary: address).map { instance($0, tellers, isPrimary: false, primary: primary?.report) }
        let lead = tellers.first { $0.sighting.primary.address == address } ?? first
        var draft = GroupPicture(
            name: name, primary: primary, replicas: replicas, monitors: opinions, quorum: usual(sights.map(\.quorum)) ?? 0,
            configEpoch: sights.map(\.configEpoch).max() ?? 0, knownMonitors: sights.map(\.knownMonitors).max() ?? 0,
            usableMonitors: sights.map(\.usableMonitors).max() ?? 0,
            downAfterMilliseconds: lead.sighting.primary.integer("down-after-milliseconds") ?? 0,
            failoverTimeoutMilliseconds: lead.sighting.primary.integer("failover-timeout") ?? 0, drift: drift(tellers),
            pause: pause(tellers))
        let diagnosis = GroupDiagnosis(draft, gaps: gaps(tellers))
        draft.state = diagnosis.state
        draft.problems = diagnosis.problems
        return draft
    }

    private struct Teller {
        let monitor: MonitorReport
        let sighting: GroupSighting
    }

    // MARK: Agreement

    private func agreedPrimary(_ tellers: [Teller]) -> Address? {
        var counts: [Address: (count: Int, epoch: Int64)] = [:]
        for teller in tellers {
            guard let address = teller.sighting.primary.address else { continue }
            let epoch = teller.sighting.primary.integer("config-epoch") ?? 0
            let before = counts[address] ?? (0, 0)
            counts[address] = (before.count + 1, max(before.epoch, epoch))
        }
        return counts.max { first, second in
            (first.value.count, first.value.epoch, second.key) < (second.value.count, second.value.epoch, first.key)
        }?.key
    }

    private func usual(_ numbers: [Int]) -> Int? {
        var counts: [Int: Int] = [:]
        for number in numbers { counts[number, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    private func drift(_ tellers: [Teller]) -> [Drift] {
        let names = [
            "quorum", "down-after-milliseconds", "failover-timeout", "parallel-syncs", "notification-script", "client-reconfig-script",
        ]
        return names.compactMap { name in
            Drift(name, tellers.map { .init(monitor: $0.monitor.address, value: $0.sighting.primary[name] ?? "") })
        }
    }

    private func pause(_ tellers: [Teller]) -> Pause? {
        tellers.lazy.filter { $0.sighting.primary.has("paused") }.map {
            Pause(
                secondsLeft: $0.sighting.primary.integer("paused-for-seconds") ?? 0, reason: $0.sighting.primary["paused-reason"] ?? "")
        }.max { $0.secondsLeft < $1.secondsLeft }
    }

    /// Monitors that do not know of a replica or of another monitor which most know.
    private func gaps(_ tellers: [Teller]) -> [String] {
        var gaps: [String] = []
        let ids = Set(tellers.compactMap(\.monitor.id))
        for teller in tellers where tellers.count > 1 {
            let known = Set(teller.sighting.peers.map(\.runID))
            let missing = tellers.filter { other in
                guard let id = other.monitor.id, id != teller.monitor.id, ids.contains(id) else { return false }
                return !known.contains(id)
            }
            if !missing.isEmpty {
                gaps.append(
                    "\(teller.monitor.address) does not know the monitor \(FigureText.enumeration(missing.map { "\($0.monitor.address)" }))"
                )
            }
        }
        return gaps
    }

    // MARK: Monitors

    /// Who answers, and who is known of this group and does not.
    private func monitors(_ tellers: [Teller]) -> [MonitorReport] {
        var all = survey.monitors
        let ids = Set(all.compactMap(\.id))
        let addresses = Set(all.map(\.address))
        var added: [Address: MonitorReport] = [:]
        for peer in tellers.flatMap(\.sighting.peers) {
            guard let address = peer.address, !addresses.contains(address), !ids.contains(peer.runID) else { continue }
            added[address] = MonitorReport(address, id: peer.runID, failure: .cannotConnect("was not asked"))
        }
        all.removeAll { $0.answers && $0.sighting(of: tellers[0].sighting.group) == nil && !isPartner($0, of: tellers) }
        // An address that was typed, where nobody answers and which nobody knows: it was forgotten, or was never one of them.
        let peers = tellers.flatMap(\.sighting.peers)
        all.removeAll { monitor in
            !monitor.answers && !peers.isEmpty && !peers.contains { $0.address == monitor.address || $0.runID == monitor.id }
        }
        return all + added.values.sorted { $0.address < $1.address }
    }

    /// Whether a monitor that does not watch the group might be expected to: it watches nothing at all, or another group together with
    /// half of those that watch this one. Deployments may share some monitors and not others.
    private func isPartner(_ monitor: MonitorReport, of tellers: [Teller]) -> Bool {
        guard !monitor.sightings.isEmpty else { return true }
        let sharing = tellers.count { teller in monitor.sightings.contains { teller.monitor.sighting(of: $0.group) != nil } }
        return sharing * 2 >= tellers.count
    }

    private func opinion(_ monitor: MonitorReport, _ tellers: [Teller], group: String) -> MonitorOpinion {
        let others = tellers.filter { $0.monitor.address != monitor.address }.compactMap { teller in
            teller.sighting.peers.first { ($0.runID == monitor.id && monitor.id != nil) || $0.address == monitor.address }
        }
        let stance: MonitorOpinion.Stance =
            if let failure = monitor.failure {
                .silent(failure)
            } else if let sighting = monitor.sighting(of: group) {
                .sees(sight(sighting))
            } else {
                .unaware
            }
        return MonitorOpinion(
            address: monitor.address, id: monitor.id, software: monitor.software, zone: zones[monitor.address], stance: stance,
            heldDownBy: others.count(where: \.isSubjectivelyDown), knownBy: others.count)
    }

    private func sight(_ sighting: GroupSighting) -> MonitorOpinion.Sight {
        let primary = sighting.primary
        return MonitorOpinion.Sight(
            primary: primary.address, isPrimaryDown: primary.isSubjectivelyDown || primary.isObjectivelyDown,
            isPrimaryObjectivelyDown: primary.isObjectivelyDown,
            failoverState: primary.has("failover_in_progress") ? primary["failover-state"] ?? "under way" : nil,
            configEpoch: primary.integer("config-epoch") ?? 0, quorum: Int(primary.integer("quorum") ?? 0),
            usableMonitors: 1 + sighting.peers.count { !$0.isSubjectivelyDown && !isGone($0) }, knownMonitors: 1 + sighting.peers.count,
            votedLeader: nil)
    }

    /// Its port refuses our connections: it does not run, though the others may not have noticed yet. Mere silence may be our own trouble.
    private func isGone(_ peer: InstanceFields) -> Bool {
        survey.monitors.contains { $0.failure == .refusedConnection && ($0.address == peer.address || $0.id == peer.runID) }
    }

    // MARK: Instances

    private func replicaAddresses(_ tellers: [Teller], primary: Address?) -> [Address] {
        Set(tellers.flatMap { $0.sighting.replicas.compactMap(\.address) }).filter { $0 != primary }.sorted()
    }

    private func instance(_ address: Address, _ tellers: [Teller], isPrimary: Bool, primary: InstanceReport?) -> InstancePicture {
        let sightings = tellers.compactMap { teller in
            isPrimary
                ? (teller.sighting.primary.address == address ? teller.sighting.primary : nil)
                : teller.sighting.replicas.first { $0.address == address }
        }
        let links = sightings.compactMap { $0["master-link-status"] }
        return InstancePicture(
            address: address, zone: zones[address], isPrimary: isPrimary, seenBy: sightings.count,
            heldDownBy: sightings.count { $0.isSubjectivelyDown || $0.isObjectivelyDown },
            isInMaintenance: sightings.contains(where: \.isInMaintenance),
            priority: isPrimary ? nil : sightings.compactMap { $0.integer("slave-priority") }.first.map { Int($0) },
            isLinkUp: links.isEmpty ? nil : links.count { $0 == "ok" } * 2 > links.count,
            follows: sightings.compactMap(\.primaryAddress).first, runID: sightings.map(\.runID).first { !$0.isEmpty } ?? "",
            report: reports[address], lag: isPrimary ? nil : lag(of: address, primary))
    }

    /// What the replica lacks, and for how long the primary has not heard from it. Both accounts may be late, never early: acknowledgements
    /// come once a second, and a replica that was asked after its primary has more. The smaller one is nearer to the truth.
    private func lag(of replica: Address, _ primary: InstanceReport?) -> InstancePicture.Lag? {
        // Of a primary that cannot be asked any more nobody knows what it had at last.
        guard let primary, primary.isPrimary, primary.failure == nil, let head = primary.offset else { return nil }
        let link = primary.info.replicaLinks.first { $0.address == replica }
        let own = reports[replica].flatMap { $0.source == .asked && primary.source == .asked ? $0 : nil }
        guard let bytes = [link.map { head - $0.offset }, own?.offset.map { head - $0 }].compactMap(\.self).min() else { return nil }
        let seconds = link?.lag ?? own?.info.integer("master_last_io_seconds_ago")
        return .init(bytes: max(0, bytes), seconds: seconds.flatMap { $0 < 0 ? nil : $0 })
    }
}
