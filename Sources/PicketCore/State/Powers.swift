import OrderedCollections

/// What operators have ordered about one group beside its settings: a pause, maintenance of instances, members to be forgotten.
///
/// A register for each subject, of which the last writer wins.
struct Powers: Hashable, Sendable {
    /// The oldest first.
    private(set) var statements: OrderedDictionary<PowerSubject, PowerStatement> = [:]
    /// Nil where the group is not paused.
    private(set) var pausedUntil: Instant?
    /// The highest counter that was seen.
    private var lastCounter: UInt64 = 0
    /// When a replica was forgotten last: what a primary was asked before is no sign of its return.
    var lastForgottenAt: Instant?
    /// Orders to forget a replica that wait for the primary's word.
    var awaitedForgets: [AwaitedForget] = []
    /// The latest candidate that said that an operator has ordered it to stand.
    var orderedCandidate: Vote?

    struct AwaitedForget: Hashable, Sendable {
        let endpoint: Endpoint
        let ticket: Ticket
        let since: Instant
        var due: Instant { since + Limits.primaryWordOnForgotten }
    }

    init() {}

    init(restoring durable: OrderedDictionary<PowerSubject, PowerStatement>, at now: Instant) {
        for var statement in durable.values {
            // How long this process was away, only the time of day can tell.
            if statement.subject == .pause { statement.isEstimate = true }
            set(statement, at: now)
        }
    }

    var isEmpty: Bool { statements.isEmpty }

    subscript(subject: PowerSubject) -> PowerStatement? { statements[subject] }

    func isPaused(at now: Instant) -> Bool { pausedUntil.map { $0 > now } ?? false }

    mutating func set(_ statement: PowerStatement, at now: Instant) {
        statements[statement.subject] = statement
        lastCounter = max(lastCounter, statement.version.counter)
        if statement.subject == .pause { pausedUntil = statement.isOn ? now + statement.remaining : nil }
    }

    func nextVersion(by author: MonitorID) -> PowerVersion { PowerVersion(counter: lastCounter + 1, author: author) }

    /// As it is to be told or written now.
    func current(_ subject: PowerSubject, at now: Instant) -> PowerStatement? {
        guard var statement = statements[subject] else { return nil }
        if subject == .pause { statement.remaining = pausedUntil.map { max(.zero, $0 - now) } ?? .zero }
        return statement
    }

    /// What is no longer so, though no order said it. The version stays.
    mutating func end(_ subject: PowerSubject) -> PowerStatement? {
        guard var statement = statements[subject], statement.isOn else { return nil }
        statement.isOn = false
        statement.remaining = .zero
        statements[subject] = statement
        if subject == .pause { pausedUntil = nil }
        return statement
    }

    /// The statement that is missed least, where there are too many: a pause and maintenance that last are never given up.
    func mostDispensable() -> PowerSubject? {
        statements.values.first { !$0.isOn || $0.subject.isForgetting }?.subject
    }

    mutating func drop(_ subject: PowerSubject) { statements.removeValue(forKey: subject) }
}

extension PowerSubject {
    var isForgetting: Bool {
        switch self {
        case .replica, .monitor: true
        case .pause, .maintenance: false
        }
    }

    var endpoint: Endpoint? {
        switch self {
        case .maintenance(let endpoint), .replica(let endpoint): endpoint
        case .pause, .monitor: nil
        }
    }
}
