import ArgumentParser
import Dispatch
import Glibc
import Logging
import PicketConfig
import PicketHistory
import PicketRuntime
import ServiceLifecycle

/// `picketd CONFIG [--directive value …]`: the same process surface as redis-sentinel, also under that name.
@main
struct PicketDaemon: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picketd",
        abstract: "Monitors Redis primaries and replicas, and fails over.",
        usage: "picketd CONFIG [--directive value ...]",
        discussion: """
            CONFIG is an ordinary sentinel.conf. Directives on the command line are taken as if they stood at its end:
              picketd /etc/redis/sentinel.conf --port 26380 --loglevel verbose

            Ends with status 0 when asked to (SIGTERM, SIGINT, SHUTDOWN), 1 where the configuration cannot be used or the port is taken,
            3 where the state on disk cannot be used.
            """,
        version: "picketd 0.1.0")

    @Argument(help: "The configuration file; kept current while the process runs, unless 'sentinel state-dir' is set.")
    var config: String?

    @Argument(parsing: .captureForPassthrough, help: "Directives, as in the file, each with two dashes before it.")
    var directives: [String] = []

    func run() throws {
        guard let config else {
            try fail(
                StartupFailure(
                    "picketd needs a configuration file: picketd /path/to/sentinel.conf", status: ProcessExit.unusableConfiguration))
        }
        do throws(StartupFailure) {
            let loaded = try LoadedConfiguration.load(config, overrides: directives)
            let prepared = try ProcessSetup.prepare(loaded)
            Self.serve(loaded, prepared)
        } catch {
            try fail(error)
        }
    }

    private func fail(_ failure: StartupFailure) throws -> Never {
        let text = Array((failure.description + "\n").utf8)
        _ = write(STDERR_FILENO, text, text.count)
        throw ExitCode(failure.status)
    }

    /// Nil where none is to be kept.
    private static func history(_ loaded: LoadedConfiguration, logger: Logger) -> FileHistory? {
        let size = loaded.daemon.historySize
        return size == 0 ? nil : FileHistory(path: loaded.historyPath, bytes: size, logger: logger)
    }

    /// Threads start here and not earlier: the process may have been put into the background by now.
    private static func serve(_ loaded: LoadedConfiguration, _ prepared: ProcessSetup.Prepared) -> Never {
        prepared.log.start()
        let logger = prepared.log.makeLogger()
        Task {
            var status: Int32 = 0
            do {
                let group = ServiceGroup(
                    configuration: .init(
                        services: [
                            .init(
                                service: Daemon(
                                    loaded, log: prepared.log, level: prepared.level, history: history(loaded, logger: logger),
                                    companions: HTTPCompanion(loaded.daemon, logger: logger).map { [$0] } ?? []),
                                successTerminationBehavior: .gracefullyShutdownGroup)
                        ],
                        gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }))
                try await group.run()
            } catch let failure as StartupFailure {
                logger.critical("\(failure)")
                status = failure.status
            } catch {
                logger.critical("The monitor ends: \(error)")
                status = ProcessExit.unusableConfiguration
            }
            prepared.log.finish()
            Glibc.exit(status)
        }
        dispatchMain()
    }
}
