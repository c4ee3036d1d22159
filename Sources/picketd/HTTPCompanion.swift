import Logging
import PicketConfig
import PicketHTTP
import PicketRuntime
import PicketStatus

/// The HTTP side as part of the daemon, where the configuration asks for it.
struct HTTPCompanion: MonitorCompanion {
    private let server: HTTPServer

    /// Nil where no port is configured.
    init?(_ daemon: DaemonSettings, logger: Logger) {
        guard daemon.httpPort != 0 else { return nil }
        server = HTTPServer(
            HTTPSettings(
                port: daemon.httpPort, places: daemon.httpBindAddresses.map { .init($0.host, mayBeMissing: $0.mayBeMissing) },
                zones: daemon.zones), logger: logger)
    }

    func start(_ monitor: any MonitorSource) async throws {
        do {
            try await server.start(monitor)
        } catch {
            throw StartupFailure("\(error)", status: ProcessExit.cannotListen)
        }
    }

    func stop() async { await server.stop() }
}
