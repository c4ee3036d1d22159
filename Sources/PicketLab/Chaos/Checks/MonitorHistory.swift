import PicketCore
import PicketInvariants

/// What monitors said and held, as facts for the invariants that simulated deployments are held to as well.
package struct MonitorHistory: Sendable {
    package struct Words: Hashable, Sendable {
        package let monitor: String
        package let log: String

        package init(monitor: String, log: String) {
            self.monitor = monitor
            self.log = log
        }
    }

    package struct View: Hashable, Sendable {
        package let monitor: String
        package let at: Duration
        package let primaryPort: Int
        package let epoch: UInt64
        /// Another one after each start of the monitor.
        package let life: Int32

        package init(monitor: String, at: Duration, primaryPort: Int, epoch: UInt64, life: Int32) {
            self.monitor = monitor
            self.at = at
            self.primaryPort = primaryPort
            self.epoch = epoch
            self.life = life
        }
    }

    package var group: String
    /// By id, in the order of the deployment.
    package var logs: [Words]
    package var views: [View]
    /// Where an operator asked for a failover, redis-sentinel does without an election.
    package var isForced = false

    package init(group: String, logs: [Words], views: [View]) {
        self.group = group
        self.logs = logs
        self.views = views
    }

    /// What contradicts one another, in words; nil: a log tells of no monitor that has an id.
    package var violations: [String]? {
        guard let facts else { return nil }
        var suite = InvariantSuite(
            PicketInvariants.Deployment(monitorCount: logs.count, failoverBound: .seconds(3_600)))
        for fact in facts { suite.observe(fact) }
        return suite.violations.map { "\($0.invariant): \($0.text)" }
    }

    /// Votes first: a log has no clock that is good enough to tell which of two monitors spoke first, and an election follows its votes.
    private var facts: [Fact]? {
        let group = GroupName(group)
        var (votes, elections, rest) = ([Fact](), [Fact](), [Fact]())
        for words in logs {
            guard let monitor = MonitorID(words.monitor) else { return nil }
            var ownVote: Epoch?
            for line in words.log.split(whereSeparator: \.isNewline) {
                let parts = line.split(separator: " ")
                if let index = parts.firstIndex(of: "+vote-for-leader"), index + 2 < parts.count, let leader = MonitorID(parts[index + 1]),
                    let epoch = UInt64(parts[index + 2]).map({ Epoch($0) })
                {
                    let vote = Vote(epoch: epoch, leader: leader)
                    votes.append(Fact(at: .zero, .voted(monitor: monitor, group: group, vote)))
                    votes.append(Fact(at: .zero, .voteAnswered(monitor: monitor, group: group, vote, onDisk: vote)))
                    if leader == monitor { ownVote = epoch }
                } else if let index = parts.firstIndex(of: "+elected-leader"), index + 2 < parts.count, parts[index + 2] == group.text,
                    let epoch = ownVote
                {
                    elections.append(Fact(at: .zero, .elected(monitor: monitor, group: group, epoch: epoch, isForced: isForced)))
                }
            }
        }
        var lives: [String: Int32] = [:]
        for view in views {
            guard let monitor = MonitorID(view.monitor) else { return nil }
            if let life = lives.updateValue(view.life, forKey: view.monitor), life != view.life {
                rest.append(Fact(at: view.at, .monitorStopped(monitor)))
            }
            let primary = Endpoint(host: "127.0.0.1", port: view.primaryPort)
            rest.append(Fact(at: view.at, .configured(monitor: monitor, group: group, primary: primary, epoch: Epoch(view.epoch))))
        }
        return votes + elections + rest
    }
}
