import ArgumentParser
import PicketLab

/// Runs within the network of a process that can be cut off.
struct LabRelayCommand: AsyncParsableCommand {
    static let name = "relay"
    static let configuration = CommandConfiguration(
        commandName: name, abstract: "Passes connections on.",
        discussion: """
            Example: picket lab relay 17000=/tmp/17000.sock
            """, shouldDisplay: false)

    @Argument(
        help: "Pairs of a port or a path to accept at and one to connect to, from=to; with ~ in front: SIGUSR1 holds, SIGUSR2 releases.")
    var pairs: [String]

    func run() async throws { try await RelayProgram.run(pairs) }
}
