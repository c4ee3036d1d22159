import ArgumentParser
import PicketOperator

extension OutputFormat: ExpressibleByArgument {}

/// How to answer.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "How to answer.")
    var output = OutputFormat.table

    func print(_ report: some Report) {
        let terminal = Terminal()
        terminal.say(report.text(output, palette: terminal.palette))
    }
}

/// Of verbs that change something.
struct ConsentOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false
}
