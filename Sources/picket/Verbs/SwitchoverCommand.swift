import ArgumentParser
import PicketOperator

struct SwitchoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchover",
        abstract: "Moves the primary's role to a replica, without losing a write: the primary lives and hands over.",
        discussion: """
            Shows who is what now and then, asks, and follows it. Where the primary cannot hand over nothing is changed.

            Example: picket switchover orders
                     picket switchover orders --to 10.0.0.2:6379 --yes
            """)

    @Argument(help: "The group.")
    var group: String

    @OptionGroup var switching: SwitchOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { try await switching.run(SwitchWish(group, .switchover, to: switching.to), output, whom) }
}
