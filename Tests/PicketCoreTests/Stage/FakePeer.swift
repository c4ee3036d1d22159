@testable import PicketCore

/// Another monitor, scripted.
struct FakePeer {
    enum Ballot: Equatable {
        /// The first to ask in a new epoch, as Sentinel votes.
        case firstCome
        case favours(MonitorID)
        /// Knows of no vote.
        case withholds
        /// Never answers a question for its vote.
        case silent
    }

    let id: MonitorID
    var endpoint: Endpoint
    var holdsPrimaryDown = false
    var ballot = Ballot.firstCome
    /// The leader and the epoch of its latest vote.
    var vote: Vote?
    /// What it says of the group to another picketd; nil where it is a redis-sentinel, which does not understand.
    var standing: Standing?
    private(set) var asked: [Request] = []
    /// What it was told of operators' orders.
    private(set) var heard: [PowersReport.Entry] = []

    mutating func answer(_ request: Request) -> Reply? {
        switch request {
        case .ping: return .alive(.serving)
        case .publish: return .accepted
        case .askDown(_, _, let epoch, let candidate):
            asked.append(request)
            guard let candidate else { return .opinion(isDown: holdsPrimaryDown, leader: nil, leaderEpoch: .zero) }
            switch ballot {
            case .silent: return nil
            case .withholds: return .opinion(isDown: holdsPrimaryDown, leader: nil, leaderEpoch: .zero)
            case .firstCome: if (vote?.epoch ?? .zero) < epoch { vote = Vote(epoch: epoch, leader: candidate) }
            case .favours(let other): if (vote?.epoch ?? .zero) < epoch { vote = Vote(epoch: epoch, leader: other) }
            }
            return .opinion(isDown: holdsPrimaryDown, leader: vote?.leader, leaderEpoch: vote?.epoch ?? .zero)
        case .compareStandings(let report, _):
            guard var standing, report.standings.isEmpty == false else { break }
            for candidacy in report.standings where candidacy.isCandidate {
                guard let asked = candidacy.vote else { continue }
                self.asked.append(request)
                switch ballot {
                case .silent: return nil
                case .withholds: break
                case .firstCome: if (vote?.epoch ?? .zero) < asked.epoch { vote = asked }
                case .favours(let other): if (vote?.epoch ?? .zero) < asked.epoch { vote = Vote(epoch: asked.epoch, leader: other) }
                }
            }
            if let vote, vote.epoch > standing.vote?.epoch ?? .zero { standing.vote = vote }
            return .standings(StandingReport(sender: id, currentEpoch: report.currentEpoch, standings: [standing]))
        case .tellPowers(let report):
            guard standing != nil else { break }
            heard += report.entries
            return .accepted
        case .probe, .info, .role, .promote, .follow, .rewriteConfiguration, .killScript, .stepBack, .handOver, .abortHandOver,
            .pauseWrites,
            .resumeWrites:
            break
        }
        return .refused(code: "ERR", text: "ERR unknown command")
    }
}
