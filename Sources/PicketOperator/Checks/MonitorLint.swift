/// What is wrong with the monitors of a group and their settings.
enum MonitorLint {
    static func findings(_ group: GroupPicture) -> [Finding] {
        numbers(group) + places(group) + settings(group) + software(group)
    }

    private static func numbers(_ group: GroupPicture) -> [Finding] {
        var found: [Finding] = []
        if !group.hasMajority {
            found.append(
                Finding(
                    .error, "no-quorum",
                    "\(group.usableMonitors) of \(FigureText.count(group.knownMonitors, "monitor")) can be reached; "
                        + "a failover needs \(max(group.majority, group.quorum))",
                    "Start the missing monitors; those that will never return: picket forget \(group.name) HOST:PORT."))
        }
        switch group.knownMonitors {
        case 1:
            found.append(
                Finding(.error, "one-monitor", "there is one monitor: with it everything is lost", "Run three, on three machines."))
        case 2:
            found.append(
                Finding(
                    .error, "two-monitors", "there are two monitors: a majority is both, so the loss of either ends failovers",
                    "Add a third."))
        case let count where count.isMultiple(of: 2):
            found.append(
                Finding(
                    .note, "even-monitors", "\(count) monitors survive the loss of \((count - 1) / 2), as \(count - 1) would",
                    "An odd number is as good for less."))
        default: break
        }
        if group.quorum > group.knownMonitors {
            found.append(
                Finding(
                    .error, "quorum-too-high", "the quorum is \(group.quorum), and there are \(group.knownMonitors) monitors",
                    "picket set \(group.name) quorum \(group.majority)"))
        } else if group.quorum == 1, group.knownMonitors > 1 {
            found.append(
                Finding(
                    .warning, "quorum-of-one", "the quorum is 1: what one monitor alone believes begins a failover",
                    "picket set \(group.name) quorum \(group.majority)"))
        }
        for monitor in group.monitors where monitor.isSilent || (monitor.heldDownBy > 0 && monitor.heldDownBy == monitor.knownBy) {
            found.append(
                Finding(
                    .warning, "monitor-missing", "monitor \(monitor.address) is missing, and counts for the majority all the same",
                    "Start it; or, if it will never return: picket forget \(group.name) \(monitor.address)."))
        }
        return found
    }

    private static func places(_ group: GroupPicture) -> [Finding] {
        let zones = LossForecast.zones(group)
        var found: [Finding] = []
        for zone in zones.names {
            let count = group.monitors.count { zones.of($0.address, $0.zone) == zone }
            guard count >= group.majority, group.knownMonitors > 1 else { continue }
            found.append(
                Finding(
                    .warning, zones.areHosts ? "host-has-majority" : "zone-has-majority",
                    "\(zones.areHosts ? "host" : "zone") \(zone) has \(count) of \(group.knownMonitors) monitors: its loss ends failovers",
                    "Spread the monitors over three \(zones.areHosts ? "machines" : "zones")."))
        }
        if !zones.areHosts {
            let homeless =
                group.monitors.filter { $0.zone == nil }.map { "\($0.address)" }
                + group.instances.filter { $0.zone == nil }.map { "\($0.address)" }
            if !homeless.isEmpty {
                found.append(
                    Finding(
                        .note, "zone-unknown", "the zone of \(FigureText.enumeration(homeless)) is not known",
                        "Give --zone HOST:PORT=NAME, or a line in the context file."))
            }
        }
        return found
    }

    private static func settings(_ group: GroupPicture) -> [Finding] {
        var found = group.drift.map {
            Finding(.warning, "drift", $0.sentence, "picket set \(group.name) \($0.setting) \($0.usual.isEmpty ? "''" : $0.usual)")
        }
        if group.failoverTimeoutMilliseconds < group.downAfterMilliseconds {
            found.append(
                Finding(
                    .warning, "failover-timeout-short",
                    "failover-timeout (\(group.failoverTimeoutMilliseconds) ms) is shorter than down-after (\(group.downAfterMilliseconds) ms)",
                    "picket set \(group.name) failover-timeout \(max(10_000, group.downAfterMilliseconds * 4))"))
        }
        if group.downAfterMilliseconds < 500 {
            found.append(
                Finding(
                    .note, "down-after-short",
                    "down-after is \(group.downAfterMilliseconds) ms: a slow command or a busy machine may look like death",
                    "picket set \(group.name) down-after-milliseconds 1000"))
        }
        if let pause = group.pause {
            found.append(Finding(.warning, "paused", "the group is \(pause.text)", "picket resume \(group.name)"))
        }
        return found
    }

    private static func software(_ group: GroupPicture) -> [Finding] {
        var found: [Finding] = []
        let kinds = Set(group.monitors.compactMap { $0.software.map { "\($0)" } })
        if kinds.count > 1 {
            found.append(
                Finding(
                    .note, "monitor-versions", "the monitors are \(FigureText.enumeration(kinds.sorted()))",
                    "Fine while you replace them one by one; pause, maintenance and forget reach picketd only."))
        }
        return found
    }
}
