import ArgumentParser

/// `picket`: the tool beside the daemon.
@main
struct Picket: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picket", abstract: "Tools around picketd, the monitor that fails Redis over.", version: "picket 0.1.0",
        subcommands: [LabCommand.self])
}

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab", abstract: "Deployments of real processes on this machine, to look at and to break.",
        subcommands: [DemoCommand.self])
}
