import ArgumentParser

struct LabFreezeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze", abstract: "Stops a process (SIGSTOP): it is there, and silent.",
        discussion: """
            Example: picket lab freeze primary:orders
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.freeze) }
}
