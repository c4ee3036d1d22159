/// Something that is done to a deployment, and when.
package struct ChaosStep: Hashable, Sendable, Codable {
    package enum Moment: Hashable, Sendable, Codable {
        /// Milliseconds after the step before it.
        case after(Int)
        /// When a monitor tells of this, at most so many milliseconds later; that monitor is the leader from then on. Where nobody
        /// tells of it, the run says so and goes on.
        case upon(String, within: Int)
    }

    package let moment: Moment
    package let action: ChaosAction

    package init(_ moment: Moment, _ action: ChaosAction) {
        self.moment = moment
        self.action = action
    }

    package var words: String {
        switch moment {
        case .after(0): "at once: \(action.words)"
        case .after(let pause): "after \(pause.grouped) ms: \(action.words)"
        case .upon(let event, let limit): "upon \(event) (\(limit.grouped) ms at most): \(action.words)"
        }
    }
}

/// Who is meant. Roles are those of the moment in which the first step is taken.
package enum ChaosTarget: Hashable, Sendable, Codable {
    case primary
    /// From 0, in the order of their names.
    case replica(Int)
    /// Who was told of as the new primary last; the primary where nobody was.
    case successor
    case monitor(Int)
    /// The monitor whose event was waited for last; the first where none was.
    case leader
    case everyMonitor
    case everyInstance
    /// Everything that is in a zone, its clients too.
    case zone(Int)
    case clients

    var words: String {
        switch self {
        case .primary: "the primary"
        case .replica(let number): "replica \(number + 1)"
        case .successor: "the new primary"
        case .monitor(let number): "monitor \(number + 1)"
        case .leader: "the leading monitor"
        case .everyMonitor: "every monitor"
        case .everyInstance: "every Redis server"
        case .zone(let number): "zone \(number + 1)"
        case .clients: "the clients"
        }
    }
}

/// What is done.
package enum ChaosAction: Hashable, Sendable, Codable {
    package enum Return: String, Hashable, Sendable, Codable {
        case withItsFiles = "with its files"
        case empty
        /// Its data set is read so slowly that it answers LOADING for seconds.
        case slowly
    }

    case kill([ChaosTarget])
    case freeze([ChaosTarget])
    case thaw([ChaosTarget])
    /// SIGTERM, and its end is waited for.
    case terminate(ChaosTarget)
    /// What is over is started; what runs is left alone.
    case start([ChaosTarget], Return)
    /// To a Redis server or a monitor; the answer is not waited for.
    case command(ChaosTarget, [String])
    /// Occupied by a script for so many milliseconds.
    case occupy(ChaosTarget, Int)
    case closeConnections(ChaosTarget)
    /// Background saves fail from now on, and with them writes (MISCONF); or no more.
    case failSaves(ChaosTarget, Bool)
    /// No room left on the disk of this one; or room again.
    case fillDisk(ChaosTarget, Bool)
    /// The password of all Redis servers changes; their connections are closed. Clients know it, monitors do not.
    case changePassword
    case tellMonitorsThePassword
    case switchOver
    /// Whichever monitor leads next crashes at this point: of SENTINEL SIMULATE-FAILURE.
    case crashNextLeader(String)
    /// So many busy loops compete for the processors; 0: none.
    case occupyProcessors(Int)
    /// Nothing passes between these two any more.
    case cut(ChaosTarget, from: ChaosTarget)
    /// What the first sends to the second is lost, and only that.
    case deafen(to: ChaosTarget, ChaosTarget)
    /// Both ways: milliseconds, and bytes a second or 0.
    case slow(ChaosTarget, ChaosTarget, delay: Int, jitter: Int, rate: Int)
    case reset(ChaosTarget, ChaosTarget)
    /// Connections of this moment pass nothing any more, and nobody is told.
    case strand(ChaosTarget, ChaosTarget)
    case mendLinks
    case nothing

    package var words: String {
        func all(_ targets: [ChaosTarget]) -> String { targets.map(\.words).joined(separator: " and ") }
        return switch self {
        case .kill(let targets): "SIGKILL to \(all(targets))"
        case .freeze(let targets): "SIGSTOP to \(all(targets))"
        case .thaw(let targets): "SIGCONT to \(all(targets))"
        case .terminate(let target): "SIGTERM to \(target.words)"
        case .start(let targets, let how): "\(all(targets)) started again, \(how.rawValue)"
        case .command(let target, let words): "\(words.joined(separator: " ")) to \(target.words)"
        case .occupy(let target, let time): "a script occupies \(target.words) for \(time.grouped) ms"
        case .closeConnections(let target): "CLIENT KILL TYPE normal on \(target.words)"
        case .failSaves(let target, true): "background saves of \(target.words) fail"
        case .failSaves(let target, false): "background saves of \(target.words) succeed again"
        case .fillDisk(let target, true): "the disk of \(target.words) is full"
        case .fillDisk(let target, false): "the disk of \(target.words) has room again"
        case .changePassword: "a new password on all Redis servers, connections closed"
        case .tellMonitorsThePassword: "the monitors are told the password"
        case .switchOver: "SENTINEL FAILOVER"
        case .crashNextLeader(let moment): "the next leader is to die: SIMULATE-FAILURE \(moment)"
        case .occupyProcessors(0): "the processors are free again"
        case .occupyProcessors(let count): "\(count) busy loops"
        case .cut(let one, let other): "nothing passes between \(one.words) and \(other.words)"
        case .deafen(let to, let from): "what \(from.words) sends to \(to.words) is lost"
        case .slow(let one, let other, let delay, let jitter, let rate):
            "\(one.words) to \(other.words) and back: \(delay) ms and up to \(jitter) ms later"
                + (rate > 0 ? ", \(rate.grouped) bytes a second" : "")
        case .reset(let one, let other): "connections between \(one.words) and \(other.words) are closed"
        case .strand(let one, let other): "connections between \(one.words) and \(other.words) go dead, unannounced"
        case .mendLinks: "all links work again"
        case .nothing: "(waiting)"
        }
    }

    /// Whether it takes links that can be broken.
    package var needsNetwork: Bool {
        switch self {
        case .cut, .deafen, .slow, .reset, .strand, .mendLinks: true
        default: false
        }
    }

    /// Whose disk is to be a small one.
    var smallDisk: ChaosTarget? { if case .fillDisk(let target, _) = self { target } else { nil } }
}
