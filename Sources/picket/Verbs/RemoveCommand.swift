import ArgumentParser
import PicketOperator

struct RemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Has all monitors stop watching a group. Redis goes on as it is.",
        discussion: """
            Example: picket remove orders
            """)

    @Argument(help: "The group.")
    var group: String

    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let terminal = Terminal()
        let session = try whom.session
        let (_, picture) = try await session.look(atOne: group)
        let survey = try await session.panel.requireSurvey()
        let words = ["SENTINEL", "REMOVE", group]
        if consent.dryRun { return terminal.say("Would tell \(survey.answering.count) monitors: \(words.joined(separator: " "))") }
        if !consent.yes {
            terminal.say(TopologyReport(picture).lines(Page(palette: terminal.palette)).joined(separator: "\n"))
            guard try terminal.confirm("Nobody will watch \(group) any more, and clients will not find it. Sure?") else {
                return terminal.say("Nothing was changed.")
            }
        }
        let report = await EveryMonitorOrder(session.panel).run("\(group): no longer watched", words, to: survey) {
            $0.contains("No such master")
        }
        output.print(report)
        try Finished.check(report.status)
    }
}
