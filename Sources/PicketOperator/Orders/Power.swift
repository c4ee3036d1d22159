/// What only a picketd can be told; it tells the others.
package enum Power: Hashable, Sendable {
    case pause(span: Duration, reason: String?)
    case resume
    case maintenance(Address, isOn: Bool, reason: String?)
    case forgetReplica(Address)
    case forgetMonitor(Address, id: String?)

    /// What a pause may last: the daemon's own bounds.
    package static let pauseSpans: ClosedRange<Duration> = .seconds(1) ... .seconds(7 * 86_400)

    package func words(_ group: String) -> [String] {
        switch self {
        case .pause(let span, let reason):
            ["SENTINEL", "PAUSE", group, "FOR", String(max(1, span.wholeMilliseconds / 1_000))] + (reason.map { ["REASON", $0] } ?? [])
        case .resume: ["SENTINEL", "RESUME", group]
        case .maintenance(let address, true, let reason):
            ["SENTINEL", "MAINTENANCE", group, address.host, String(address.port), "ON"] + (reason.map { ["REASON", $0] } ?? [])
        case .maintenance(let address, false, _): ["SENTINEL", "MAINTENANCE", group, address.host, String(address.port), "OFF"]
        case .forgetReplica(let address): ["SENTINEL", "FORGET", group, "REPLICA", address.host, String(address.port)]
        case .forgetMonitor(_, let id?): ["SENTINEL", "FORGET", group, "SENTINEL", id]
        case .forgetMonitor(let address, nil): ["SENTINEL", "FORGET", group, "SENTINEL", address.host, String(address.port)]
        }
    }

    package func sentence(_ group: String) -> String {
        switch self {
        case .pause(let span, let reason):
            "\(group): no automatic failover for \(DurationText.brief(span))" + (reason.map { " (\($0.printable))" } ?? "")
        case .resume: "\(group): automatic failover again"
        case .maintenance(let address, let isOn, _): "\(group): \(address) \(isOn ? "into" : "out of") maintenance"
        case .forgetReplica(let address): "\(group): the replica \(address) is forgotten"
        case .forgetMonitor(let address, _): "\(group): the monitor \(address) is forgotten"
        }
    }

    /// What is asked before it is done, where that is asked at all.
    package func question(_ group: String) -> String {
        switch self {
        case .forgetReplica(let address): "Forget the replica \(address) of \(group)?"
        case .forgetMonitor(let address, _): "Forget the monitor \(address) of \(group)?"
        case .pause, .resume, .maintenance: "\(sentence(group)). Sure?"
        }
    }

    /// What an operator can do where no picketd is there to be told.
    func instead(_ group: GroupPicture) -> String {
        switch self {
        case .pause:
            "Only a picketd can be paused. Until one is there: picket set \(group.name) down-after-milliseconds 600000, and back to "
                + "\(group.downAfterMilliseconds) afterwards."
        case .resume: "Only a picketd can be paused; nothing is."
        case .maintenance(let address, _, _):
            "Until a picketd is there: redis-cli -h \(address.host) -p \(address.port) config set replica-priority 0 keeps it from being promoted."
        case .forgetReplica, .forgetMonitor:
            "Only a picketd forgets one alone. With redis-sentinel: redis-cli -p PORT SENTINEL RESET \(group.name) on one monitor after the other, "
                + "30 seconds apart; during that time it knows neither replicas nor monitors."
        }
    }

    /// Whether a monitor shows that it has heard of it.
    func isSeen(in sighting: GroupSighting) -> Bool {
        switch self {
        case .pause: sighting.primary.has("paused")
        case .resume: !sighting.primary.has("paused")
        case .maintenance(let address, let isOn, _):
            ([sighting.primary] + sighting.replicas).first { $0.address == address }.map { $0.isInMaintenance == isOn } ?? !isOn
        case .forgetReplica(let address): !sighting.replicas.contains { $0.address == address }
        case .forgetMonitor(let address, let id): !sighting.peers.contains { $0.address == address || (id != nil && $0.runID == id) }
        }
    }
}
