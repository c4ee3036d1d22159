import ArgumentParser

struct LabCutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "Cuts a process off: it runs, reaches nobody, and nobody reaches it. For labs made with --cuttable.",
        discussion: """
            Example: picket lab cut monitor-1
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.cut) }
}
