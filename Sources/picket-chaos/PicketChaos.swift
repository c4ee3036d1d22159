import ArgumentParser
import Glibc
import PicketLab

/// `picket-chaos`: real Redis servers are broken on purpose, under load, and what clients saw is checked.
@main
struct PicketChaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picket-chaos", abstract: "Breaks real Redis servers and monitors on this machine, and checks what clients saw.",
        version: "picket-chaos 0.1.0",
        subcommands: [ListCommand.self, RunCommand.self, ReportCommand.self, MutationsCommand.self, RelayCommand.self])
}

/// Between the networks of processes that can be cut off from each other.
struct RelayCommand: AsyncParsableCommand {
    static let name = "relay"
    static let configuration = CommandConfiguration(commandName: name, abstract: "Passes connections on.", shouldDisplay: false)

    @Argument(help: "Pairs of a port or a path to accept at and one to connect to, from=to.")
    var pairs: [String]

    func run() async throws { try await RelayProgram.run(pairs) }
}

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "The faults, the suites and the checks.")

    @Flag(help: "The steps of each fault, as the seed draws them.")
    var steps = false

    @Option(help: ArgumentHelp("What moments and victims are drawn from.", valueName: "n"))
    var seed: UInt64 = 1

    func run() throws {
        for category in ChaosFault.Category.allCases {
            print("\(category.rawValue)")
            for fault in ChaosFault.catalogue where fault.category == category {
                print("  \(fault.name.left(26)) \(fault.isInCI ? "ci" : "  ")  \(fault.explanation)")
                guard steps else { continue }
                for step in fault.plan(seed: seed).steps { print("       \(step.words)") }
            }
        }
        print("\nsuites")
        for suite in ChaosSuite.allCases { print("  \(suite.rawValue.left(26))     \(suite.explanation)") }
        print("\nchecks")
        for check in ChaosCheck.allCases { print("  \(check.rawValue.left(26))     \(check.explanation)") }
    }
}

/// Progress is for a person, results are for a pipe.
enum Console {
    static func tell(_ text: String) { put(text + "\n") }

    /// Without an end of line.
    static func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    /// Runs it so that everything is ended on Ctrl-C, too, and turns its outcome into the program's.
    static func run(_ verb: String, _ body: @escaping @Sendable () async throws -> Void) async throws {
        switch await Interruption.run(body) {
        case .finished: return
        case .interrupted:
            tell("Interrupted. Everything has ended and is cleaned up.")
            throw ExitCode(130)
        case .failed(let error as ExitCode): throw error
        case .failed(let error):
            tell("picket-chaos \(verb): \(error)")
            throw ExitCode.failure
        }
    }
}

extension ChaosVerdict {
    /// 0 only where everything was determined and is as it must be.
    var exitCode: ExitCode? {
        switch self {
        case .pass, .told: nil
        case .fail: ExitCode(1)
        case .unknown: ExitCode(3)
        }
    }
}
