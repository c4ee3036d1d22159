import ArgumentParser

struct LabKillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "Kills a process (SIGKILL): its port refuses connections.",
        discussion: """
            Example: picket lab kill primary
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.kill) }
}
