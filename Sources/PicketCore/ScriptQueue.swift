import DequeModule
import OrderedCollections

/// One run of a script, however often it is tried.
package struct ScriptID: Hashable, Sendable, Codable, Comparable {
    package let number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static func < (left: ScriptID, right: ScriptID) -> Bool { left.number < right.number }
}

/// What is to be run. The wire module makes the argument words of it.
package enum ScriptCall: Hashable, Sendable, Codable {
    /// `<path> <event> <message>`.
    case notification(path: String, notice: Notice)
    /// `<path> <group> leader|observer start <from-host> <from-port> <to-host> <to-port>`.
    case reconfiguration(path: String, group: GroupName, isLeader: Bool, from: Endpoint, to: Endpoint)

    package var path: String {
        switch self {
        case .notification(let path, _): path
        case .reconfiguration(let path, _, _, _, _): path
        }
    }
}

package enum ScriptOutcome: Hashable, Sendable, Codable {
    case exited(status: Int)
    case killed(signal: Int)
    /// It could not be started at all.
    case notStarted(reason: String)
}

/// Scripts that run or wait to be run (again). Bounds and retries are Sentinel's.
package struct ScriptQueue: Hashable, Sendable {
    package struct Job: Hashable, Sendable {
        package let id: ScriptID
        package let call: ScriptCall
        package internal(set) var state: State
        /// How often it has been started.
        package internal(set) var tries = 0

        package enum State: Hashable, Sendable {
            case waiting(until: Instant)
            case running(since: Instant, processID: Int?, isBeingKilled: Bool)
        }

        package var isRunning: Bool {
            if case .running = state { true } else { false }
        }
    }

    package private(set) var jobs: OrderedDictionary<ScriptID, Job> = [:]
    private var lastID: UInt64 = 0

    package var runningCount: Int { jobs.values.count(where: \.isRunning) }

    init() {}

    mutating func enqueue(_ call: ScriptCall, at now: Instant) {
        lastID += 1
        jobs[ScriptID(lastID)] = Job(id: ScriptID(lastID), call: call, state: .waiting(until: now))
        if jobs.count > Limits.scriptsWaiting, let oldest = jobs.values.first(where: { !$0.isRunning }) {
            jobs.removeValue(forKey: oldest.id)
        }
    }

    /// The jobs to be started now.
    mutating func startable(at now: Instant) -> [Job] {
        var started: [Job] = []
        var free = Limits.scriptsRunning - runningCount
        for index in jobs.values.indices where free > 0 {
            guard case .waiting(let until) = jobs.values[index].state, until <= now else { continue }
            jobs.values[index].state = .running(since: now, processID: nil, isBeingKilled: false)
            jobs.values[index].tries += 1
            started.append(jobs.values[index])
            free -= 1
        }
        return started
    }

    mutating func started(_ id: ScriptID, processID: Int) {
        guard case .running(let since, _, let isBeingKilled)? = jobs[id]?.state else { return }
        jobs[id]?.state = .running(since: since, processID: processID, isBeingKilled: isBeingKilled)
    }

    /// The jobs that have run for too long and are to be killed.
    mutating func overdue(at now: Instant, bound: Duration) -> [Job] {
        var overdue: [Job] = []
        for index in jobs.values.indices {
            guard case .running(let since, let processID?, false) = jobs.values[index].state, now - since > bound else { continue }
            overdue.append(jobs.values[index])
            jobs.values[index].state = .running(since: since, processID: processID, isBeingKilled: true)
        }
        return overdue
    }

    /// True where the job is not to be tried again and has failed.
    mutating func ended(_ id: ScriptID, _ outcome: ScriptOutcome, at now: Instant, retryDelay: Duration) -> (job: Job, hasFailed: Bool)? {
        guard let job = jobs[id] else { return nil }
        let mayRetry: Bool
        switch outcome {
        case .exited(let status): mayRetry = status == 1
        case .killed: mayRetry = true
        case .notStarted: mayRetry = false
        }
        if mayRetry, job.tries < Limits.scriptTries {
            jobs[id]?.state = .waiting(until: now + retryDelay * (1 << (job.tries - 1)))
            return (job, false)
        }
        jobs.removeValue(forKey: id)
        return (job, outcome != .exited(status: 0))
    }

    func nextDue(bound: Duration) -> Instant? {
        let hasRoom = runningCount < Limits.scriptsRunning
        return jobs.values.compactMap { job -> Instant? in
            switch job.state {
            case .waiting(let until): hasRoom ? until : nil
            case .running(let since, _?, false): since + bound + .milliseconds(1)
            // Not begun yet, or being killed: its own event will come.
            case .running(_, nil, _), .running(_, _, true): nil
            }
        }.min()
    }
}
