import ArgumentParser
import PicketOperator

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Ends a pause. picketd only.",
        discussion: """
            Example: picket resume orders
            """)

    @Argument(help: "The group.")
    var group: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { try await PowerWords.order(.resume, group, output, whom) }
}
