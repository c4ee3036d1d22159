import ArgumentParser
import PicketOperator

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "No automatic failover of a group for a while; planned ones go on. picketd only.",
        discussion: """
            It ends by itself. It survives restarts of the monitors, and is shown wherever the group is shown.

            Example: picket pause orders --for 30m --reason 'switch replaced in rack 4'
            """)

    @Argument(help: "The group.")
    var group: String

    @Option(name: .customLong("for"), help: ArgumentHelp("From 1s to 7d.", valueName: "time"))
    var span = Span(.seconds(1_800))

    @Option(help: ArgumentHelp("Shown to whoever looks.", valueName: "text"))
    var reason: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func validate() throws {
        guard Power.pauseSpans.contains(span.duration) else { throw ValidationError("--for takes 1s to 7d.") }
        try checkReason(reason)
    }

    func run() async throws { try await order(.pause(span: span.duration, reason: reason), group, output, whom) }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Ends a pause. picketd only.",
        discussion: """
            Example: picket resume orders
            """)

    @Argument(help: "The group.")
    var group: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws { try await order(.resume, group, output, whom) }
}

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

    func validate() throws { try checkReason(reason) }

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

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Drops one replica or one monitor that will not return, instead of a RESET of everything. picketd only.",
        discussion: """
            Refused where it is alive: it would be found again at once.

            Example: picket forget orders 10.0.0.9:6379
                     picket forget orders 10.0.0.9:26379
            """)

    @Argument(help: "The group.")
    var group: String

    @Argument(help: ArgumentHelp("A replica's or a monitor's address, or (the beginning of) a monitor's id.", valueName: "host:port|id"))
    var target: String

    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let terminal = Terminal()
        let session = try whom.session
        let picture = try await session.look(atOne: group).picture
        let power = try ForgetTarget.find(target, in: picture)
        if consent.dryRun { return terminal.say("Would tell: \(power.words(group).joined(separator: " "))") }
        if !consent.yes, !(try terminal.confirm(power.question(group))) { return terminal.say("Nothing was changed.") }
        let report = try await PowerOrder(session.panel, power).run(picture)
        output.print(report)
        try Finished.check(report.status)
    }
}

private func checkReason(_ reason: String?) throws {
    guard let reason else { return }
    guard !reason.isEmpty, reason.utf8.count <= 200, reason == reason.printable else {
        throw ValidationError("--reason takes 1 to 200 bytes of text in one line.")
    }
}

private func order(_ power: Power, _ group: String, _ output: OutputOptions, _ whom: WhomOptions) async throws {
    let session = try whom.session
    let picture = try await session.look(atOne: group).picture
    let report = try await PowerOrder(session.panel, power).run(picture)
    output.print(report)
    try Finished.check(report.status)
}
