import ArgumentParser
import PicketOperator

struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract: "An instance that is never promoted, until it is taken out again; a primary hands over first. picketd only.",
        discussion: """
            Example: picket maintenance 10.0.0.2:6379 on --reason 'kernel update'
                     picket maintenance 10.0.0.2:6379 off
            """)

    @Argument(help: "The Redis server, as picket list shows it.")
    var instance: Address

    @Argument(help: "on or off.")
    var change: OnOff

    @Option(help: ArgumentHelp("Its group, where it is in several.", valueName: "name"))
    var group: String?

    @Option(help: ArgumentHelp("Shown to whoever looks.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("How long a primary's hand-over is waited for.", valueName: "time"))
    var timeout = Span(.seconds(30))

    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func validate() throws { try PowerWords.check(reason: reason) }

    func run() async throws {
        let terminal = Terminal()
        let session = try whom.session
        let picture = try await session.look(atInstance: instance, group: group)
        let power = Power.maintenance(instance, isOn: change == .on, reason: reason)
        let movesPrimary = change == .on && picture.primary?.address == instance
        if consent.dryRun {
            return terminal.say(
                "Would tell: \(power.words(picture.name).joined(separator: " "))"
                    + (movesPrimary ? "; the primary would hand over first." : ""))
        }
        // With a plan for the hand-over: the same checks stand against it.
        if movesPrimary, !picture.picketds.isEmpty {
            let plan = try SwitchPlan(SwitchWish(picture.name, .switchover), picture)
            if !consent.yes {
                terminal.say(plan.lines(Page(palette: terminal.palette)).joined(separator: "\n"))
                guard try terminal.confirm("\(instance) is the primary. Let it hand over, and put it into maintenance?") else {
                    return terminal.say("Nothing was changed.")
                }
            }
        }
        let report = try await PowerOrder(session.panel, power).run(picture)
        output.print(report)
        if movesPrimary {
            guard let new = await PrimaryMove(session.panel, picture).follow(within: timeout.duration) else {
                terminal.complain(
                    OperatorError(
                        .timedOutChanged, "\(instance) is in maintenance, and still the primary after \(timeout).",
                        advice: "picket explain \(picture.name) says what stands against it; picket switchover \(picture.name) tries again."
                    ))
                throw Finished(status: .timedOutChanged)
            }
            if !output.output.isForPrograms { terminal.say("The primary is \(new).") }
        }
        try Finished.check(report.status)
    }
}
