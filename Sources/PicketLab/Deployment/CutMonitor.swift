import Glibc

/// The last monitor of a deployment in a network namespace of its own, in which every port of the deployment is there under its
/// own number, thanks to relays, and the primary's can be taken away: refused to this monitor, and to nobody else.
///
/// A proxy under another address would not do: monitors tell each other the primary's address, and must mean the same.
struct CutMonitor: Sendable {
    private let inside: ChildProcess

    /// Starts all monitors of a deployment that does not start them itself.
    ///
    /// - Parameter relay: The program that runs `Relay`s, with its first arguments. It takes pairs of ends, `from=to`; those
    ///   that are marked by a `!` in front are closed on SIGUSR1, and opened again on SIGUSR2.
    static func start(_ deployment: Deployment, relay: [String]) async throws -> CutMonitor {
        guard let cut = deployment.monitors.last, let program = relay.first else {
            throw LabError.unexpected("there is no monitor to cut off")
        }
        let others = deployment.nodes.map(\.port).filter { $0 != cut.port }
        let primary = try deployment.group().instances[0].port
        var pairs = ["\(path(deployment, cut.port))=\(cut.port)"]
        for port in others {
            try await deployment.open(Relay(from: .path(path(deployment, port)), to: .port(port)))
            pairs.append((port == primary ? "!" : "") + "\(port)=\(path(deployment, port))")
        }
        let inside = try await deployment.startInOwnNetwork([program] + relay.dropFirst() + pairs)
        try await wait(until: "the relay within the namespace is there") {
            guard !inside.isOver else { return true }
            return access(path(deployment, cut.port), F_OK) == 0
        }
        guard !inside.isOver else {
            throw LabError.processEnded(
                "a network namespace could not be made, or the relay in it ended; see \(deployment.directory)/companions.txt")
        }
        try await deployment.open(Relay(from: .port(cut.port), to: .path(path(deployment, cut.port))))
        for monitor in deployment.monitors.dropLast() { try await monitor.node.start() }
        try cut.node.moveIntoNetwork(of: inside)
        try await cut.node.start()
        return CutMonitor(inside: inside)
    }

    private static func path(_ deployment: Deployment, _ port: Int) -> String { "\(deployment.directory)/\(port).sock" }

    func cut() { inside.signal(SIGUSR1) }
    func heal() { inside.signal(SIGUSR2) }
}
