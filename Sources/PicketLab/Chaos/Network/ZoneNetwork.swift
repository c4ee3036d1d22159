import Glibc
import Synchronization

/// A network for each process of a deployment, and between any two of them, in each direction, a link that can be broken.
///
/// Within its network a process finds every other one's port under its own number. What it sends there comes out, by way of a socket
/// in the file system, in a relay of this process, which is the link, and goes on into the other's network. Monitors and replicas so
/// mean the same by an address, and each edge between two of them can be broken alone. Clients have links of their own; what
/// the laboratory itself asks goes another way and is never broken.
///
/// A process that dies behind a link does not refuse connections: they are accepted and closed, as by a proxy.
final class ZoneNetwork: Sendable {
    /// An end of links: a process of the deployment, or a client with a name.
    enum Place: Hashable, Sendable {
        case node(port: Int)
        case client(String)
    }

    private struct Link: Hashable, Sendable {
        let from: Place
        let to: Int
    }

    /// A direction between two places.
    private struct Edge: Hashable, Sendable {
        let from: Place
        let to: Place
    }

    private let directory: String
    private let links: [Link: Relay]
    private let flows = Mutex<[Edge: LinkCondition.Flow]>([:])
    /// All that clients and processes can be in.
    let places: [Place]

    /// - Parameter relay: The program that runs `Relay`s, with its first arguments.
    static func open(_ deployment: Deployment, clients: [String], relay: [String]) async throws -> ZoneNetwork {
        guard let program = relay.first else { throw LabError.unexpected("there is no program for relays") }
        let ports = deployment.nodes.map(\.port)
        let places = ports.map { Place.node(port: $0) } + clients.map { .client($0) }
        var links: [Link: Relay] = [:]
        for to in ports {
            for from in places where from != .node(port: to) {
                let link = Link(from: from, to: to)
                let relay = Relay(from: .path(path(deployment.directory, from, to)), to: .path(path(deployment.directory, to)))
                try await deployment.open(relay)
                links[link] = relay
            }
        }
        for node in deployment.nodes {
            let pairs =
                ["\(path(deployment.directory, node.port))=\(node.port)"]
                + ports.filter { $0 != node.port }.map { "\($0)=\(path(deployment.directory, .node(port: node.port), $0))" }
            let inside = try await deployment.startInOwnNetwork([program] + relay.dropFirst() + pairs)
            try await wait(until: "the network of \(node.name) is there") {
                inside.isOver || access(path(deployment.directory, node.port), F_OK) == 0
            }
            guard !inside.isOver else {
                throw LabError.processEnded(
                    "a network namespace could not be made for \(node.name), or the relay in it ended; see \(deployment.directory)"
                        + "/companions.txt. It takes unshare, nsenter, ip and user namespaces.")
            }
            try node.moveIntoNetwork(of: inside)
            try await deployment.open(Relay(from: .port(node.port), to: .path(path(deployment.directory, node.port))))
        }
        return ZoneNetwork(directory: deployment.directory, links: links, places: places)
    }

    private init(directory: String, links: [Link: Relay], places: [Place]) {
        self.directory = directory
        self.links = links
        self.places = places
    }

    private static func path(_ directory: String, _ port: Int) -> String { "\(directory)/\(port).sock" }

    private static func path(_ directory: String, _ from: Place, _ to: Int) -> String {
        switch from {
        case .node(let port): "\(directory)/\(port)-\(to).sock"
        case .client(let name): "\(directory)/\(name)-\(to).sock"
        }
    }

    /// The way of a client to all ports.
    func route(ofClient name: String) -> PrimaryFollower.Route {
        let directory = directory
        return { port in Self.path(directory, .client(name), port) }
    }

    // MARK: Breaking

    /// Of what is sent from one to the other, whoever opened the connection.
    func shape(from: Place, to: Place, _ flow: LinkCondition.Flow) {
        flows.withLock { flows in
            flows[Edge(from: from, to: to)] = flow == .open ? nil : flow
            for (opener, other) in [(from, to), (to, from)] {
                link(opener, other)?.apply(
                    LinkCondition(
                        forward: flows[Edge(from: opener, to: other)] ?? .open, backward: flows[Edge(from: other, to: opener)] ?? .open))
            }
        }
    }

    private func link(_ from: Place, _ to: Place) -> Relay? {
        guard case .node(let port) = to else { return nil }
        return links[Link(from: from, to: port)]
    }

    /// Connections between the two, in whichever direction they were opened.
    func reset(_ one: Place, _ other: Place) {
        link(one, other)?.reset()
        link(other, one)?.reset()
    }

    func strand(_ one: Place, _ other: Place) {
        link(one, other)?.strand()
        link(other, one)?.strand()
    }

    func healAll() {
        flows.withLock { flows in
            flows = [:]
            for relay in links.values { relay.apply(.open) }
        }
    }
}
