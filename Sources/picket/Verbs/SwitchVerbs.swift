import ArgumentParser
import PicketOperator

struct SwitchoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchover",
        abstract: "Moves the primary's role to a replica, without losing a write: the primary lives and hands over.",
        discussion: """
            Shows who is what now and then, asks, and follows it. Where the primary cannot hand over nothing is changed.

            Example: picket switchover orders
                     picket switchover orders --to 10.0.0.2:6379 --yes
            """)

    @Argument(help: "The group.")
    var group: String

    @OptionGroup var switching: SwitchOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { try await switching.run(SwitchWish(group, .switchover, to: switching.to), output, whom) }
}

struct FailoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failover",
        abstract: "Makes a replica the primary, also where the primary is down; --force, also where it is hung or no majority is left.",
        discussion: """
            A primary that lives hands over, as with switchover. Where it cannot, what the replica lacks is lost: status 7.

            Example: picket failover orders
                     picket failover orders --to 10.0.0.2:6379 --force
            """)

    @Argument(help: "The group.")
    var group: String

    @Flag(help: "Promote without the primary's consent, and without a majority if there is none. Writes that the replica lacks are lost.")
    var force = false

    @OptionGroup var switching: SwitchOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { try await switching.run(SwitchWish(group, force ? .forced : .failover, to: switching.to), output, whom) }
}

struct SwitchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The replica to promote. Else the monitors choose.", valueName: "host:port"))
    var to: Address?

    @Option(help: ArgumentHelp("How long it may take.", valueName: "time"))
    var timeout = Span(.seconds(60))

    @OptionGroup var consent: ConsentOptions

    func validate() throws {
        guard (Duration.seconds(1)...Duration.seconds(3_600)).contains(timeout.duration) else {
            throw ValidationError("--timeout takes 1s to 1h.")
        }
    }

    func run(_ wish: SwitchWish, _ output: OutputOptions, _ whom: WhomOptions) async throws {
        let terminal = Terminal()
        let session = try whom.session
        let picture = try await session.look(atOne: wish.group).picture
        let plan = try SwitchPlan(wish, picture)
        if consent.dryRun { return print(plan, output, terminal) }
        let isTold = !output.output.isForPrograms
        if isTold { print(plan, output, terminal) }
        if !consent.yes {
            guard isTold else { throw OperatorError.usage("-o \(output.output.rawValue) cannot ask.", advice: "Give --yes, too.") }
            guard try terminal.confirm(plan.question) else { return terminal.say("Nothing was changed.") }
        }
        let names = Dictionary(picture.monitors.compactMap { monitor in monitor.id.map { ($0, "\(monitor.address)") } }) { first, _ in first
        }
        if isTold { terminal.say("\nMilliseconds since the order:") }
        let outcome = await SwitchRun(session.panel, session.settings, plan, within: timeout.duration).run { step in
            guard isTold, !EventWords.isRoutine(step.news), let words = EventWords.sentence(step.news, name: { names[String($0)] }) else {
                return
            }
            let time = FigureText.milliseconds(step.after.inMilliseconds)
            terminal.say(
                "\(String(repeating: " ", count: max(0, 8 - time.count)))\(time)  \(terminal.palette.paint("\(step.news.monitor)", .named))  "
                    + terminal.palette.paint(words, EventWords.style(step.news)))
        }
        if isTold { terminal.say() }
        output.print(outcome)
        try Finished.check(outcome.status)
    }

    private func print(_ plan: SwitchPlan, _ output: OutputOptions, _ terminal: Terminal) {
        switch output.output {
        case .json: terminal.say(plan.document.json)
        case .yaml: terminal.say(plan.document.yaml)
        case .table, .wide: terminal.say(plan.lines(Page(palette: terminal.palette)).joined(separator: "\n"))
        }
    }
}
