import PicketCore

/// Something that goes wrong for a while. Processes are named by their index in their kind.
package struct Fault: Hashable, Sendable {
    package var at: Microseconds
    package var lasts: Microseconds
    package var kind: Kind

    package enum Kind: Hashable, Sendable {
        case monitorCrashes(Int)
        case monitorFreezes(Int)
        /// The host vanishes without a word.
        case monitorVanishes(Int)
        case instanceCrashes(Int)
        case instanceFreezes(Int)
        /// It is told to end, and is started again.
        case instanceShutsDown(Int)
        case instanceVanishes(Int)
        /// It comes back with nothing.
        case instanceLosesData(Int)
        /// The host goes down, and takes with it what came in this last span: the file was not flushed yet.
        case instanceLosesTail(Int, Microseconds)
        /// It comes back at once at another address; until the end its name leads to the old one.
        case instanceMoves(Int)
        /// No name can be resolved.
        case resolverDown
        /// One process and all others do not reach each other.
        case isolated(Target)
        /// What it says is lost, what it hears is not; or the reverse.
        case mute(Target)
        case deaf(Target)
        /// Everybody whose bit is set, and everybody else.
        case split(UInt64)
        /// The same in one direction only.
        case oneWaySplit(UInt64)
        /// Everybody reaches a majority, its neighbours on a ring, and no two the same.
        case ring(UInt64)
        /// The two sides still reach one host, and it reaches both.
        case bridge(UInt64)
        /// All its connections are reset, at the beginning and at the end.
        case reset(Target)
        case zoneCut(Int)
        case slow(Target)
        case lossy(Target)
        case diskFails(Int)
        case diskSlow(Int)
        /// It says "flushed" and is not; what it holds goes when the power does.
        case diskLies(Int)
        case clockJumps(Int, Microseconds)
        case clockDrifts(Int, perMillion: Int64)
        /// SENTINEL FAILOVER name FORCE.
        case operatorFailsOver(monitor: Int, group: Int)
        /// SENTINEL FAILOVER, to a member of the group or to whom the monitor likes; coordinated or not at all, or as it can be had.
        case operatorSwitches(monitor: Int, group: Int, to: Int?, isCoordinated: Bool)
        /// Everybody is ordered the same at the same moment.
        case operatorsFailOver(group: Int, FailoverOrder.Manner)
        /// The instance and the others of its group do not reach each other; everybody else reaches all of them.
        case partedFromGroup(Int)
        /// It refuses the connections of monitors, and of nobody else.
        case refusesMonitors(Int)
        /// It ends and starts again whenever a vote has left it.
        case monitorRestartsAfterVotes(Int)
        /// The same, while all monitors are told to stand in the same moment.
        case contestedElection(restarts: Int, group: Int)
        /// SENTINEL PAUSE; SENTINEL RESUME at the end, if that comes first.
        case operatorPauses(monitor: Int, group: Int, seconds: Int)
        /// SENTINEL MAINTENANCE ON, and OFF at the end.
        case operatorMaintains(monitor: Int, Int)
        /// A replica dies; at the end it is forgotten instead of started.
        case operatorForgets(monitor: Int, Int)
    }

    package enum Target: Hashable, Sendable {
        case monitor(Int)
        case instance(Int)
    }
}

extension Fault: CustomStringConvertible {
    package var description: String { "\(World.clock(at)) for \(World.clock(lasts)): \(kind)" }
}

/// The kinds of faults that a plan is drawn from.
package enum FaultFamily: String, CaseIterable, Hashable, Sendable {
    case crash, freeze, vanish, emptyRestart = "empty-restart", tailLoss = "tail-loss", isolation, oneWay = "one-way", split, slow
    case lossy, reset, disk, clock, move
    case planned = "operator"
    case replication, refusal, shutdown
    case restartAfterVote = "restart-after-vote"
    case lyingDisk = "lying-disk"
    case powers = "operator-powers"

    /// Drawn where nothing else is asked for. With a disk that lies, a vote can be forgotten and given again, and no rule of
    /// elections helps: it is for those who ask for it, and only what has to hold all the same is checked. What the core does not
    /// claim to survive yet is for those who ask for it, too.
    package static let usual: [FaultFamily] = allCases.filter { $0 != .lyingDisk }
}

