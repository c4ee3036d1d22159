import ArgumentParser
import PicketOperator

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Drops one replica or one monitor that will not return, instead of a RESET of everything. picketd only.",
        discussion: """
            Refused where it is alive: it would be found again at once.

            Example: picket forget orders 10.0.0.9:6379
                     picket forget orders 10.0.0.9:26379
            """)

    @Argument(help: "The group.")
    var group: String

    @Argument(help: ArgumentHelp("A replica's or a monitor's address, or (the beginning of) a monitor's id.", valueName: "host:port|id"))
    var target: String

    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let terminal = Terminal()
        let session = try whom.session
        let picture = try await session.look(atOne: group).picture
        let power = try ForgetTarget.find(target, in: picture)
        if consent.dryRun { return terminal.say("Would tell: \(power.words(group).joined(separator: " "))") }
        if !consent.yes, !(try terminal.confirm(power.question(group))) { return terminal.say("Nothing was changed.") }
        let report = try await PowerOrder(session.panel, power).run(picture)
        output.print(report)
        try Finished.check(report.status)
    }
}
