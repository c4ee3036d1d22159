import PicketCore
import PicketInvariants
import PicketWire

/// A story in a text file: a deployment, what happens to it, and what is expected. Its trace is compared with a golden one.
///
///     # Why this story is told.
///     cluster monitors=3 replicas=2 down-after=1000
///     run 12s
///     begin crash r0
///     run 2s
///     expect primary cache r1
///     expect settled
///
/// Commands: `cluster`, `run`, `begin`, `end`, `order` (what an operator tells a monitor, as in `order m1 set cache quorum 3`; an instance's
/// name stands for its address and port), `script` (how one behaves), `move` (a monitor to another address), `replace` (a monitor by one with
/// another id), `set` (of an instance), `heal`, `explain` (what a monitor answers to SENTINEL EXPLAIN), `show`, `hide`, `expect`.
package struct Scenario {
    package struct Failure: Error, CustomStringConvertible {
        package let line: Int
        package let text: String
        package var description: String { "line \(line): \(text)" }
    }

    private var cluster: Cluster?
    private var isTraceHidden = false
    package private(set) var trace: [String] = []
    package private(set) var coverage = Coverage()

    /// Plays the whole text.
    package init(_ text: String) throws(Failure) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
            guard !words.isEmpty else { continue }
            do throws(Complaint) {
                try perform(words)
            } catch {
                throw Failure(line: index + 1, text: error.text)
            }
            collect("> " + words.joined(separator: " "))
        }
        guard let cluster else { throw Failure(line: 1, text: "there is no cluster") }
        coverage = cluster.world.coverage
        if let violation = cluster.world.suite.violations.first { throw Failure(line: 0, text: violation.description) }
    }

    private struct Complaint: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    private mutating func perform(_ words: [String]) throws(Complaint) {
        if words[0] == "cluster" {
            guard cluster == nil else { throw Complaint("a second cluster") }
            let (shape, seed) = try Self.shape(words.dropFirst())
            cluster = Cluster(seed: seed, shape: shape, traces: true)
            cluster!.start()
            return
        }
        guard let cluster else { throw Complaint("the first command has to be `cluster`") }
        let rest = Array(words.dropFirst())
        switch words[0] {
        case "run": cluster.world.run(until: cluster.world.now + (try Self.time(rest.first)))
        case "begin": cluster.begin(try fault(rest, cluster))
        case "end": cluster.end(try fault(rest, cluster))
        case "order":
            guard rest.count >= 2 else { throw Complaint("order <monitor>|all <SENTINEL subcommand> …") }
            try order(rest[0], Array(rest.dropFirst()), cluster)
        case "script":
            guard rest.count >= 2, let behaviour = Self.behaviour(rest.dropFirst()) else {
                throw Complaint("script <path> exits <status>|hangs|is-missing")
            }
            cluster.world.scripts[rest[0]] = behaviour
        case "replace": cluster.replaceMonitor(try Self.number(rest.first, "ms", cluster.monitors.count))
        case "move":
            let monitor = cluster.monitors[try Self.number(rest.first, "ms", cluster.monitors.count)]
            guard rest.count == 2, let monitor = monitor as? PicketMonitor else { throw Complaint("move <picket> <address>") }
            cluster.world.listen(monitor, at: Endpoint(host: rest[1], port: monitor.endpoint.port), insteadOf: monitor.endpoint)
            monitor.ask(.configure([.announceHost(rest[1])]))
        case "set": try set(rest, cluster)
        case "heal": cluster.heal()
        case "explain":
            guard rest.count == 2 else { throw Complaint("explain <monitor> <group>") }
            try explain(cluster.monitors[try Self.number(rest.first, "ms", cluster.monitors.count)], GroupName(rest[1]), cluster)
        case "hide": isTraceHidden = true
        case "show":
            collectTrace()
            isTraceHidden = false
        case "expect": try expect(rest, cluster)
        default: throw Complaint("unknown command \(words[0])")
        }
    }

    /// What happened since the last command, then the command.
    private mutating func collect(_ command: String) {
        collectTrace()
        trace.append(command)
    }

    private mutating func collectTrace() {
        if !isTraceHidden { trace += cluster?.world.traceLines ?? [] }
        cluster?.world.traceLines = []
    }

    // MARK: Words

    private static func shape(_ words: ArraySlice<String>) throws(Complaint) -> (Shape, UInt64) {
        var shape = Shape()
        var seed: UInt64 = 1
        shape.writePeriod = nil
        for word in words {
            let parts = word.split(separator: "=")
            guard parts.count == 2, let value = Int(parts[1]), value >= 0 else { throw Complaint("\(word) is not <name>=<number>") }
            switch parts[0] {
            case "seed": seed = UInt64(value)
            case "monitors": shape.monitorCount = value
            case "stock": shape.stockCount = value
            case "zones": shape.zoneCount = value
            case "groups": shape.groupCount = value
            case "replicas": shape.replicaCount = value
            case "quorum": shape.quorum = value
            case "down-after": shape.downAfter = .milliseconds(value)
            case "failover-timeout": shape.failoverTimeout = .milliseconds(value)
            case "parallel-syncs": shape.parallelSyncs = value
            case "min-replicas": shape.minReplicasToWrite = value
            case "writes-every": shape.writePeriod = Microseconds(value) * .millisecond
            case "waits-every": shape.waitsEvery = value
            case "full-sync": shape.fullSyncTime = Microseconds(value) * .millisecond
            case "loading": shape.loadingTime = Microseconds(value) * .millisecond
            case "latency": shape.latencyAcrossZones = Microseconds(value) * .millisecond
            default: throw Complaint("unknown property \(parts[0])")
            }
        }
        return (shape, seed)
    }

    /// `12s` or `250ms`.
    private static func time(_ word: String?) throws(Complaint) -> Microseconds {
        guard let word else { throw Complaint("how long?") }
        if word.hasSuffix("ms"), let value = Microseconds(word.dropLast(2)) { return value * .millisecond }
        if word.hasSuffix("s"), let value = Microseconds(word.dropLast()) { return value * .second }
        throw Complaint("\(word) is no time; 12s or 250ms is")
    }

    private static func number(_ word: String?, _ prefixes: String, _ count: Int) throws(Complaint) -> Int {
        guard let word, let first = word.first, prefixes.contains(first), let number = Int(word.dropFirst()), number < count else {
            throw Complaint("\(word ?? "nobody") is not one of \(count)")
        }
        return number
    }

    private func target(_ word: String?, _ cluster: Cluster) throws(Complaint) -> Fault.Target {
        word?.first == "r" ? .instance(try instance(word, cluster)) : .monitor(try Self.number(word, "ms", cluster.monitors.count))
    }

    /// `r2`, or `r1.2` for the third of the second group.
    private func instance(_ word: String?, _ cluster: Cluster) throws(Complaint) -> Int {
        guard let index = cluster.instances.firstIndex(where: { $0.name == word }) else {
            throw Complaint("there is no instance \(word ?? "")")
        }
        return index
    }

    private func fault(_ words: [String], _ cluster: Cluster) throws(Complaint) -> Fault.Kind {
        let isInstance = words.count > 1 && words[1].hasPrefix("r")
        func who() throws(Complaint) -> Int {
            isInstance ? try instance(words[1], cluster) : try Self.number(words.count > 1 ? words[1] : nil, "ms", cluster.monitors.count)
        }
        switch words.first {
        case "shutdown"?: return .instanceShutsDown(try who())
        case "crash"?: return isInstance ? .instanceCrashes(try who()) : .monitorCrashes(try who())
        case "freeze"?: return isInstance ? .instanceFreezes(try who()) : .monitorFreezes(try who())
        case "vanish"?: return isInstance ? .instanceVanishes(try who()) : .monitorVanishes(try who())
        case "lose-data"?: return .instanceLosesData(try who())
        case "isolate"?: return .isolated(try target(words.dropFirst().first, cluster))
        case "mute"?: return .mute(try target(words.dropFirst().first, cluster))
        case "deafen"?: return .deaf(try target(words.dropFirst().first, cluster))
        case "slow"?: return .slow(try target(words.dropFirst().first, cluster))
        case "lossy"?: return .lossy(try target(words.dropFirst().first, cluster))
        case "cut-zone"?: return .zoneCut(try Self.number(words.dropFirst().first, "z", cluster.shape.zoneCount))
        case "part"?: return .partedFromGroup(try instance(words.last, cluster))
        case "refuse-monitors"?: return .refusesMonitors(try instance(words.last, cluster))
        case "restart-after-votes"?: return .monitorRestartsAfterVotes(try who())
        case "disk-fails"?: return .diskFails(try who())
        case "disk-slow"?: return .diskSlow(try who())
        case "clock-jumps"?: return .clockJumps(try who(), try Self.time(words.last))
        case "split"?:
            var bits: UInt64 = 0
            for word in words.dropFirst() {
                switch try target(word, cluster) {
                case .instance(let number): bits |= 1 << UInt64(cluster.instances[number].host)
                case .monitor(let number): bits |= 1 << UInt64(cluster.monitors[number].host)
                }
            }
            return .split(bits)
        default: throw Complaint("unknown fault \(words.first ?? "")")
        }
    }

    private func order(_ who: String, _ words: [String], _ cluster: Cluster) throws(Complaint) {
        let monitors = who == "all" ? cluster.monitors : [cluster.monitors[try Self.number(who, "ms", cluster.monitors.count)]]
        let spelled = words.flatMap { word in
            let instance = cluster.instances.first { $0.name == word }?.endpoint
            guard let endpoint = instance ?? cluster.monitors.first(where: { $0.name == word })?.endpoint else { return [word] }
            return [endpoint.host, String(endpoint.port)]
        }
        let question: Question?
        do throws(QuestionParsing.Failure) { question = try OrderParsing.question(spelled) } catch { throw Complaint(error.text) }
        guard let question else { throw Complaint("unknown order") }
        for monitor in monitors { (monitor as? PicketMonitor)?.ask(question) }
    }

    private func explain(_ monitor: any SimulatedMonitor, _ group: GroupName, _ cluster: Cluster) throws(Complaint) {
        guard let explanation = (monitor as? PicketMonitor)?.explanation(of: group) else { throw Complaint("nobody can explain \(group)") }
        cluster.world.trace(monitor.name, "explains: \(explanation.state.rawValue). \(explanation.verdict)")
        for replica in explanation.replicas { cluster.world.trace(monitor.name, "explains: \(replica.endpoint) \(replica.reason)") }
    }

    private static func behaviour(_ words: ArraySlice<String>) -> ScriptBehaviour? {
        switch words.first {
        case "hangs"?: .hangs
        case "is-missing"?: .isMissing
        case "exits"?: words.last.flatMap { Int($0) }.map { .exits($0) }
        default: nil
        }
    }

    private func set(_ words: [String], _ cluster: Cluster) throws(Complaint) {
        guard words.count == 3, let value = Int(words[2]) else {
            throw Complaint("set <instance> priority|refuses-role-change|full-sync <number>")
        }
        let instance = cluster.instances[try instance(words[0], cluster)]
        switch words[1] {
        case "priority": instance.settings.priority = value
        case "refuses-role-change": instance.settings.refusesRoleChange = value != 0
        case "refuses-pause": instance.settings.refusesPause = value != 0
        case "forgets-role":
            instance.forgetRewrites(following: cluster.instances.first { $0.group == instance.group && $0 !== instance }?.endpoint)
        case "full-sync": instance.settings.fullSyncTime = Microseconds(value) * .millisecond
        default: throw Complaint("unknown setting \(words[1])")
        }
    }

    private func expect(_ words: [String], _ cluster: Cluster) throws(Complaint) {
        switch words.first {
        case "settled"?: if !cluster.isSettled { throw Complaint("not settled: \(describe(cluster))") }
        case "unsettled"?: if cluster.isSettled { throw Complaint("settled: \(describe(cluster))") }
        case "primary"? where words.count >= 3:
            let endpoint = cluster.instances[try instance(words[2], cluster)].endpoint
            for (number, monitor) in cluster.monitors.enumerated() where words.count == 3 || words[3...].contains(monitor.name) {
                let held = monitor.view(of: GroupName(words[1]))?.primary
                if held != endpoint {
                    throw Complaint("monitor \(number) holds \(held.map(\.description) ?? "nobody") for the primary: \(describe(cluster))")
                }
            }
        case "role"? where words.count == 3:
            let instance = cluster.instances[try instance(words[1], cluster)]
            if instance.isPrimary != (words[2] == "primary") { throw Complaint("\(words[1]) is not a \(words[2])") }
        case "members"? where words.count == 4:
            guard let monitor = cluster.monitors[try Self.number(words[1], "m", cluster.monitors.count)] as? PicketMonitor else {
                throw Complaint("\(words[1]) is no picket")
            }
            let known = monitor.memberCounts(of: GroupName("cache"))
            if "\(known.replicas) \(known.monitors)" != "\(words[2]) \(words[3])" {
                throw Complaint("\(words[1]) knows \(known.replicas) replicas and \(known.monitors) other monitors")
            }
        case "promotions"? where words.count == 2:
            if String(cluster.world.figures.promotions) != words[1] { throw Complaint("\(cluster.world.figures.promotions) promotions") }
        case "losses"? where words.count == 2:
            let lost = cluster.groups.map { group in
                let present = Set(cluster.finalState(of: group).writes)
                return (cluster.world.acknowledgements[group] ?? []).count { !present.contains($0.write) }
            }.reduce(0, +)
            if String(lost) != words[1] { throw Complaint("\(lost) acknowledged writes are lost") }
        default: throw Complaint("unknown expectation \(words.joined(separator: " "))")
        }
    }

    private func describe(_ cluster: Cluster) -> String {
        cluster.instances.map {
            "\($0.name) \($0.isRunning ? $0.isPrimary ? "primary" : "follows \($0.followed!)\($0.isLinkUp ? "" : " (down)")" : "ended")"
        }
        .joined(separator: ", ")
    }
}
