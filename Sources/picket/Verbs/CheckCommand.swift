import ArgumentParser
import PicketOperator

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Whether the group would survive: quorum, what the loss of each monitor or zone would do, settings.",
        discussion: """
            Status 4 without a quorum, 3 with an error among the findings (with --strict: or a warning), else 0.

            Example: picket check orders --zone 10.0.0.1=a --zone 10.0.0.2=b --zone 10.0.0.3=c
            """)

    @Argument(help: "The group. May be left away if there is only one.")
    var group: String?

    @Flag(help: "A warning is as bad as an error.")
    var strict = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let report = CheckReport(try await whom.session.look(atOne: group, withSettings: true).picture)
        output.print(report)
        try Finished.check(report.status(isStrict: strict))
    }
}
