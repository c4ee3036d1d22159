import ArgumentParser
import PicketOperator

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "All groups, one line each, those with problems first.",
        discussion: """
            Example: picket status
                     picket status -o json | jq -r '.groups[] | select(.state != "ok") | .group'
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let (survey, pictures) = try await whom.session.look()
        output.print(StatusReport(survey, pictures))
    }
}

struct TopologyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology", abstract: "One group as a tree: primary, replicas, lag, monitors and what they think.",
        discussion: """
            In front of each instance: * the primary, ! not as it should be, ? out of reach.

            Example: picket topology orders
            """)

    @Argument(help: "The group. May be left away if there is only one.")
    var group: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { output.print(TopologyReport(try await whom.session.look(atOne: group).picture)) }
}

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Every Redis server and monitor, a line each.",
        discussion: """
            Example: picket list
                     picket list orders -o wide
            """)

    @Argument(help: "Of this group only.")
    var group: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { output.print(ListReport(try await whom.session.look(at: group).pictures)) }
}

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why there is, or is not, a failover now: each witness, each vote, each replica.",
        discussion: """
            A picketd tells; of other sentinels it is concluded from what they show.

            Example: picket explain orders
            """)

    @Argument(help: "The group. May be left away if there is only one.")
    var group: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let session = try whom.session
        let (survey, picture) = try await session.look(atOne: group)
        output.print(ExplainReport(await Explainer(session.panel).explain(picture, survey)))
    }
}

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

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "The latest failovers, with the time of each phase (-o wide).",
        discussion: """
            Each picketd remembers the latest ten of a group that it led; other sentinels remember none.

            Example: picket history orders -o wide
            """)

    @Argument(help: "Of this group only.")
    var group: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let session = try whom.session
        let pictures = try await session.look(at: group).pictures
        guard pictures.contains(where: { !$0.picketds.isEmpty }) || pictures.isEmpty else {
            throw OperatorError.refused(
                "None of the monitors that answer keeps a history: only a picketd does.",
                advice: "Look for +switch-master in the monitors' logs; picket events -f shows what happens from now on.")
        }
        output.print(await HistoryReport.ask(session.panel, pictures))
    }
}

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "The version of this program and of the monitors.",
        discussion: """
            Example: picket version
                     picket version --client
            """)

    @Flag(help: "Of this program only: ask nobody.")
    var client = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        output.print(VersionReport(client ? nil : await (try whom.session).panel.survey()))
    }
}
