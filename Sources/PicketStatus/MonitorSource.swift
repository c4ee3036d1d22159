import PicketCore

/// A monitor, for those who only look: everything comes as a value, and nothing that is asked can hold up a decision.
package protocol MonitorSource: Sendable {
    var version: String { get }
    /// Where clients and other monitors reach it.
    var listenPort: Int { get }
    var events: EventFeed { get }
    var history: any HistoryReading { get }

    /// A look that is not much older than a second. Nil where the control loop has not answered in time: it hangs, or has not begun.
    func status() async -> MonitorStatus?
    /// Where clients of a group are sent now: newer than any look. Nil for a group that is not known.
    func primary(of group: String) -> Endpoint?
    func serverFigures() -> ServerFigures
    func process() -> ProcessReading
}

/// What the monitor has kept of what happened, over restarts too.
package protocol HistoryReading: Sendable {
    /// The newest first.
    func records(_ query: HistoryQuery) async -> [EventRecord]
}

/// The same, for who keeps it.
package protocol HistoryKeeping: HistoryReading {
    /// Blocks, once, before anything else is asked. The latest records of earlier lives, oldest first.
    func open() -> [EventRecord]
    /// Never waits.
    func append(_ record: EventRecord)
    /// Writes what is left.
    func close() async
}

package struct HistoryQuery: Hashable, Sendable {
    package var group: String?
    /// Only the traces of failovers.
    package var failoversOnly: Bool
    /// Only what is older than this id.
    package var before: Int64?
    package var limit: Int

    package init(group: String? = nil, failoversOnly: Bool = false, before: Int64? = nil, limit: Int = 100) {
        self.group = group
        self.failoversOnly = failoversOnly
        self.before = before
        self.limit = min(max(1, limit), Self.mostRecords)
    }

    package static let mostRecords = 1_000

    package func fits(_ record: EventRecord) -> Bool {
        (group == nil || record.group == group) && (!failoversOnly || record.failover != nil) && before.map { record.id < $0 } ?? true
    }
}

extension EventFeed: HistoryReading {
    /// Of what is in memory: for a monitor that keeps no file.
    package func records(_ query: HistoryQuery) async -> [EventRecord] {
        Array(latest(Self.kept).reversed().lazy.filter(query.fits).prefix(query.limit))
    }
}
