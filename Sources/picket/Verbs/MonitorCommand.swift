import ArgumentParser
import PicketOperator

struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor", abstract: "Has all monitors watch a group.",
        discussion: """
            Example: picket monitor orders 10.0.0.1:6379 2
            """)

    @Argument(help: "The name that clients will ask for.")
    var name: String

    @Argument(help: ArgumentHelp("The primary, as monitors and clients reach it.", valueName: "host:port"))
    var primary: Address

    @Argument(help: "How many monitors must hold the primary down.")
    var quorum: Int

    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func validate() throws {
        guard quorum >= 1 else { throw ValidationError("The quorum is 1 or more.") }
        guard !name.isEmpty, name == name.printable, !name.contains(","), !name.contains(" ") else {
            throw ValidationError("A group's name has no blanks, commas or control characters.")
        }
    }

    func run() async throws {
        let session = try whom.session
        let survey = try await session.panel.requireSurvey()
        let order = NewGroup(name: name, primary: primary, quorum: quorum)
        try order.check(survey)
        if consent.dryRun { return Terminal().say("Would tell \(survey.answering.count) monitors: \(order.words.joined(separator: " "))") }
        let report = await EveryMonitorOrder(session.panel).run(order.sentence, order.words, to: survey) {
            $0.contains("Duplicate master name")
        }
        output.print(report)
        try Finished.check(report.status)
    }
}
