import Glibc
import NIOCore
import PicketCore
import PicketStatus

/// The monitor as others may look at it: from any thread, values only.
final class MonitorWatch: MonitorSource {
    let events: EventFeed
    let history: any HistoryReading
    private let server: ServerContext
    private let desk: NIOLoopBound<StatusDesk>
    private let latest: LockedBox<MonitorStatus?>
    private let startedAt = Double(WallClock.milliseconds) / 1000

    /// On the control loop.
    init(
        server: ServerContext, desk: StatusDesk, latest: LockedBox<MonitorStatus?>, events: EventFeed, history: any HistoryReading
    ) {
        self.server = server
        self.desk = NIOLoopBound(desk, eventLoop: server.control.loop)
        self.latest = latest
        self.events = events
        self.history = history
    }

    var version: String { ProcessFacts.picketVersion }
    var listenPort: Int { server.facts.listenPort }

    func status() async -> MonitorStatus? {
        if let last = latest.withLock({ $0 }), abs(WallClock.milliseconds - last.takenAt) < RuntimeLimits.lookFreshness { return last }
        let waiter = LockedBox<CheckedContinuation<MonitorStatus?, Never>?>(nil)
        @Sendable func settle(_ status: MonitorStatus?) {
            waiter.withLock { waiter in
                defer { waiter = nil }
                return waiter
            }?.resume(returning: status)
        }
        let patience = Task {
            try? await Task.sleep(for: RuntimeLimits.lookPatience)
            settle(nil)
        }
        defer { patience.cancel() }
        return await withCheckedContinuation { continuation in
            waiter.withLock { $0 = continuation }
            desk.eventLoop.execute { [desk] in desk.value.look { settle($0) } }
        }
    }

    func primary(of group: String) -> Endpoint? { server.topology.address(of: group) }

    func serverFigures() -> ServerFigures {
        let statistics = server.statistics
        var figures = ServerFigures()
        figures.clients = server.registry.count
        figures.connections = statistics.connections.load(ordering: .relaxed)
        figures.rejectedConnections = statistics.rejected.load(ordering: .relaxed)
        figures.commands = statistics.commands.load(ordering: .relaxed)
        figures.bytesIn = statistics.bytesIn.load(ordering: .relaxed)
        figures.bytesOut = statistics.bytesOut.load(ordering: .relaxed)
        let counts = server.subscribers.counts.withLock { counts in
            (counts.channels.values.reduce(0, +), counts.patterns.values.reduce(0, +))
        }
        (figures.channelSubscriptions, figures.patternSubscriptions) = counts
        return figures
    }

    func process() -> ProcessReading {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return ProcessReading(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), residentBytes: Self.residentBytes(), openFiles: Self.openFiles(),
            maxFiles: Int(clamping: limit.rlim_cur), startedAt: startedAt)
    }

    /// The second number of /proc/self/statm, in pages.
    private static func residentBytes() -> Int {
        guard let line = try? FileBytes.read("/proc/self/statm") else { return 0 }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    private static func openFiles() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Itself, and the directory that is being read: `.`, `..`.
        return max(0, count - 3)
    }
}
