import ArgumentParser
import PicketLab

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Starts Redis and three monitors, kills the primary, and tells what happens.",
        discussion: """
            One primary, two replicas and three picketd run on free ports of 127.0.0.1, in a temporary directory. A client writes every \
            millisecond while the primary is killed. Everything is ended and removed afterwards, and on Ctrl-C.

            Example: picket lab demo
            """)

    @Flag(help: "Leave it running at the end, until Ctrl-C.")
    var keep = false

    @Option(help: ArgumentHelp("How long the primary must be silent to be held down.", valueName: "ms"))
    var downAfter = 1_000

    @OptionGroup var programs: ProgramOptions

    func validate() throws {
        guard (1...3_600_000).contains(downAfter) else {
            throw ValidationError("--down-after takes milliseconds from 1 to 3600000, not \(downAfter).")
        }
    }

    func run() async throws {
        let plan = DeploymentPlan(downAfter: .milliseconds(downAfter), executables: programs.executables)
        let terminal = Terminal()
        let keeps = keep
        let outcome = await Interruption.run { try await Demo(plan: plan, terminal: terminal, keepsRunning: keeps).run() }
        switch outcome {
        case .finished: return
        case .interrupted:
            terminal.say("\nInterrupted. Everything has ended and is cleaned up.")
            throw ExitCode(130)
        case .failed(let error):
            terminal.complain("picket lab demo: \(error)")
            throw ExitCode.failure
        }
    }
}
