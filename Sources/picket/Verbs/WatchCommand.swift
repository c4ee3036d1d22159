import ArgumentParser
import PicketOperator

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "The whole screen: all groups, one in detail, the latest events; refreshed whenever something happens.",
        discussion: """
            q quits; arrows (or j, k) choose the group that is shown in detail; the space bar asks at once.

            Example: picket watch
            """)

    @Argument(help: "This group only.")
    var group: String?

    @Option(help: ArgumentHelp("How often to ask though nothing has happened.", valueName: "time"))
    var interval = Span(.seconds(2))

    @OptionGroup var whom: WhomOptions

    func validate() throws {
        guard interval.duration >= .milliseconds(200) else { throw ValidationError("--interval takes 200ms or more.") }
    }

    func run() async throws {
        let session = try whom.session
        // Who cannot be reached at all is told of before the screen is taken.
        _ = try await session.panel.requireSurvey(of: group)
        guard let screen = FullScreen() else {
            throw OperatorError.usage(
                "There is no terminal to draw on.",
                advice: "picket status and picket topology print once; picket events -f prints what happens.")
        }
        await Watch(session.panel, session.settings, group: group, interval: interval.duration).run(on: screen, palette: Terminal().palette)
    }
}
