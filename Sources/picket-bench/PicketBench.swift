import ArgumentParser

/// `picket-bench`: picketd and redis-sentinel on the same machine, under the same conditions, in figures.
@main
struct PicketBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picket-bench", abstract: "Measures picketd beside redis-sentinel, with real Redis servers on this machine.",
        version: "picket-bench 0.1.0",
        subcommands: [
            FailoverCommand.self, CalmCommand.self, RelayCommand.self, FleetCommand.self, ScaleCommand.self, QueryCommand.self,
            LoadCommand.self,
            ListenCommand.self,
        ])
}
