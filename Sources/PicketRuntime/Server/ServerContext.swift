import Logging
import NIOCore
import NIOPosix
import PicketAccess
import PicketConfig
import PicketCore
import PicketRESP
import PicketStatus
import Synchronization

/// What all clients' connections share.
final class ServerContext: Sendable {
    let facts: ProcessFacts
    let settings: DaemonSettings
    let control: ControlLoop
    let registry: ClientRegistry
    let subscribers: Subscribers
    let topology: TopologyBoard
    let access: AccessDesk
    let logLevel: LogLevelSwitch
    let resolver: NameResolver
    let history: any HistoryReading
    let logger: Logger
    let renaming: CommandRenaming
    let statistics = ServerStatistics()
    let pause = ClientPause()
    let loops: PerLoop<ClientLoop>
    let shutDown: @Sendable () -> Void

    init(
        facts: ProcessFacts, settings: DaemonSettings, control: ControlLoop, registry: ClientRegistry, subscribers: Subscribers,
        topology: TopologyBoard, access: AccessDesk, logLevel: LogLevelSwitch, resolver: NameResolver, history: any HistoryReading,
        logger: Logger,
        shutDown: @escaping @Sendable () -> Void
    ) {
        self.facts = facts
        self.settings = settings
        renaming = CommandRenaming(settings.renamedCommands)
        self.control = control
        self.registry = registry
        self.subscribers = subscribers
        self.topology = topology
        loops = PerLoop { ClientLoop(board: topology) }
        self.access = access
        self.logLevel = logLevel
        self.resolver = resolver
        self.history = history
        self.logger = logger
        self.shutDown = shutDown
    }
}

/// Counters for INFO.
final class ServerStatistics: Sendable {
    let connections = Atomic<Int>(0)
    let rejected = Atomic<Int>(0)
    let commands = Atomic<Int>(0)
    let bytesIn = Atomic<Int>(0)
    let bytesOut = Atomic<Int>(0)
}

/// CLIENT PAUSE: until when commands wait, on all loops.
final class ClientPause: Sendable {
    private let until = Atomic<UInt64>(0)

    /// Nil where nothing waits. Cheap to ask before every command.
    var end: NIODeadline? {
        let nanoseconds = until.load(ordering: .acquiring)
        guard nanoseconds > 0 else { return nil }
        let end = NIODeadline.uptimeNanoseconds(nanoseconds)
        return end > .now() ? end : nil
    }

    /// A longer pause that there is already stays.
    func extend(to end: NIODeadline) { until.max(end.uptimeNanoseconds, ordering: .acquiringAndReleasing) }

    func cancel() { until.store(0, ordering: .releasing) }
}

/// The users, shared by all connections, and the log of what was refused to whom.
final class AccessDesk: Sendable {
    struct State: Sendable {
        var control: AccessControl
        var log: AccessLog
    }

    let aclFile: String?
    /// Where users stand in the configuration file, changes are written back to it.
    private let onChange: @Sendable (AccessControl) -> Void
    private let state: LockedBox<State>
    private let generation: Atomic<UInt64>

    init(control: AccessControl, logCapacity: Int, aclFile: String?, onChange: @escaping @Sendable (AccessControl) -> Void) {
        state = LockedBox(State(control: control, log: AccessLog(capacity: logCapacity)))
        generation = Atomic(control.generation)
        self.aclFile = aclFile
        self.onChange = onChange
    }

    /// Cheap to ask before every command.
    var currentGeneration: UInt64 { generation.load(ordering: .acquiring) }

    var control: AccessControl { state.withLock { $0.control } }

    func withLog<Result: Sendable>(_ body: @Sendable (inout AccessLog) -> Result) -> Result { state.withLock { body(&$0.log) } }

    func change(_ body: @Sendable (inout AccessControl) -> AccessOutcome) -> AccessOutcome {
        let (outcome, changed) = state.withLock { state -> (AccessOutcome, AccessControl?) in
            let before = state.control.generation
            let outcome = body(&state.control)
            return (outcome, state.control.generation == before ? nil : state.control)
        }
        if let changed {
            generation.store(changed.generation, ordering: .releasing)
            onChange(changed)
        }
        return outcome
    }
}
