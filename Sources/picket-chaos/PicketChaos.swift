import ArgumentParser
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

extension Console {
    /// As the program's own outcome.
    static func run(_ verb: String, _ body: @escaping @Sendable () async throws -> Void) async throws {
        if let status = await status(of: "picket-chaos \(verb)", body) { throw ExitCode(status) }
    }
}

extension ChaosVerdict {
    /// 0 only where everything was determined and is as it must be.
    var exitCode: Int32? {
        switch self {
        case .pass, .told: nil
        case .fail: 1
        case .unknown: 3
        }
    }
}
