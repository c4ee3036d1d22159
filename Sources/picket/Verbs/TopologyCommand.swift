import ArgumentParser
import PicketOperator

struct TopologyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology", abstract: "One group as a tree: primary, replicas, lag, monitors and what they think.",
        discussion: """
            In front of each instance: * the primary, ! not as it should be, ? out of reach.

            Example: picket topology orders
            """)

    @Argument(help: "The group. May be left away if there is only one.")
    var group: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { output.print(TopologyReport(try await whom.session.look(atOne: group).picture)) }
}
