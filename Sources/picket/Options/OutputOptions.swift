import ArgumentParser
import PicketOperator

/// How to answer.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "How to answer.")
    var output = OutputFormat.table

    func print(_ report: some Report) {
        let terminal = Terminal()
        terminal.say(report.text(output, palette: terminal.palette))
    }
}

extension OutputFormat: ExpressibleByArgument {}
