import PicketStatus

/// Something that runs beside a monitor and looks at it, such as an HTTP server. It begins before the monitor decides anything, so that
/// what cannot begin is told at the start, and ends with it.
package protocol MonitorCompanion: Sendable {
    /// Returns when it serves. Throws `StartupFailure` where it cannot.
    func start(_ monitor: any MonitorSource) async throws
    /// Returns within `RuntimeLimits.shutdown`, done or not.
    func stop() async
}
