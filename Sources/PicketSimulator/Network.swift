import PicketCore

/// The links between the hosts of a deployment. Each process has a host of its own.
///
/// Connections behave as TCP's do: what is sent arrives in order; a lost packet is a delay; what is sent into a cut arrives after
/// the cut has healed, unless the process has ended meanwhile.
struct Network {
    struct Host {
        let zone: Int
        var isPowered = true
    }

    /// Between two hosts, in one direction.
    struct Path {
        var latency: Microseconds = 200
        /// How often a packet is lost, in thousandths.
        var lossPerMille = 0
        /// Faults that block it now.
        var cuts = 0
        /// Faults that slow it now; each multiplies the latency by 20.
        var slowdowns = 0
    }

    /// Of a packet that nothing holds up, between the zones that are farthest apart.
    static let longestRegularDelay: Microseconds = 60 * .millisecond

    private(set) var hosts: [Host] = []
    private var paths: [[Path]] = []

    mutating func addHost(zone: Int, latencyWithin: Microseconds, latencyAcross: Microseconds) -> Int {
        let new = hosts.count
        hosts.append(Host(zone: zone))
        for other in paths.indices {
            paths[other].append(Path(latency: hosts[other].zone == zone ? latencyWithin : latencyAcross))
        }
        paths.append(hosts.map { Path(latency: $0.zone == zone ? latencyWithin : latencyAcross) })
        paths[new][new].latency = 20
        return new
    }

    func isOpen(from source: Int, to target: Int) -> Bool {
        hosts[source].isPowered && hosts[target].isPowered && (source == target || paths[source][target].cuts == 0)
    }

    /// Neither cut, nor slowed, nor losing packets.
    func isCalm(from source: Int, to target: Int) -> Bool {
        let path = paths[source][target]
        return isOpen(from: source, to: target) && path.slowdowns == 0 && path.lossPerMille == 0
    }

    mutating func setPower(_ isOn: Bool, of host: Int) { hosts[host].isPowered = isOn }
    mutating func changeCuts(from source: Int, to target: Int, by step: Int) { paths[source][target].cuts += step }
    mutating func changeSlowdowns(from source: Int, to target: Int, by step: Int) { paths[source][target].slowdowns += step }
    mutating func changeLoss(from source: Int, to target: Int, byPerMille step: Int) { paths[source][target].lossPerMille += step }

    /// How long one packet takes, with its retransmissions.
    func delay(from source: Int, to target: Int, _ random: inout SeededGenerator) -> Microseconds {
        let path = paths[source][target]
        let draw = random.next()
        var delay = path.latency + Microseconds(draw % UInt64(path.latency / 2 + 1))
        if path.slowdowns > 0 { delay *= 20 }
        var retransmission: Microseconds = 200 * .millisecond
        while path.lossPerMille > 0, random.next() % 1000 < UInt64(path.lossPerMille), retransmission < 10 * .second {
            delay += retransmission
            retransmission *= 2
        }
        return delay
    }
}

/// One TCP connection. Side 0 opened it.
struct Connection {
    struct Side {
        let process: Int
        let incarnation: Int
        var isOpen: Bool
    }

    /// Both, by their number.
    struct Sides {
        var opener: Side
        var accepter: Side

        subscript(number: Int) -> Side {
            get { number == 0 ? opener : accepter }
            set { if number == 0 { opener = newValue } else { accepter = newValue } }
        }
    }

    var sides: Sides
    let purpose: Message.Purpose
    /// Accepted by the other side's host.
    var isEstablished = false
    /// The opener has heard the first words of the other side.
    var isIntroduced = false
    /// Nothing arrives earlier than what was sent before it, by receiving side.
    var lastArrival: (Microseconds, Microseconds) = (0, 0)
    /// What was sent into a cut, by receiving side.
    var stalled: ([Happening], [Happening]) = ([], [])
    /// One end has moved away; nothing arrives any more, and nobody says so.
    var isAbandoned = false
    var isStalled: Bool { !stalled.0.isEmpty || !stalled.1.isEmpty }
}
