import ArgumentParser

struct LabHealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heal", abstract: "Ends a cut.",
        discussion: """
            Example: picket lab heal monitor-1
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.heal) }
}
