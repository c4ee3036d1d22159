import Glibc
import Logging
import NIOCore
import NIOPosix
import PicketAccess
import PicketConfig
import PicketCore
import PicketRESP
import PicketStatus
import ServiceLifecycle

/// The monitor as a service: everything put together, started, and ended in order.
package struct Daemon: Service {
    private let loaded: LoadedConfiguration
    private let log: DaemonLog
    private let level: LogLevelSwitch
    private let history: (any HistoryKeeping)?
    private let companions: [any MonitorCompanion]

    package init(
        _ loaded: LoadedConfiguration, log: DaemonLog, level: LogLevelSwitch, history: (any HistoryKeeping)? = nil,
        companions: [any MonitorCompanion] = []
    ) {
        self.loaded = loaded
        self.log = log
        self.level = level
        self.history = history
        self.companions = companions
    }

    /// Runs until the process is told to end. Throws `StartupFailure` where it cannot start.
    package func run() async throws {
        let logger = log.makeLogger()
        let cores = System.coreCount
        let controlGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let clientGroup = MultiThreadedEventLoopGroup(numberOfThreads: max(1, min(4, cores - 1)))
        let threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()

        let server = LockedBox<ServerContext?>(nil)
        let listening: [any Channel]
        do {
            listening = try await Listener.bind(loaded.daemon, group: clientGroup, logger: logger) { server.withLock { $0! } }
        } catch {
            throw StartupFailure("\(error)", status: ProcessExit.cannotListen)
        }
        ProcessSetup.writeProcessID(loaded.daemon)
        if !loaded.configuration.ineffectiveDirectives.isEmpty {
            logger.notice(
                "These directives are accepted and have no effect in a monitor: \(loaded.configuration.ineffectiveDirectives.joined(separator: ", "))"
            )
        }
        let assembly = try await start(on: controlGroup.next(), threads: threads, logger: logger)
        server.withLock { $0 = assembly.server }
        for companion in companions { try await companion.start(assembly.watch) }
        // First what is configured is known, then clients are let in: none shall hear that there is no such group.
        try await assembly.control.begin()
        for channel in listening { try await channel.setOption(.autoRead, value: true).get() }
        tellReady(logger)

        try? await gracefulShutdown()
        logger.warning("Asked to end: nothing more is decided, links are closed and what is left is written.")
        if loaded.daemon.supervision != .none { SystemdNotifier.notify("STOPPING=1") }
        for channel in listening { try? await channel.close() }
        assembly.watch.events.finish()
        for companion in companions { await companion.stop() }
        await assembly.stop()
        await history?.close()
        logger.warning("Everything is written; the monitor ends.")
        ProcessSetup.removeProcessID(loaded.daemon)
    }

    private func tellReady(_ logger: Logger) {
        if SystemdNotifier.isWanted, loaded.daemon.supervision != .none {
            SystemdNotifier.notify("STATUS=Ready to accept connections\nREADY=1")
        }
        logger.notice("Ready to accept connections on port \(loaded.daemon.port)")
    }

    // MARK: Assembly

    private func start(on loop: any EventLoop, threads: NIOThreadPool, logger: Logger) async throws -> Assembly {
        let shutDown = self.shutDown
        return try await loop.submit { [loaded, level, history] in
            try Assembly(loaded, level: level, history: history, loop: loop, threads: threads, logger: logger, shutDown: shutDown)
        }.get()
    }

    /// SHUTDOWN takes the same way as SIGTERM.
    private var shutDown: @Sendable () -> Void { { kill(getpid(), SIGTERM) } }
}

/// The parts on the control loop, and the handles to them.
final class Assembly: Sendable {
    let control: ControlLoop
    let server: ServerContext
    let watch: MonitorWatch
    private let parts: NIOLoopBound<Parts>

    private struct Parts {
        let driver: Driver
        let journal: JournalWriter
        let keeper: ConfigurationKeeper
        let scripts: ScriptRunner
    }

