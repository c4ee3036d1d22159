import ArgumentParser
import Glibc
import PicketLab

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Starts Redis and three monitors, kills the primary, and tells what happens.",
        discussion: """
            One primary, two replicas and three picketd run on free ports of 127.0.0.1, in a temporary directory. A client writes every \
            millisecond while the primary is killed. Everything is ended and removed afterwards, and on Ctrl-C.
            """)

    @Flag(help: "Leave it running at the end, until Ctrl-C.")
    var keep = false

    @Option(help: ArgumentHelp("How long the primary must be silent to be held down.", valueName: "ms"))
    var downAfter = 1_000

    @Option(help: ArgumentHelp("The picketd to run. By default the one beside this program, else the one in PATH.", valueName: "path"))
    var picketd: String?

    @Option(help: ArgumentHelp("The redis-server to run. By default the one in PATH.", valueName: "path"))
    var redisServer: String?

    func validate() throws {
        guard (1...3_600_000).contains(downAfter) else {
            throw ValidationError("--down-after takes milliseconds from 1 to 3600000, not \(downAfter).")
        }
    }

    /// The monitors run in directories of their own.
    private func absolute(_ path: String) -> String {
        guard path.contains("/"), !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return "\(String(cString: current))/\(path)"
    }

    func run() async throws {
        var executables = Executables.find()
        if let picketd { executables.picketd = absolute(picketd) }
        if let redisServer { executables.redisServer = absolute(redisServer) }
        let plan = DeploymentPlan(downAfter: .milliseconds(downAfter), executables: executables)
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
