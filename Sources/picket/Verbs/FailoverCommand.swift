import ArgumentParser
import PicketOperator

struct FailoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failover",
        abstract: "Makes a replica the primary, also where the primary is down; --force, also where it is hung or no majority is left.",
        discussion: """
            A primary that lives hands over, as with switchover. Where it cannot, what the replica lacks is lost: status 7.

            Example: picket failover orders
                     picket failover orders --to 10.0.0.2:6379 --force
            """)

    @Argument(help: "The group.")
    var group: String

    @Flag(help: "Promote without the primary's consent, and without a majority if there is none. Writes that the replica lacks are lost.")
    var force = false

    @OptionGroup var switching: SwitchOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { try await switching.run(SwitchWish(group, force ? .forced : .failover, to: switching.to), output, whom) }
}