/// What a seed does: the deployment, and what goes wrong in it.
package struct Plan: Hashable, Sendable {
    package var seed: UInt64
    package var shape: Shape
    package var length: Microseconds
    package var faults: [Fault]
    /// From then on nothing goes wrong any more.
    package var healsAt: Microseconds
    /// How the core is broken, in builds that can.
    package var mutation: Mutation?
    /// Once all has settled after the healing, the primaries are killed for good, and a minority of the monitors with them.
    package var provesLife = false

    static let warmUp: Microseconds = 12 * .second

    package init(seed: UInt64, shape: Shape, length: Microseconds, faults: [Fault], healsAt: Microseconds) {
        self.seed = seed
        self.shape = shape
        self.length = length
        self.faults = faults
        self.healsAt = healsAt
    }

    /// Swarm style: each seed uses a part of the families only, so that none of them hides what others would show.
    package init(seed: UInt64, minutes: Int, families: [FaultFamily] = FaultFamily.usual) {
        var random = SeededGenerator(seed: seed)
        var shape = Shape.drawn(&random)
        // A third of the seeds has operators' powers too; the others are what they were before there were any.
        let drawn = families == FaultFamily.usual ? families.filter { $0 != .powers } : families
        var chosen = drawn.filter { random.next() % ($0.isRare ? 12 : 2) == 0 }
        if drawn.count < families.count, seed % 3 == 0 { chosen.append(.powers) }
        if chosen.isEmpty { chosen = [drawn[Int(random.next() % UInt64(drawn.count))]] }
        if chosen.contains(where: \.losesData) {
            // Whether a primary without data is seen before its replicas are overwritten is a race. It is won where a full
            // resynchronisation waits as long as it does by default, and nothing else keeps the monitors from seeing and agreeing.
            chosen = chosen.filter { $0.losesData || $0 == .reset }
            shape.fullSyncDelay = 5 * .second
            shape.quorum = min(shape.quorum, shape.monitorCount / 2 + 1)
            shape.stockCount = 0
        }
        shape.usesNames = chosen.contains(.move)
        shape.areDisksHonest = !chosen.contains(.lyingDisk)
        let length = Microseconds(minutes) * 60 * .second
        let healsAt = max(length - shape.convergenceBound.microsecondsRoundedUp, Self.warmUp + 10 * .second)
        let meanGap = [2, 5, 10, 20, 40][Int(random.next() % 5)] * .second
        var faults: [Fault] = []
        var time = Self.warmUp
        while true {
            time += Microseconds(random.next() % UInt64(2 * meanGap))
            guard time < healsAt - .second else { break }
            let longest = [200 * .millisecond, 2 * .second, 10 * .second, 60 * .second][Int(random.next() % 4)]
            let lasts = min(Microseconds(random.next() % UInt64(longest)) + 10 * .millisecond, healsAt - time)
            let family = chosen[Int(random.next() % UInt64(chosen.count))]
            faults.append(Fault(at: time, lasts: lasts, kind: family.draw(shape, &random)))
        }
        self.init(
            seed: seed, shape: shape, length: max(length, healsAt + shape.convergenceBound.microsecondsRoundedUp), faults: faults,
            healsAt: healsAt)
        provesLife = true
    }
}

extension FaultFamily {
    /// They need deployments of their own kind, or allow little else beside them.
    fileprivate var isRare: Bool { losesData || self == .move }
    fileprivate var losesData: Bool { self == .emptyRestart || self == .tailLoss }

    func draw(_ shape: Shape, _ random: inout SeededGenerator) -> Fault.Kind {
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let monitor = below(shape.monitorCount)
        let group = below(shape.groupCount)
        // Primaries at the start come first in each group: trouble is drawn to them.
        let inGroup = below(3) == 0 ? 0 : below(shape.replicaCount + 1)
        let instance = group * (shape.replicaCount + 1) + inGroup
        let isMonitor = below(2) == 0
        let target: Fault.Target = isMonitor ? .monitor(monitor) : .instance(instance)
        let bits = random.next()
        switch self {
        case .crash: return isMonitor ? .monitorCrashes(monitor) : .instanceCrashes(instance)
        case .freeze: return isMonitor ? .monitorFreezes(monitor) : .instanceFreezes(instance)
        case .vanish: return isMonitor ? .monitorVanishes(monitor) : .instanceVanishes(instance)
        case .emptyRestart: return .instanceLosesData(instance)
        case .tailLoss: return .instanceLosesTail(instance, Microseconds(bits % 2_000) * .millisecond)
        case .isolation: return .isolated(target)
        case .oneWay:
            switch bits % 3 {
            case 0: return .mute(target)
            case 1: return .deaf(target)
            default: return .oneWaySplit(bits >> 2)
            }
        case .split:
            switch bits % 4 {
            case 0 where shape.zoneCount > 1: return .zoneCut(below(shape.zoneCount))
            case 1: return .bridge(bits >> 2)
            case 2: return .ring(bits >> 2)
            default: return .split(bits >> 2)
            }
        case .slow: return .slow(target)
        case .lossy: return .lossy(target)
        case .reset: return .reset(target)
        case .move: return bits % 4 == 0 ? .resolverDown : .instanceMoves(instance)
        case .lyingDisk: return bits % 2 == 0 ? .diskLies(monitor) : .monitorVanishes(monitor)
        case .disk: return bits % 2 == 0 ? .diskFails(monitor) : .diskSlow(monitor)
        case .clock:
            return bits % 2 == 0
                ? .clockJumps(monitor, Microseconds(bits >> 8 & 0xffff) * .millisecond)
                : .clockDrifts(monitor, perMillion: Int64((bits >> 8) % 100_000) - 50_000)
        case .planned:
            // A failover that is ordered from the original takes an epoch that nobody voted for: nothing holds then.
            let monitor = shape.stockCount + below(max(1, shape.monitorCount - shape.stockCount))
            if bits % 4 == 0 { return .operatorFailsOver(monitor: monitor, group: group) }
            if bits % 8 == 1 {
                return .operatorsFailOver(group: group, [.usual, .coordinated, .forced][Int(bits >> 8 & 0xff) % 3])
            }
            let wish = bits >> 3 & 1 == 0 ? nil : Int((bits >> 8) % UInt64(shape.replicaCount + 1))
            return .operatorSwitches(monitor: monitor, group: group, to: wish, isCoordinated: bits >> 4 & 1 == 0)
        case .replication: return .partedFromGroup(instance)
        case .refusal: return .refusesMonitors(instance)
        case .shutdown: return .instanceShutsDown(instance)
        case .powers:
            let monitor = shape.stockCount + below(max(1, shape.monitorCount - shape.stockCount))
            switch bits % 4 {
            case 0, 1: return .operatorPauses(monitor: monitor, group: group, seconds: Int(bits >> 8 & 0x7f) + 1)
            case 2: return .operatorMaintains(monitor: monitor, instance)
            default: return .operatorForgets(monitor: monitor, instance)
            }
        case .restartAfterVote:
            return bits % 2 == 0 ? .monitorRestartsAfterVotes(monitor) : .contestedElection(restarts: monitor, group: group)
        }
    }
}
