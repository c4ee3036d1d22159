import ArgumentParser
import PicketLab

struct CalmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calm", abstract: "Whether a primary that lives is left alone.",
        discussion: """
            For each case a primary, two replicas and three monitors are started on 127.0.0.1, a client writes each millisecond, and \
            something goes on that could be mistaken for the primary's death. Everything is ended afterwards, and on Ctrl-C.
            """)

    @OptionGroup var common: CommonOptions

    @Option(
        name: .customLong("case"), help: ArgumentHelp("What goes on: \(Choice<CalmCase>.all); several with commas.", valueName: "cases"))
    var cases = Choice<CalmCase>(argument: "all")!

    @Option(help: ArgumentHelp("How long each case lasts, for each supervisor.", valueName: "minutes"))
    var minutes = 1.0

    func validate() throws {
        guard (0.1...1_440).contains(minutes) else { throw ValidationError("--minutes takes 0.1 to 1440, not \(minutes).") }
    }

    func run() async throws {
        var bench = CalmBench(
            cases: cases.values, supervisors: common.supervisors, span: .milliseconds(Int(minutes * 60_000)),
            relay: [Executables.ownPath, RelayCommand.name])
        bench.executables = common.executables
        try await Console.run("calm") { [bench, common] in
            try bench.checkPrograms()
            let report = try await bench.run { report in
                try common.write(report)
                guard let last = report.results.last else { return }
                Console.tell("\(last.case.rawValue) \(last.supervisor.rawValue): \(last.summary)")
            }
            try common.write(report)
            print(common.markdown ? report.markdown : report.text, terminator: "")
        }
    }
}

/// Runs within the network namespace of a monitor that is to be cut off.
struct RelayCommand: AsyncParsableCommand {
    static let name = "relay"
    static let configuration = CommandConfiguration(commandName: name, abstract: "Passes connections on.", shouldDisplay: false)

    @Argument(help: "Pairs of a port or a path to accept at and one to connect to, from=to; with ! in front: can be cut.")
    var pairs: [String]

    func run() async throws { try await RelayProgram.run(pairs) }
}
