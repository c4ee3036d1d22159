import ArgumentParser
import PicketOperator

struct ConfigGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows settings, and where they are not the same everywhere.",
        discussion: """
            Example: picket config get
                     picket config get 'announce-*'
            """)

    @Argument(help: "Names, or patterns with * and ?.")
    var patterns: [String] = ["*"]

    @Flag(help: "Passwords, too.")
    var showSecrets = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let session = try whom.session
        let survey = try await session.panel.requireSurvey()
        output.print(await ConfigReport.ask(session.panel, survey, patterns, showsSecrets: showSecrets))
    }
}
