import ArgumentParser
import PicketOperator

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why there is, or is not, a failover now: each witness, each vote, each replica.",
        discussion: """
            A picketd tells; of other sentinels it is concluded from what they show.

            Example: picket explain orders
            """)

    @Argument(help: "The group. May be left away if there is only one.")
    var group: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let session = try whom.session
        let (survey, picture) = try await session.look(atOne: group)
        output.print(ExplainReport(await Explainer(session.panel).explain(picture, survey)))
    }
}
