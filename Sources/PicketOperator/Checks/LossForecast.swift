/// What would be left if a monitor, or everything in a zone, were gone: whether a primary's death would still be answered.
package struct LossForecast: Hashable, Sendable {
    package let lost: String
    package let monitorsLeft: Int
    package let replicasLeft: Int
    /// The present primary is among what is lost.
    package let losesPrimary: Bool
    package let hasQuorum: Bool
    package let hasMajority: Bool

    package var fails: Bool { !hasQuorum || !hasMajority || (losesPrimary && replicasLeft == 0) }

    package var words: String {
        if !hasMajority { return "no majority: no automatic failover" }
        if !hasQuorum { return "no quorum: no automatic failover" }
        if losesPrimary { return replicasLeft == 0 ? "the primary and all that could replace it are gone" : "a replica is promoted" }
        return replicasLeft == 0 ? "goes on, but no replica is left to take over" : "goes on"
    }

    /// Each monitor; then each zone, or, where no zones are known, each host.
    package static func all(_ group: GroupPicture) -> [LossForecast] {
        let usable = group.monitors.filter(\.isUsable)
        var forecasts = usable.map { monitor in
            forecast("monitor \(monitor.address)", group, usable) {
                $0.address == monitor.address
            } instances: { _ in
                false
            }
        }
        let zones = Self.zones(group)
        for zone in zones.names where !zones.areHosts || processes(on: zone, group) > 1 {
            forecasts.append(
                forecast(zones.areHosts ? "host \(zone)" : "zone \(zone)", group, usable) {
                    zones.of($0.address, $0.zone) == zone
                } instances: {
                    zones.of($0.address, $0.zone) == zone
                })
        }
        return forecasts
    }

    /// What is alone on its host is lost alone, and told of already.
    private static func processes(on host: String, _ group: GroupPicture) -> Int {
        group.monitors.count { $0.address.host == host } + group.instances.count { $0.address.host == host }
    }

    private static func forecast(
        _ lost: String, _ group: GroupPicture, _ usable: [MonitorOpinion], monitors isLost: (MonitorOpinion) -> Bool,
        instances isGone: (InstancePicture) -> Bool
    ) -> LossForecast {
        let left = usable.count { !isLost($0) }
        return LossForecast(
            lost: lost, monitorsLeft: left, replicasLeft: group.candidates.count { !isGone($0) },
            losesPrimary: group.primary.map(isGone) ?? false,
            hasQuorum: left >= group.quorum, hasMajority: left >= group.majority)
    }

    struct Zones {
        let names: [String]
        /// Nobody said where anything stands: a host is what is lost together.
        let areHosts: Bool
        func of(_ address: Address, _ zone: String?) -> String? { areHosts ? address.host : zone }
    }

    static func zones(_ group: GroupPicture) -> Zones {
        let named = Set(group.monitors.compactMap(\.zone) + group.instances.compactMap(\.zone))
        guard named.isEmpty else { return Zones(names: named.sorted(), areHosts: false) }
        let hosts = Set(group.monitors.map(\.address.host) + group.instances.map(\.address.host))
        return Zones(names: hosts.sorted(), areHosts: true)
    }
}
