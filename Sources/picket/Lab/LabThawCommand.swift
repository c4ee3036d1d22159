import ArgumentParser

struct LabThawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "thaw", abstract: "Lets a frozen process go on.",
        discussion: """
            Example: picket lab thaw cache-redis-1
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.thaw) }
}
