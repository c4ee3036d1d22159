import Glibc
import Logging
import PicketConfig

/// What a Unix process does before it starts to work: directory, background, log file, limits, signals; later the process id file.
package enum ProcessSetup {
    package struct Prepared: Sendable {
        package let log: DaemonLog
        package let level: LogLevelSwitch
    }

    /// Descriptors beside those of clients: links, files, the event loops' own.
    private static let reservedDescriptors = 1_024

    /// In this order, as Redis has it: paths of scripts, log and process id files are relative to `dir`. No thread may have been
    /// started before: going into the background forks.
    package static func prepare(_ loaded: LoadedConfiguration) throws(StartupFailure) -> Prepared {
        let daemon = loaded.daemon
        if let directory = daemon.directory {
            guard chdir(directory) == 0 else {
                throw StartupFailure(
                    "Cannot change to the directory '\(directory)': \(String(cString: strerror(errno))). Check the 'dir' directive.",
                    status: ProcessExit.unusableConfiguration)
            }
        }
        try loaded.checkScripts()
        let isSupervised = daemon.supervision != .none
        if daemon.isDaemonized, !isSupervised {
            guard Glibc.daemon(1, 0) == 0 else {
                throw StartupFailure(
                    "Cannot go into the background: \(String(cString: strerror(errno)))", status: ProcessExit.unusableConfiguration)
            }
        }
        let level = LogLevelSwitch(daemon.logLevel)
        let log: DaemonLog
        do {
            log = try DaemonLog(path: daemon.logFile, syslog: daemon.syslog, level: level)
        } catch {
            throw StartupFailure("\(error)", status: ProcessExit.unusableConfiguration)
        }
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        raiseDescriptorLimit(to: daemon.maxClients + reservedDescriptors)
        return Prepared(log: log, level: level)
    }

    /// Where the process id is written, if anywhere.
    private static func processIDFile(_ daemon: DaemonSettings) -> String? {
        daemon.pidFile ?? (daemon.isDaemonized ? "/var/run/redis-sentinel.pid" : nil)
    }

    /// Once the port is ours: a second start must not overwrite what the first one wrote. As Redis does, a file that cannot be
    /// written is no reason not to start.
    static func writeProcessID(_ daemon: DaemonSettings) {
        guard let path = processIDFile(daemon) else { return }
        try? FileBytes.replace(path, with: Array("\(getpid())\n".utf8))
    }

    static func removeProcessID(_ daemon: DaemonSettings) {
        if let path = processIDFile(daemon) { unlink(path) }
    }

    private static func raiseDescriptorLimit(to wanted: Int) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(wanted) else { return }
        limit.rlim_cur = min(rlim_t(wanted), limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
