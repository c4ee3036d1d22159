import OrderedCollections
import PicketCore
import PicketInvariants
import PicketRESP

/// A whole deployment in one thread: its processes, its network, its time. Everything that happens follows from the seed.
package final class World {
    package var now: Microseconds { time }
    // Private, so that the compiler can prove that nobody interferes, and need not check it at each event.
    private var time: Microseconds = 0
    private var handled = 0
    private var mixed: UInt64 = 0xcbf2_9ce4_8422_2325
    var random: SeededGenerator
    var network = Network()
    private(set) var processes: [Process] = []
    private var connections: [Connection] = []
    private var freeConnections: [Int] = []
    /// Connections with something stuck in a cut, in the order in which they got stuck.
    private var stalledConnections: [Int] = []
    private var queue = EventQueue()
    /// By endpoint, with an address and not a name; only looked up.
    private var listeners: [Endpoint: Int] = [:]
    /// What the resolver says of names; only looked up.
    var addressOf: [String: String] = [:]
    /// Nobody can resolve a name.
    var isResolverDown = false
    var suite: InvariantSuite
    package var eventCount: Int { handled }
    package var digest: UInt64 { mixed }
    /// Collects lines where a trace is wanted.
    var traceLines: [String]?
    var coverage = Coverage()
    var figures = Figures()
    var onFault: (Int) -> Void = { _ in }
    var lastWrite = 0
    /// What hellos say, by their text. Only looked up.
    var hellos: [String: Hello?] = [:]
    var acknowledgements: OrderedDictionary<GroupName, [Acknowledgement]> = [:]
    /// What WAIT confirmed.
    var confirmedWrites: OrderedDictionary<GroupName, [Int]> = [:]
    /// Votes that a leader needs.
    var votesNeeded = 1
    /// Who was promoted last, by whomever.
    var lastPromoted: [GroupName: Endpoint] = [:]
    private var refusesMonitors: [Int] = []
    /// How scripts behave, by path; only looked up.
    var scripts: [String: ScriptBehaviour] = [:]
    /// When an instance was told to be a primary no longer; only looked up.
    var demotedAt: [Endpoint: Microseconds] = [:]
    #if PICKET_MUTATIONS
        var mutation: Mutation?
    #endif

    struct Acknowledgement {
        let write: Int
        let at: Microseconds
        let by: Endpoint
    }

    init(seed: UInt64, deployment: Deployment) {
        random = SeededGenerator(seed: seed)
        suite = InvariantSuite(deployment)
    }

    /// What all hosts' clocks say.
    var timeOfDay: TimeOfDay { TimeOfDay(milliseconds: 1_700_000_000_000 + now / 1_000) }

    // MARK: Processes

    func add<P: Process>(zone: Int, latency: (within: Microseconds, across: Microseconds), _ make: (_ index: Int) -> P) -> P {
        let index = network.addHost(zone: zone, latencyWithin: latency.within, latencyAcross: latency.across)
        let process = make(index)
        processes.append(process)
        listeners[located(process.endpoint)] = index
        return process
    }

    /// It is reached at that endpoint from now on, and no longer at the old one. What is connected stays so.
    func listen(_ process: Process, at new: Endpoint, insteadOf old: Endpoint) {
        listeners[old] = nil
        listeners[new] = process.index
    }

    func process(at endpoint: Endpoint) -> Process? { listeners[located(endpoint)].map { processes[$0] } }

    // MARK: Names

    private func located(_ endpoint: Endpoint) -> Endpoint {
        guard !addressOf.isEmpty, let address = addressOf[endpoint.host] else { return endpoint }
        return Endpoint(host: address, port: endpoint.port)
    }

    func addresses(of host: String) -> [String] {
        if Endpoint.isNumeric(host) { return [host] }
        return isResolverDown ? [] : addressOf[host].map { [$0] } ?? []
    }

    /// The process is reached at this address now. The resolver does not know yet, and nobody tells those it was connected with.
    func move(_ process: Process, to address: String) {
        listeners[located(process.endpoint)] = nil
        listeners[Endpoint(host: address, port: process.endpoint.port)] = process.index
        for id in process.connections { connections[id].isAbandoned = true }
    }

    /// Nothing happens any more. Processes and world hold each other until then.
    func end() {
        processes = []
        onFault = { _ in }
    }

    // MARK: Time

    func schedule(_ happening: Happening, at time: Microseconds) { queue.push(happening, at: max(time, now)) }
    func happenNow(_ happening: Happening) { queue.push(happening, at: now) }

    /// Runs until that time, or until a violation where that ends the run.
    package func run(until end: Microseconds, stopAtViolation: Bool = true) {
        while let next = queue.earliest, next <= end {
            guard let (at, happening) = queue.pop() else { break }
            time = at
            handled += 1
            handle(happening)
            if stopAtViolation, !suite.violations.isEmpty { return }
        }
        time = max(time, end)
    }

    private func handle(_ happening: Happening) {
        switch happening {
        case .arrives(let connection, let side, let message): arrive(connection, side, message, happening)
        case .closes(let connection, let side): arriveClose(connection, side, happening)
        case .resumes(let connection, let side): resume(connection, side)
        case .connects(let connection, let attempt): connect(connection, attempt)
        case .refused(let connection): refuse(connection, happening)
        case .openingTimesOut(let connection): timeOutOpening(connection, happening)
        case .wakes(let index, let generation):
            let process = processes[index]
            if process.isFrozen { process.backlog.append(happening) } else { process.handleWake(generation) }
        case .diskAnswers(let index, let incarnation):
            let process = processes[index]
            guard process.incarnation == incarnation, process.isRunning else { return }
            if process.isFrozen { process.backlog.append(happening) } else { process.diskAnswered() }
        case .fault(let number): onFault(number)
        }
    }

    func mix(_ value: UInt64) { mixed = (mixed ^ value) &* 0x0000_0100_0000_01b3 }

    // MARK: Facts

    func tell(_ what: Fact.What) { suite.observe(Fact(at: now.duration, what)) }

    func trace(_ who: String, _ text: @autoclosure () -> String) {
        guard traceLines != nil else { return }
        traceLines!.append("\(Self.clock(now)) \(who) \(text())")
    }

    /// Seconds and milliseconds.
    static func clock(_ time: Microseconds) -> String {
        let digits = String(time / 1000 % 1000)
        return "\(time / .second).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }

    // MARK: Connections

    /// The process hears `received(.introduced)` or `closed` of it.
    func open(_ purpose: Message.Purpose, from opener: Process, to endpoint: Endpoint, timeout: Microseconds) -> Int {
        let isKnown = !isResolverDown || addressOf.isEmpty || Endpoint.isNumeric(endpoint.host)
        let target = isKnown ? listeners[located(endpoint)] : nil
        let connection = Connection(
            sides: Connection.Sides(
                opener: Connection.Side(process: opener.index, incarnation: opener.incarnation, isOpen: true),
                accepter: Connection.Side(process: target ?? opener.index, incarnation: 0, isOpen: false)),
            purpose: purpose)
        let id = connections.count
        connections.append(connection)
        opener.connections.append(id)
        if opener.connections.count > 256 { forgetEnded(of: opener) }
        if target != nil { schedule(.connects(connection: id, attempt: 0), at: now + delay(id, to: 1)) }
        schedule(.openingTimesOut(connection: id), at: now + timeout)
        return id
    }

    private func forgetEnded(of process: Process) {
        process.connections.removeAll { id in
            !(0...1).contains { connections[id].sides[$0].isOpen && connections[id].sides[$0].process == process.index }
        }
    }

    private func delay(_ id: Int, to side: Int) -> Microseconds {
        let sides = connections[id].sides
        return network.delay(from: sides[1 - side].process, to: sides[side].process, &random)
    }

    private func isPassable(_ id: Int, to side: Int) -> Bool {
        let sides = connections[id].sides
        return network.isOpen(from: sides[1 - side].process, to: sides[side].process)
    }

    private func connect(_ id: Int, _ attempt: Int) {
        guard connections[id].sides[0].isOpen else { return }
        guard isPassable(id, to: 1), isPassable(id, to: 0) else {
            schedule(.connects(connection: id, attempt: attempt + 1), at: now + .second << Microseconds(min(attempt, 4)))
            return
        }
        let target = processes[connections[id].sides[1].process]
        guard target.isRunning, !isRefused(opener(of: id), by: target) else {
            schedule(.refused(connection: id), at: now + delay(id, to: 0))
            return
        }
        connections[id].sides[1] = Connection.Side(process: target.index, incarnation: target.incarnation, isOpen: true)
        connections[id].isEstablished = true
        target.connections.append(id)
        if target.connections.count > 256 { forgetEnded(of: target) }
        // The opener's first words are on their way already.
        deliver(.arrives(connection: id, side: 1, .introduce(connections[id].purpose)), to: target)
    }

    private func isRefused(_ opener: Process, by target: Process) -> Bool {
        opener is any SimulatedMonitor && (target as? FakeRedis).map { refusesMonitors.contains($0.index) } == true
    }

    /// From now on; those that are connected are cut off.
    func refuseMonitors(_ instance: FakeRedis, _ refuses: Bool) {
        guard refuses else { return refusesMonitors.removeAll { $0 == instance.index } }
        refusesMonitors.append(instance.index)
        for id in instance.connections where connections[id].sides[1].process == instance.index && opener(of: id) is any SimulatedMonitor {
            guard connections[id].sides[1].isOpen, connections[id].sides[1].incarnation == instance.incarnation else { continue }
            close(id, by: instance)
            instance.closed(id, .closedLocally)
        }
    }

    private func refuse(_ id: Int, _ happening: Happening) {
        guard connections[id].sides[0].isOpen else { return }
        let opener = processes[connections[id].sides[0].process]
        guard opener.incarnation == connections[id].sides[0].incarnation, opener.isRunning else { return }
        if opener.isFrozen {
            opener.backlog.append(happening)
            return
        }
        connections[id].sides[0].isOpen = false
        opener.closed(id, .refused)
    }

    private func timeOutOpening(_ id: Int, _ happening: Happening) {
        guard connections[id].sides[0].isOpen, !connections[id].isIntroduced else { return }
        let opener = processes[connections[id].sides[0].process]
        if opener.isFrozen {
            opener.backlog.append(happening)
            return
        }
        close(id, by: opener)
        opener.closed(id, .timedOut)
    }

    /// Nothing happens where the connection has ended on this side.
    func send(_ message: Message, over id: Int, by process: Process, after pause: Microseconds = 0) {
        let side = self.side(of: process, in: id)
        guard connections[id].sides[side].isOpen, connections[id].isEstablished else { return }
        post(.arrives(connection: id, side: 1 - side, message), id, to: 1 - side, after: pause)
    }

    func isOpen(_ id: Int, for process: Process) -> Bool {
        connections[id].sides[side(of: process, in: id)].isOpen
    }

    func opener(of id: Int) -> Process { processes[connections[id].sides[0].process] }

    private func side(of process: Process, in id: Int) -> Int {
        connections[id].sides[0].process == process.index && connections[id].sides[0].incarnation == process.incarnation ? 0 : 1
    }

    private func post(_ happening: Happening, _ id: Int, to side: Int, after pause: Microseconds = 0) {
        var arrival = now + pause + delay(id, to: side)
        if side == 0 {
            arrival = max(arrival, connections[id].lastArrival.0)
            connections[id].lastArrival.0 = arrival
        } else {
            arrival = max(arrival, connections[id].lastArrival.1)
            connections[id].lastArrival.1 = arrival
        }
        queue.push(happening, at: arrival)
    }

    /// Closes this process' side; the other one hears of it, unless the host vanished with it.
    func close(_ id: Int, by process: Process, silently: Bool = false) {
        let side = self.side(of: process, in: id)
        guard connections[id].sides[side].isOpen, connections[id].sides[side].process == process.index else { return }
        connections[id].sides[side].isOpen = false
        if connections[id].sides[1 - side].isOpen, !silently { post(.closes(connection: id, side: 1 - side), id, to: 1 - side) }
    }

    /// True where it has to wait for a cut to heal.
    private func stall(_ happening: Happening, _ id: Int, to side: Int) -> Bool {
        let isBehindOthers = side == 0 ? !connections[id].stalled.0.isEmpty : !connections[id].stalled.1.isEmpty
        guard isBehindOthers || !isPassable(id, to: side) else { return false }
        if !connections[id].isStalled { stalledConnections.append(id) }
        if side == 0 { connections[id].stalled.0.append(happening) } else { connections[id].stalled.1.append(happening) }
        return true
    }

    /// A cut has healed or a host is back: what waited is sent again, after a pause as TCP's. Until then what arrives waits behind it.
    func resumeStalled() {
        let waiting = stalledConnections
        stalledConnections = []
        for id in waiting where connections[id].isStalled && !stalledConnections.contains(id) {
            stalledConnections.append(id)
            for side in 0...1 where isPassable(id, to: side) {
                schedule(.resumes(connection: id, side: side), at: now + Microseconds(random.next() % 1_000_000))
            }
        }
    }

    private func resume(_ id: Int, _ side: Int) {
        guard isPassable(id, to: side) else { return }
        let stuck = side == 0 ? connections[id].stalled.0 : connections[id].stalled.1
        if side == 0 { connections[id].stalled.0 = [] } else { connections[id].stalled.1 = [] }
        for happening in stuck { handle(happening) }
    }

    /// Something that was sent waits for a cut to end, or for a packet to be sent again.
    func isHeldUp(_ id: Int) -> Bool {
        let latest = max(connections[id].lastArrival.0, connections[id].lastArrival.1)
        return connections[id].isStalled || latest > now + Network.longestRegularDelay
    }

    func isAbandoned(_ id: Int) -> Bool { connections[id].isAbandoned }

    func isEstablished(_ id: Int) -> Bool { connections[id].isEstablished }

    /// Something in between sends both ends of all its connections a reset.
    func resetConnections(of process: Process) {
        for id in process.connections where connections[id].isEstablished {
            for side in 0...1 where connections[id].sides[side].isOpen { post(.closes(connection: id, side: side), id, to: side) }
        }
    }

    private func arrive(_ id: Int, _ side: Int, _ message: Message, _ happening: Happening) {
        guard !connections[id].isAbandoned, !stall(happening, id, to: side) else { return }
        let receiver = connections[id].sides[side]
        let process = processes[receiver.process]
        guard receiver.isOpen, process.isRunning, process.incarnation == receiver.incarnation else {
            // The kernel answers for a process that is gone.
            if connections[id].sides[1 - side].isOpen { post(.closes(connection: id, side: 1 - side), id, to: 1 - side) }
            return
        }
        deliver(happening, to: process)
    }

    private func deliver(_ happening: Happening, to process: Process) {
        if process.isFrozen {
            process.backlog.append(happening)
            return
        }
        guard case .arrives(let id, let side, let message) = happening else { return }
        mix(UInt64(truncatingIfNeeded: now) ^ UInt64(id) << 1 ^ UInt64(side))
        if case .introduced = message { connections[id].isIntroduced = true }
        if case .introduce(let purpose) = message {
            process.accepted(id, purpose)
        } else {
            process.received(message, over: id)
        }
    }

    private func arriveClose(_ id: Int, _ side: Int, _ happening: Happening) {
        guard !connections[id].isAbandoned, !stall(happening, id, to: side) else { return }
        let receiver = connections[id].sides[side]
        let process = processes[receiver.process]
        guard receiver.isOpen, process.isRunning, process.incarnation == receiver.incarnation else { return }
        if process.isFrozen {
            process.backlog.append(happening)
            return
        }
        connections[id].sides[side].isOpen = false
        process.closed(id, .closedByPeer)
    }
}
