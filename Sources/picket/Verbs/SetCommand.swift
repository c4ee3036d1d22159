import ArgumentParser
import PicketOperator

struct SetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Changes settings of a group on all monitors.",
        discussion: """
            The options are SENTINEL SET's. A secret is given as env:NAME or file:PATH.

            Example: picket set orders down-after-milliseconds 5000 quorum 2
                     picket set orders auth-pass file:/etc/picket/orders.password
            """)

    @Argument(help: "The group.")
    var group: String

    @Argument(help: ArgumentHelp("Options, each followed by its value.", valueName: "option value"))
    var settings: [String]

    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let session = try whom.session
        let words = try GroupSettingWords(settings, whom.sources)
        let survey = try await session.panel.requireSurvey(of: group)
        if consent.dryRun { return Terminal().say("Would set on \(survey.answering.count) monitors of \(group): \(words.text)") }
        let report = await EveryMonitorOrder(session.panel).run(
            "\(group): \(words.text)", ["SENTINEL", "SET", group] + words.words, to: survey)
        let drift = GroupMerging(await session.panel.survey(of: group)).picture(of: group)?.drift ?? []
        output.print(
            OrderReport(
                report.order, lines: report.lines, notes: report.notes + drift.map { "drift: \($0.sentence)" }, status: report.status))
        try Finished.check(report.status)
    }
}
