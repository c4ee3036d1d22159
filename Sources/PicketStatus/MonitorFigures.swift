import PicketCore

/// What is counted on the control loop while a monitor runs. Plain numbers: the loop alone changes them, and copies them for others.
package struct MonitorFigures: Hashable, Sendable {
    /// Events handled by the core: by far the most are answers to pings.
    package var events: UInt64 = 0
    /// Requests sent to instances and peers, in the order of `Request.kinds`.
    package var requests = Array(repeating: UInt64(0), count: Request.kinds.count)
    /// In the order of `Notice.Kind.allCases`.
    package var notices = Array(repeating: UInt64(0), count: Notice.Kind.allCases.count)
    package var votesForSelf: UInt64 = 0
    package var votesForOthers: UInt64 = 0

    /// Failovers that this monitor led to an end.
    package var failovers: [FailoverKey: UInt64] = [:]
    package var phases: [FailoverTrace.Name: Histogram] = [:]
    /// Replicas that were not weighed in such a failover, by what forbade it.
    package var refusals: [String: UInt64] = [:]

    /// How late deadlines were served.
    package var lateness = Histogram(bounds: Self.latenessBounds)
    /// One write with its flush to the disk.
    package var journalWrites = Histogram(bounds: Self.journalBounds)
    package var journalFailures: UInt64 = 0
    package var journalBytes: UInt64 = 0
    package var scripts: [ScriptResult: UInt64] = [:]
    package var linkFailures: UInt64 = 0

    package struct FailoverKey: Hashable, Sendable {
        package let cause: FailoverTrace.Cause
        package let isDone: Bool

        package init(cause: FailoverTrace.Cause, isDone: Bool) {
            self.cause = cause
            self.isDone = isDone
        }
    }

    package enum ScriptResult: String, Hashable, Sendable, CaseIterable {
        case success, failure, killed
        case notStarted = "not_started"
    }

    package init() {}

    package static let latenessBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
    package static let journalBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
    package static let phaseBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    package mutating func note(_ notice: Notice.Kind) { notices[notice.place] += 1 }

    package mutating func note(_ trace: FailoverTrace) {
        failovers[FailoverKey(cause: trace.cause, isDone: trace.outcome == .done), default: 0] += 1
        for phase in trace.phases { phases[phase.name, default: Histogram(bounds: Self.phaseBounds)].observe(phase.took) }
        for candidate in trace.candidates where candidate.isRefused { refusals[candidate.verdict, default: 0] += 1 }
    }

    package mutating func note(_ changes: [DurableChange], by monitor: MonitorID) {
        for change in changes {
            guard case .voted(_, let vote) = change else { continue }
            if vote.leader == monitor { votesForSelf += 1 } else { votesForOthers += 1 }
        }
    }

    package mutating func note(_ outcome: ScriptOutcome) {
        let result: ScriptResult =
            switch outcome {
            case .exited(let status): status == 0 ? .success : .failure
            case .killed: .killed
            case .notStarted: .notStarted
            }
        scripts[result, default: 0] += 1
    }
}

extension Notice.Kind {
    private static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
    package var place: Int { Self.places[self]! }
}

extension Request {
    /// What can be sent, each with its name among the metrics.
    package static let kinds = [
        "ping", "probe", "info", "role", "publish", "ask_down", "promote", "follow", "hand_over", "abort_hand_over", "pause_writes",
        "resume_writes", "step_back", "compare_standings", "tell_powers", "rewrite_configuration", "kill_script",
    ]

    /// In `kinds`.
    package var place: Int {
        switch self {
        case .ping: 0
        case .probe: 1
        case .info: 2
        case .role: 3
        case .publish: 4
        case .askDown: 5
        case .promote: 6
        case .follow: 7
        case .handOver: 8
        case .abortHandOver: 9
        case .pauseWrites: 10
        case .resumeWrites: 11
        case .stepBack: 12
        case .compareStandings: 13
        case .tellPowers: 14
        case .rewriteConfiguration: 15
        case .killScript: 16
        }
    }
}
