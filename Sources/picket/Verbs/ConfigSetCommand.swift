import ArgumentParser
import PicketOperator

struct ConfigSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Changes a setting on all monitors.",
        discussion: """
            A secret is given as env:NAME or file:PATH.

            Example: picket config set loglevel notice
                     picket config set sentinel-pass env:SENTINEL_PASSWORD
            """)

    @Argument(help: "resolve-hostnames, announce-hostnames, announce-ip, announce-port, sentinel-user, sentinel-pass or loglevel.")
    var name: String

    @Argument(help: "Its new value; '' clears.")
    var value: String

    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let session = try whom.session
        let resolved = try SecretValue.resolve(value, of: name, whom.sources)
        let survey = try await session.panel.requireSurvey()
        let shown = SecretValue.isSecret(name) ? "********" : value
        if consent.dryRun { return Terminal().say("Would set on \(survey.answering.count) monitors: \(name) \(shown)") }
        let report = await EveryMonitorOrder(session.panel).run(
            "\(name.printable) \(shown.printable)", ["SENTINEL", "CONFIG", "SET", name, resolved], to: survey)
        output.print(report)
        try Finished.check(report.status)
    }
}
