import ArgumentParser
import PicketOperator

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "No automatic failover of a group for a while; planned ones go on. picketd only.",
        discussion: """
            It ends by itself. It survives restarts of the monitors, and is shown wherever the group is shown.

            Example: picket pause orders --for 30m --reason 'switch replaced in rack 4'
            """)

    @Argument(help: "The group.")
    var group: String

    @Option(name: .customLong("for"), help: ArgumentHelp("From 1s to 7d.", valueName: "time"))
    var span = Span(.seconds(1_800))

    @Option(help: ArgumentHelp("Shown to whoever looks.", valueName: "text"))
    var reason: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func validate() throws {
        guard Power.pauseSpans.contains(span.duration) else { throw ValidationError("--for takes 1s to 7d.") }
        try PowerWords.check(reason: reason)
    }

    func run() async throws { try await PowerWords.order(.pause(span: span.duration, reason: reason), group, output, whom) }
}
