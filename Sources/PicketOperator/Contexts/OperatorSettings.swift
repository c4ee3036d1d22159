/// Whom a verb asks, and how.
package struct OperatorSettings: Sendable {
    package var sentinels: [Address]
    /// Also the monitors that those know.
    package var discovers: Bool
    package var monitors: ConnectionOptions
    /// Nil: Redis servers are not asked themselves; what the monitors last heard of them is shown.
    package var redis: ConnectionOptions?
    package var zones: ZoneMap
    /// Where the addresses are from, for errors: `--sentinels`, `PICKET_SENTINELS`, `context production`.
    package var origin: String

    package init(
        sentinels: [Address], discovers: Bool = true, monitors: ConnectionOptions = ConnectionOptions(), redis: ConnectionOptions? = nil,
        zones: ZoneMap = ZoneMap(), origin: String = "--sentinels"
    ) {
        self.sentinels = sentinels
        self.discovers = discovers
        self.monitors = monitors
        self.redis = redis
        self.zones = zones
        self.origin = origin
    }
}
