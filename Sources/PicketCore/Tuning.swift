/// The periods and bounds that SENTINEL DEBUG can change, in Sentinel's order. Kept in memory only.
package enum TuningParameter: String, CaseIterable, Hashable, Sendable, Codable {
    case infoPeriod = "info-period"
    case pingPeriod = "ping-period"
    case askPeriod = "ask-period"
    case publishPeriod = "publish-period"
    case defaultDownAfter = "default-down-after"
    case defaultFailoverTimeout = "default-failover-timeout"
    case tiltTrigger = "tilt-trigger"
    case tiltPeriod = "tilt-period"
    case reattachTimeout = "slave-reconf-timeout"
    case minLinkReconnectPeriod = "min-link-reconnect-period"
    case electionTimeout = "election-timeout"
    case scriptMaxRuntime = "script-max-runtime"
    case scriptRetryDelay = "script-retry-delay"

    /// redis-sentinel's defaults, in milliseconds.
    package var defaultMilliseconds: Int {
        switch self {
        case .infoPeriod: 10_000
        case .pingPeriod: 1_000
        case .askPeriod: 1_000
        case .publishPeriod: 2_000
        case .defaultDownAfter: 30_000
        case .defaultFailoverTimeout: 180_000
        case .tiltTrigger: 2_000
        case .tiltPeriod: 30_000
        case .reattachTimeout: 10_000
        case .minLinkReconnectPeriod: 15_000
        case .electionTimeout: 10_000
        case .scriptMaxRuntime: 60_000
        case .scriptRetryDelay: 30_000
        }
    }
}

package struct Tuning: Hashable, Sendable, Codable {
    private var milliseconds = TuningParameter.allCases.map(\.defaultMilliseconds)
    /// The same, worked out: they are asked for at every event.
    private var durations = TuningParameter.allCases.map { Duration.milliseconds($0.defaultMilliseconds) }

    package init() {}

    /// Milliseconds, more than zero.
    package subscript(parameter: TuningParameter) -> Int {
        get { milliseconds[Self.index(parameter)] }
        set {
            milliseconds[Self.index(parameter)] = newValue
            durations[Self.index(parameter)] = .milliseconds(newValue)
        }
    }

    func duration(_ parameter: TuningParameter) -> Duration { durations[Self.index(parameter)] }

    private static func index(_ parameter: TuningParameter) -> Int {
        switch parameter {
        case .infoPeriod: 0
        case .pingPeriod: 1
        case .askPeriod: 2
        case .publishPeriod: 3
        case .defaultDownAfter: 4
        case .defaultFailoverTimeout: 5
        case .tiltTrigger: 6
        case .tiltPeriod: 7
        case .reattachTimeout: 8
        case .minLinkReconnectPeriod: 9
        case .electionTimeout: 10
        case .scriptMaxRuntime: 11
        case .scriptRetryDelay: 12
        }
    }
}
