import ArgumentParser
import PicketOperator

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "All groups, one line each, those with problems first.",
        discussion: """
            Example: picket status
                     picket status -o json | jq -r '.groups[] | select(.state != "ok") | .group'
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let (survey, pictures) = try await whom.session.look()
        output.print(StatusReport(survey, pictures))
    }
}
