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

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Settings of the monitors themselves, on all at once.",
        discussion: """
            Example: picket config get
                     picket config set loglevel notice
            """,
        subcommands: [ConfigGetCommand.self, ConfigSetCommand.self])
}

struct ConfigGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows settings, and where they are not the same everywhere.",
        discussion: """
            Example: picket config get
                     picket config get 'announce-*'
            """)

    @Argument(help: "Names, or patterns with * and ?.")
    var patterns: [String] = ["*"]

    @Flag(help: "Passwords, too.")
    var showSecrets = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let session = try whom.session
        let survey = try await session.panel.requireSurvey()
        output.print(await ConfigReport.ask(session.panel, survey, patterns, showsSecrets: showSecrets))
    }
}

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

struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Prints what a shell needs to complete picket's words.",
        discussion: """
            Example: picket completion bash > /etc/bash_completion.d/picket
                     picket completion zsh > ~/.zsh/completions/_picket
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash
        case zsh
        case fish
    }

    func run() {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Terminal().say(Picket.completionScript(for: shell))
    }
}
