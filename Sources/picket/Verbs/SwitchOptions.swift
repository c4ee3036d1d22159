import ArgumentParser
import PicketOperator

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
