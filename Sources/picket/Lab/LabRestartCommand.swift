import ArgumentParser

struct LabRestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Starts a process again, with its files; ends it before if it runs.",
        discussion: """
            Example: picket lab restart monitor-2
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.restart) }
}
