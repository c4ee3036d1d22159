/// The story of one failover as its leader saw it: when each phase ended, and on whose word.
///
/// For those who ask afterwards why it took so long, or why it was this replica: logged as one line, and told by
/// SENTINEL FAILOVER-TRACE.
package struct FailoverTrace: Hashable, Sendable, Codable {
    package let group: GroupName
    package let epoch: Epoch
    package let cause: Cause
    package let from: Endpoint
    /// The new primary, once there is one.
    package var to: Endpoint?
    /// The first sign that something was wrong, or the operator's order.
    package let began: Instant
    package var phases: [Phase] = []
    /// Who held the primary down when this monitor stood for election, this monitor first.
    package var witnesses: [Voice] = []
    /// Who voted for this monitor, itself first.
    package var votes: [Voice] = []
    package var candidates: [Candidate] = []
    /// Replicas that follow the new primary, in the order in which they were seen to.
    package var reattached: [Reattached] = []
    package var outcome: Outcome = .underWay

    package enum Cause: String, CaseIterable, Hashable, Sendable, Codable {
        /// Connections were refused.
        case crash
        /// No answer for down-after.
        case silence
        /// It says that it is a replica.
        case denial
        /// It came back without its data.
        case lostData = "lost-data"
        /// It restarted and did not serve in time.
        case reboot
        /// It was told to end, and waits for its replicas.
        case shutdown
        /// An operator asked for it.
        case switchover
        /// An operator insisted.
        case forced
    }

    package enum Name: String, CaseIterable, Hashable, Sendable, Codable {
        /// From the first sign until this monitor held the primary down.
        case detect
        /// Until a quorum did.
        case agree
        /// Until this monitor was elected.
        case elect
        /// Until the replica was chosen.
        case select
        /// Until the chosen one said that it is the primary.
        case promote
        /// Until that was on disk and told to everybody.
        case announce
        /// Until all reachable replicas followed.
        case reconfigure
    }

    /// One phase, without the time of those before it.
    package struct Phase: Hashable, Sendable, Codable {
        package let name: Name
        package let took: Duration
    }

    /// One monitor's word, and when it was heard.
    package struct Voice: Hashable, Sendable, Codable {
        package let monitor: MonitorID
        /// After `began`.
        package let after: Duration
    }

    package struct Candidate: Hashable, Sendable, Codable {
        package let endpoint: Endpoint
        package let offset: Int64
        package let priority: Int
        /// "chosen", or why not.
        package let verdict: String
    }

    package struct Reattached: Hashable, Sendable, Codable {
        package let endpoint: Endpoint
        /// After `began`.
        package let after: Duration
    }

    package enum Outcome: Hashable, Sendable, Codable {
        case underWay
        case done
        case failed(String)
    }

    package init(group: GroupName, epoch: Epoch, cause: Cause, from: Endpoint, began: Instant) {
        self.group = group
        self.epoch = epoch
        self.cause = cause
        self.from = from
        self.began = began
    }

    /// Ends the phase that is under way. Times never run backwards, even where what was seen did not come in the usual order.
    package mutating func ended(_ name: Name, at now: Instant) {
        guard !phases.contains(where: { $0.name == name }) else { return }
        let before = phases.reduce(Duration.zero) { $0 + $1.took }
        phases.append(Phase(name: name, took: max(.zero, now - began - before)))
    }

    package var total: Duration { phases.reduce(.zero) { $0 + $1.took } }
}