    /// On the control loop. Blocks while it reads the journal: nothing else runs yet.
    init(
        _ loaded: LoadedConfiguration, level: LogLevelSwitch, history: (any HistoryKeeping)? = nil, loop: any EventLoop,
        threads: NIOThreadPool, logger: Logger,
        shutDown: @escaping @Sendable () -> Void
    ) throws {
        let daemon = loaded.daemon
        let (file, content, state) = try Self.openState(loaded, logger)
        let journal = JournalWriter(file: file, content: content, state: state, loop: loop, threads: threads)
        try Self.beginJournal(journal, loaded, content)
        let keeper = ConfigurationKeeper(
            path: loaded.path, isKept: loaded.isFileKept, document: loaded.configuration.document, journal: journal, loop: loop,
            threads: threads,
            logger: logger)

        let resolver = NameResolver()
        let links = LinkPool(
            loop: loop, resolver: resolver,
            sourceAddress: try daemon.bindSourceAddress.map { try SocketAddress(ipAddress: $0, port: 0) },
            fallbackPeerPassword: loaded.configuration.access.requirepass.map { String(decoding: $0, as: UTF8.self) })
        let subscribers = Subscribers()
        let topology = TopologyBoard()
        let desk = AnswerDesk()
        let box = DriverBox()
        let figures = FigureKeeper()
        let events = EventFeed(earlier: history?.open() ?? [], at: WallClock.milliseconds)
        let scripts = ScriptRunner(loop: loop) { event in
            if case .scriptEnded(_, let outcome) = event { figures.figures.note(outcome) }
            box.driver?.receive(event)
        }
        let executor = EffectExecutor(
            links: links, journal: journal, configuration: keeper, scripts: scripts,
            notices: NoticeSink(logger: logger, subscribers: subscribers), events: events, history: history, keeper: figures,
            answers: desk, topology: topology, resolver: resolver, logger: logger)
        let supervisor = Supervisor(
            restoring: state, identity: RandomIdentity.monitor(), listenPort: daemon.port, seed: RandomIdentity.seed(),
            at: MonotonicClock.now)
        let driver = Driver(loop: loop, supervisor: supervisor, executor: executor, links: links, keeper: figures)
        box.driver = driver
        logger.warning("Sentinel ID is \(supervisor.identity)")

        control = ControlLoop(driver: driver, desk: desk)
        parts = NIOLoopBound(Parts(driver: driver, journal: journal, keeper: keeper, scripts: scripts), eventLoop: loop)
        let keeperHandle = NIOLoopBound(keeper, eventLoop: loop)
        level.observe { new in loop.execute { keeperHandle.value.update { $0.logLevel = new } } }
        let aclFile = loaded.configuration.access.aclFile
        let access = AccessDesk(
            control: loaded.access, logCapacity: loaded.configuration.access.logMaxLength, aclFile: aclFile,
            onChange: { control in
                guard aclFile == nil else { return }
                let lines = control.lines().map(\.text)
                loop.execute { keeperHandle.value.update { $0.accessLines = lines } }
            })
        let reading: any HistoryReading = history ?? events
        server = ServerContext(
            facts: ProcessFacts(
                runID: RandomIdentity.hexadecimal(), processID: getpid(), executable: CommandLine.arguments.first ?? "picketd",
                configurationPath: loaded.path, startedAt: .now(), listenPort: daemon.port),
            settings: daemon, control: control, registry: ClientRegistry(limit: daemon.maxClients), subscribers: subscribers,
            topology: topology, access: access, logLevel: level, resolver: resolver, history: reading, logger: logger,
            shutDown: shutDown)
        let latest = LockedBox<MonitorStatus?>(nil)
        watch = MonitorWatch(
            server: server,
            desk: StatusDesk(loop: loop, driver: driver, links: links, answers: desk, keeper: figures, latest: latest), latest: latest,
            events: events, history: reading)
    }

    /// Scripts report to a driver that is made after their runner.
    private final class DriverBox {
        weak var driver: Driver?
    }

    private static func openState(_ loaded: LoadedConfiguration, _ logger: Logger) throws -> (JournalFile, Journal, DurableState) {
        let opened: (file: JournalFile, content: Journal)
        do {
            opened = try JournalFile.open(loaded.journalPath)
        } catch {
            throw StartupFailure(
                "The state on disk cannot be used: \(error)",
                status: ProcessExit.unusableState)
        }
        if opened.content.tornByteCount > 0 {
            logger.warning(
                "The last write to \(loaded.journalPath) was interrupted; its \(opened.content.tornByteCount) bytes were promised to nobody and are dropped."
            )
        }
        let isKept = loaded.isFileKept
        let start = StartingState.merge(
            file: loaded.configuration.durable, fileDigest: ConfigDigest(of: loaded.bytes),
            journal: opened.content.frameCount > 0 ? opened.content : nil, fileIsKept: isKept)
        for note in start.notes { logger.warning("\(note)") }
        if !isKept { logger.notice("The configuration file \(loaded.path) is not written; the state is kept in \(loaded.journalPath).") }
        return (opened.file, opened.content, start.state.aged(to: TimeOfDay(milliseconds: WallClock.milliseconds)))
    }

    /// The journal says from now on what this process starts with.
    private static func beginJournal(_ journal: JournalWriter, _ loaded: LoadedConfiguration, _ content: Journal) throws {
        let digest = ConfigDigest(of: loaded.bytes)
        do {
            try journal.beginAnew(
                configDigest: loaded.isFileKept && content.configDigests.contains(digest) ? digest : nil,
                fileBasis: loaded.isFileKept ? nil : FileBasis(file: loaded.configuration.durable, text: digest))
        } catch {
            throw StartupFailure("The state journal cannot be written: \(error)", status: ProcessExit.unusableState)
        }
    }

    /// Stops deciding, closes the links, and leaves everything written.
    func stop() async {
        try? await parts.eventLoop.flatSubmit { [parts] in
            let parts = parts.value
            parts.driver.stop()
            parts.scripts.killAll()
            return parts.keeper.settle()
        }.get()
        try? await parts.eventLoop.submit { [parts] in
            parts.value.journal.finish()
            parts.value.keeper.finish()
        }.get()
    }
}
