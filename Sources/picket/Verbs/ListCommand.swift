import ArgumentParser
import PicketOperator

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Every Redis server and monitor, a line each.",
        discussion: """
            Example: picket list
                     picket list orders -o wide
            """)

    @Argument(help: "Of this group only.")
    var group: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { output.print(ListReport(try await whom.session.look(at: group).pictures)) }
}
