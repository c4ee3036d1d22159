/// What a client asks of the core that changes something, or that needs the vote. What only reads is answered from views.
package enum Question: Hashable, Sendable, Codable {
    /// SENTINEL IS-MASTER-DOWN-BY-ADDR. `candidate` nil asks for the opinion only.
    case isPrimaryDown(Endpoint, epoch: Epoch, candidate: MonitorID?)
    /// `address` is what `endpoint.host` resolves to; the same text where it is an address.
    case monitor(GroupName, Endpoint, address: String, quorum: Int)
    case remove(GroupName)
    /// The names that matched the pattern.
    case reset([GroupName])
    case failover(GroupName, FailoverOrder)
    /// Another picketd tells how things stand there, and wants to hear how they stand here.
    case compareStandings(StandingReport)
    /// SENTINEL PAUSE, RESUME, MAINTENANCE, FORGET.
    case power(GroupName, PowerOrder)
    /// Another picketd tells what operators have ordered.
    case takePowers(PowersReport)
    /// Options in order; each is applied on its own, as Sentinel does. `failure` is why the option after the last one was refused.
    case change(GroupName, [GroupOption], failure: String?)
    /// All checked before, applied together.
    case configure([MonitorOption])
    case flushConfiguration
    case simulateFailure([SimulatedFailure])
    /// Applied in order; `failure` is why the one after the last was refused.
    case tune([TuningChange], failure: String?)
    case checkQuorum(GroupName)
}

/// What exactly SENTINEL FAILOVER is to do.
package struct FailoverOrder: Hashable, Sendable, Codable {
    package enum Manner: Hashable, Sendable, Codable {
        /// Lossless where the primary lives and a majority can be had, forced where not. Answered as soon as it has begun.
        case usual
        /// Lossless or not at all. Answered when it has ended.
        case coordinated
        /// At once and by this monitor alone, as redis-sentinel does it: writes that no replica has are lost.
        case forced
    }
    package var manner: Manner
    /// The replica to promote; nil leaves the choice to the usual order.
    package var target: Endpoint?

    package init(_ manner: Manner = .usual, target: Endpoint? = nil) {
        self.manner = manner
        self.target = target
    }
}

package enum GroupOption: Hashable, Sendable, Codable {
    case downAfter(milliseconds: Int64)
    case failoverTimeout(milliseconds: Int64)
    case parallelSyncs(Int)
    case notificationScript(String?)
    case clientReconfigScript(String?)
    case password(String?)
    case user(String?)
    case quorum(Int)
    case renameCommand(String, String)
    case rebootDownAfter(milliseconds: Int64)
    case crashDownAfter(milliseconds: Int64)
    case switchoverTimeout(milliseconds: Int64)
    case electionRetry(atLeast: Int64, atMost: Int64)
    case emptyPrimaryGuard(Bool)
}

package enum MonitorOption: Hashable, Sendable, Codable {
    case resolveHostnames(Bool)
    case announceHostnames(Bool)
    case announceHost(String)
    case announcePort(Int)
    case peerUser(String?)
    case peerPassword(String?)
}

/// One SENTINEL DEBUG parameter and its new value, more than zero.
package struct TuningChange: Hashable, Sendable, Codable {
    package let parameter: TuningParameter
    package let milliseconds: Int

    package init(_ parameter: TuningParameter, milliseconds: Int) {
        self.parameter = parameter
        self.milliseconds = milliseconds
    }
}

package enum SimulatedFailure: Hashable, Sendable, Codable {
    case crashAfterElection
    case crashAfterPromotion
}

package enum Answer: Hashable, Sendable, Codable {
    case done
    case count(Int)
    case opinion(isDown: Bool, leader: MonitorID?, leaderEpoch: Epoch)
    case quorum(usable: Int, lacksQuorum: Bool, lacksMajority: Bool)
    case standings(StandingReport)
    /// It was done, and this is to be said of it, in these words.
    case told(String)
    case refused(Refusal)
}

/// Why a question was refused. The wire module knows Sentinel's words for it.
package enum Refusal: Hashable, Sendable, Codable {
    case noSuchGroup
    case duplicateGroup
    case failoverInProgress
    case noGoodReplica
    /// In the words that are to be sent.
    case other(String)
}
