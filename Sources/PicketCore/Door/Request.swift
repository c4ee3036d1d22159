/// What the core says over a link. The wire module knows the words; the reply comes back together with the request.
package enum Request: Hashable, Sendable, Codable {
    case ping
    /// Of a primary: `ping`, and whether its process is about to end (INFO server).
    case probe
    /// What is reported was so at some time after it was asked; the report itself may have been on its way for long.
    case info(sentAt: Instant)
    case role
    indirect case publish(Hello)
    /// Does the peer hold this primary down, and, where a candidate is named, does it vote for it in this epoch?
    /// `group` stays here: it tells where the reply belongs.
    indirect case askDown(group: GroupName, primary: Endpoint, epoch: Epoch, candidate: MonitorID?)
    /// One transaction: change the role, then cut the clients so that they ask again where to go.
    case promote
    case follow(Endpoint)
    /// FAILOVER TO … TIMEOUT …: the primary hands its role over to this replica once that has everything, and stops writes meanwhile.
    case handOver(to: Endpoint, timeout: Duration)
    /// FAILOVER ABORT.
    case abortHandOver
    /// CLIENT PAUSE … WRITE.
    case pauseWrites(Duration)
    /// CLIENT UNPAUSE.
    case resumeWrites
    /// As `follow`, of a primary in the middle of a switch: no time for its configuration file, unless it is about to end.
    case stepBack(for: Endpoint, isRemembered: Bool = false)
    /// To another picketd: how things stand with these groups here. It answers with how they stand there.
    indirect case compareStandings(StandingReport, sentAt: Instant)
    /// To another picketd: what operators have ordered.
    indirect case tellPowers(PowersReport)
    /// CONFIG REWRITE: the instance remembers its role.
    case rewriteConfiguration
    /// SCRIPT KILL.
    case killScript
}

/// How an instance answered.
package enum Reply: Hashable, Sendable, Codable {
    case alive(Vitality)
    /// Of a probe.
    case probed(Vitality, isShuttingDown: Bool)
    indirect case report(InstanceReport)
    case role(RoleReport)
    case opinion(isDown: Bool, leader: MonitorID?, leaderEpoch: Epoch)
    indirect case standings(StandingReport)
    case accepted
    /// An error reply: its code (`NOAUTH`, `BUSY`, `ERR` …) and whole text.
    case refused(code: String, text: String)
    /// Neither an error nor of the expected shape.
    case unintelligible(String)

    /// The ways in which an answer to PING counts as alive (as Sentinel has it).
    package enum Vitality: Hashable, Sendable, Codable {
        case serving
        case loading
        case primaryLinkDown
    }

    /// True where an error says that the credentials do not suffice.
    package var isDenial: Bool {
        guard case .refused(let code, _) = self else { return false }
        return code == "NOAUTH" || code == "WRONGPASS" || code == "NOPERM"
    }
}

extension Request {
    package var isInfo: Bool {
        if case .info = self { true } else { false }
    }
}
