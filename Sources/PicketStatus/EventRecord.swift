import PicketCore
import PicketWire

/// One thing that happened, as it is told over HTTP and kept in the history. Plain text and numbers, so that it outlives versions.
package struct EventRecord: Hashable, Sendable, Codable {
    /// Rises from one event to the next, over restarts too, with gaps. Below 2^53, so that every JSON reader gets it whole.
    package var id: Int64
    /// Milliseconds since 1970.
    package var at: Int64
    /// Sentinel's name of it, such as `+sdown`; `failover-trace` where a failover that this monitor led has ended.
    package var event: String
    package var level: String
    package var group: String?
    /// As published.
    package var message: String
    /// Of `failover-trace` only.
    package var failover: FailoverRecord?

    package init(id: Int64, at: Int64, event: String, level: String, group: String?, message: String, failover: FailoverRecord? = nil) {
        self.id = id
        self.at = at
        self.event = event
        self.level = level
        self.group = group
        self.message = message
        self.failover = failover
    }

    package static let traceEvent = "failover-trace"

    /// The id is given when it is told.
    package init(_ notice: Notice, at milliseconds: Int64) {
        let level =
            switch NoticeText.level(of: notice.kind) {
            case .verbose: "info"
            case .notice: "notice"
            case .warning: "warning"
            }
        self.init(
            id: 0, at: milliseconds, event: NoticeText.channel(of: notice.kind), level: level, group: notice.group,
            message: NoticeText.message(of: notice))
    }

    package init(_ trace: FailoverTrace, ledBy monitor: MonitorID, at milliseconds: Int64) {
        self.init(
            id: 0, at: milliseconds, event: Self.traceEvent, level: "notice", group: trace.group.text,
            message: FailoverTraceText.line(trace), failover: FailoverRecord(trace, ledBy: monitor))
    }
}

extension Notice {
    fileprivate var group: String? {
        if case .switched(let name, _, _) = detail { return name.text }
        return subject?.group.text
    }
}

/// A failover's trace in words and milliseconds.
package struct FailoverRecord: Hashable, Sendable, Codable {
    package struct Phase: Hashable, Sendable, Codable {
        package var phase: String
        package var ms: Double
    }
    package struct Voice: Hashable, Sendable, Codable {
        package var monitor: String
        /// After the failover began.
        package var afterMs: Double
    }
    package struct Candidate: Hashable, Sendable, Codable {
        package var address: String
        package var offset: Int64
        package var priority: Int
        package var verdict: String
    }
    package struct Reattached: Hashable, Sendable, Codable {
        package var address: String
        package var afterMs: Double
    }

    package var group: String
    package var epoch: UInt64
    /// The monitor's id.
    package var leader: String
    package var cause: String
    package var from: String
    package var to: String?
    /// `done`, `under way`, or why it failed.
    package var outcome: String
    package var totalMs: Double
    package var phases: [Phase]
    package var witnesses: [Voice]
    package var votes: [Voice]
    package var candidates: [Candidate]
    package var reattached: [Reattached]

    package init(_ trace: FailoverTrace, ledBy monitor: MonitorID) {
        group = trace.group.text
        epoch = trace.epoch.number
        leader = monitor.text
        cause = trace.cause.rawValue
        from = "\(trace.from)"
        to = trace.to.map { "\($0)" }
        outcome =
            switch trace.outcome {
            case .underWay: "under way"
            case .done: "done"
            case .failed(let why): why
            }
        totalMs = trace.total.tenthsOfMilliseconds
        phases = trace.phases.map { Phase(phase: $0.name.rawValue, ms: $0.took.tenthsOfMilliseconds) }
        witnesses = trace.witnesses.map { Voice(monitor: $0.monitor.text, afterMs: $0.after.tenthsOfMilliseconds) }
        votes = trace.votes.map { Voice(monitor: $0.monitor.text, afterMs: $0.after.tenthsOfMilliseconds) }
        candidates = trace.candidates.map {
            Candidate(address: "\($0.endpoint)", offset: $0.offset, priority: $0.priority, verdict: $0.verdict)
        }
        reattached = trace.reattached.map { Reattached(address: "\($0.endpoint)", afterMs: $0.after.tenthsOfMilliseconds) }
    }
}

extension Duration {
    /// Milliseconds with one digit behind the point.
    package var tenthsOfMilliseconds: Double { (seconds * 10_000).rounded() / 10 }
}
